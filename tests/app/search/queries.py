"""Made-up queries: any text at all, and any tree."""

from datetime import date

from hypothesis import strategies as st

from app.library.sought import Sought
from app.search.syntax import (
    OPERATORS,
    And,
    Comparator,
    Comparison,
    DateField,
    DateRange,
    FolderTerm,
    LabelTerm,
    NameTerm,
    Node,
    Not,
    Or,
    PartialDate,
    Query,
    Sort,
    SortKey,
    State,
    StateTerm,
    TextTerm,
    Word,
)

PIECES = (
    "drama", "sci-fi", "a", "é", "OR", "AND", "NOT", "-", "(", ")", '"', '""', ":", ">", ">=", "<=",
    "0.7", "70%", "1e9", "..", "2019", "2019-06-31", "taken:", "added:", "sort:", "name:", "is:",
    "label:", "folder:", "text:", "sort:name", "*", " ", " ", " ", "\n", "\u3000", "\\", "/",
)  # fmt: skip

texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))

_plain = st.from_regex(r'[^\s()"<>:\-][^\s()"<>:]{0,8}', fullmatch=True).filter(
    lambda text: text not in OPERATORS
)
_any_words = st.text(min_size=1, max_size=8).filter(lambda text: text.strip())
_any_texts = _any_words.filter(
    lambda text: (
        Sought.read(text) is not None
        and not text.lstrip().startswith("*")  # a part may be too short
    )
)
_probabilities = st.floats(0, 1, allow_nan=False)


@st.composite
def _partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates(date(1, 1, 1), date(9999, 12, 31)))
    parts = draw(st.integers(1, 3))
    return PartialDate(day.year, day.month if parts > 1 else None, day.day if parts > 2 else None)


@st.composite
def _date_ranges(draw: st.DrawFn) -> DateRange:
    first, last = draw(_partial_dates()), draw(_partial_dates())
    if last.last < first.first:
        first, last = last, first
    of = draw(st.sampled_from(DateField))
    ends = draw(st.sampled_from(["both", "first", "last"]))
    return DateRange(of, None if ends == "last" else first, None if ends == "first" else last)


leaves = st.one_of(
    _plain.map(Word),
    _any_words.map(lambda text: Word(text, quoted=True)),
    _any_words.map(LabelTerm),
    _any_words.map(FolderTerm),
    _any_words.map(NameTerm),
    _any_texts.map(TextTerm),
    st.sampled_from(State).map(StateTerm),
    st.builds(Comparison, _any_words, st.sampled_from(Comparator), _probabilities),
    _date_ranges(),
)


def trees(leaf: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return trees with such leaves."""

    def branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            inner.filter(lambda node: not isinstance(node, Not)).map(Not),
            several.map(And),
            several.map(Or),
        )

    return st.recursive(leaf, branches, max_leaves=6)


sorts = st.builds(Sort, st.sampled_from(SortKey), st.booleans())
queries = st.builds(Query, st.none() | trees(leaves), st.none() | sorts)

"""What a query may say, how it is understood, and where it is said to be wrong."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.search.errors import QueryError
from app.search.query_language import parse
from app.search.syntax import (
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
    Span,
    State,
    StateTerm,
    TextTerm,
    Word,
    written,
)
from tests.app.search.queries import queries, texts

DRAMA, COMEDY, HORROR = Word("drama"), Word("comedy"), Word("horror")


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", None),
        ("  \t ", None),
        ("drama", DRAMA),
        ("drama comedy", And((DRAMA, COMEDY))),
        ("drama AND comedy", And((DRAMA, COMEDY))),
        ("drama and comedy", And((DRAMA, Word("and"), COMEDY))),
        ("drama OR comedy", Or((DRAMA, COMEDY))),
        ("ORANGE", Word("ORANGE")),
        ("drama comedy OR horror", Or((And((DRAMA, COMEDY)), HORROR))),
        ("drama (comedy OR horror)", And((DRAMA, Or((COMEDY, HORROR))))),
        ("-horror", Not(HORROR)),
        ("NOT horror", Not(HORROR)),
        ("--horror", HORROR),
        ("-(drama OR comedy)", Not(Or((DRAMA, COMEDY)))),
        ("sci-fi", Word("sci-fi")),
        ("-sci-fi black-and-white", And((Not(Word("sci-fi")), Word("black-and-white")))),
        ('"science fiction"', Word("science fiction", quoted=True)),
        ('"the ""best"""', Word('the "best"', quoted=True)),
        ('-"OR"', Not(Word("OR", quoted=True))),
        ("label:drama", LabelTerm("drama")),
        ('LABEL:"science fiction"', LabelTerm("science fiction")),
        ("folder:Pictures/2021", FolderTerm("Pictures/2021")),
        (r"folder:C:\Pictures", FolderTerm(r"C:\Pictures")),
        ('folder:"My Pictures"', FolderTerm("My Pictures")),
        ("name:*.png", NameTerm("*.png")),
        ("text:stall*", TextTerm("stall*")),
        ('Text:"black stallion"', TextTerm("black stallion")),
        ("is:read", StateTerm(State.READ)),
        ("is:unlabelled", StateTerm(State.UNLABELLED)),
        ("is:Decided", StateTerm(State.DECIDED)),
        ("drama>0.7", Comparison("drama", Comparator.ABOVE, 0.7)),
        ("drama >= 0,7", Comparison("drama", Comparator.AT_LEAST, 0.7)),
        ("drama<.5", Comparison("drama", Comparator.BELOW, 0.5)),
        ("drama<=1", Comparison("drama", Comparator.AT_MOST, 1.0)),
        ("drama>70%", Comparison("drama", Comparator.ABOVE, 0.7)),
        ('"science fiction">0.5', Comparison("science fiction", Comparator.ABOVE, 0.5)),
        ("label:drama>0.5", Comparison("drama", Comparator.ABOVE, 0.5)),
    ],
)
def test_a_query_is_understood(text: str, root: Node | None) -> None:
    assert parse(text) == Query(root)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", datetime(2019, 1, 1), datetime(2019, 12, 31, 23, 59, 59)),
        ("2019-06", datetime(2019, 6, 1), datetime(2019, 6, 30, 23, 59, 59)),
        ("2020-2", datetime(2020, 2, 1), datetime(2020, 2, 29, 23, 59, 59)),
        ("2019-12", datetime(2019, 12, 1), datetime(2019, 12, 31, 23, 59, 59)),
        ("2019-06-12", datetime(2019, 6, 12), datetime(2019, 6, 12, 23, 59, 59)),
        ("2019..2021-06", datetime(2019, 1, 1), datetime(2021, 6, 30, 23, 59, 59)),
        ("2019..", datetime(2019, 1, 1), None),
        ("..2020", None, datetime(2020, 12, 31, 23, 59, 59)),
    ],
)
def test_a_date_spans_all_of_its_year_month_or_day(
    text: str, first: datetime | None, last: datetime | None
) -> None:
    for of in DateField:
        asked = parse(f"{of}:{text}").root

        assert isinstance(asked, DateRange)
        assert asked.of is of
        assert (asked.first and asked.first.first) == first
        assert (asked.last and asked.last.last) == last


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("sort:taken", Sort(SortKey.TAKEN)),
        ("sort:-TAKEN", Sort(SortKey.TAKEN, reverse=True)),
        ("drama sort:probability comedy", Sort(SortKey.PROBABILITY)),
        ("drama OR comedy sort:-name", Sort(SortKey.NAME, reverse=True)),
        ("drama AND sort:added", Sort(SortKey.ADDED)),
        ("text:a sort:match", Sort(SortKey.MATCH)),
        ("drama", None),
    ],
)
def test_sort_orders_the_whole_result_wherever_it_stands(text: str, sort: Sort | None) -> None:
    assert parse(text).sort == sort


def test_sort_is_no_condition() -> None:
    assert parse("drama sort:name OR comedy").root == Or((DRAMA, COMEDY))
    assert parse("sort:name").root is None


@pytest.mark.parametrize(
    ("text", "wrong", "says"),
    [
        ("drama OR", "OR", "both sides"),
        ("OR drama", "OR", "both sides"),
        ("drama AND", "AND", "both sides"),
        ("a OR OR b", "OR", "both sides"),
        ("sort:name OR a", "sort:name", "both sides"),
        ("(a OR) b", "OR", "both sides"),
        ("drama -", "-", "must follow"),
        ("NOT", "NOT", "must follow"),
        ("-(-OR)", "-", "must follow"),
        ("(drama", "(", "never closed"),
        ("a ((b)", "(", "never closed"),
        ("drama)", ")", "never opened"),
        ("a ()", "()", "nothing between"),
        ('drama "sci', '"sci', "never closed"),
        ('folder:"My', '"My', "never closed"),
        ('""', '""', "nothing between"),
        (":x", ":", "before the colon"),
        ("colour:red", "colour", "no field colour:"),
        ("name:", "name:", "Nothing follows"),
        ('folder:""', 'folder:""', "Nothing follows"),
        ("name:x>0.5", ">0.5", "Only a label"),
        (">0.5", ">0.5", "follows a label"),
        ("(a)>0.5", ">0.5", "follows a label"),
        ("drama>", ">", "must follow"),
        ("drama>much", "much", "not a probability"),
        ("drama>0.7.1", "0.7.1", "not a probability"),
        ("drama>70", "70", "between 0 and 1"),
        ("drama>=101%", "101%", "between 0 and 1"),
        ("taken:yesterday", "yesterday", "not a date"),
        ("taken:2021-02-30", "2021-02-30", "no such date"),
        ("taken:2021-13", "2021-13", "no such date"),
        ("taken:0000", "0000", "no such date"),
        ("taken:..", "..", "at least one end"),
        ("taken:2021..2020-11", "2021..2020-11", "before it begins"),
        ("is:lost", "lost", "is:unlabelled, is:decided or is:read"),
        ("text:!?", "!?", "no letter or digit"),
        ('text:"*"', '"*"', "no letter or digit"),
        ("text:*at*", "*at*", "3 letters or more"),
        ("sort:size", "size", "sorted by taken, name, added, probability, match"),
        ("sort:name sort:taken", "sort:taken", "Only one"),
        ("(a sort:name)", "a sort:name", "no parentheses"),
        ("-sort:name", "sort:name", "cannot be negated"),
    ],
)
def test_an_error_points_at_the_place(text: str, wrong: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)

    assert says in caught.value.message
    assert str(caught.value) == caught.value.message
    assert text[caught.value.start : caught.value.end] == wrong


def test_the_second_of_two_equal_mistakes_is_not_blamed_for_the_first() -> None:
    with pytest.raises(QueryError) as caught:
        parse("a OR OR OR b")

    assert (caught.value.start, caught.value.end) == (5, 7)


def test_a_query_may_be_deep_but_not_bottomless() -> None:
    assert parse("(" * 50 + "a" + ")" * 50).root == Word("a")
    with pytest.raises(QueryError, match="parentheses are open"):
        parse("(" * 51 + "a" + ")" * 51)
    assert parse("-" * 5000 + "a").root == Word("a")


def test_a_pasted_file_is_refused_at_once() -> None:
    with pytest.raises(QueryError, match="longer than") as caught:
        parse("word " * 3000)

    assert caught.value.end == 15_000


def test_spans_hold_what_was_written() -> None:
    text = '-drama (a OR "b c") taken:2019>x'[:-2]
    root = parse(text).root

    assert isinstance(root, And)
    written_parts = [text[node.span.start : node.span.end] for node in root.nodes]
    assert written_parts == ["-drama", '(a OR "b c")', "taken:2019"]
    assert root.span == Span(0, len(text))


@given(texts)
@example('"')
@example("taken:²019")
@example("a>٣")
@example("\x00:\ud800")
def test_any_text_parses_or_is_refused_at_a_place_inside_it(text: str) -> None:
    problem = problem_of(text)

    if problem is None:
        query = parse(text)
        assert parse(written(query)) == query
    else:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message.endswith((".", "?"))


def problem_of(text: str) -> QueryError | None:
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


@given(queries)
def test_a_written_query_is_read_back_as_it_was(query: Query) -> None:
    assert parse(written(query)) == query


@given(st.integers(1, 9999), st.integers(1, 12))
def test_every_month_ends_where_the_next_begins(year: int, month: int) -> None:
    last = PartialDate(year, month).last

    assert (last.year, last.month) == (year, month)
    if (year, month) != (9999, 12):
        following = PartialDate(year + month // 12, month % 12 + 1).first
        assert (following - last).total_seconds() == 1

"""Pictures are found by the words in them, and the words are marked where they stand."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.library.records import NewReading
from app.library.sought import LEAST_PART, Reach, Sought
from app.search.errors import QueryError
from app.search.searcher import Searcher
from app.search.text import first_line, matches_in, matches_in_lines
from tests.app.search.queries import texts


@pytest.fixture
def posters(holiday: Library) -> Library:
    """The library of six photos; the first five were read."""
    said = {
        1: "The Black\nSTALLION",
        2: "ACADEMYAWARD WINNER",
        3: "mia's vet: 12.50 €",
        4: "",
        5: "award award, the black award",
    }
    holiday.words.store({photo: NewReading("1", b"", text) for photo, text in said.items()})
    return holiday


@pytest.fixture
def searcher(posters: Library) -> Iterator[Searcher]:
    searcher = Searcher(posters)
    searcher.refresh()
    yield searcher
    searcher.close()


def found(searcher: Searcher, query: str) -> list[int]:
    return [int(photo) for photo in searcher.search(query).ids]


@pytest.mark.parametrize(
    ("query", "photos"),
    [
        ("text:stallion", [1]),
        ('text:"black stallion"', [1]),
        ("text:black", [5, 1]),
        ("text:black -text:stallion", [5]),
        ("text:black text:award", [5]),
        ("text:stall*", [1]),
        ('text:"academy award"', [2]),
        ("text:*myaw*", [2]),
        ("text:mia’s", [3]),
        ("text:12.5", []),
        ("text:12.50", [3]),
        ("dog text:stallion", [1]),
        ("stallion", [1]),
        ("mia", [3]),
        ("rex", [2, 1]),
        ("stallion OR rex", [2, 1]),
        ("is:read", [5, 2, 1, 3]),
        ("-is:read", [6, 4]),
    ],
)
def test_pictures_are_found_by_their_words(
    searcher: Searcher, query: str, photos: list[int]
) -> None:
    assert found(searcher, query) == photos


def test_a_word_finds_pictures_by_their_text_and_by_their_name(posters: Library) -> None:
    posters.words.store({6: NewReading("1", b"", "mia")})
    searcher = Searcher(posters)
    assert found(searcher, "mia") == [6, 3]
    assert found(searcher, "mia sort:match") == [6, 3]
    posters.words.store({4: NewReading("1", b"", "rex")})
    searcher.refresh()
    # Files of that name come behind pictures that say it.
    assert found(searcher, "rex sort:match") == [4, 2, 1]
    assert found(searcher, "rex sort:-match") == [2, 1, 4]
    # A label stays a label, whatever is written somewhere.
    posters.words.store({4: NewReading("1", b"", "dog")})
    searcher.refresh()
    assert 4 not in found(searcher, "dog")
    searcher.close()


def test_the_best_match_comes_first_where_asked(searcher: Searcher) -> None:
    assert found(searcher, "text:award sort:match") == [5, 2]
    assert found(searcher, "text:award sort:-match") == [2, 5]
    with pytest.raises(QueryError, match="needs words"):
        searcher.search("dog sort:match")
    with pytest.raises(QueryError, match="needs words"):
        searcher.search("-text:award sort:match")


def test_a_result_says_what_to_mark(searcher: Searcher) -> None:
    result = searcher.search('text:"Black Stallion" (mia OR -text:no) dog text:stall* stall*.jpg')
    assert result.terms == (
        Sought(("black", "stallion")),
        Sought(("mia",)),
        Sought(("stall",), Reach.BEGINNING),
    )
    assert searcher.search("dog").terms == ()


def test_what_was_just_read_is_found_after_a_refresh(searcher: Searcher, posters: Library) -> None:
    assert found(searcher, "text:fresh") == []
    posters.words.store({6: NewReading("1", b"", "fresh")})
    assert searcher.refresh()
    assert found(searcher, "text:fresh") == [6]
    posters.words.erase()
    assert searcher.refresh()
    assert found(searcher, "text:fresh") == found(searcher, "is:read") == []


def test_no_query_gives_an_error_of_the_database(posters: Library) -> None:
    searcher = Searcher(posters)

    @given(texts)
    def ask(text: str) -> None:
        for query in (text, f"text:{text}", 'text:"' + text.replace('"', '""') + '" sort:match'):
            # The test is that nothing else is raised.
            with suppress(QueryError):
                searcher.search(query)

    ask()
    searcher.close()


def test_matches_are_marked_where_they_stand() -> None:
    award = Sought(("award",))
    assert matches_in("ACADEMYAWARD", [award]) == [(7, 12)]
    assert matches_in("Award a Ward", [award]) == [(0, 5), (6, 12)]
    assert matches_in("nothing", [award]) == []
    assert matches_in("Crème bru\u0302le\u0301e", [Sought(("creme", "brulee"))]) == [(0, 14)]
    assert matches_in("straße", [Sought(("stras",), Reach.BEGINNING)]) == [(0, 5)]
    assert matches_in("the cat", [Sought(("cat",)), Sought(("the",))]) == [(0, 3), (4, 7)]
    assert matches_in("education", [Sought(("cat",))]) == []
    assert matches_in("education", [Sought(("cat",), Reach.PART)]) == [(3, 6)]
    assert matches_in("", [award]) == []
    assert matches_in("award", []) == []


def test_words_that_part_over_two_lines_are_marked_in_both() -> None:
    lines = ["THE", "BLACK", "***", "STALLION"]
    assert matches_in_lines(lines, [Sought(("the", "black", "stallion"))]) == [
        [(0, 3)],
        [(0, 5)],
        [],
        [(0, 8)],
    ]


def test_the_line_with_most_of_the_words_is_shown() -> None:
    lines = ["a black cat", "black stallion", "stallion, black"]
    terms = [Sought(("black",)), Sought(("stallion",))]
    assert first_line(lines, terms) == "black stallion"
    assert first_line(lines, terms[:1]) == "a black cat"
    assert first_line(lines, [Sought(("dog",))]) is None
    assert first_line([], terms) is None


few_letters = st.text(st.sampled_from("abAÀéßﬁ本カ0. -\n\u0301"), max_size=14)
some_lines = st.lists(few_letters.map(lambda text: text.replace("\n", " ")), max_size=4)
soughts = st.one_of(few_letters, few_letters.map("{}*".format), few_letters.map("*{}".format)).map(
    Sought.read
)


def test_a_match_is_marked_exactly_where_the_indexes_find_one(posters: Library) -> None:
    @settings(max_examples=60)
    @given(st.lists(some_lines, min_size=5, max_size=5), st.lists(soughts, max_size=12))
    def compare(pages: list[list[str]], terms: list[Sought | None]) -> None:
        posters.words.store(
            {
                photo: NewReading("1", b"", "\n".join(lines))
                for photo, lines in enumerate(pages, start=1)
            }
        )
        for term in terms:
            if term is None or (term.reach is Reach.PART and len(term.joined) < LEAST_PART):
                continue
            found = set(posters.words.matching(term).tolist())
            for photo, lines in enumerate(pages, start=1):
                marks = matches_in_lines(lines, [term])
                assert any(marks) == (photo in found), (lines, term)
                assert (first_line(lines, [term]) is None) == (photo not in found)
                for line, stretches in zip(lines, marks, strict=True):
                    assert all(0 <= start < end <= len(line) for start, end in stretches)

    compare()

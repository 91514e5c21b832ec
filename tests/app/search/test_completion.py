"""What the search field proposes while one types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.search.query_language import parse
from app.search.searcher import Searcher
from tests.app.search.queries import texts


def proposed(searcher: Searcher, query: str) -> list[str]:
    """Return what the query becomes with each proposal; fields only where nothing else fits."""
    found = searcher.complete(query, len(query))
    chosen = [each for each in found if each.kind != "field"] or found
    return [query[: each.start] + each.text + query[each.end :] for each in chosen]


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("be", ["beach"]),
        ("dog be", ["dog beach"]),
        ("-be", ["-beach"]),
        ("(dog OR be", ["(dog OR beach"]),
        ("houn", ["dog"]),
        ("dog", ["dog", '"hot dog"']),
        ("sci", ['"science fiction"']),
        ("fic", ['"science fiction"']),
        ("science f", ['"science fiction"']),
        ("science ", ['"science fiction"']),
        ('-"science f', ['-"science fiction"']),
        ("label:sci", ['label:"science fiction"']),
        ('label:"sci', ['label:"science fiction"']),
        ("qqq", []),
        ("so", ["sort:"]),
        ("sort:na", ["sort:name"]),
        ("sort:ma", ["sort:match"]),
        ("te", ["text:"]),
        ("text:be", []),
        ("sort:-ta", ["sort:-taken"]),
        ("is:", ["is:unlabelled", "is:decided", "is:read"]),
        ("taken:", ["taken:2021", "taken:2020", "taken:2019"]),
        ("taken:2019", ["taken:2019"]),
        ("folder:home", ["folder:Pictures/Home"]),
        ("folder:pic", ["folder:Pictures", 'folder:"Pictures/2020 Sylt"', "folder:Pictures/Home"]),
        ('folder:"2020', ['folder:"Pictures/2020 Sylt"']),
        ("name:re", []),
        ('text:"black stallion"', []),
        ('"hot dog"', []),
        ("(dog OR beach)", []),
        ("dog>", []),
        ("dog>=", []),
    ],
)
def test_typing_is_completed(searcher: Searcher, typed: str, becomes: list[str]) -> None:
    assert proposed(searcher, typed) == becomes


def test_an_empty_field_proposes_what_can_be_asked(searcher: Searcher) -> None:
    found = searcher.complete("", 0)

    assert {each.kind for each in found} == {"field"}
    assert "taken:" in [each.text for each in found]


def test_the_middle_of_a_query_is_completed_in_place(searcher: Searcher) -> None:
    (found,) = searcher.complete("be dog", 2)

    assert (found.text, found.start, found.end, found.kind, found.count) == (
        "beach",
        0,
        2,
        "label",
        2,
    )


def test_the_more_frequent_label_comes_first(searcher: Searcher) -> None:
    found = searcher.complete("label:p", 7)

    assert [(each.label, each.count) for each in found] == [("photo", 5), ("poster", 1)]


def test_a_label_of_two_packs_is_proposed_once(holiday: Library, searcher: Searcher) -> None:
    holiday.packs.register(
        "pets", "1", '[{"id": "dog", "name": "Dog", "group": "pets", "threshold": 0.5}]'
    )
    searcher.refresh()

    assert [each.text.lower() for each in searcher.complete("dog", 3)] == ["dog", '"hot dog"']


def test_no_more_than_asked_for(searcher: Searcher) -> None:
    assert len(searcher.complete("label:p", 7, limit=1)) == 1


def test_every_proposed_label_parses(searcher: Searcher) -> None:
    @settings(max_examples=150)
    @given(texts, st.data())
    def check(text: str, data: st.DataObject) -> None:
        cursor = data.draw(st.integers(0, len(text)))
        for found in searcher.complete(text, cursor):
            assert 0 <= found.start <= found.end == cursor
            if found.kind == "label":
                parse(found.text)

    check()

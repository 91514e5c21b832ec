"""What a person finds with the search field."""

import json
import threading
from datetime import datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import Folder, Verdict
from app.search.errors import QueryError
from app.search.names import LibraryNames
from app.search.results import Note, Section
from app.search.searcher import Searcher
from tests.app.search.conftest import BEACH, CAT, DOG
from tests.support.libraries import predicted, stored_file


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [6, 5, 4, 2, 1, 3]),
        ("dog", [2, 1]),
        ("hound", [2, 1]),
        ("animal", [2, 1, 3]),  # the cat is an animal, whatever the pack thinks of animals
        ("dog beach", [2]),
        ("dog OR beach", [4, 2, 1]),
        ("beach -dog", [4]),
        ("-(dog OR beach)", [6, 5, 3]),
        ("hot dog", []),
        ("sci-fi", [5]),
        ("science fiction", [5]),
        ('"Science Fiction"', [5]),
        ("dog>0.9", [1]),
        ("dog>70%", [1]),
        ("dog>=0.69 dog<0.71", [2]),
        ("drama<0.5", [5]),  # the other photos' genres were never asked for
        ("mood", []),
        ("mood>0.5", [1]),
        ("taken:2020-07", [2, 1]),
        ("taken:2019", [3]),
        ("taken:2020..", [6, 5, 4, 2, 1]),
        ("taken:..2020-07-01", [1, 3]),
        ("name:*.png", [3]),
        ("name:REX", [2, 1]),
        ('folder:"2020 sylt" -dog', [4]),
        ("is:unlabelled", [6]),
        ("is:decided", []),
        ("sort:taken", [3, 1, 2, 4, 5, 6]),
        ("sort:name", [5, 4, 3, 2, 1, 6]),
        ("sort:-name", [6, 1, 2, 3, 4, 5]),
        ("sort:-added", [6, 5, 4, 3, 2, 1]),
        ("beach sort:probability", [4, 2]),
        ("beach sort:-probability", [2, 4]),
    ],
)
def test_a_query_finds(searcher: Searcher, query: str, ids: list[int]) -> None:
    assert searcher.search(query).ids.tolist() == ids


def test_added_asks_for_the_day_it_came_into_the_library(searcher: Searcher) -> None:
    this_year = datetime.now().year

    assert len(searcher.search(f"added:{this_year}..{this_year + 1}").ids) == 6
    assert len(searcher.search("added:..2000").ids) == 0
    assert len(searcher.search("added:0001..9999").ids) == 6


def test_counts_are_of_this_result(searcher: Searcher) -> None:
    result = searcher.search("beach")

    assert result.library_total == 6
    assert result.counts["photos/beach"] == 2
    assert result.counts["photos/dog"] == 1
    assert result.counts["photos/cat"] == 0
    assert searcher.search("").counts["photos/animal"] == 3


def test_a_result_by_date_has_months(searcher: Searcher) -> None:
    assert searcher.search("animal OR beach").sections == (
        Section(2020, 8, 0, 1),
        Section(2020, 7, 1, 2),
        Section(2019, 12, 3, 1),
    )
    assert searcher.search("dog sort:taken").sections == (Section(2020, 7, 0, 2),)
    assert searcher.search("dog sort:name").sections == ()
    assert searcher.search("dog cat").sections == ()


def test_a_word_that_is_no_label_finds_file_names_and_suggests_labels(searcher: Searcher) -> None:
    result = searcher.search("beach dunes")

    assert result.ids.tolist() == [4]
    assert result.notes == (Note("dunes", 6, 11, ()),)
    assert searcher.search("baech").notes[0].suggestions == ("beach",)
    assert searcher.search("*.png").notes == ()


def test_a_word_that_is_asked_for_again_and_again_is_looked_for_and_explained_once(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    named = LibraryNames.named

    def noted(names: LibraryNames, pattern: str) -> NDArray[np.int64]:
        asked.append(pattern)
        return named(names, pattern)

    monkeypatch.setattr(LibraryNames, "named", noted)
    result = searcher.search("dunes " * 300)

    assert result.notes == (Note("dunes", 0, 5, ()),)
    assert asked == ["dunes"]


def test_a_page_of_text_in_the_search_field_is_not_explained_word_by_word(
    searcher: Searcher,
) -> None:
    result = searcher.search(" ".join(f"word{number}" for number in range(200)))

    assert len(result.ids) == 0
    assert [note.word for note in result.notes] == [f"word{number}" for number in range(8)]


@pytest.mark.parametrize("query", ["label:baech", "baech>0.5"])
def test_where_only_a_label_makes_sense_another_word_is_an_error(
    searcher: Searcher, query: str
) -> None:
    with pytest.raises(QueryError, match=r"no label “baech”\. Did you mean “beach”\?"):
        searcher.search(query)


def test_sorting_by_probability_needs_a_label(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="needs a label") as caught:
        searcher.search("-dog sort:probability")

    assert caught.value.start == 5


def test_a_decision_wins_over_the_prediction_but_not_over_a_bare_one(
    holiday: Library, searcher: Searcher
) -> None:
    holiday.decisions.decide([1], "photos/dog", Verdict.REJECTED)
    holiday.decisions.decide([6], "photos/dog", Verdict.ACCEPTED)

    assert searcher.search("dog").ids.tolist() == [2, 1]  # as of the last refresh
    assert searcher.refresh()
    assert searcher.search("dog").ids.tolist() == [6, 2]
    assert searcher.search("dog>0.9").ids.tolist() == [1]
    assert searcher.search("is:decided").ids.tolist() == [6, 1]
    assert not searcher.refresh()


def test_a_decision_taken_back_leaves_no_trace(holiday: Library, searcher: Searcher) -> None:
    holiday.decisions.decide([1, 6], "photos/cat", Verdict.ACCEPTED)
    searcher.refresh()
    assert searcher.search("cat").ids.tolist() == [6, 1, 3]

    holiday.decisions.undo()
    searcher.refresh()

    assert searcher.search("cat").ids.tolist() == [3]
    assert searcher.search("is:decided").ids.tolist() == []


def test_an_own_label_is_found_from_the_moment_it_is_given(
    holiday: Library, searcher: Searcher
) -> None:
    label = holiday.labels.create("Aunt Mary")
    holiday.decisions.decide([4], label.key, Verdict.ACCEPTED)
    searcher.refresh()

    assert searcher.search("aunt mary").ids.tolist() == [4]
    assert searcher.search("").counts[label.key] == 1


def test_a_photo_without_a_path_is_hidden_and_comes_back_with_its_labels(
    holiday: Library, searcher: Searcher, folder: Folder
) -> None:
    known = holiday.files.known(folder.id)
    holiday.files.remove([known["2020 Sylt/rex.jpg"].id])
    searcher.refresh()
    assert searcher.search("dog").ids.tolist() == [2]
    assert searcher.search("").library_total == 5

    holiday.photos.store([stored_file(folder.id, "Home/rex.jpg", "2020 Sylt/rex.jpg")])
    searcher.refresh()

    assert searcher.search("dog").ids.tolist() == [2, 1]
    assert searcher.search("folder:home dog").ids.tolist() == [1]


def test_a_new_photo_takes_its_place_by_date(
    holiday: Library, searcher: Searcher, folder: Folder
) -> None:
    for day, values in ((datetime(2020, 7, 1, 12), DOG), (datetime(1999, 1, 1), CAT)):
        name = f"{day.year}.jpg"
        told = predicted("photos", *values)
        holiday.photos.store([stored_file(folder.id, name, name, predictions=[told], taken=day)])
        searcher.refresh()

    assert searcher.search("dog").ids.tolist() == [2, 7, 1]
    assert searcher.search("sort:taken").ids.tolist() == [8, 3, 1, 7, 2, 4, 5, 6]


def test_predictions_of_an_older_pack_count_until_they_are_replaced(
    holiday: Library, searcher: Searcher
) -> None:
    holiday.packs.register(
        "photos", "2", '[{"id": "dog", "name": "dog", "group": "animals", "threshold": 0.99}]'
    )
    assert searcher.refresh()
    assert searcher.search("dog").ids.tolist() == [2, 1]
    assert searcher.search("beach").ids.tolist() == [4, 2]

    holiday.predictions.store({1: [predicted("photos", 0.98, version="2")]})
    searcher.refresh()

    assert searcher.search("dog").ids.tolist() == [2]
    assert searcher.search("dog>0.97").ids.tolist() == [1]
    assert searcher.search("cat<0.5").ids.tolist() == [5, 4, 2]


def test_what_follows_from_a_decision_changes_with_the_pack_where_it_has_seen_nothing(
    holiday: Library, searcher: Searcher
) -> None:
    holiday.decisions.decide([6], "photos/dog", Verdict.ACCEPTED)
    searcher.refresh()
    assert 6 in searcher.search("animal").ids
    revision = holiday.revision
    labels = [
        {"id": "dog", "name": "dog", "group": "animals", "parents": ["pet"]},
        {"id": "pet", "name": "pet", "group": "animals"},
    ]
    holiday.packs.register("photos", "2", json.dumps(labels))
    assert holiday.facts.facts_since(revision).ids.tolist() == [6]
    searcher.refresh()
    assert searcher.search("pet").ids.tolist() == [6]
    assert 6 not in searcher.search("animal").ids
    holiday.packs.retire("photos")
    searcher.refresh()
    assert 6 in searcher.search("dog").ids
    assert 6 not in searcher.search("pet OR animal").ids


def test_what_was_accepted_of_a_pack_that_is_gone_is_still_found(
    library: Library, folder: Folder
) -> None:
    library.packs.register(
        "moods", "1", '[{"id": "bright-day", "name": "Bright day", "group": "moods"}]'
    )
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.decisions.decide([1], "moods/bright-day", Verdict.ACCEPTED)
    library.packs.retire("moods")
    searcher = Searcher(library)

    assert searcher.search("bright day").ids.tolist() == [1]


def test_an_empty_library_answers_too(library: Library) -> None:
    searcher = Searcher(library)

    for query in ("", "dog", "-dog", "dog>0.5", "x", "is:unlabelled", "sort:name", "taken:2020"):
        result = searcher.search(query)
        assert result.ids.tolist() == []
        assert result.library_total == 0
        assert not any(result.counts.values())
    assert searcher.explore() == []


def test_searching_goes_on_while_photos_come_in(
    holiday: Library, searcher: Searcher, folder: Folder
) -> None:
    ends = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        while not ends.is_set():
            result = searcher.search("beach OR dog")
            probable = searcher.search("beach>0.5 OR dog>0.5")
            if result.counts["photos/beach"] + result.counts["photos/dog"] < len(result.ids):
                wrong.append(result)
            if len(set(probable.ids.tolist())) != len(probable.ids):
                wrong.append(probable)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(30):
        name = f"{number}.jpg"
        told = predicted("photos", *(DOG if number % 2 else BEACH))
        holiday.photos.store([stored_file(folder.id, name, name, predictions=[told])])
        holiday.decisions.decide([1 + number % 6], "photos/dog", Verdict.REJECTED)
        searcher.refresh()
    ends.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(searcher.search("beach OR dog").ids) == 33 - 1

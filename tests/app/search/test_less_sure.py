"""What a query nearly finds: offered behind the sure ones, likeliest first."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app.library.library import Library
from app.library.records import Folder, Verdict
from app.search.searcher import Searcher
from tests.support.libraries import predicted, stored_file

LABELS = (
    {"id": "animal", "name": "animal", "threshold": 0.8},
    {"id": "dog", "name": "dog", "threshold": 0.8, "parents": ["animal"]},
    {"id": "corgi", "name": "corgi", "threshold": 0.6, "parents": ["dog"]},
    {
        "id": "monkey",
        "name": "monkey",
        "threshold": 0.6,
        "parents": ["animal"],
        "hidden_with": ["person"],
    },
    {"id": "person", "name": "person", "threshold": 0.6},
    {"id": "child", "name": "child", "threshold": 0.8, "parents": ["person"]},
    {"id": "man", "name": "man", "threshold": None, "parents": ["person"]},
    {"id": "beach", "name": "beach", "threshold": 0.6},
    {
        "id": "photo",
        "name": "photo",
        "group": "kind",
        "threshold": 0.6,
        "hidden_with": ["person", "beach"],
    },
)
WORDS = [str(label["id"]) for label in LABELS]
NEWEST = datetime(2021, 8, 28, 12)


class Photos:
    """A library to put photos in by what is predicted of them."""

    def __init__(self, library: Library, folder: Folder) -> None:
        self.library = library
        self._folder = folder
        self._count = 0
        labels = [{"group": "things"} | label for label in LABELS]
        library.packs.register("photos", "1", json.dumps(labels))
        self.searcher = Searcher(library)

    def add(self, **likely: float) -> int:
        """Add a photo, each a day older than the one before; return its id."""
        self._count += 1
        values = predicted("photos", *(likely.get(word, 0.0) for word in WORDS))
        file = stored_file(
            self._folder.id,
            f"{self._count}.jpg",
            f"{self._count}",
            predictions=[values],
            taken=NEWEST - timedelta(days=self._count),
        )
        return self.library.photos.store([file]).photo_ids[0]

    def decide(self, photo: int, word: str, verdict: Verdict | None) -> None:
        self.library.decisions.decide([photo], f"photos/{word}", verdict)

    def found(self, query: str) -> tuple[list[int], list[int]]:
        """Return the sure and the less sure photos."""
        self.searcher.refresh()
        result = self.searcher.search(query)
        return result.ids.tolist(), self.searcher.less_sure(result).ids.tolist()


@pytest.fixture
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photos]:
    place = tmp_path_factory.mktemp("library")
    (place / "Pictures").mkdir()
    with Library.open(place / "library.sqlite") as library:
        made = Photos(library, library.folders.add(place / "Pictures"))
        yield made
        made.searcher.close()


def test_the_sure_ones_come_first_and_the_likeliest_of_the_others_next(photos: Photos) -> None:
    faint, half, sure, nearly_sure = (photos.add(beach=p) for p in (0.29, 0.31, 0.6, 0.59))
    assert photos.found("beach") == ([sure], [nearly_sure, half])
    assert faint not in photos.found("beach")[1]


def test_equally_likely_ones_come_newest_first(photos: Photos) -> None:
    newest, older = photos.add(beach=0.4), photos.add(beach=0.4)
    assert photos.found("beach sort:name")[1] == [newest, older]


def test_a_dog_is_less_sure_where_a_corgi_nearly_is_one(photos: Photos) -> None:
    photo = photos.add(dog=0.35, corgi=0.31)
    assert photos.found("dog") == ([], [photo])
    assert photos.found("animal") == ([], [photo])


def test_a_label_that_is_never_shown_is_offered_where_it_is_as_likely_as_not(
    photos: Photos,
) -> None:
    likely, unlikely = photos.add(man=0.51), photos.add(man=0.49)
    assert photos.found("man") == ([], [likely])
    assert unlikely not in photos.found("person")[1]


def test_what_was_rejected_is_not_offered_again(photos: Photos) -> None:
    photo = photos.add(dog=0.5, corgi=0.5)
    photos.decide(photo, "corgi", Verdict.REJECTED)
    assert photos.found("corgi") == ([], [])
    assert photos.found("dog") == ([], [photo])
    photos.decide(photo, "animal", Verdict.REJECTED)
    assert photos.found("dog") == ([], [])
    photos.decide(photo, "animal", None)
    photos.decide(photo, "dog", Verdict.ACCEPTED)
    assert photos.found("dog") == ([photo], [])


def test_an_exclusion_grows_neither_stricter_nor_laxer(photos: Photos) -> None:
    alone = photos.add(beach=0.4)
    with_maybe_dog = photos.add(beach=0.5, dog=0.5)
    photos.add(beach=0.5, dog=0.9)
    assert photos.found("beach -dog") == ([], [with_maybe_dog, alone])
    assert photos.found("-dog") == ([alone, with_maybe_dog], [])
    assert photos.found("beach -(dog OR name:1.jpg)") == ([], [with_maybe_dog])
    assert photos.found("-(-beach)") == ([], [with_maybe_dog, 3, alone])


def test_of_several_labels_the_least_likely_counts(photos: Photos) -> None:
    lame = photos.add(beach=0.59, dog=0.45)
    even = photos.add(beach=0.5, dog=0.5)
    matched = photos.add(beach=0.9, dog=0.55)
    photos.add(beach=0.9, dog=0.1)
    assert photos.found("beach dog") == ([], [matched, even, lame])


def test_either_of_two_labels_is_enough(photos: Photos) -> None:
    beach, dog, sure = photos.add(beach=0.4), photos.add(dog=0.5), photos.add(dog=0.9, beach=0.4)
    assert photos.found("beach OR dog") == ([sure], [dog, beach])


def test_all_else_in_the_query_holds(photos: Photos) -> None:
    first, second = photos.add(beach=0.4), photos.add(beach=0.5)
    assert photos.found("beach name:1.jpg") == ([], [first])
    assert photos.found("beach taken:2021-08-26") == ([], [second])
    assert photos.found("beach is:unlabelled") == ([], [second, first])


@pytest.mark.parametrize(
    "query",
    ["", "beach>0.1", "dog beach<0.9", "name:1", "1.jpg", "-beach", "sort:name", "is:unlabelled"],
)
def test_a_query_that_says_exactly_what_it_wants_has_none(photos: Photos, query: str) -> None:
    photos.add(beach=0.5, dog=0.9)
    photos.searcher.refresh()
    result = photos.searcher.search(query)
    assert result.asked_labels == ()
    assert photos.searcher.less_sure(result).ids.tolist() == []


def test_nobody_is_offered_for_a_word_that_must_not_stand_beside_a_person(photos: Photos) -> None:
    alone = photos.add(monkey=0.5)
    photos.add(monkey=0.5, person=0.9)
    photos.add(monkey=0.5, child=0.45)
    photos.add(monkey=0.5, man=0.6)
    mistaken = photos.add(monkey=0.5, person=0.5)
    assert photos.found("monkey") == ([], [alone])
    assert photos.found("animal") == ([], [alone])
    photos.decide(mistaken, "person", Verdict.REJECTED)
    assert photos.found("monkey") == ([], [alone, mistaken])


def test_the_inspector_does_not_offer_it_beside_a_person_either(photos: Photos) -> None:
    with_person, alone = photos.add(monkey=0.5, person=0.5), photos.add(monkey=0.5)
    surely = photos.add(monkey=0.5, child=0.9)
    photos.searcher.refresh()

    def offered(photo: int) -> set[str]:
        [found] = photos.searcher.labels_of([photo])
        return {label.name for label in found.labels if not label.shown}

    assert offered(with_person) == {"person"}
    assert offered(alone) == {"monkey"}
    assert "monkey" not in offered(surely)
    several = photos.searcher.summary_of([alone, surely])
    assert "monkey" not in {label.name for label in several.less_sure}
    assert [label.name for label in photos.searcher.summary_of([alone]).less_sure] == ["monkey"]
    photos.decide(with_person, "person", Verdict.REJECTED)
    assert offered(with_person) == {"person", "monkey"}  # rejected, and offered


def test_of_what_kind_a_picture_is_may_be_asked_whatever_is_on_it(photos: Photos) -> None:
    photo = photos.add(photo=0.5, beach=0.9)
    assert photos.found("photo") == ([], [photo])


def test_a_photo_that_became_sure_since_is_not_listed_twice(photos: Photos) -> None:
    one, two = photos.add(beach=0.5), photos.add(beach=0.5)
    photos.decide(one, "beach", Verdict.ACCEPTED)
    photos.searcher.refresh()
    result = photos.searcher.search("beach")
    photos.decide(one, "beach", None)
    photos.decide(two, "beach", Verdict.ACCEPTED)
    photos.searcher.refresh()
    assert photos.searcher.less_sure(result).ids.tolist() == []
    assert photos.found("beach") == ([two], [one])


def test_the_users_own_labels_are_there_or_not(photos: Photos) -> None:
    photo = photos.add(beach=0.9)
    photos.library.decisions.decide([photo], "user/holiday", Verdict.ACCEPTED, label_name="holiday")
    assert photos.found("holiday") == ([photo], [])


def test_a_parent_finds_what_matches_below_it(photos: Photos) -> None:
    corgi = photos.add(corgi=0.7)
    assert photos.found("animal") == ([corgi], [])

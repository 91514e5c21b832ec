"""What the inspector and the Explore page are told."""

import json

from app.library.library import Library
from app.library.records import Folder, Verdict
from app.search.results import PhotoLabel
from app.search.searcher import Searcher
from tests.app.search.conftest import CAT, DOG
from tests.support.libraries import closed, predicted, stored_file


def names(labels: tuple[PhotoLabel, ...], *, shown: bool = True) -> list[str]:
    return [label.name for label in labels if label.shown is shown]


def test_only_the_most_special_labels_are_shown_and_the_most_special_first(
    searcher: Searcher,
) -> None:
    labels = searcher.labels_of([2])[0].labels

    assert names(labels) == ["dog", "photo", "beach"]
    assert labels[2].probability == 204 / 255
    assert labels[2].threshold == 0.6
    assert labels[2].match


def test_of_the_kinds_of_picture_one_is_shown(searcher: Searcher) -> None:
    assert names(searcher.labels_of([5])[0].labels) == ["science fiction", "poster"]


def test_less_sure_labels_follow_likeliest_first(searcher: Searcher) -> None:
    labels = searcher.labels_of([1])[0].labels

    assert names(labels, shown=False) == ["beach", "poster", "cat"]
    assert not any(label.match for label in labels if not label.shown)


def test_decisions_are_told_and_can_be_taken_back(holiday: Library, searcher: Searcher) -> None:
    own = holiday.labels.create("Rex")
    holiday.decisions.decide([2], own.key, Verdict.ACCEPTED)
    holiday.decisions.decide([2], "photos/animal", Verdict.ACCEPTED)
    holiday.decisions.decide([2], "photos/beach", Verdict.REJECTED)
    holiday.decisions.decide([2], "genres/drama", Verdict.REJECTED)
    searcher.refresh()

    labels = searcher.labels_of([2])[0].labels

    told = [(label.name, label.shown, label.verdict) for label in labels if label.verdict]
    assert told == [
        ("Rex", True, Verdict.ACCEPTED),
        ("animal", False, Verdict.ACCEPTED),  # "dog" says it already
        ("beach", False, Verdict.REJECTED),
        ("drama", False, Verdict.REJECTED),
    ]
    assert names(labels) == ["Rex", "dog", "photo"]
    by_name = {label.name: label for label in labels}
    assert by_name["beach"].probability == 204 / 255
    assert not by_name["beach"].match
    assert by_name["drama"].probability is None


def test_a_decision_that_came_from_an_older_content_says_so(
    holiday: Library, searcher: Searcher, folder: Folder
) -> None:
    holiday.decisions.decide([3], "photos/cat", Verdict.REJECTED)
    new = stored_file(
        folder.id, "Home/mia.png", "edited", predictions=[predicted("photos", *CAT)], size=2
    )
    photo = holiday.photos.store([new]).photo_ids[0]
    searcher.refresh()

    found = {label.name: label for label in searcher.labels_of([photo])[0].labels}

    assert found["cat"].carried_over
    assert found["cat"].verdict is Verdict.REJECTED
    assert searcher.search("cat").ids.tolist() == []


def test_a_photo_nobody_looked_at_has_no_labels(searcher: Searcher) -> None:
    assert searcher.labels_of([6])[0].labels == ()
    assert searcher.labels_of([]) == []


def test_what_a_closed_gate_kept_from_being_asked_can_be_accepted(
    holiday: Library, searcher: Searcher
) -> None:
    holiday.predictions.store({1: [closed("genres")]})
    holiday.decisions.decide([1], "genres/drama", Verdict.ACCEPTED)
    searcher.refresh()

    assert "drama" in names(searcher.labels_of([1])[0].labels)
    assert searcher.search("drama").ids.tolist() == [1]


def test_a_muted_label_is_not_shown_but_found(holiday: Library, searcher: Searcher) -> None:
    holiday.labels.set_muted("photos/photo", True)
    holiday.labels.set_muted("photos/dog", True)
    assert searcher.refresh()

    assert names(searcher.labels_of([1])[0].labels) == []
    assert searcher.search("dog").ids.tolist() == [2, 1]
    assert searcher.search("").counts["photos/dog"] == 2
    assert "dog" not in {tile.name for tile in searcher.explore()}
    assert [each.text for each in searcher.complete("do", 2)] == ['"hot dog"']


def test_many_photos_say_together_what_each_of_them_says(
    holiday: Library, searcher: Searcher
) -> None:
    own = holiday.labels.create("Rex")
    holiday.decisions.decide([1, 2], own.key, Verdict.ACCEPTED)
    holiday.decisions.decide([1], "photos/dog", Verdict.REJECTED)
    holiday.decisions.decide([5], "photos/hot-dog", Verdict.REJECTED)
    searcher.refresh()

    summary = searcher.summary_of([5, 4, 3, 2, 1, 6])

    assert summary.photos == 6
    told = {label.name: (label.matching, label.foremost) for label in summary.sure}
    assert told == {
        "photo": (5, 5),
        "animal": (3, 1),  # by itself on the photo of which "dog" was rejected
        "beach": (2, 2),
        "Rex": (2, 2),
        "science fiction": (1, 1),
        "cat": (1, 1),
        "dog": (1, 1),
        "poster": (1, 1),
        "hot dog": (0, 0),
    }
    assert (summary.sure[0].name, summary.sure[-1].name) == ("photo", "hot dog")
    assert [label.name for label in summary.less_sure] == ["drama"]
    assert summary.covered == ()
    dog = next(label for label in summary.sure if label.name == "dog")
    assert (dog.predicted, dog.accepted, dog.rejected, dog.known) == (2, 0, 1, 5)
    assert dog.probability is not None
    assert abs(dog.probability - (0.95 + 0.70 + 0.02 + 0.01 + 0.01) / 5) < 0.002


def test_a_label_that_a_better_one_stands_for_everywhere_is_told_apart(
    searcher: Searcher,
) -> None:
    summary = searcher.summary_of([1, 2])

    assert [label.name for label in summary.covered] == ["animal"]
    assert summary.covered[0].matching == 2


def test_of_photos_that_are_none_nothing_is_said(searcher: Searcher) -> None:
    assert searcher.summary_of([]).sure == ()
    assert searcher.summary_of([6]).sure == ()
    assert searcher.summary_of([-3, 0, 700_000]).less_sure == ()


def test_of_many_photos_a_muted_label_says_nothing(holiday: Library, searcher: Searcher) -> None:
    holiday.labels.set_muted("photos/beach", True)
    searcher.refresh()

    summary = searcher.summary_of([1, 2, 3, 4])

    assert "beach" not in {label.name for label in (*summary.sure, *summary.less_sure)}


def test_a_label_hidden_beside_another_is_foremost_only_without_it(
    library: Library, folder: Folder
) -> None:
    labels = [
        {"id": "beach", "name": "beach", "group": "places", "threshold": 0.5},
        {
            "id": "sand",
            "name": "sand",
            "group": "places",
            "threshold": 0.5,
            "hidden_with": ["beach"],
        },
    ]
    library.packs.register("places", "1", json.dumps(labels))
    library.photos.store(
        [
            stored_file(folder.id, f"{at}.jpg", f"{at}", predictions=[predicted("places", *both)])
            for at, both in enumerate([(0.9, 0.9), (0.1, 0.9), (0.9, 0.1)])
        ]
    )

    sure = Searcher(library).summary_of([1, 2, 3]).sure

    assert [(each.name, each.matching, each.foremost) for each in sure] == [
        ("beach", 2, 2),
        ("sand", 2, 1),
    ]


def test_explore_shows_the_most_frequent_labels_with_their_best_pictures(
    holiday: Library, searcher: Searcher
) -> None:
    tiles = searcher.explore()

    assert [(tile.name, tile.count, tile.photo_id) for tile in tiles] == [
        ("animal", 3, 1),
        ("beach", 2, 4),
        ("dog", 2, 2),  # photo 1 shows it better, but stands for animals
        ("cat", 1, 3),
        ("science fiction", 1, 5),
    ]
    assert tiles[0].key == "photos/animal"
    assert tiles[0].content_hash == holiday.photos.cards([1])[0].content_hash
    assert [tile.name for tile in searcher.explore(limit=2)] == ["animal", "beach"]


def test_explore_leaves_out_a_label_that_says_nothing_more(
    holiday: Library, searcher: Searcher
) -> None:
    holiday.decisions.decide([3], "photos/cat", Verdict.REJECTED)
    searcher.refresh()

    assert "animal" not in {tile.name for tile in searcher.explore()}


def test_explore_shows_own_labels_too(holiday: Library, searcher: Searcher, folder: Folder) -> None:
    own = holiday.labels.create("Favourite")
    name = "new.jpg"
    made = stored_file(folder.id, name, name, predictions=[predicted("photos", *DOG)])
    photo = holiday.photos.store([made]).photo_ids[0]
    holiday.decisions.decide([photo], own.key, Verdict.ACCEPTED)
    searcher.refresh()

    tile = next(tile for tile in searcher.explore() if tile.key == own.key)
    assert (tile.photo_id, tile.count) == (photo, 1)

import json

import numpy as np
import pytest

from app.library.errors import LibraryError
from app.library.library import Library
from app.library.records import Folder, NewPrediction, Verdict
from tests.support.libraries import closed, predicted, stored_file

POSTER = "photos/poster"
GATE = ("photos", POSTER)


@pytest.fixture(autouse=True)
def _four_photos(library: Library, folder: Folder) -> None:
    library.packs.register("photos", "1", "[]")
    library.packs.register("genres", "1", "[]")
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(4)])


def needing_genres(library: Library) -> list[int]:
    return library.predictions.needing("genres", "1", gate=GATE)


def test_photos_that_a_pack_never_saw_need_it(library: Library) -> None:
    library.predictions.store({2: [predicted("photos", 0.1)]})
    assert library.predictions.needing("photos", "1") == [1, 3, 4]
    assert library.predictions.needing("photos", "1", limit=2) == [1, 3]
    assert library.predictions.needing("photos", "1", after_id=3) == [4]


def test_a_photo_without_any_label_is_not_an_unseen_photo(library: Library) -> None:
    library.predictions.store({1: [predicted("photos", 0.0, 0.0)]})
    assert 1 not in library.predictions.needing("photos", "1")


def test_a_new_version_of_a_pack_has_everything_to_see(library: Library) -> None:
    library.predictions.store({photo: [predicted("photos", 0.1)] for photo in (1, 2, 3, 4)})
    assert library.predictions.needing("photos", "1") == []
    library.packs.register("photos", "2", "[]")
    assert library.predictions.needing("photos", "2") == [1, 2, 3, 4]


def test_the_same_version_with_other_labels_has_everything_to_see(library: Library) -> None:
    library.predictions.store({photo: [predicted("photos", 0.1)] for photo in (1, 2, 3, 4)})
    library.packs.register("photos", "1", '[{"id": "other"}]')
    assert library.predictions.needing("photos", "1") == [1, 2, 3, 4]


def test_photos_on_a_drive_that_is_away_wait(library: Library, folder: Folder) -> None:
    library.folders.set_offline(folder.id, True)
    assert library.predictions.needing("photos", "1") == []
    library.folders.set_offline(folder.id, False)
    library.files.remove([library.files.known(folder.id)["0.jpg"].id])
    assert library.predictions.needing("photos", "1") == [2, 3, 4]


def test_a_closed_gate_is_looked_at_again_when_its_pack_changes(library: Library) -> None:
    library.predictions.store({photo: [closed("genres")] for photo in (1, 2, 3)})
    library.predictions.store({4: [predicted("genres", 0.5)]})
    assert needing_genres(library) == []
    library.packs.register("photos", "2", "[]")
    assert needing_genres(library) == [1, 2, 3]


def test_a_gate_closed_for_want_of_its_pack_is_looked_at_when_it_comes(library: Library) -> None:
    library.packs.retire("photos")
    library.predictions.store(
        {photo: [closed("genres", gate_version=None)] for photo in (1, 2, 3, 4)}
    )
    assert needing_genres(library) == []
    library.packs.register("photos", "1", "[]")
    assert needing_genres(library) == [1, 2, 3, 4]


def test_a_decision_on_the_gates_label_wins(library: Library) -> None:
    library.predictions.store({photo: [closed("genres")] for photo in (1, 2)})
    library.predictions.store({photo: [predicted("genres", 0.5)] for photo in (3, 4)})
    library.decisions.decide([1, 3], POSTER, Verdict.ACCEPTED)
    library.decisions.decide([2, 4], POSTER, Verdict.REJECTED)
    assert needing_genres(library) == [1, 4]
    library.predictions.store({1: [predicted("genres", 0.5)], 4: [closed("genres")]})
    assert needing_genres(library) == []
    library.packs.register("photos", "2", "[]")
    assert needing_genres(library) == []


def test_a_pack_that_lost_its_gate_sees_what_was_closed(library: Library) -> None:
    library.predictions.store({1: [closed("genres")], 2: [predicted("genres", 0.5)]})
    assert library.predictions.needing("genres", "1") == [1, 3, 4]


def test_predictions_come_back_as_they_were_given(library: Library) -> None:
    codes = np.arange(256, dtype=np.uint8)
    embedding = np.linspace(-1, 1, 16).astype(np.float16)
    library.predictions.store(
        {
            1: [
                NewPrediction("photos", "1", codes, embedding, None),
                closed("genres", gate_version="7"),
            ]
        }
    )
    photos, genres = library.predictions.of([1, 2])[1]
    assert (photos.pack, photos.version, photos.gate_version) == ("photos", "1", None)
    np.testing.assert_array_equal(photos.codes, codes)
    assert (genres.pack, genres.codes, genres.gate_version) == ("genres", None, "7")
    np.testing.assert_array_equal(library.predictions.embeddings("photos", [1, 2])[1], embedding)
    assert library.predictions.of([2]) == {2: []}


def test_a_newer_prediction_replaces_the_older(library: Library) -> None:
    embedding = np.ones(4, np.float16)
    library.predictions.store(
        {1: [NewPrediction("photos", "1", np.array([10], np.uint8), embedding, None)]}
    )
    library.packs.register("photos", "2", "[]")
    library.predictions.store({1: [predicted("photos", 1.0, version="2")]})
    (said,) = library.predictions.of([1])[1]
    assert said.version == "2"
    np.testing.assert_array_equal(said.codes, [255])
    assert library.predictions.embeddings("photos", [1]) == {}


def test_predictions_of_an_unknown_pack_are_refused_whole(library: Library) -> None:
    with pytest.raises(LibraryError, match="not registered"):
        library.predictions.store({1: [predicted("photos", 0.5)], 2: [predicted("none", 0.5)]})
    assert library.predictions.of([1])[1] == []
    library.predictions.store({})


def test_an_older_version_is_kept_while_something_of_it_is_shown(library: Library) -> None:
    library.predictions.store({1: [predicted("photos", 0.5)], 2: [predicted("photos", 0.5)]})
    second = library.packs.register("photos", "2", json.dumps([{"id": "new"}]))
    assert [(one.version, one.current) for one in library.packs.all() if one.pack == "photos"] == [
        ("1", False),
        ("2", True),
    ]
    library.predictions.store({photo: [predicted("photos", 0.5, version="2")] for photo in (1, 2)})
    library.packs.register("genres", "2", "[]")
    assert [one for one in library.packs.all() if one.pack == "photos"] == [second]


def test_registering_what_is_current_changes_nothing(library: Library) -> None:
    before = library.revision
    first = library.packs.register("photos", "1", "[]")
    assert library.packs.register("photos", "1", "[]") == first
    assert library.revision == before


def test_a_pack_that_comes_back_finds_its_predictions(library: Library) -> None:
    library.predictions.store({1: [predicted("photos", 0.5)]})
    library.packs.retire("photos")
    assert [one.current for one in library.packs.all() if one.pack == "photos"] == [False]
    library.packs.register("photos", "1", "[]")
    assert library.predictions.needing("photos", "1") == [2, 3, 4]

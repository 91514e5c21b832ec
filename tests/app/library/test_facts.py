from datetime import UTC, datetime

import numpy as np
import pytest

from app.library.library import Library
from app.library.records import Folder, Verdict
from tests.support.libraries import (
    GENRES,
    PHOTOS,
    MadePack,
    closed,
    fill,
    predicted,
    stored_file,
)

DOG = "photos/dog"


def test_search_gets_the_facts_of_every_photo(library: Library, folder: Folder) -> None:
    taken = datetime(1969, 7, 20, 20, 17, 40)
    library.photos.store([stored_file(folder.id, "a.jpg", "a", taken=taken)])
    library.photos.store([stored_file(folder.id, "b.jpg", "b")])
    library.files.remove([library.files.known(folder.id)["b.jpg"].id])
    facts = library.facts.facts_since(0)
    assert facts.revision == library.revision
    np.testing.assert_array_equal(facts.ids, [1, 2])
    np.testing.assert_array_equal(facts.visible, [True, False])
    assert facts.taken[0] == taken.replace(tzinfo=UTC).timestamp()
    assert library.photos.cards([1])[0].taken == taken
    assert abs(facts.added[0] - datetime.now(UTC).timestamp()) < 60
    assert (facts.ids.dtype, facts.taken.dtype, facts.visible.dtype) == (np.int64, np.int64, bool)


def test_an_empty_library_has_empty_facts(library: Library) -> None:
    facts = library.facts.facts_since(0)
    assert len(facts.ids) == len(facts.visible) == 0
    assert list(library.facts.predictions_since(0)) == []
    assert library.facts.decisions_since(0) == []
    assert len(library.facts.name_order()) == 0


def test_search_catches_up_with_every_kind_of_change(library: Library, folder: Folder) -> None:
    library.packs.register("photos", "1", "[]")
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(6)])

    def changed_by(change: object) -> list[int]:
        before = library.revision
        change()
        return library.facts.facts_since(before).ids.tolist()

    known = library.files.known(folder.id)
    assert changed_by(lambda: library.decisions.decide([2, 3], DOG, Verdict.ACCEPTED)) == [2, 3]
    assert changed_by(lambda: library.decisions.undo()) == [2, 3]
    assert changed_by(lambda: library.decisions.redo()) == [2, 3]
    assert changed_by(lambda: library.decisions.decide([2], DOG, None)) == [2]
    assert changed_by(lambda: library.predictions.store({4: [predicted("photos", 0.5)]})) == [4]
    assert changed_by(lambda: library.files.remove([known["0.jpg"].id])) == [1]
    edited = stored_file(folder.id, "5.jpg", "edited")
    assert changed_by(lambda: library.photos.store([edited])) == [6, 7]
    assert changed_by(lambda: library.folders.remove(folder.id)) == [2, 3, 4, 5, 7]
    assert changed_by(lambda: None) == []


def test_all_decisions_of_a_changed_photo_come_with_it(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(3)])
    library.decisions.decide([1, 2], DOG, Verdict.ACCEPTED)
    before = library.revision
    library.decisions.decide([2], "photos/cat", Verdict.REJECTED)
    assert sorted(library.facts.decisions_since(before)) == [
        (2, "photos/cat", False),
        (2, DOG, True),
    ]
    assert len(library.facts.decisions_since(0)) == 3


def test_predictions_come_as_blocks_of_one_version(library: Library, folder: Folder) -> None:
    first = library.packs.register("photos", "1", "[]").id
    genres = library.packs.register("genres", "1", "[]").id
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(5)])
    library.predictions.store({photo: [predicted("photos", 0.2, 1.0)] for photo in (1, 2, 3, 4)})
    library.predictions.store({1: [predicted("genres", 0.6)], 2: [closed("genres")]})
    second = library.packs.register("photos", "2", "[]").id
    before = library.revision
    library.predictions.store({2: [predicted("photos", 0.0, 0.4, 0.8, version="2")]})

    everything = {}
    for block in library.facts.predictions_since(0):
        everything[block.pack_version_id] = (
            block.ids.tolist(),
            block.codes.tolist(),
            block.closed.tolist(),
        )
    assert everything == {
        first: ([1, 3, 4], [[51, 255]] * 3, []),
        second: ([2], [[0, 102, 204]], []),
        genres: ([1], [[153]], [2]),
    }
    later = {
        block.pack_version_id: (block.ids.tolist(), block.closed.tolist())
        for block in library.facts.predictions_since(before)
    }
    assert later == {second: ([2], []), genres: ([], [2])}


def test_a_snapshot_does_not_change_under_its_reader(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    with library.facts.snapshot() as snapshot:
        library.photos.store([stored_file(folder.id, "b.jpg", "b")])
        library.decisions.decide([1], DOG, Verdict.ACCEPTED)
        assert snapshot.facts_since(0).ids.tolist() == [1]
        assert snapshot.decisions_since(0) == []
        assert snapshot.revision < library.revision
    assert library.facts.facts_since(0).ids.tolist() == [1, 2]


def test_photos_are_ordered_by_name_whatever_the_case(library: Library, folder: Folder) -> None:
    names = ["b.jpg", "A.jpg", "sub/c.jpg", "a.jpg"]
    library.photos.store([stored_file(folder.id, name, name) for name in names])
    library.photos.store([stored_file(folder.id, "0 copy of c.jpg", "sub/c.jpg")])
    assert library.facts.name_order().tolist() == [3, 2, 4, 1]


@pytest.mark.parametrize("packs", [(PHOTOS, GENRES), (MadePack("genres", ("a", "b"), sees=0.5),)])
def test_a_made_up_library_is_what_it_says(library: Library, packs: tuple[MadePack, ...]) -> None:
    filled = fill(library, photos=300, packs=packs, seed=3, decisions=50)
    more = fill(library, photos=20, packs=packs, seed=4, thumbnail=b"jpeg")
    assert (filled.first, filled.last, more.first, more.last) == (1, 300, 301, 320)
    assert library.photos.count() == 320
    assert len(library.files.known(filled.folder_id)) == 300
    assert 0 < len(library.facts.decisions_since(0)) <= 50
    facts = library.facts.facts_since(0)
    assert facts.ids.tolist() == list(range(1, 321))
    seen = dict.fromkeys((pack.id for pack in packs), 0)
    for block in library.facts.predictions_since(0):
        (pack,) = [one.pack for one in library.packs.all() if one.id == block.pack_version_id]
        seen[pack] += len(block.ids) + len(block.closed)
        if pack == "photos":
            shares = (block.codes >= 128).mean(axis=0)
            assert shares[0] > 0.2 > shares[10]
    assert set(seen.values()) == {320}
    card = library.photos.cards([301])[0]
    assert library.thumbnails.get(card.content_hash) == b"jpeg"

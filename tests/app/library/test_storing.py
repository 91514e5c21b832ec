from pathlib import Path

import numpy as np
import pytest

from app.library.errors import LibraryError
from app.library.library import Library
from app.library.records import FailedFile, Folder, SeenFile, StoredFile, StoreOutcome, Verdict
from tests.support.libraries import closed, content_of, predicted, stored_file

DOG = "photos/dog"


def names(library: Library, photo_id: int) -> list[str]:
    return [path.relpath for path in library.photos.details([photo_id])[0].paths]


def words(library: Library, photo_id: int) -> dict[str, tuple[Verdict, bool]]:
    return {
        one.label: (one.verdict, one.carried_over)
        for one in library.decisions.of([photo_id])[photo_id]
    }


def failed(folder: Folder, relpath: str) -> FailedFile:
    return FailedFile(SeenFile(folder.id, relpath, 7, 7), "truncated", "The file is cut short.")


def test_a_new_photo_is_there_with_everything_said_of_it(
    library: Library, folder: Folder, pictures: Path
) -> None:
    library.packs.register("photos", "1", "[]")
    item = stored_file(
        folder.id, "sub/a.jpg", "a", predictions=[predicted("photos", 0.2, 1.0)], thumbnail=b"jpeg"
    )
    outcome = library.photos.store([item])
    assert outcome == StoreOutcome(added=1, photo_ids=(1,))
    details = library.photos.details([1])[0]
    assert details.card.name == "a.jpg"
    assert details.card.taken == item.photo.taken
    assert details.paths[0].path == pictures / "sub" / "a.jpg"
    assert (details.bytes, details.format, details.taken_from) == (1000, "JPEG", "exif")
    (said,) = library.predictions.of([1])[1]
    np.testing.assert_array_equal(said.codes, [51, 255])
    assert library.thumbnails.get(content_of("a")) == b"jpeg"


def test_two_copies_are_one_photo_at_two_paths(library: Library, folder: Folder) -> None:
    library.packs.register("photos", "1", "[]")
    said = [predicted("photos", 0.5)]
    both = [stored_file(folder.id, name, "a", predictions=said) for name in ("a.jpg", "b.jpg")]
    assert library.photos.store(both).photo_ids == (1, 1)
    assert library.photos.count() == 1
    assert names(library, 1) == ["a.jpg", "b.jpg"]


def test_a_copy_of_a_known_photo_needs_only_its_number(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    copy = StoredFile(SeenFile(folder.id, "b.jpg", 1, 1), None, photo_id=1)
    assert library.photos.store([copy]) == StoreOutcome(added=1, photo_ids=(1,))
    assert names(library, 1) == ["a.jpg", "b.jpg"]


def test_a_moved_photo_keeps_its_decisions(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    library.files.remove([library.files.known(folder.id)["a.jpg"].id])
    assert library.photos.count() == 0
    outcome = library.photos.store([stored_file(folder.id, "new/b.jpg", "a")])
    assert outcome == StoreOutcome(moved=1, photo_ids=(1,))
    assert words(library, 1) == {DOG: (Verdict.ACCEPTED, False)}
    assert library.photos.count() == 1


def test_an_edited_photo_inherits_what_was_decided(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "before")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    library.decisions.decide([1], "photos/cat", Verdict.REJECTED)
    outcome = library.photos.store([stored_file(folder.id, "a.jpg", "after")])
    assert outcome == StoreOutcome(updated=1, carried=1, photo_ids=(2,))
    assert words(library, 2) == {
        DOG: (Verdict.ACCEPTED, True),
        "photos/cat": (Verdict.REJECTED, True),
    }
    assert words(library, 1)[DOG] == (Verdict.ACCEPTED, False)


def test_a_photo_edited_twice_still_has_them(library: Library, folder: Folder) -> None:
    for content in ("one", "two", "three"):
        library.photos.store([stored_file(folder.id, "a.jpg", content)])
        if content == "one":
            library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    assert words(library, 3) == {DOG: (Verdict.ACCEPTED, True)}


def test_nothing_is_inherited_while_the_former_photo_has_another_path(
    library: Library, folder: Folder
) -> None:
    library.photos.store([stored_file(folder.id, name, "before") for name in ("a.jpg", "b.jpg")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    outcome = library.photos.store([stored_file(folder.id, "a.jpg", "after")])
    assert outcome.carried == 0
    assert words(library, 2) == {}


def test_two_copies_edited_alike_inherit_with_the_second(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, name, "before") for name in ("a.jpg", "b.jpg")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    library.photos.store([stored_file(folder.id, "a.jpg", "after")])
    library.decisions.decide([2], DOG, Verdict.REJECTED)
    library.decisions.decide([1], "photos/cat", Verdict.ACCEPTED)
    outcome = library.photos.store([stored_file(folder.id, "b.jpg", "after")])
    assert outcome.carried == 1
    assert words(library, 2) == {
        DOG: (Verdict.REJECTED, False),
        "photos/cat": (Verdict.ACCEPTED, True),
    }


def test_a_photo_moved_over_another_does_not_inherit_from_it(
    library: Library, folder: Folder
) -> None:
    library.photos.store([stored_file(folder.id, name, name) for name in ("a.jpg", "b.jpg")])
    library.decisions.decide([2], DOG, Verdict.ACCEPTED)
    library.files.remove([library.files.known(folder.id)["a.jpg"].id])
    library.photos.store([stored_file(folder.id, "b.jpg", "a.jpg")])
    assert words(library, 1) == {}
    assert words(library, 2) == {DOG: (Verdict.ACCEPTED, False)}


def test_a_rename_beside_a_new_picture_under_the_old_name_carries_nothing(
    library: Library, folder: Folder
) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "old")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    outcome = library.photos.store(
        [stored_file(folder.id, "a.jpg", "new"), stored_file(folder.id, "b.jpg", "old")]
    )
    assert outcome == StoreOutcome(updated=1, moved=1, photo_ids=(2, 1))
    assert words(library, 2) == {}
    assert words(library, 1) == {DOG: (Verdict.ACCEPTED, False)}


def test_two_photos_that_swap_names_swap_nothing_else(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, name, name) for name in ("a.jpg", "b.jpg")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    library.photos.store(
        [stored_file(folder.id, "a.jpg", "b.jpg"), stored_file(folder.id, "b.jpg", "a.jpg")]
    )
    assert words(library, 1) == {DOG: (Verdict.ACCEPTED, False)}
    assert words(library, 2) == {}
    assert names(library, 1) == ["b.jpg"]


def test_a_copy_cut_short_does_not_part_a_photo_from_its_decisions(
    library: Library, folder: Folder
) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "before")])
    library.decisions.decide([1], DOG, Verdict.ACCEPTED)
    for _ in range(2):
        assert library.photos.store([failed(folder, "a.jpg")]).failed == 1
        assert library.photos.count() == 0
    outcome = library.photos.store([stored_file(folder.id, "a.jpg", "after")])
    assert outcome == StoreOutcome(updated=1, carried=1, photo_ids=(2,))
    assert words(library, 2) == {DOG: (Verdict.ACCEPTED, True)}
    assert library.files.failures() == []


def test_a_photo_that_can_be_read_again_is_back_as_it_was(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.photos.store([failed(folder, "a.jpg")])
    outcome = library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    assert outcome == StoreOutcome(updated=1, photo_ids=(1,))
    assert library.photos.count() == 1


def test_a_path_stored_twice_in_a_batch_has_the_last_content(
    library: Library, folder: Folder
) -> None:
    outcome = library.photos.store(
        [stored_file(folder.id, "a.jpg", "one"), stored_file(folder.id, "a.jpg", "two")]
    )
    assert outcome == StoreOutcome(added=1, updated=1, photo_ids=(1, 2))
    assert [card.name for card in library.photos.cards([1, 2])] == ["", "a.jpg"]


def test_storing_what_is_known_changes_nothing(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    outcome = library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    assert outcome == StoreOutcome(unchanged=1, photo_ids=(1,))


def test_a_batch_with_a_mistake_leaves_nothing_behind(library: Library, folder: Folder) -> None:
    items = [
        stored_file(folder.id, "a.jpg", "a"),
        stored_file(folder.id, "b.jpg", "b", predictions=[predicted("unknown", 0.5)]),
    ]
    before = library.revision
    with pytest.raises(LibraryError, match="unknown 1 is not registered"):
        library.photos.store(items)
    assert library.revision == before
    assert library.photos.count() == 0
    assert library.files.known(folder.id) == {}


def test_an_empty_batch_changes_nothing(library: Library) -> None:
    before = library.revision
    assert library.photos.store([]) == StoreOutcome()
    assert library.revision == before


def test_cards_come_in_the_order_asked(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(5)])
    assert [card.id for card in library.photos.cards([4, 2, 99, 5, 2])] == [4, 2, 5, 2]
    assert [one.card.id for one in library.photos.details([3, 1])] == [3, 1]
    assert library.photos.cards([]) == []


def test_a_photo_is_shown_with_a_path_that_is_online(library: Library, tmp_path: Path) -> None:
    folders = []
    for name in ("usb", "home"):
        (tmp_path / name).mkdir()
        folders.append(library.folders.add(tmp_path / name))
        library.photos.store([stored_file(folders[-1].id, f"{name}.jpg", "same")])
    library.folders.set_offline(folders[0].id, True)
    assert library.photos.cards([1])[0].name == "home.jpg"
    assert [path.offline for path in library.photos.details([1])[0].paths] == [False, True]


def test_known_contents_are_found_also_while_hidden(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.files.remove([library.files.known(folder.id)["a.jpg"].id])
    assert library.photos.find([content_of("a"), content_of("b")]) == {content_of("a"): 1}


def test_photo_numbers_are_never_used_twice(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.folders.remove(folder.id)
    again = library.folders.add(folder.path)
    assert again.id != folder.id
    assert library.photos.store([stored_file(again.id, "a.jpg", "b")]).photo_ids == (2,)


def test_two_copies_with_a_closed_gate_are_stored_once(library: Library, folder: Folder) -> None:
    library.packs.register("genres", "1", "[]")
    items = [
        stored_file(folder.id, f"{at}.jpg", "a", predictions=[closed("genres")]) for at in "ab"
    ]
    library.photos.store(items)
    (said,) = library.predictions.of([1])[1]
    assert said.codes is None
    assert said.gate_version == "1"

from pathlib import Path

import numpy as np
import pytest

from app.library.errors import FolderError
from app.library.library import Library
from app.library.records import Folder, Verdict
from tests.support.libraries import stored_file


def test_a_folder_is_added_once(library: Library, folder: Folder, pictures: Path) -> None:
    assert library.folders.add(pictures) == folder
    assert library.folders.add(pictures / ".." / pictures.name) == folder
    assert library.folders.all() == [folder]
    assert folder.path == pictures
    assert folder.added_at.tzinfo is not None


def test_a_link_to_a_folder_is_that_folder(
    library: Library, folder: Folder, pictures: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(pictures)
    assert library.folders.add(link) == folder


def test_a_folder_inside_a_known_one_is_the_known_one(
    library: Library, folder: Folder, pictures: Path
) -> None:
    (pictures / "2020" / "beach").mkdir(parents=True)
    assert library.folders.add(pictures / "2020" / "beach") == folder
    assert library.folders.all() == [folder]


def test_a_folder_whose_name_begins_alike_is_another(
    library: Library, folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / "pictures-old").mkdir()
    assert library.folders.add(tmp_path / "pictures-old") != folder
    assert len(library.folders.all()) == 2


def test_a_folder_around_known_ones_takes_them_in_and_loses_nothing(
    library: Library, tmp_path: Path
) -> None:
    root = tmp_path / "all"
    first, second = root / "one", root / "deep" / "two"
    for path in (first, second):
        path.mkdir(parents=True)
    library.photos.store([stored_file(library.folders.add(first).id, "a.jpg", "a")])
    second_id = library.folders.add(second).id
    library.photos.store([stored_file(second_id, "sub/b.jpg", "b")])
    library.decisions.decide([1, 2], "photos/dog", Verdict.ACCEPTED)

    whole = library.folders.add(root)

    assert library.folders.all() == [whole]
    known = library.files.known(whole.id)
    assert {path: one.photo_id for path, one in known.items()} == {
        "one/a.jpg": 1,
        "deep/two/sub/b.jpg": 2,
    }
    assert library.photos.details([2])[0].paths[0].path == second / "sub" / "b.jpg"
    assert library.photos.count() == 2
    assert len(library.decisions.of([1, 2])[2]) == 1
    outcome = library.photos.store([stored_file(whole.id, "one/a.jpg", "a")])
    assert (outcome.added, outcome.unchanged) == (0, 1)


def test_the_root_of_the_disk_can_be_a_folder(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    whole = library.folders.add(Path("/"))
    assert library.folders.all() == [whole]
    assert library.photos.details([1])[0].paths[0].path == folder.path / "a.jpg"


def test_a_missing_folder_says_so(library: Library, tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="There is no folder"):
        library.folders.add(tmp_path / "nowhere")
    assert library.folders.all() == []


def test_a_file_instead_of_a_folder_says_so(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(FolderError, match=r"a\.jpg is a file"):
        library.folders.add(tmp_path / "a.jpg")


def test_a_folder_that_must_not_be_read_says_so(
    library: Library, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(FolderError, match="may not be read"):
        library.folders.add(pictures)


def test_a_removed_folder_comes_back_with_its_decisions(
    library: Library, folder: Folder, pictures: Path
) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.decisions.decide([1], "photos/dog", Verdict.ACCEPTED)
    library.folders.remove(folder.id)
    assert library.folders.all() == []
    assert library.photos.count() == 0
    assert library.photos.cards([1])[0].name == ""
    np.testing.assert_array_equal(library.facts.facts_since(0).visible, [False])

    again = library.folders.add(pictures)
    outcome = library.photos.store([stored_file(again.id, "a.jpg", "a")])
    assert outcome.moved == 1
    assert library.photos.count() == 1
    assert len(library.decisions.of([1])[1]) == 1


def test_a_folder_whose_drive_is_away_loses_nothing(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.folders.set_offline(folder.id, True)
    assert library.folders.all()[0].offline
    assert library.photos.count() == 1
    assert library.photos.details([1])[0].paths[0].offline
    before = library.revision
    library.folders.set_offline(folder.id, True)
    assert library.revision == before
    library.folders.set_offline(folder.id, False)
    assert not library.folders.all()[0].offline


def test_a_known_folder_whose_drive_is_away_can_be_named(
    library: Library, folder: Folder, pictures: Path
) -> None:
    pictures.rmdir()
    assert library.folders.add(pictures) == folder

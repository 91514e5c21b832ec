"""One engine over a real library with two tiny label packs."""

from pathlib import Path

import pytest

from app.engine import Engine, TriedPicture, Unreadable
from app.engine.deciding import LabelError
from app.imaging.errors import UnreadablePictureError
from app.indexing.control import Control
from app.library.errors import FolderError, NameTakenError
from app.library.records import Verdict
from tests.app.cli.conftest import paint
from tests.support.packs import BLUE, MAGENTA, RED, write_packs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "Pictures"
    paint(place / "red.png", RED)
    paint(place / "a" / "b" / "blue.png", BLUE)
    paint(place / "a" / "loud.png", MAGENTA)
    return place


def index(engine: Engine, *folders: Path) -> None:
    for _ in engine.index(folders, Control()):
        pass
    engine.refresh()


def ids(engine: Engine, query: str) -> list[int]:
    engine.refresh()
    return [int(number) for number in engine.search(query).ids]


def test_folders_are_listed_with_the_counts_below_them(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    [state] = engine.folders()
    assert state.folder.path == folder
    assert state.count == 3
    assert dict(state.subfolders) == {"a": 2, "a/b": 1}


def test_removing_a_folder_keeps_files_and_decisions(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    engine.decisions.decide(ids(engine, "red"), "holiday", Verdict.ACCEPTED)
    engine.remove_folder(engine.folders()[0].folder.id)
    assert ids(engine, "name:*") == []
    assert (folder / "red.png").exists()
    index(engine, folder)
    assert len(ids(engine, "holiday")) == 1


def test_a_word_is_decided_by_its_name_alias_or_key(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    photos = ids(engine, "blue")
    for word in ("crimson", "Red", "photos/red"):
        engine.decisions.decide(photos, word, Verdict.ACCEPTED)
        assert set(photos) < set(ids(engine, "red"))
        engine.decisions.undo()
        assert not set(photos) & set(ids(engine, "red"))


def test_a_new_word_becomes_a_label_only_when_accepted(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    photos = ids(engine, "blue")
    with pytest.raises(LabelError, match="Granny"):
        engine.decisions.decide(photos, "Granny", Verdict.REJECTED)
    engine.decisions.decide(photos, "Granny", Verdict.ACCEPTED)
    assert ids(engine, "granny") == photos
    engine.decisions.undo()
    assert ids(engine, "granny") == []
    engine.decisions.redo()
    assert ids(engine, "granny") == photos


def test_an_own_label_is_renamed_and_deleted_and_its_old_name_is_free(
    engine: Engine, folder: Path
) -> None:
    index(engine, folder)
    photos, others = ids(engine, "blue"), ids(engine, "red")
    engine.decisions.decide(photos, "Ana", Verdict.ACCEPTED)
    engine.decisions.rename("user/ana", "Anna")
    assert ids(engine, "anna") == photos
    assert ids(engine, "ana") == []
    with pytest.raises(NameTakenError, match="“red” already"):
        engine.decisions.rename("user/ana", "crimson")
    engine.decisions.decide(others, "Ana", Verdict.ACCEPTED)
    assert ids(engine, "ana") == others
    engine.decisions.delete("user/ana")
    assert ids(engine, "anna") == []
    assert "user/ana" not in engine.searcher.vocabulary.labels
    for _ in range(3):
        engine.decisions.undo()
    assert ids(engine, "ana") == photos


def test_a_muted_label_can_be_brought_back(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    engine.decisions.set_muted("photos/red", muted=True)
    engine.refresh()
    assert engine.decisions.muted() == {"photos/red"}
    assert "photos/red" not in {tile.key for tile in engine.explore()}
    engine.decisions.set_muted("photos/red", muted=False)
    engine.refresh()
    assert "photos/red" in {tile.key for tile in engine.explore()}


def test_a_tried_picture_always_gets_an_answer(engine: Engine, folder: Path) -> None:
    grey = paint(folder.parent / "grey.png", (128, 128, 128))
    broken = folder.parent / "broken.png"
    broken.write_bytes(b"\x89PNG")
    paths = [folder / "red.png", broken, grey, folder / "a" / "loud.png"]
    red, refused, unsure, poster = engine.try_pictures(paths, every=True)
    assert isinstance(refused, Unreadable)
    assert refused.path == broken
    assert isinstance(red, TriedPicture)
    assert red.sure
    assert "red" in {label.name for label in red.likeliest}
    assert {label.pack for label in red.every if label.gated} == {"genres"}
    assert isinstance(unsure, TriedPicture)
    assert len(unsure.likeliest) == 3
    assert isinstance(poster, TriedPicture)
    assert {"drama", "comedy"} <= {label.name for label in poster.shown}
    assert not any(label.gated for label in poster.every)
    assert engine.library.photos.count() == 0


def test_the_viewer_gets_every_pixel_or_a_reason(engine: Engine, folder: Path) -> None:
    index(engine, folder)
    [photo] = ids(engine, "name:red.png")
    assert engine.read_full(photo).pixels.shape == (32, 48, 3)
    (folder / "red.png").unlink()
    with pytest.raises(UnreadablePictureError):
        engine.read_full(photo)


def test_what_is_left_out_can_be_changed(engine: Engine, folder: Path) -> None:
    engine.set_excluded([*engine.excluded(), "a"])
    index(engine, folder)
    assert len(ids(engine, "name:*")) == 1


def test_a_file_that_was_mended_is_read_when_tried_again(engine: Engine, folder: Path) -> None:
    (folder / "new.png").touch()
    index(engine, folder)
    [failure] = engine.failures()
    assert failure.path == folder / "new.png"
    engine.retry_failures([failure.file_id])
    paint(folder / "new.png", (0, 200, 0))
    index(engine, folder)
    assert engine.failures() == []


def test_a_pack_that_is_gone_leaves_its_labels_findable(folder: Path, tmp_path: Path) -> None:
    packs = write_packs(tmp_path / "packs")
    library = tmp_path / "library.sqlite"
    with Engine.open(library, device="cpu", pack_folders=[packs]) as engine:
        index(engine, folder)
        assert len(ids(engine, "drama")) == 1
    with Engine.open(library, device="cpu", pack_folders=[]) as engine:
        assert len(ids(engine, "drama")) == 1


def test_the_device_chosen_in_the_settings_is_used_unless_the_user_says_otherwise(
    tmp_path: Path,
) -> None:
    library = tmp_path / "library.sqlite"
    with Engine.open(library, pack_folders=[]) as engine:
        engine.library.settings.set(Engine.DEVICE_SETTING, "cpu")
    with Engine.open(library, pack_folders=[]) as engine:
        assert engine.device().reason == "CPU, as you asked"
    with Engine.open(library, pack_folders=[], device="cuda") as engine:
        assert engine.device().reason != "CPU, as you asked"


def test_a_relative_folder_is_kept_whole(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert engine.add_folder(Path("Pictures")).path == folder
    with pytest.raises(FolderError, match="no folder"):
        engine.add_folder(Path("Nowhere"))
    index(engine, Path("Pictures/a"))
    assert len(ids(engine, "name:*")) == 2


def test_of_several_folders_none_is_added_if_one_cannot_be(engine: Engine, folder: Path) -> None:
    with pytest.raises(FolderError, match="no folder"):
        index(engine, folder, folder.parent / "Nowhere")
    assert engine.library.folders.all() == []

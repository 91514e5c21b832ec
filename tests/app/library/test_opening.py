import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.library.errors import (
    DamagedLibraryError,
    DiskFullError,
    LibraryError,
    NewerLibraryError,
    NotALibraryError,
    ReadOnlyLibraryError,
)
from app.library.library import Library
from app.library.records import Folder, Verdict
from tests.support.libraries import stored_file

ROOT = Path(__file__).resolve().parents[3]


def one_sentence(error: BaseException) -> bool:
    text = str(error)
    return text.endswith(".") and "\n" not in text and ". " not in text


def test_a_new_library_is_made_with_the_folder_it_lies_in(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "below" / "library.sqlite"
    with Library.open(path) as library:
        assert library.photos.count() == 0
        assert library.path == path
    assert path.is_file()


def test_an_empty_file_becomes_a_library(place: Path) -> None:
    place.parent.mkdir()
    place.touch()
    with Library.open(place) as library:
        assert library.photos.count() == 0


def test_a_library_is_as_it_was_when_opened_again(
    library: Library, folder: Folder, place: Path
) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    library.decisions.decide([1], "photos/dog", Verdict.ACCEPTED)
    before = library.revision
    library.close()
    with Library.open(place) as again:
        assert again.photos.count() == 1
        assert again.decisions.of([1])[1][0].label == "photos/dog"
        assert again.revision == before


def test_opening_an_up_to_date_library_needs_no_alembic(library: Library, place: Path) -> None:
    library.close()
    program = (
        "import sys; from pathlib import Path; from app.library.library import Library;"
        "Library.open(Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(place)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 100)
    before = path.read_bytes()
    with pytest.raises(NotALibraryError, match=r"letter\.txt is not a Lumitag library") as caught:
        Library.open(path)
    assert one_sentence(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photo (id INTEGER)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(NotALibraryError):
        Library.open(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_place_of_a_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotALibraryError, match="is a folder") as caught:
        Library.open(tmp_path)
    assert str(tmp_path / "library.sqlite") in str(caught.value)


def test_a_library_of_a_newer_version_is_refused_and_left_alone(
    library: Library, place: Path
) -> None:
    library.close()
    with closing(sqlite3.connect(place)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '0999'")
        newer.execute("PRAGMA user_version = 999")
        newer.commit()
        newer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = place.read_bytes()
    with pytest.raises(NewerLibraryError, match="newer Lumitag") as caught:
        Library.open(place)
    assert one_sentence(caught.value)
    assert place.read_bytes() == before
    assert not list(place.parent.glob("*backup*"))


@pytest.mark.parametrize("revision", ["0004", "9999", "f00dfeed"])
def test_a_library_of_an_unknown_revision_is_refused(
    library: Library, place: Path, revision: str
) -> None:
    library.close()
    with closing(sqlite3.connect(place)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        newer.commit()
    with pytest.raises(NewerLibraryError):
        Library.open(place)


def test_a_damaged_library_says_so(library: Library, folder: Folder, place: Path) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(500)])
    library.close()
    raw = bytearray(place.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    place.write_bytes(raw)
    with pytest.raises(DamagedLibraryError, match="damaged") as caught, Library.open(place) as one:
        one.photos.count()
    assert one_sentence(caught.value)


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError) as caught:
        Library.open(tmp_path / "file" / "library.sqlite")
    assert one_sentence(caught.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.EACCES, ReadOnlyLibraryError),
        (errno.EROFS, ReadOnlyLibraryError),
        (errno.ENOSPC, DiskFullError),
        (errno.ENAMETOOLONG, LibraryError),
    ],
)
def test_a_place_that_cannot_be_made_says_why(
    place: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[LibraryError]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(kind) as caught:
        Library.open(place)
    assert one_sentence(caught.value)


def test_a_read_only_place_is_refused_before_anything_is_tried(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    before = sorted(place.parent.iterdir())
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ReadOnlyLibraryError, match="cannot be written") as caught:
        Library.open(place)
    assert one_sentence(caught.value)
    assert sorted(place.parent.iterdir()) == before


def test_a_library_that_must_not_be_read_says_so(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadOnlyLibraryError, match="may not be read"):
        Library.open(place)


def test_a_library_that_became_read_only_says_so(library: Library) -> None:
    # What SQLite does on a disk that was mounted read-only meanwhile.
    import sqlalchemy as sa

    engine = library._database._engine
    engine.dispose()
    sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA query_only = ON"))
    with pytest.raises(ReadOnlyLibraryError) as caught:
        library.settings.set("a", 1)
    assert one_sentence(caught.value)


def test_a_closed_library_says_so_and_may_be_closed_again(library: Library) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        library.photos.count()


def test_home_and_relative_paths_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Library.open(Path("~/one.sqlite")).close()
    with Library.open(Path("one.sqlite")) as library:
        assert library.path == tmp_path / "one.sqlite"

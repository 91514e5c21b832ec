import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.library.columns import decode_name, encode_name
from app.library.library import Library
from app.library.names import DirectoryPattern, fold, join_relpath, split_relpath
from app.library.records import FailedFile, Folder, SeenFile
from tests.support.libraries import stored_file


def store(library: Library, folder: Folder, *relpaths: str) -> None:
    library.photos.store([stored_file(folder.id, path, path.encode(errors="surrogateescape"))
                          for path in relpaths])  # fmt: skip


def found(library: Library, **asked: str) -> list[int]:
    ids = library.files.photo_ids(**asked)
    assert ids.dtype == np.int64
    return ids.tolist()


def test_known_files_are_listed_with_their_stat(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a/b.jpg", "x", size=12, mtime_ns=34)])
    library.photos.store([FailedFile(SeenFile(folder.id, "bad.jpg", 1, 2), "empty", "Empty.")])
    known = library.files.known(folder.id)
    assert sorted(known) == ["a/b.jpg", "bad.jpg"]
    good, bad = known["a/b.jpg"], known["bad.jpg"]
    assert (good.relpath, good.size, good.mtime_ns, good.photo_id, good.failed) == (
        "a/b.jpg",
        12,
        34,
        1,
        False,
    )
    assert (bad.photo_id, bad.failed) == (None, True)


def test_known_files_below_a_directory_are_only_those(library: Library, folder: Folder) -> None:
    store(library, folder, "a.jpg", "a/1.jpg", "a/b/2.jpg", "a b/3.jpg", "a-b/4.jpg", "ab/5.jpg")
    assert sorted(library.files.known(folder.id, "a")) == ["a/1.jpg", "a/b/2.jpg"]
    assert sorted(library.files.known(folder.id, "a/b")) == ["a/b/2.jpg"]
    assert sorted(library.files.known(folder.id, "a/")) == ["a/1.jpg", "a/b/2.jpg"]
    assert library.files.known(folder.id, "none") == {}
    assert len(library.files.known(folder.id, "")) == 6


def test_known_files_of_one_directory_leave_out_those_below(
    library: Library, folder: Folder
) -> None:
    store(library, folder, "a.jpg", "a/1.jpg", "a/b/2.jpg", "ab/5.jpg")
    assert sorted(library.files.known(folder.id, recursive=False)) == ["a.jpg"]
    assert sorted(library.files.known(folder.id, "a", recursive=False)) == ["a/1.jpg"]
    assert sorted(library.files.known(folder.id, "a/b/", recursive=False)) == ["a/b/2.jpg"]
    assert library.files.known(folder.id, "none", recursive=False) == {}


@pytest.mark.parametrize(
    "name",
    [
        "caf\udce9.jpg",  # Latin-1 on a UTF-8 system
        "\udcff\udcfe/\udc80.jpg",
        "lone \ud800 surrogate.jpg",  # as Windows may have it
        "emoji 🦊.jpg",
        "new\nline.jpg",
        "quote'\"%_[]*?.jpg",
    ],
)
def test_a_file_with_any_name_is_known_by_it(library: Library, folder: Folder, name: str) -> None:
    library.photos.store([stored_file(folder.id, name, "x")])
    assert list(library.files.known(folder.id)) == [name]
    card = library.photos.cards([1])[0]
    assert card.name == split_relpath(name)[1]
    assert library.photos.details([1])[0].paths[0].relpath == name
    assert library.photos.store([stored_file(folder.id, name, "x")]).unchanged == 1


@given(st.text(st.characters(), max_size=30))
def test_every_name_round_trips(name: str) -> None:
    assert decode_name(encode_name(name)) == name
    fold(name).encode()  # what is searched can be stored as text


@given(st.binary(max_size=30))
def test_every_name_of_the_disk_round_trips(raw: bytes) -> None:
    name = raw.decode("utf-8", "surrogateescape")
    assert decode_name(encode_name(name)).encode("utf-8", "surrogateescape") == raw


@given(st.lists(st.text(st.characters(exclude_characters="/"), min_size=1), min_size=1))
def test_every_path_can_be_taken_apart(parts: list[str]) -> None:
    relpath = "/".join(parts)
    assert join_relpath(*split_relpath(relpath)) == relpath


@given(st.text(max_size=20))
@settings(max_examples=50)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def test_a_name_is_found_whatever_its_case_and_accents(library: Library, folder: Folder) -> None:
    decomposed = unicodedata.normalize("NFD", "Äpfel.JPG")  # as macOS writes it
    store(library, folder, decomposed, "STRASSE.jpg", "ΣΊΣΥΦΟΣ.jpg")
    assert found(library, name_contains="äPFEL") == [1]
    assert found(library, name_contains=unicodedata.normalize("NFD", "äpfel")) == [1]
    assert found(library, name_contains="straße") == [2]
    assert found(library, name_contains="σίσυφος") == [3]
    assert found(library, name_glob="äpfel.jpg") == [1]


def test_only_star_and_question_mark_are_wildcards(library: Library, folder: Folder) -> None:
    store(library, folder, "100%.jpg", "1000.jpg", "a_b.jpg", "axb.jpg", "[x].jpg", "x.jpg")
    assert found(library, name_contains="%") == [1]
    assert found(library, name_contains="a_b") == [3]
    assert found(library, name_glob="*%*") == [1]
    assert found(library, name_glob="a_b.jpg") == [3]
    assert found(library, name_glob="a?b.jpg") == [3, 4]
    assert found(library, name_glob="[x].jpg") == [5]
    assert found(library, name_glob="*]*") == [5]
    assert found(library, name_glob="*.png") == []
    assert found(library, name_glob="100") == []


def test_a_photo_at_two_paths_is_found_once(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", "same") for at in range(3)])
    assert found(library, name_glob="*.jpg") == [1]


def test_hidden_and_unread_files_are_not_found(library: Library, folder: Folder) -> None:
    store(library, folder, "a.jpg")
    library.photos.store([FailedFile(SeenFile(folder.id, "b.jpg", 1, 2), "empty", "Empty.")])
    library.files.remove([library.files.known(folder.id)["a.jpg"].id])
    assert found(library, name_glob="*") == []


def test_a_folder_is_found_as_a_person_names_it(
    library: Library, folder: Folder, pictures: Path
) -> None:
    store(library, folder, "top.jpg", "2019/Summer/Beach/a.jpg", "2019/b.jpg", "2020/summer/c.jpg")
    everything = [1, 2, 3, 4]
    assert found(library, folder=str(pictures)) == everything
    assert found(library, folder=str(pictures.parent)) == everything
    assert found(library, folder=pictures.name.upper()) == everything
    assert found(library, folder=f"{pictures}/2019/") == [2, 3]
    assert found(library, folder=f"{pictures.name}/2019") == [2, 3]
    assert found(library, folder="2019") == [2, 3]
    assert found(library, folder="2019/summer") == [2]
    assert found(library, folder="summer") == [2, 4]
    assert found(library, folder="20??/summer") == [2, 4]
    assert found(library, folder="sum*") == [2, 4]
    assert found(library, folder="summ") == []
    assert found(library, folder="/summer") == []
    assert found(library, folder="summer", name_contains="c") == [4]


def test_a_windows_folder_is_found_by_its_drive_and_its_separators() -> None:
    from pathlib import PureWindowsPath

    root = PureWindowsPath("C:\\Users\\Me\\Pictures")
    for asked in ("c:\\users\\me", "C:/Users/Me/Pictures/2019", "me\\pictures", "2019"):
        assert DirectoryPattern(asked).matches(root, "2019/x"), asked
    assert not DirectoryPattern("d:\\users").matches(root, "2019/x")


def test_removing_files_says_how_many(library: Library, folder: Folder) -> None:
    store(library, folder, "a.jpg", "b.jpg")
    ids = [one.id for one in library.files.known(folder.id).values()]
    assert library.files.remove([*ids, 999]) == 2
    assert library.files.remove([]) == 0


def test_failures_are_listed_with_their_reason_until_they_are_tried_again(
    library: Library, folder: Folder, pictures: Path
) -> None:
    library.photos.store(
        [
            FailedFile(SeenFile(folder.id, "x/b.jpg", 1, 2), "truncated", "It is cut short."),
            FailedFile(SeenFile(folder.id, "a.jpg", 0, 2), "empty", "The file is empty."),
        ]
    )
    failures = library.files.failures()
    assert [one.path for one in failures] == [pictures / "a.jpg", pictures / "x" / "b.jpg"]
    assert failures[0].reason == "empty"
    assert failures[0].message == "The file is empty."
    assert not failures[0].offline
    library.files.forget_failures([failures[0].file_id])
    assert [one.reason for one in library.files.failures()] == ["truncated"]
    known = library.files.known(folder.id)["a.jpg"]
    assert (known.size, known.mtime_ns, known.failed) == (-1, -1, False)

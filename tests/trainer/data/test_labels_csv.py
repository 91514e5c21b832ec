"""Anyone's folder of labelled pictures: every common way to write a table is read."""

import csv
import io
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trainer.data.labels_csv import labels_of, list_labels_csv
from trainer.data.listing import Listing
from trainer.errors import DataError


def _listed(folder: Path, text: str | bytes, *names: str, columns: tuple[str, ...] = ()) -> Listing:
    folder.mkdir(parents=True, exist_ok=True)
    data = text.encode() if isinstance(text, str) else text
    (folder / "labels.csv").write_bytes(data)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return list_labels_csv(folder, columns, name="own")


def test_a_column_of_names_gives_all_labels_in_alphabetical_order(tmp_path: Path) -> None:
    text = "path,labels\na.jpg,sea;dog\nb.jpg, cat | dog ;\nc.jpg,\n"
    listing = _listed(tmp_path, text, "a.jpg", "b.jpg", "c.jpg")
    assert listing.labels == ("cat", "dog", "sea")
    np.testing.assert_array_equal(listing.targets, [[0, 1, 1], [1, 1, 0], [0, 0, 0]])


def test_a_column_a_label_gives_the_same(tmp_path: Path) -> None:
    listing = _listed(tmp_path, "path,sea,dog\na.jpg,1,0\nb.jpg,0, 1\n", "a.jpg", "b.jpg")
    assert listing.labels == ("sea", "dog")
    np.testing.assert_array_equal(listing.targets, [[1, 0], [0, 1]])


def test_the_recipe_chooses_labels_and_hears_of_those_it_does_not_know(tmp_path: Path) -> None:
    text = "path,labels\na.jpg,sea;dgo\nb.jpg,dog\n"
    listing = _listed(tmp_path, text, "a.jpg", "b.jpg", columns=("dog",))
    np.testing.assert_array_equal(listing.targets, [[0], [1]])
    assert "2 labels are not in the recipe" in listing.notes[0]
    assert "dgo (1 rows)" in listing.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfpath,labels\r\nsummer\\beach.jpg,sea\r\n",
        b'path , labels\n"summer/beach.jpg" ,sea\n',
        b"labels,path\n sea , summer/beach.jpg \n\n\n",
        b"\npath,labels\n./summer//beach.jpg,sea",
        b'"path","labels"\n"summer\\beach.jpg","sea|sea;"\n',
    ],
    ids=["BOM, CRLF, Windows", "quotes, spaces", "other order", "blank row, dots", "all quoted"],
)
def test_tables_of_every_program_are_read(tmp_path: Path, text: bytes) -> None:
    if b'" ,' in text:  # a quote that ends before the cell does is refused, not guessed at
        with pytest.raises(DataError, match="row 2: this is no CSV"):
            _listed(tmp_path, text, "summer/beach.jpg")
        return
    listing = _listed(tmp_path, text, "summer/beach.jpg")
    assert listing.ids == ("summer/beach.jpg",)
    assert listing.paths[0].is_file()
    assert listing.labels == ("sea",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,labels\na.jpg,x\n", "no column path"),
        ("path;labels\na.jpg;x\n", "separated by semicolons: save it with commas"),
        ("path\na.jpg\n", "has no labels"),
        ("path,labels\n", "has no rows"),
        ("", "found: nothing"),
        ("path,labels\na.jpg,\n", "the column labels is empty in all rows"),
        ("path,dog\na.jpg,2\n", "row 2, column dog: '2' is neither 0 nor 1"),
        ("path,dog,title\na.jpg,1,My dog\n", "column title: 'My dog' is neither 0 nor 1. If title"),
        ("path,labels\n\na.jpg,x\nb.jpg\n", "row 4: it has 1 cells, the header has 2"),
        ("path,labels\na.jpg,x,y\n", "row 2: it has 3 cells, the header has 2"),
        ("path,dog,dog\na.jpg,1,0\n", "has the column dog twice"),
        ("path,labels\n  ,x\n", "row 2, column path: it names no picture"),
        ('path,labels\na.jpg,"x\nb.jpg,y\n', "row 2: this is no CSV"),
        ("path,labels\n/etc/a.jpg,x\n", "leads out of the folder"),
        ("path,labels\na/../../b.jpg,x\n", "leads out of the folder"),
        ("path,labels\n..\\b.jpg,x\n", "leads out of the folder"),
        ("path,labels\nC:\\photos\\b.jpg,x\n", "leads out of the folder"),
        ("path,labels\n\\\\server\\b.jpg,x\n", "leads out of the folder"),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as told:
        _listed(tmp_path / "d", text)
    assert said in str(told.value)
    assert "labels.csv" in str(told.value)


def test_a_table_that_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not UTF-8"):
        _listed(tmp_path, "path,labels\nB\u00e4r.jpg,x\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"labels\.csv cannot be read"):
        list_labels_csv(tmp_path / "nowhere", (), name="own")


def test_a_wanted_label_that_is_no_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column cat"):
        _listed(tmp_path, "path,dog\na.jpg,1\n", columns=("dog", "cat"))


def test_pictures_that_no_row_names_are_found_in_all_folders(tmp_path: Path) -> None:
    listing = _listed(tmp_path, "path,labels\na.jpg,x\n", "a.jpg", "deep/er/b.HEIC", "notes.txt")
    assert [path.name for path in listing.unlisted] == ["b.HEIC"]


def test_a_name_written_with_composed_letters_finds_the_file_with_others(tmp_path: Path) -> None:
    name = "Stra\u00dfe \u00e9.jpg"
    listing = _listed(tmp_path, f"path,x\n{name},1\n", unicodedata.normalize("NFD", name))
    assert listing.paths[0].is_file()
    assert listing.unlisted == ()


def test_a_path_longer_than_disks_take_is_a_missing_picture(tmp_path: Path) -> None:
    listing = _listed(tmp_path, f"path,x\n{'a' * 5000}.jpg,1\n")
    assert len(listing.ids[0]) == 5004


def test_ids_are_made_of_names_in_any_script_and_never_meet() -> None:
    made = labels_of(["Süßes Früchtchen", "cat", "Cat", "猫", "犬", "dog & cat"])
    assert [label.id for label in made] == [
        "susses-fruchtchen", "cat", "cat-2", "label", "label-2", "dog-cat",
    ]  # fmt: skip
    assert made[0].name == "Süßes Früchtchen"
    assert {label.group for label in made} == {"Labels"}


_NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\"), max_size=20
).map(lambda text: f"{text}.jpg")
_WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=";|"), min_size=1, max_size=8
).filter(lambda text: text == text.strip())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_NAMES, st.sets(_WORDS, max_size=4), min_size=1, max_size=5))
def test_whatever_files_and_labels_are_called_a_table_gives_them_back(
    written: dict[str, set[str]],
) -> None:
    assume(any(written.values()))
    assume(not any(name[1] == ":" for name in written))
    table = io.StringIO(newline="")
    csv.writer(table).writerows(
        [["path", "labels"], *([name, ";".join(words)] for name, words in written.items())]
    )
    with tempfile.TemporaryDirectory() as folder:
        listing = _listed(Path(folder), table.getvalue(), *written)
        assert listing.ids == tuple(written)
        assert all(path.is_file() for path in listing.paths)
        assert listing.unlisted == ()
    for words, row in zip(written.values(), listing.targets, strict=True):
        assert {one for one, has in zip(listing.labels, row, strict=True) if has} == words

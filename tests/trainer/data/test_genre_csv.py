"""The public poster format: what is right is read, what is wrong is named."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.data.genre_csv import read_genre_csv
from trainer.errors import DataError


def _folder(path: Path, text: str, *names: str) -> Path:
    (path / "images").mkdir(parents=True)
    (path / "train.csv").write_text(text, encoding="utf-8")
    for name in names:
        Image.new("RGB", (20, 30), "red").save(path / "images" / f"{name}.jpg")
    return path


def test_rows_that_repeat_an_id_are_one_picture_with_all_their_labels(tmp_path: Path) -> None:
    text = "Id,Genre,Drama,War\ntt1,x,1,0\ntt2,x,0,0\ntt1,x,0,1\n"
    data = read_genre_csv(_folder(tmp_path / "d", text, "tt1", "tt2"), ["Drama", "War"])
    assert data.ids == ("tt1", "tt2")
    np.testing.assert_array_equal(data.targets, [[1, 1], [0, 0]])


def test_columns_may_stand_in_any_order_and_others_are_passed_over(tmp_path: Path) -> None:
    text = "Title,War,Id,Drama\nx,1,tt1,0\n"
    data = read_genre_csv(_folder(tmp_path / "d", text, "tt1"), ["Drama", "War"])
    np.testing.assert_array_equal(data.targets, [[0, 1]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Genre,Drama\nx,1\n", "no column Id"),
        ("Id,Genre\ntt1,x\n", "no column Drama"),
        ("Id,Drama\ntt1,yes\n", "row 2, column Drama: 'yes' is neither 0 nor 1"),
        ("Id,Drama\ntt1,1\ntt2,\n", "row 3, column Drama: '' is neither 0 nor 1"),
        ("Id,Drama\ntt1,1\ntt2\n", "row 3: it has 1 cells, the header has 2"),
        ("Id,Drama\ntt1,1,0\n", "row 2: it has 3 cells, the header has 2"),
        ("Id;Drama\ntt1;1\n", "separated by semicolons: save it with commas"),
        ("Id,Drama\n../tt1,1\n", "row 2, column Id: '../tt1' is no file name"),
        ('Id,Genre,Drama\ntt1,"x,1\n', "row 2: this is no CSV"),
        ("Id,Drama,Drama\ntt1,1,0\n", "has the column Drama twice"),
        ("Id,Drama\n,1\n", "row 2: the column Id is empty"),
        ("Id,Drama\n", "has no rows"),
        ("", "found: nothing"),
    ],
)
def test_a_wrong_table_is_named_with_row_and_column(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as told:
        read_genre_csv(_folder(tmp_path / "d", text, "tt1", "tt2"), ["Drama"])
    assert said in str(told.value)
    assert "train.csv" in str(told.value)


def test_missing_pictures_are_counted_and_the_first_are_named(tmp_path: Path) -> None:
    rows = "".join(f"tt{number},1\n" for number in range(6))
    folder = _folder(tmp_path / "d", "Id,Drama\n" + rows, "tt0")
    with pytest.raises(DataError) as told:
        read_genre_csv(folder, ["Drama"])
    assert "5 of 6 pictures" in str(told.value)
    assert "tt1" in str(told.value)
    assert "2 more" in str(told.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_genre_csv(tmp_path, ["Drama"])


def test_byte_order_mark_windows_line_ends_and_quotes_are_read(tmp_path: Path) -> None:
    text = "\ufeffId,Genre, Drama\r\ntt1,\"['Comedy', 'Drama']\", 1 \r\n\r\n"
    data = read_genre_csv(_folder(tmp_path / "d", text, "tt1"), ["Drama"])
    np.testing.assert_array_equal(data.targets, [[1]])


def test_a_table_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "d", "", "tt1")
    (folder / "train.csv").write_bytes("Id,Dram\u00e4\ntt1,1\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_genre_csv(folder, ["Drama"])


def test_an_ending_in_capitals_is_found(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "d", "Id,Drama\ntt1,1\n", "tt1")
    (folder / "images" / "tt1.jpg").rename(folder / "images" / "tt1.JPG")
    assert read_genre_csv(folder, ["Drama"]).pictures.paths[0].name == "tt1.JPG"

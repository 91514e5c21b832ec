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
        ("Id,Drama\ntt1,1\ntt2\n", "row 3, column Drama: '' is neither 0 nor 1"),
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

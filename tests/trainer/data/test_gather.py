"""From a recipe and a folder to checked, divided pictures; every problem stops or is told."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.labelled_folders import columns_recipe, genre_folder, picture
from trainer.data import Columns, gather_columns
from trainer.data import inspection as inspection_module
from trainer.data.inspection import Inspector
from trainer.errors import DataError, RecipeError
from trainer.recipe import Recipe


def _own(data: Path, count: int = 40) -> Path:
    rows = [(f"p{number}", f"{number % 2},{int(number % 2 == 0)}") for number in range(count)]
    return genre_folder(data / "own", rows, "Red,Wide")


def _gathered(recipe: Recipe, data: Path) -> tuple[Columns, list[str]]:
    told: list[str] = []
    return gather_columns(recipe, data, tell=told.append), told


def _append(folder: Path, *lines: str) -> None:
    with (folder / "train.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_good_data_are_divided_and_nothing_is_told(tmp_path: Path) -> None:
    _own(tmp_path)
    columns, told = _gathered(columns_recipe("Wide", "Red"), tmp_path)
    assert told == []
    assert columns.main.labels == ("Wide", "Red")
    assert [int(x.sum()) for x in (columns.training, columns.validation, columns.test)] == [
        24, 6, 10,
    ]  # fmt: skip
    assert columns.main.targets[0].tolist() == [1, 0]
    again, _ = _gathered(columns_recipe("Wide", "Red"), tmp_path)
    np.testing.assert_array_equal(again.part, columns.part)
    np.testing.assert_array_equal(again.folds, columns.folds)


def test_missing_pictures_stop_or_are_left_out(tmp_path: Path) -> None:
    folder = _own(tmp_path)
    for number in range(5):
        (folder / "images" / f"p{number}.png").unlink()
    with pytest.raises(DataError) as stopped:
        _gathered(columns_recipe("Red"), tmp_path)
    assert "5 of 40 pictures" in str(stopped.value)
    assert "p0.webp" in str(stopped.value)
    assert "and 2 more" in str(stopped.value)
    columns, told = _gathered(columns_recipe("Red", checks={"missing": "tell"}), tmp_path)
    assert len(columns.main.ids) == 35
    assert "their rows are left out" in told[0]


def test_where_all_pictures_are_missing_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    shutil.rmtree(_own(tmp_path) / "images")
    with pytest.raises(DataError, match="40 of 40 pictures"):
        _gathered(columns_recipe("Red", checks={"missing": "tell"}), tmp_path)


def test_broken_pictures_stop_or_are_left_out(tmp_path: Path) -> None:
    folder = _own(tmp_path)
    whole = (folder / "images" / "p3.png").read_bytes()
    (folder / "images" / "p3.png").write_bytes(whole[: len(whole) // 2])
    (folder / "images" / "p4.png").write_text("<html>not found</html>")
    (folder / "images" / "p5.png").write_bytes(b"")
    with pytest.raises(DataError) as stopped:
        _gathered(columns_recipe("Red"), tmp_path)
    assert "3 of 40 pictures" in str(stopped.value)
    assert "p3.png (The file is incomplete" in str(stopped.value)
    columns, told = _gathered(columns_recipe("Red", checks={"broken": "tell"}), tmp_path)
    assert len(columns.main.ids) == 37
    assert "p5.png (The file is empty)" in told[0]


def test_repeated_ids_are_joined_or_stop(tmp_path: Path) -> None:
    _append(_own(tmp_path), "p1,0,1", "p2,0,1", "p1,0,0")
    columns, told = _gathered(columns_recipe("Red", "Wide"), tmp_path)
    assert len(columns.main.ids) == 40
    assert columns.main.targets[1].tolist() == [1, 1]
    assert "2 ids stand in more than one row, 1 of them with other labels" in told[0]
    assert "p1 (rows 3, 42, 44)" in told[0]
    with pytest.raises(DataError, match="Keep one row each"):
        _gathered(columns_recipe("Red", checks={"repeated": "stop"}), tmp_path)


def test_pictures_without_labels_are_kept_or_stop(tmp_path: Path) -> None:
    folder = _own(tmp_path)
    _append(folder, "q1,0,0")
    picture(folder / "images" / "q1.png", seed=99)
    columns, told = _gathered(columns_recipe("Red", "Wide"), tmp_path)
    assert len(columns.main.ids) == 41
    assert "1 of 41 pictures have no label: q1 (row 42); they are kept" in told[0]
    with pytest.raises(DataError, match="Label them"):
        _gathered(columns_recipe("Red", "Wide", checks={"unlabelled": "stop"}), tmp_path)


def test_a_label_without_pictures_is_named(tmp_path: Path) -> None:
    genre_folder(tmp_path / "own", [(f"p{n}", "1,0") for n in range(8)], "Red,Blue")
    with pytest.raises(DataError, match="no picture has the label Blue"):
        _gathered(columns_recipe("Red", "Blue"), tmp_path)


def test_files_that_no_row_names_are_told(tmp_path: Path) -> None:
    picture(_own(tmp_path) / "images" / "more.jpg", seed=99)
    columns, told = _gathered(columns_recipe("Red"), tmp_path)
    assert len(columns.main.ids) == 40
    assert "1 picture file is named by no row" in told[0]
    assert "more.jpg" in told[0]


def _with_twins(data: Path) -> Path:
    folder = _own(data)
    for number in range(1, 40, 2):
        shutil.copyfile(folder / "images/p0.png", folder / "images" / f"p{number}.png")
    return folder


@pytest.mark.parametrize("method", ["hashed", "stratified"])
def test_the_same_bytes_are_never_on_both_sides(tmp_path: Path, method: str) -> None:
    folder = _with_twins(tmp_path)
    columns, told = _gathered(columns_recipe("Red", "Wide", split={"method": method}), tmp_path)
    contents = [path.read_bytes() for path in columns.main.pictures.paths]
    sides: dict[bytes, set[int]] = {}
    for content, part in zip(contents, columns.part, strict=True):
        sides.setdefault(content, set()).add(int(part))
    assert all(len(parts) == 1 for parts in sides.values())
    assert columns.test.any()
    assert len(told) == (1 if method == "hashed" else 0)
    if method == "hashed":
        assert "have the same bytes as one outside the test" in told[0]
        stopping = columns_recipe(
            "Red", "Wide", split={"method": method}, checks={"leaking": "stop"}
        )
        with pytest.raises(DataError, match="Keep one of each"):
            _gathered(stopping, tmp_path)
    assert folder.is_dir()


def test_recipes_that_leave_pictures_out_share_the_hashed_test(tmp_path: Path) -> None:
    _with_twins(tmp_path)
    hashed = {"method": "hashed"}
    every, _ = _gathered(columns_recipe("Red", "Wide", split=hashed), tmp_path)
    fewer, told = _gathered(
        columns_recipe("Red", "Wide", "Red", split=hashed, leave_out=["Wide"]), tmp_path
    )
    assert fewer.main.labels == ("Red", "Red")
    assert "20 pictures are left out: they have Wide" in told[-1]
    tested = {one for one, mine in zip(every.main.ids, every.test, strict=True) if mine}
    kept = {one for one, mine in zip(fewer.main.ids, fewer.test, strict=True) if mine}
    assert kept == tested & set(fewer.main.ids)
    assert fewer.main.pictures.name != every.main.pictures.name


def test_helpers_only_train_and_never_bring_a_test_picture(tmp_path: Path) -> None:
    folder = _own(tmp_path)
    recipe = columns_recipe(
        "Red",
        "Wide",
        data=[
            {"folder": "own", "reader": "genre-csv"},
            {"folder": "more", "reader": "genre-csv", "help_only": True, "weight": 0.5},
        ],
    )
    more = genre_folder(tmp_path / "more", [("h1", "1,0"), ("h2", "0,1")], "Red,Wide")
    alone, _ = _gathered(columns_recipe("Red", "Wide"), tmp_path)
    tested = alone.main.pictures.paths[int(np.flatnonzero(alone.test)[0])]
    for number in (1, 2):
        picture(more / "images" / f"h{number}.png", seed=100 + number)
    shutil.copyfile(folder / "images" / tested.name, more / "images" / "h1.png")
    columns, told = _gathered(recipe, tmp_path)
    np.testing.assert_array_equal(columns.part, alone.part)
    assert columns.helpers[0].data.ids == ("h2",)
    assert columns.helpers[0].settings.weight == 0.5
    assert "h1; they are left out here" in told[0]


def test_a_further_collection_has_to_say_that_it_helps(tmp_path: Path) -> None:
    _own(tmp_path)
    twice = [{"folder": "own", "reader": "genre-csv"}] * 2
    with pytest.raises(RecipeError, match="help_only = true for own"):
        _gathered(columns_recipe("Red", data=twice), tmp_path)
    first = [{"folder": "own", "reader": "genre-csv", "help_only": True}]
    with pytest.raises(RecipeError, match="has to be the one that is measured"):
        _gathered(columns_recipe("Red", data=first), tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no folder"):
        _gathered(columns_recipe("Red"), tmp_path)


def test_the_shortest_recipe_takes_all_labels_of_a_folder(tmp_path: Path) -> None:
    lines = ["path,labels"]
    for number in range(20):
        picture(tmp_path / "my" / f"{number}.png", seed=number)
        lines.append(f"my\\{number}.png,{'At the sea' if number % 2 else 'dog'}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    recipe = columns_recipe(data=[{"folder": ".", "reader": "labels-csv"}])
    columns, told = _gathered(recipe, tmp_path)
    assert told == []
    assert [label.id for label in columns.recipe.kept_labels] == ["at-the-sea", "dog"]
    assert columns.main.labels == ("At the sea", "dog")
    assert columns.main.pictures.name == tmp_path.name


def test_a_second_look_decodes_only_what_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []
    really = inspection_module.decode

    def noting(data: bytes, *, name: str) -> object:
        decoded.append(name)
        return really(data, name=name)

    monkeypatch.setattr(inspection_module, "decode", noting)
    paths = [picture(tmp_path / f"{number}.png", seed=number) for number in range(3)]
    cache = tmp_path / "runs"
    first = Inspector(cache).inspect(paths, name="own")
    assert sorted(decoded) == ["0.png", "1.png", "2.png"]
    assert Inspector(cache).inspect(paths, name="own") == first
    assert len(decoded) == 3
    paths[1].write_bytes(b"no longer a picture")
    (cache / "inspected.json").read_bytes()
    found = Inspector(cache).inspect(paths, name="own")
    assert decoded[3:] == ["1.png"]
    assert [bool(one.trouble) for one in found] == [False, True, False]
    (cache / "inspected.json").write_text("{ half")
    assert Inspector(cache).inspect(paths, name="own") == found

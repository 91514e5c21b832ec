"""Any pack can be measured on any labelled pictures, through its gate too."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.labeling.pack import load_pack
from tests.support.packs import (
    BLUE,
    GATE,
    GENRES,
    GREEN,
    MAGENTA,
    PINK,
    PURPLE,
    Colour,
    picture,
    write_pack,
    write_packs,
)
from tests.support.pictures import write
from trainer.cli import main
from trainer.errors import DataError, RecipeError
from trainer.evaluate import evaluate_pack, examine, pack_folder, recipe_of

ROWS: tuple[tuple[Colour, str], ...] = (
    (MAGENTA, "drama;comedy"),
    (PINK, "drama"),
    (PURPLE, "comedy"),
    (PINK, "comedy"),
    (GREEN, "Scary"),
    (BLUE, "comedy"),
)
"""Found without the gate: right on the first three and the last two, wrong on the fourth."""

RECIPE: dict[str, Any] = {
    "makes": "columns",
    "pack": {
        "id": "genres",
        "version": "1",
        "title": "Genres",
        "description": "",
        "license": "CC0-1.0",
    },
    "split": {"seed": "x", "method": "hashed", "test": 0.5, "folds": 2},
    "data": [{"folder": "posters", "reader": "genre-csv"}],
    "labels": [
        {"column": label.id.title(), "id": label.id, "name": label.name or label.id, "group": "g"}
        for label in GENRES
    ],
}


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return write_packs(tmp_path / "packs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return labelled(tmp_path / "own", ROWS)


def labelled(folder: Path, rows: tuple[tuple[Colour, str], ...]) -> Path:
    lines = ["path,labels"]
    for number, (colour, labels) in enumerate(rows):
        write(folder / f"p{number}.png", _image(colour))
        lines.append(f"p{number}.png,{labels}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


def _image(colour: Colour) -> Image.Image:
    return Image.fromarray(picture(colour))


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["evaluate", *map(str, arguments), "--rounds", "20", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_pack_is_measured_on_anyones_labelled_pictures_by_ids_names_and_aliases(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, packs / "genres", "--data", folder)
    graph = found["graphs"]["fp32"]
    assert found["pictures"] == len(ROWS)
    assert set(graph["labels"]) == {"drama", "comedy", "horror"}  # "Scary" is an alias of horror
    assert graph["figures"]["micro_recall"][0] == pytest.approx(6 / 7, abs=1e-4)
    assert graph["figures"]["micro_precision"][0] == pytest.approx(6 / 7, abs=1e-4)
    assert graph["labels"]["drama"]["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert graph["figures"]["accuracy_half"][0] == pytest.approx(16 / 18, abs=1e-4)
    assert found["baselines"]["zeros"]["micro_recall"] == 0


def test_through_the_gate_a_picture_that_is_kept_out_has_no_label(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, packs / "genres", "--data", folder, "--gated")
    figures = found["graphs"]["fp32"]["figures"]
    assert found["gate_closed"] == 2  # the green and the blue one are no posters
    assert figures["micro_recall"][0] == pytest.approx(4 / 7, abs=1e-4)
    assert "BCE" not in figures


def test_what_int8_loses_is_told(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = write_pack(tmp_path / "genres", GENRES, embedding=False, int8_bias=0.0)
    found = told(capsys, pack, "--data", folder)
    assert set(found["graphs"]) == {"fp32", "int8"}
    assert found["lost"]["int8"]["mAP"] == [0, 0, 0]


def test_the_table_is_readable_and_names_every_kind_of_figure(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(packs / "genres"), "--data", str(folder), "--rounds", "5"]) == 0
    out = capsys.readouterr().out
    for words in ("top-3 recall, pooled", "mAP", "at thresholds", "at .5, as published", "drama"):
        assert words in out


def test_the_recipe_in_the_pack_rebuilds_the_split(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = write_pack(
        tmp_path / "genres", GENRES, embedding=False, changes={"training": {"recipe": RECIPE}}
    )
    names = [str(label["column"]) for label in RECIPE["labels"]]
    lines = [",".join(["Id", *names])]
    for number in range(24):
        red = number % 2
        shade = (255, 0, number) if red else (0, number, 255)  # no two pictures are the same
        write(tmp_path / "posters" / "images" / f"m{number}.png", _image(shade))
        lines.append(f"m{number},{red},{1 - red},1,{int(number < 3)},1")
    (tmp_path / "posters" / "train.csv").write_text("\n".join(lines) + "\n")
    arguments = (pack, "--data", tmp_path, "--runs", tmp_path / "runs")
    test = told(capsys, *arguments)
    rest = told(capsys, *arguments, "--part", "all")
    assert 0 < test["pictures"] < 24
    assert rest["pictures"] == 24
    assert test["graphs"]["fp32"]["labels"]["drama"]["recall"] == 1


def test_a_run_stands_for_the_pack_in_it(tmp_path: Path) -> None:
    assert pack_folder(write_pack(tmp_path / "run" / "pack").parent) == tmp_path / "run" / "pack"


def test_columns_that_are_no_labels_of_the_pack_are_an_error(packs: Path, tmp_path: Path) -> None:
    folder = labelled(tmp_path / "other", ((MAGENTA, "cat"), (PINK, "dog")))
    with pytest.raises(DataError, match=r"No column of .*labels.csv is a label of .*drama"):
        examine(load_pack(packs / "genres"), folder, None, tell=lambda line: None)


def test_labels_that_the_table_does_not_have_are_told(packs: Path, folder: Path) -> None:
    lines: list[str] = []
    examined = examine(load_pack(packs / "genres"), folder, None, tell=lines.append)
    assert examined.labels == ("drama", "comedy", "horror")
    assert "sci-fi, n-a" in lines[0]


def test_a_pack_without_a_recipe_asks_for_one(packs: Path, tmp_path: Path) -> None:
    pack = load_pack(packs / "genres")
    assert recipe_of(pack) is None
    with pytest.raises(RecipeError, match="--recipe"):
        examine(pack, tmp_path, None, tell=lambda line: None)


def test_another_packs_recipe_is_refused(tmp_path: Path) -> None:
    pack = write_pack(
        tmp_path / "other", GENRES, embedding=False, changes={"training": {"recipe": RECIPE}}
    )
    with pytest.raises(RecipeError, match=r"'other'.*'genres'"):
        recipe_of(load_pack(pack))


def test_a_gate_that_is_not_there_is_an_error(tmp_path: Path, folder: Path) -> None:
    gate = {**GATE, "pack": "nowhere"}
    pack = write_pack(tmp_path / "genres", GENRES, gate=gate, embedding=False)
    with pytest.raises(DataError, match="gated by 'nowhere'"):
        evaluate_pack(pack, folder, recipe=None, gated=True, rounds=5, tell=lambda line: None)


def test_a_pack_without_a_gate_cannot_be_gated(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = write_pack(tmp_path / "genres", GENRES, embedding=False)
    assert main(["evaluate", str(pack), "--data", str(folder), "--gated"]) == 1
    assert "has no gate; leave out --gated" in capsys.readouterr().err

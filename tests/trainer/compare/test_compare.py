"""Packs on the same pictures: what the tables say, and drawings for light and dark pages."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.labeling.errors import PackError
from tests.support.packs import GENRES, ColourLabel, write_pack
from tests.support.pictures import write
from trainer.cli import main
from trainer.compare import find_entries, together
from trainer.compare.answers_drawn import reliability, steps_of
from trainer.compare.cooccurrence import shares_together
from trainer.compare.sheet import choose
from trainer.compare.style import DARK, LIGHT
from trainer.compare.tables import ours_of, short
from trainer.errors import DataError

_COUNT = 24
_WORSE = tuple(
    ColourLabel(label.id, (0.1, 0.2, 0.1), name=label.name, group="genre") for label in GENRES[:3]
)
"""Another pack of fewer labels that hardly looks."""


def recipe(pack: str, columns: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """A recipe of the folder ``posters``; with ``leave_out`` pictures go."""
    named = {"Drama": "drama", "Comedy": "comedy", "Horror": "horror", "Sci": "sci-fi", "N": "n-a"}
    table = {
        "makes": "columns",
        "pack": {
            "id": pack,
            "version": "1",
            "title": pack,
            "description": "",
            "license": "CC0-1.0",
        },
        "split": {"seed": "x", "method": "hashed", "test": 0.5, "folds": 2},
        "data": [{"folder": "posters", "reader": "genre-csv"}],
        "labels": [
            {"column": column, "id": named[column], "name": column, "group": "g"}
            for column in columns
        ],
    }
    return table | more


def history(folder: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"kind": "step", "step": number, "epoch": 1 + number // 50, "loss": 0.7 / number**0.2}
        for number in range(10, 101, 10)
    ]
    lines += [
        {
            "kind": "epoch",
            "epoch": number,
            "step": 50 * number,
            "train_loss": 0.3,
            "loss": 0.31 - 0.02 * number,
            "accuracy": 0.9,
            "micro_precision": 0.4 + 0.1 * number,
            "precision": [0.5, None, 0.1 * number],
            "seconds": 1,
        }
        for number in (1, 2)
    ]
    folder.joinpath("history.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))


@dataclass(frozen=True, slots=True)
class Made:
    """A data directory, two runs with packs, and what compare wrote of them."""

    data: Path
    runs: Path
    out: Path
    sheet: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("compare")
    random = np.random.default_rng(0)
    lines = ["Id,Drama,Comedy,Horror,Sci,N"]
    for number in range(_COUNT):
        red, green, blue = (int(value) for value in random.integers(0, 2, 3))
        shade = (255 * red, 250 * green + number % 5, 255 * blue)
        image = Image.new("RGB", (20, 30), shade)
        image.putpixel((0, 0), (number, number, number))  # no two files are the same
        write(root / "posters" / "images" / f"m{number}.png", image)
        lines.append(f"m{number},{red},{blue},{green},{int(number < 4)},{int(number % 6 == 0)}")
    (root / "posters" / "train.csv").write_text("\n".join(lines) + "\n")
    runs = root / "runs"
    good = {
        "recipe": recipe(
            "good",
            ("Drama", "Comedy", "Horror", "Sci", "N"),
            published={
                "source": "A paper",
                "figures": {"top3_recall": 0.5, "micro_F1_half": 0.4, "charm": 0.9},
                "loss": [0.6, 0.3],
            },
        ),
        "parameters": 12_345,
        "epochs": 2,
        "steps": 100,
        "weights": "ImageNet",
    }
    write_pack(
        runs / "good" / "pack",
        GENRES,
        pack_id="good",
        embedding=False,
        changes={"training": good},
    )
    history(runs / "good")
    worse = {
        "recipe": recipe("worse", ("Drama", "Comedy", "Horror"), leave_out=["N"]),
        "smoke": True,
        "steps": 5,
        "weights": "none",
    }
    write_pack(
        runs / "worse" / "pack",
        _WORSE,
        pack_id="worse",
        embedding=False,
        changes={"training": worse},
    )
    (runs / "worse" / "history.jsonl").write_text("broken\n")
    found = Made(root, runs, root / "out", root / "elsewhere" / "sheet.webp")
    arguments = ["compare", str(runs / "good"), str(runs / "worse"), "--data", str(root)]
    places = ["--out", str(found.out), "--sheet", str(found.sheet), "--runs", str(runs)]
    assert main([*arguments, *places, "--rounds", "10"]) == 0
    return found


@pytest.fixture(scope="module")
def told(made: Made) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((made.out / "compare.json").read_text())
    return found


def test_all_are_measured_on_the_pictures_and_labels_that_all_have(
    made: Made, told: dict[str, Any]
) -> None:
    lines: list[str] = []
    entries = find_entries(
        [made.runs / "good", made.runs / "worse"], runs=made.runs, models=made.runs, tell=print
    )
    same = together(entries, made.data, rounds=5, tell=lines.append, cache_folder=made.runs)
    left_out = {f"m{number}" for number in range(0, _COUNT, 6)}
    assert told["labels"] == ["drama", "comedy", "horror"] == list(same.examined.labels)
    assert told["pictures"] == len(same.examined.ids) < _COUNT
    assert not left_out & set(same.examined.ids)
    assert any(line.startswith("good: ") and "2 of its 5 labels" in line for line in lines)


def test_a_folder_of_labelled_pictures_needs_no_recipe(made: Made) -> None:
    packs = [made.runs / "good", made.runs / "worse"]
    entries = find_entries(packs, runs=made.runs, models=made.runs, tell=print)
    same = together(entries, made.data / "posters", rounds=5, tell=print)
    assert len(same.examined.ids) == _COUNT
    assert same.names == ("drama", "comedy", "horror")
    with pytest.raises(DataError, match="there are: good, worse"):
        same.row("best")


def test_the_best_comes_first_and_smoke_tests_last(told: dict[str, Any]) -> None:
    assert [pack["pack"] for pack in told["packs"]] == ["good", "worse"]
    good, worse = told["packs"]
    assert (good["smoke"], worse["smoke"]) == (False, True)
    assert (good["parameters"], good["started_from"]) == (12_345, "ImageNet")
    assert worse["started_from"] == "scratch"
    assert good["figures"]["mAP"][0] > worse["figures"]["mAP"][0]
    assert good["pictures_per_second"] > 0


def test_the_table_has_the_published_figures_and_the_constant_answers_beside_ours(
    made: Made, told: dict[str, Any]
) -> None:
    table = (made.out / "compare.md").read_text()
    ours = told["packs"][0]["figures"]["micro_F1_half"]
    shown = f"{short(ours[0])} ({short(ours[1])} to {short(ours[2])})"
    assert f"| good | micro F1 | .400 | {shown} |" in table
    assert "| good | charm | .900 | – |" in table
    assert "| worse *(smoke)* | ours | – | 5 steps | scratch | fp32 |" in table
    assert "| always the three most frequent |" in table
    assert '<source media="(prefers-color-scheme: dark)" srcset="packs-dark.svg">' in table


def test_every_drawing_is_there_for_light_and_dark_pages(made: Made) -> None:
    names = {path.stem for path in made.out.glob("*.svg")}
    drawn = {name.rsplit("-", 1)[0] for name in names}
    assert drawn == {
        "packs",
        "loss",
        "precision",
        "precision-recall",
        "co-occurrence",
        "calibration",
    }
    for name in drawn:
        for theme in (LIGHT, DARK):
            text = (made.out / f"{name}-{theme.name}.svg").read_text()
            assert theme.background in text
            assert "<text" not in text  # outlines: the same on every machine
            assert len(text) < 700_000


def test_the_sheet_is_written_where_the_user_says_and_nowhere_else(made: Made) -> None:
    with Image.open(made.sheet) as sheet:
        assert sheet.width > 1000
    assert not list(made.out.glob("*.webp"))


def test_a_broken_pack_among_those_found_is_left_out_and_told_but_named_it_stops(
    made: Made, tmp_path: Path
) -> None:
    pack = write_pack(tmp_path / "sound" / "pack", GENRES, pack_id="sound", embedding=False)
    broken = tmp_path / "broken" / "pack"
    broken.mkdir(parents=True)
    (broken / "pack.json").write_text("{")
    lines: list[str] = []
    entries = find_entries([], runs=tmp_path, models=tmp_path / "none", tell=lines.append)
    assert [entry.pack.directory for entry in entries] == [pack]
    assert lines[0].startswith("Left out: ")
    with pytest.raises(PackError):
        find_entries([broken], runs=tmp_path, models=tmp_path, tell=lines.append)


def test_two_packs_of_one_id_are_told_apart(tmp_path: Path) -> None:
    for run in ("first", "second"):
        write_pack(tmp_path / run / "pack", GENRES, pack_id="genres", embedding=False)
    entries = find_entries([], runs=tmp_path, models=tmp_path / "none", tell=print)
    assert [entry.name for entry in entries] == ["genres (first)", "genres (second)"]


def test_nothing_to_compare_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pack to compare"):
        find_entries([], runs=tmp_path, models=tmp_path, tell=print)


def test_published_names_are_found_in_ours() -> None:
    assert ours_of("val_loss") == "BCE"
    assert ours_of("micro_F1_half") == "micro_F1_half"
    assert ours_of("Hamming") == "Hamming_half"
    assert ours_of("beauty") is None


def test_shares_of_labels_that_come_together() -> None:
    has = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0]], bool)
    shares = shares_together(has)
    assert shares[0, 1] == pytest.approx(2 / 3)
    assert shares[1, 0] == 1
    assert np.isnan(shares[2]).all()
    assert np.isnan(np.diag(shares)).all()


def test_answers_that_mean_what_they_say_lie_on_the_line() -> None:
    random = np.random.default_rng(0)
    likely = random.random((4000, 5))
    said, true, counts = reliability(likely, (random.random((4000, 5)) < likely).astype(float))
    np.testing.assert_allclose(said, true, atol=0.05)
    assert counts.sum() == likely.size


def test_precision_and_recall_are_drawn_from_the_first_right_answer_on() -> None:
    recall, precision = steps_of(np.array([False, True, True]), np.array([0.9, 0.8, 0.1]))
    assert recall.tolist() == [1.0, 0.5, 0.0]
    assert precision.tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 2])


def test_the_sheet_shows_the_surest_and_the_furthest_from_right_and_none_twice() -> None:
    targets = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], float)
    answers = np.array([[0.9, 0.1], [0.1, 0.9], [0.4, 0.6], [0.0, 0.0]])
    choice = choose(answers, targets, each=5)
    assert choice.right == (0,)
    assert choice.wrong == (1,)

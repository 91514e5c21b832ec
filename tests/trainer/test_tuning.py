"""Searching for parameters: on any of a recipe's, going on after a stop, never on the test."""

import csv
import io
import shutil
import tomllib
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from PIL import Image

from tests.support.labelled_folders import columns_recipe
from trainer.cli import main
from trainer.errors import RecipeError, TrainerError
from trainer.recipe import Recipe, read_recipe, recipe_from
from trainer.tuning import trials as trials_module
from trainer.tuning.found import write_recipe
from trainer.tuning.space import (
    Choices,
    Range,
    changed,
    default_space,
    read_space,
    suggested,
    table_of,
    told,
)

_COUNT = 32
_HEAD = """
makes = "columns"
[pack]
id = "reds"
version = "1"
title = "Reds"
description = "Red pictures."
license = "CC0-1.0"
[split]
seed = "1"
folds = 2
[[data]]
folder = "."
reader = "labels-csv"
[inputs.images]
height = 32
width = 32
"""
_FROZEN = """
[network]
kind = "frozen"
trunk = "random"
[head]
hidden = 8
epochs = 2
"""
_TRAINED = """
[network]
kind = "trained"
architecture = "dense"
dense = [{ width = 4 }, { width = 2, dropout = 0.1 }]
[training]
epochs = 2
batch = 16
"""
_SPACE = """
[space]
head.hidden = { choices = [0, 8] }
head.learning_rate = { low = 1e-4, high = 1e-2, log = true }
head.epochs = { low = 1, high = 2 }
"""


@dataclass(frozen=True, slots=True)
class _Place:
    data: Path
    runs: Path

    def recipe(self, name: str, text: str) -> Path:
        path = self.data.parent / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def tune(self, recipe: Path, *options: str, trials: int) -> tuple[int, str, str]:
        """Return the exit code, and what was written to stdout and to stderr."""
        out, err = io.StringIO(), io.StringIO()
        arguments = ["tune", str(recipe), "--data", str(self.data), "--runs", str(self.runs)]
        with redirect_stdout(out), redirect_stderr(err):
            code = main([*arguments, "--trials", str(trials), "--threads", "1", *options])
        return code, out.getvalue(), err.getvalue()

    def table(self) -> list[dict[str, str]]:
        with (self.runs / "reds" / "trials.csv").open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("tuning") / "data"
    data.mkdir()
    random = np.random.default_rng(0)
    rows = ["path,labels"]
    for number in range(_COUNT):
        pixels = random.integers(0, 120, (32, 32, 3), dtype=np.uint8)
        pixels[..., 0] += np.uint8(120 * (number % 2))
        Image.fromarray(pixels).save(data / f"{number}.png")
        rows.append(f"{number}.png,{'red' if number % 2 else 'dark; other'}")
    (data / "labels.csv").write_text("\n".join(rows))
    return data


@pytest.fixture
def place(drawn: Path, tmp_path: Path) -> _Place:
    shutil.copytree(drawn, tmp_path / "data")
    return _Place(tmp_path / "data", tmp_path / "runs")


def test_a_second_call_goes_on_and_the_best_becomes_a_recipe(place: _Place) -> None:
    recipe = place.recipe("reds", _HEAD + _FROZEN)
    space = place.recipe("space", _SPACE)
    options = ("--space", str(space), "--pruner", "none")
    code, out, err = place.tune(recipe, *options, trials=2)
    assert code == 0, err
    assert "trial 2 (2 of 2): mAP" in err
    first = place.table()
    assert [row["state"] for row in first] == ["complete", "complete"]
    code, out, err = place.tune(recipe, *options, trials=3)
    assert code == 0, err
    assert "2 of 3 trials are done already" in err
    rows = place.table()
    assert rows[:2] == first
    assert len({row["head.learning_rate"] for row in rows}) == 3
    best = max(rows, key=lambda row: float(row["mAP"]))
    tuned = read_recipe(place.runs / "reds" / "tuned.toml")
    assert tuned.head.learning_rate == float(best["head.learning_rate"])
    assert tuned.head.hidden == int(best["head.hidden"])
    assert tuned.pack.id == "reds"
    assert f"in trial {best['trial']}" in out
    code, _, err = place.tune(recipe, *options, trials=3)
    assert code == 0
    assert "(3 of 3)" not in err
    assert place.table() == rows


def test_a_stop_keeps_the_finished_trials(place: _Place, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = place.recipe("reds", _HEAD + _FROZEN)
    really = trials_module.FrozenTrials.measure
    measured: list[int] = []

    def stopping(self: Any, tried: Recipe, number: int, report: Callable[..., None]) -> float:
        measured.append(number)
        if len(measured) == 2:
            raise KeyboardInterrupt
        return really(self, tried, number, report)

    monkeypatch.setattr(trials_module.FrozenTrials, "measure", stopping)
    space = place.recipe("space", _SPACE)
    options = ("--space", str(space), "--sampler", "random", "--pruner", "none")
    code, _, _ = place.tune(recipe, *options, trials=2)
    assert code == 130
    assert len(place.table()) == 1
    code, _, err = place.tune(recipe, *options, trials=2)
    assert code == 0
    assert "1 of 2 trials are done already" in err
    assert [row["state"] for row in place.table()] == ["complete", "stopped", "complete"]


def test_a_trial_that_is_behind_ends_early(place: _Place, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = place.recipe("reds", _HEAD.replace("folds = 2", "folds = 4") + _FROZEN)
    reported: list[int] = []

    def worse(self: Any, tried: Recipe, number: int, report: Callable[..., None]) -> float:
        for step in range(1, 5):
            reported.append(number)
            report(step, 1.0 - number)
        return 1.0 - number

    monkeypatch.setattr(trials_module.FrozenTrials, "measure", worse)
    code, _, err = place.tune(recipe, "--space", str(place.recipe("s", _SPACE)), trials=8)
    assert code == 0
    assert "behind, ended early" in err
    assert len(reported) < 4 * 8
    assert [row["state"] for row in place.table()].count("complete") >= 1


def test_a_trial_that_fails_is_told_and_the_search_goes_on(
    place: _Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = place.recipe("reds", _HEAD + _FROZEN)

    def failing(self: Any, tried: Recipe, number: int, report: Callable[..., None]) -> float:
        if number == 0 or place.runs.name == "hopeless":
            raise TrainerError("The loss is no number any more.")
        return 0.5

    monkeypatch.setattr(trials_module.FrozenTrials, "measure", failing)
    code, _, err = place.tune(recipe, "--space", str(place.recipe("s", _SPACE)), trials=2)
    assert code == 0
    assert "trial 1 (1 of 2) failed: The loss is no number" in err
    assert [row["state"] for row in place.table()] == ["failed", "complete"]
    place = _Place(place.data, place.runs.with_name("hopeless"))
    code, _, err = place.tune(recipe, "--space", str(place.recipe("s", _SPACE)), trials=9)
    assert code == 1
    assert err.count("failed:") == 2


def test_another_space_begins_anew_and_keeps_the_old_trials(place: _Place) -> None:
    recipe = place.recipe("reds", _HEAD + _FROZEN)
    space = place.recipe("space", _SPACE)
    place.tune(recipe, "--space", str(space), trials=1)
    other = place.recipe("other", "[space]\nhead.dropout = { low = 0.1, high = 0.5 }\n")
    code, _, err = place.tune(recipe, "--space", str(other), "--metric", "loss", trials=1)
    assert code == 0
    assert "Earlier trials of another recipe, space" in err
    assert list(place.table()[0]) == ["trial", "state", "loss", "seconds", "head.dropout"]


def test_networks_trained_as_a_whole_are_tuned_too(place: _Place) -> None:
    recipe = place.recipe("reds", _HEAD + _TRAINED)
    space = place.recipe(
        "space",
        "[space]\ntraining.learning_rate = { low = 1e-4, high = 1e-2, log = true }\n"
        "network.dense.1.width = { low = 2, high = 6 }\n",
    )
    code, out, err = place.tune(recipe, "--space", str(space), "--metric", "top3_recall", trials=2)
    assert code == 0, err
    assert "network.dense.1.width" in out
    tuned = read_recipe(place.runs / "reds" / "tuned.toml")
    assert tuned.network.dense[0].width == 4  # type: ignore[union-attr]
    assert tuned.network.dense[1].dropout == 0.1  # type: ignore[union-attr]
    trial = place.runs / "reds" / "tuning" / "trial-0001"
    assert (trial / "history.jsonl").exists()
    assert not list(trial.glob("*checkpoint*"))


def test_nearest_neighbours_are_tuned_too(place: _Place) -> None:
    network = '[network]\nkind = "neighbours"\ntrunk = "random"\n'
    recipe = place.recipe("reds", _HEAD + network)
    space = place.recipe("space", "[space]\nnetwork.neighbours = { low = 1, high = 9 }\n")
    code, out, err = place.tune(recipe, "--space", str(space), trials=2)
    assert code == 0, err
    assert "network.neighbours" in out


def test_no_test_picture_is_looked_at(place: _Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    really = trials_module.cross_fitted

    def noting(settings: Any, pictures: Any, rows: Any, folds: Any) -> Any:
        asked.append((rows, folds))
        return really(settings, pictures, rows, folds)

    monkeypatch.setattr(trials_module, "cross_fitted", noting)
    recipe = place.recipe("reds", _HEAD + _FROZEN)
    code, _, _ = place.tune(recipe, "--space", str(place.recipe("space", _SPACE)), trials=1)
    assert code == 0
    rows, folds = asked[0]
    assert rows.sum() == 27
    assert set(folds[~rows].tolist()) == {-1}


def test_a_file_that_is_no_database_is_named(place: _Place) -> None:
    recipe = place.recipe("reds", _HEAD + _FROZEN)
    (place.runs / "reds").mkdir(parents=True)
    (place.runs / "reds" / "tuning.db").write_text("not a database at all")
    code, _, err = place.tune(recipe, trials=1)
    assert code == 1
    assert "tuning.db is no database of trials" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("head.lerning_rate = { low = 1e-4, high = 1e-2 }", "the nearest is head.learning_rate"),
        ("training.epochs = { low = 1, high = 2 }", "training.epochs is not for tuning"),
        ("split.test = { low = 0.1, high = 0.2 }", "split.test is not for tuning"),
        ("data.0.folder = { choices = ['a', 'b'] }", "data.0.folder is not for tuning"),
        ("data.3.weight = { low = 0.1, high = 1.0 }", "the nearest is data.0.weight"),
        ("head.epochs = { low = 1.5, high = 2.0 }", "it takes whole numbers"),
        ("head.epochs = { low = 0, high = 2 }", "head.epochs = 0"),
        ("head.dropout = { low = 0.5, high = 1.0 }", "head.dropout = 1.0"),
        ("network.trunk = { choices = ['lite0', 'lite9'] }", 'network.trunk = "lite9"'),
        ("head.dropout = { low = 0.5, high = 0.1 }", "not below its high"),
        ("head.dropout = { low = 0.0, high = 0.1, log = true }", "a low above 0"),
        ("head.epochs = { low = 1, high = 9, step = 0 }", "a step above 0"),
        ("head.hidden = { choices = [] }", "has no choices"),
        ("head.hidden = { low = 1, hihg = 9 }", "wrong at head.hidden"),
        ("head.hidden = 8", "head.hidden is neither a range"),
        ("", "it needs one table"),
        ("head = ", "is wrong"),
    ],
)
def test_what_is_wrong_in_a_space_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "space.toml"
    path.write_text(f"[space]\n{text}\n", encoding="utf-8")
    with pytest.raises(RecipeError) as told_of:
        read_space(path, columns_recipe("Red"))
    assert said in str(told_of.value)
    assert "space.toml" in str(told_of.value)


def test_the_usual_spaces_fit_every_kind_of_recipe() -> None:
    for network in (
        {"kind": "frozen"},
        {"kind": "neighbours"},
        {"kind": "trained", "architecture": "dense"},
    ):
        recipe = columns_recipe("Red", network=network)
        space = default_space(recipe)
        for _ in range(5):
            study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
            values = suggested(study.ask(), space, recipe)
            tried = recipe_from(changed(table_of(recipe), values), named="tried")
            assert tried != recipe or not values


def test_lists_and_whole_numbers_stay_what_they_are() -> None:
    recipe = columns_recipe("Red")
    space = {
        "head.seeds": Choices(([0], [0, 1])),
        "head.weight_decay": Range(0, 1),
        "head.epochs": Range(4, 20, step=4),
    }
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    values = suggested(study.ask(), space, recipe)
    assert values["head.seeds"] in ([0], [0, 1])
    assert isinstance(values["head.weight_decay"], float)
    assert values["head.epochs"] in (4, 8, 12, 16, 20)
    assert told(space)["head.seeds"] == {"choices": [[0], [0, 1]]}


def test_the_tuned_recipe_is_the_old_one_with_other_values(tmp_path: Path) -> None:
    old = tmp_path / "recipes" / "own.toml"
    old.parent.mkdir()
    old.write_text(_HEAD + _TRAINED, encoding="utf-8")
    table = tomllib.loads(old.read_text(encoding="utf-8"))
    values = {
        "network.dense.0.dropout": 0.25,
        "training.learning_rate": 3e-05,
        "training.optimiser": "adamw",
        "training.positive_weights": True,
        "data.0.views": ["plain", 'mir"ror'],
    }
    new = tmp_path / "runs" / "own" / "tuned.toml"
    new.parent.mkdir(parents=True)
    write_recipe(new, values, tuned=old, table=table, comment="Found.")
    assert read_recipe(new) == recipe_from(changed(table, values), named="expected")
    assert tomllib.loads(new.read_text())["extends"] == "../../recipes/own.toml"

"""The trainer's command line: recipes by name, what comes out where, and how it ends."""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import trainer.cli
from app.labeling.pack import load_pack
from tests.support.trained import draw_shapes
from trainer.cli import main
from trainer.cli.arguments import recipe_file
from trainer.errors import RecipeError
from trainer.recipe import read_recipe
from trainer.training.checkpoint import load

_RECIPE = """
makes = "columns"
[pack]
id = "own"
version = "1"
title = "Own"
description = "Own labels."
license = "CC0-1.0"
[inputs.images]
height = 12
width = 12
[network]
kind = "trained"
architecture = "dense"
[[network.dense]]
width = 4
[split]
seed = "test"
test = 0.25
validation = 0.25
[training]
epochs = 2
batch = 8
[[data]]
folder = "own"
reader = "genre-csv"
[[labels]]
column = "Red"
id = "red"
name = "red"
group = "Colours"
"""


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    draw_shapes(tmp_path / "data", count=32)
    (tmp_path / "own.toml").write_text(_RECIPE)
    return tmp_path


def _arguments(place: Path, *more: str) -> list[str]:
    folders = ["--data", str(place / "data"), "--runs", str(place / "runs"), "--threads", "1"]
    return ["train", str(place / "own.toml"), *folders, *more]


def test_train_and_export_make_packs(place: Path) -> None:
    assert main(_arguments(place)) == 0
    assert load_pack(place / "runs" / "own" / "pack").id == "own"
    arguments = ["export", str(place / "runs" / "own"), "--out", str(place / "again"), "--no-int8"]
    more = ["--data", str(place / "data"), "--runs", str(place / "runs"), "--threads", "1"]
    assert main([*arguments, *more]) == 0
    assert [file.precision for file in load_pack(place / "again").files] == ["fp32"]


def test_a_smoke_run_has_a_folder_of_its_own(place: Path) -> None:
    assert main(_arguments(place, "--smoke", "--no-int8")) == 0
    pack = load_pack(place / "runs" / "own-smoke" / "pack")
    assert (pack.input.height, pack.input.width) == (96, 96)
    assert pack.training["smoke"] is True
    assert not (place / "runs" / "own").exists()


def test_a_run_of_another_recipe_ends_with_one_sentence_and_exit_code_1(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_arguments(place, "--no-int8")) == 0
    (place / "own.toml").write_text(_RECIPE.replace("batch = 8", "batch = 4"))
    capsys.readouterr()
    assert main(_arguments(place, "--no-int8")) == 1
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("The run in ")
    assert "training.batch" in told
    assert main(_arguments(place, "--no-int8", "--fresh")) == 0


def test_ctrl_c_keeps_a_checkpoint_and_ends_with_130(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "own.toml").write_text(_RECIPE.replace("epochs = 2", "epochs = 100000"))
    checkpoint = place / "runs" / "own" / "checkpoint.pt"

    def interrupt() -> None:
        while not checkpoint.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    assert main(_arguments(place)) == 130
    thread.join()
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert told.startswith("Stopped after step ")
    assert "The same command goes on there." in told
    assert load(checkpoint).position.step > 0


def test_a_shipped_recipe_is_found_by_its_name() -> None:
    for name in ("kgptalkie-cnn", "genres"):
        assert read_recipe(recipe_file(name)).pack.id == name


def test_an_unknown_recipe_names_those_that_there_are() -> None:
    with pytest.raises(RecipeError, match=r"no recipe no-such: .*genres.*kgptalkie-cnn"):
        recipe_file("no-such")


def test_a_recipe_file_that_is_not_there_is_named(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(place / "gone.toml"), "--data", str(place)]) == 1
    assert "gone.toml cannot be read" in capsys.readouterr().err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    parser = trainer.cli._parser()
    chosen = next(
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    assert {"train", "export", "evaluate", "features"} <= set(chosen.choices)
    for name in chosen.choices:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert name in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("train", "--threads", "-3"),
        ("read", "--threads", "-1"),
        ("evaluate", "--rounds", "0"),
        ("evaluate", "--robust", "-2"),
        ("evaluate", "--pointing", "0"),
        ("compare", "--rounds", "many"),
        ("tune", "--trials", "0"),
    ],
)
def test_a_number_that_makes_no_sense_is_wrong_usage(
    command: str, option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "own", "--data", str(tmp_path), option, value])
    assert ended.value.code == 2
    assert f"{value!r} is not a whole number of" in capsys.readouterr().err


def test_help_says_percent_once(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    assert "%%" not in capsys.readouterr().out


def test_ctrl_c_while_the_trainer_is_loaded_is_no_traceback() -> None:
    script = (
        "import runpy, sys; "
        "from importlib.abc import MetaPathFinder; "
        "interrupt = type('Interrupt', (MetaPathFinder,), {'find_spec': lambda self, name, *_: "
        "(_ for _ in ()).throw(KeyboardInterrupt) if name == 'torch' else None}); "
        "sys.meta_path.insert(0, interrupt()); "
        "runpy.run_module('trainer', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 130
    assert ended.stderr == ""

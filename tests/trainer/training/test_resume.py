"""A run that was stopped anywhere goes on exactly: the same weights, bit for bit."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import trainer
from tests.support.trained import draw_shapes, run_place, trained_recipe
from trainer.errors import TrainerError
from trainer.training.checkpoint import load
from trainer.training.history import read_history
from trainer.training.run import RunOptions, train_network

pytestmark = pytest.mark.usefixtures("one_thread")

_HOME = Path(trainer.__file__).parents[1]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with drawn shapes and a run ``whole`` that nothing interrupted."""
    root = tmp_path_factory.mktemp("resume")
    draw_shapes(root / "data")
    train_network(trained_recipe(), run_place(root, "whole"))
    return root


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _curve(folder: Path) -> list[dict[str, Any]]:
    lines = read_history(folder / "history.jsonl")
    return [{key: line[key] for key in line if key != "seconds"} for line in lines]


def _assert_as_if_never_stopped(root: Path, name: str) -> None:
    whole, stopped = run_place(root, "whole").folder, run_place(root, name).folder
    for file in ("checkpoint.pt", "best.pt"):
        assert _same(load(whole / file).states, load(stopped / file).states)
    assert _curve(whole) == _curve(stopped)


@pytest.mark.parametrize("step", [1, 5, 6])
def test_a_stop_after_any_step_changes_nothing(root: Path, step: int) -> None:
    name = f"stopped-{step}"
    place = run_place(root, name)
    with pytest.raises(KeyboardInterrupt, match=f"after step {step} of 9.*goes on there"):
        train_network(trained_recipe(), place, RunOptions(stop_after=step))
    told: list[str] = []
    train_network(trained_recipe(), place, RunOptions(tell=told.append))
    assert f"Going on in {place.folder} after step {step}." in told
    _assert_as_if_never_stopped(root, name)


def test_a_kill_in_mid_epoch_or_in_mid_checkpoint_changes_nothing(root: Path) -> None:
    script = Path(__file__).with_name("killed.py")
    environment = {**os.environ, "PYTHONPATH": str(_HOME)}
    subprocess.run([sys.executable, script, root], check=True, env=environment, capture_output=True)
    for name in ("mid-epoch", "mid-checkpoint"):
        position = load(run_place(root, name).folder / "checkpoint.pt").position
        assert 0 < position.step < 9
        assert not position.finished
        train_network(trained_recipe(), run_place(root, name))
        _assert_as_if_never_stopped(root, name)
    assert not list(run_place(root, "mid-checkpoint").folder.glob("*.writing"))


def test_ctrl_c_saves_and_says_how_to_go_on(root: Path) -> None:
    place = run_place(root, "interrupted")
    before = signal.getsignal(signal.SIGINT)  # ignored, where the tests run in the background

    def interrupt(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match=r"after step 4 of 9; .*interrupted keeps it"):
        train_network(trained_recipe(), place, RunOptions(follow=interrupt))
    assert signal.getsignal(signal.SIGINT) is before
    train_network(trained_recipe(), place)
    _assert_as_if_never_stopped(root, "interrupted")


def test_a_finished_run_is_not_trained_again(root: Path) -> None:
    before = run_place(root, "whole").folder / "checkpoint.pt"
    content = before.read_bytes()
    _, position = train_network(trained_recipe(), run_place(root, "whole"))
    assert position.finished
    assert before.read_bytes() == content


def test_a_run_of_another_recipe_is_refused_and_begun_anew_only_when_asked(root: Path) -> None:
    place, other = run_place(root, "other"), trained_recipe(training={"learning_rate": 0.01})
    train_network(trained_recipe(), place)
    with pytest.raises(TrainerError, match=r"other.*training\.learning_rate.*--fresh"):
        train_network(other, place)
    _, position = train_network(other, place, RunOptions(fresh=True))
    assert position.step == 9
    assert [line["step"] for line in _curve(place.folder)] == [3, 6, 9]


def test_more_pictures_than_the_run_began_with_are_refused(tmp_path: Path) -> None:
    draw_shapes(tmp_path / "data", count=30)
    place = run_place(tmp_path)
    train_network(trained_recipe(training={"epochs": 1}), place)
    table = tmp_path / "data" / "own" / "train.csv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(TrainerError, match="other pictures, labels or split"):
        train_network(trained_recipe(training={"epochs": 1}), place)

"""A learning curve is read whole, cut off or not at all, and never stops a comparison."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from trainer.compare.history import read_curve


def step(number: int, loss: float) -> dict[str, Any]:
    return {"kind": "step", "step": number, "epoch": 1, "loss": loss}


def epoch(number: int, at: int, loss: float) -> dict[str, Any]:
    return {
        "kind": "epoch",
        "epoch": number,
        "step": at,
        "train_loss": loss + 0.1,
        "loss": loss,
        "accuracy": 0.9,
        "micro_precision": 0.5,
        "precision": [0.5, None],
        "seconds": 1.0,
    }


def written(folder: Path, *lines: dict[str, Any], tail: str = "") -> Path:
    path = folder / "history.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + tail)
    return path


def test_steps_are_placed_within_their_epochs(tmp_path: Path) -> None:
    path = written(tmp_path, step(10, 0.5), epoch(1, 20, 0.4), step(30, 0.3), epoch(2, 40, 0.2))
    curve = read_curve(path, lambda line: None)
    assert curve is not None
    assert curve.at.tolist() == [0.5, 1.5]
    assert curve.validation_loss.tolist() == [0.4, 0.2]
    np.testing.assert_array_equal(curve.precision, [[0.5, np.nan]] * 2)


def test_a_line_that_a_kill_cut_off_is_left_out(tmp_path: Path) -> None:
    curve = read_curve(written(tmp_path, step(10, 0.5), tail='{"kind": "st'), lambda line: None)
    assert curve is not None
    assert curve.loss.tolist() == [0.5]
    assert len(curve.epochs) == 0


def test_after_a_resume_the_last_word_on_a_step_counts(tmp_path: Path) -> None:
    curve = read_curve(
        written(tmp_path, step(10, 0.5), step(20, 0.4), step(20, 0.3)), lambda line: None
    )
    assert curve is not None
    assert curve.loss.tolist() == [0.5, 0.3]


def test_a_broken_history_is_told_and_there_is_no_curve(tmp_path: Path) -> None:
    lines: list[str] = []
    path = written(tmp_path, {"kind": "step", "step": "ten", "loss": 1})
    assert read_curve(path, lines.append) is None
    assert "stays without a curve" in lines[0]
    assert str(path) in lines[0]
    assert read_curve(tmp_path / "none.jsonl", lines.append) is None
    assert len(lines) == 1


def test_a_long_curve_is_smoothed_to_what_can_be_drawn(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    noisy = [step(10 * n, float(1 + random.normal())) for n in range(1, 2001)]
    curve = read_curve(written(tmp_path, *noisy), lambda line: None)
    assert curve is not None
    at, loss = curve.smoothed()
    assert len(at) == len(loss) == 300
    assert loss.std() < curve.loss.std() / 3

"""A run's learning curve survives kills, and no step stands in it twice."""

from pathlib import Path

import pytest

from trainer.errors import TrainerError
from trainer.training.history import History, read_history


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    history = History(tmp_path / "run" / "history.jsonl")
    history.add(kind="step", step=10, epoch=1, loss=0.5)
    history.add(kind="epoch", epoch=1, step=12, precision=[None, 0.25])
    assert read_history(tmp_path / "run" / "history.jsonl") == [
        {"kind": "step", "step": 10, "epoch": 1, "loss": 0.5},
        {"kind": "epoch", "epoch": 1, "step": 12, "precision": [None, 0.25]},
    ]


def test_going_on_from_a_checkpoint_cuts_off_what_was_written_after_it(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    history = History(path)
    history.add(step=1)
    kept = history.position()
    history.add(step=2)
    again = History(path, position=kept)
    again.add(step=3)
    assert [line["step"] for line in read_history(path)] == [1, 3]


def test_a_line_that_a_kill_cut_in_two_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"step":1}\n{"step":')
    assert read_history(path) == [{"step": 1}]


def test_a_run_that_has_not_begun_has_no_history(tmp_path: Path) -> None:
    assert read_history(tmp_path / "history.jsonl") == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    with pytest.raises(TrainerError, match=r"history\.jsonl cannot be written"):
        History(tmp_path / "run" / "history.jsonl")

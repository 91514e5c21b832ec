"""Trains in child processes and kills them without warning: in mid-epoch, and in mid-checkpoint.

Started by ``test_resume.py`` in a process of its own, with one thread, so that it may fork.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import IO, Any

import torch

from tests.support.trained import run_place, trained_recipe
from trainer.training.run import RunOptions, train_network

_KILLED_SAVE = 4
"""The checkpoint in the middle of which the second child dies."""


def _train(root: Path, name: str) -> None:
    train_network(trained_recipe(), run_place(root, name), RunOptions(save_every=0.0))


def _child(root: Path, name: str, *, mid_checkpoint: bool) -> int:
    child = os.fork()
    if child:
        return child
    if mid_checkpoint:
        saves = iter(range(1, 1000))
        whole = torch.save

        def save(told: Any, file: IO[bytes]) -> None:
            if next(saves) == _KILLED_SAVE:
                file.write(b"half of a checkpoint")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
            whole(told, file)

        torch.save = save
    _train(root, name)
    os._exit(0)


def _killed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def main(root: Path) -> int:
    """Leave two runs whose processes were killed; return 0 when both were."""
    torch.set_num_threads(1)
    child = _child(root, "mid-epoch", mid_checkpoint=False)
    checkpoint = run_place(root, "mid-epoch").folder / "checkpoint.pt"
    while not checkpoint.exists():
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    second = _child(root, "mid-checkpoint", mid_checkpoint=True)
    return 0 if _killed(child) and _killed(second) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

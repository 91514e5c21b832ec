"""What a search has found, as files: a recipe, and a table of all trials."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from trainer.training.safely import replace_file
from trainer.tuning.space import Values, changed


def write_recipe(
    path: Path, values: Values, *, tuned: Path, table: Mapping[str, Any], comment: str
) -> None:
    """Write a recipe that extends the tuned one by the values found.

    Args:
        path: The new recipe.
        values: Parameters by path.
        tuned: The recipe that was tuned.
        table: It as read; a list that a value lies in is written as a whole, because recipes do not
            merge lists.
        comment: A line about where the values come from.

    Raises:
        TrainerError: It cannot be written.
    """
    whole = changed(table, values)
    lines = [f"# {comment}", f"extends = {_toml(_way(path.parent, tuned))}", ""]
    written = dict(_whole_lists(whole, name) for name in values)
    lines += [f"{name} = {_toml(value)}" for name, value in sorted(written.items())]
    text = "\n".join(lines) + "\n"
    replace_file(path, lambda file: file.write(text.encode()))


def write_table(
    path: Path, trials: Sequence[FrozenTrial], parameters: Sequence[str], *, metric: str
) -> None:
    """Write a CSV of all trials: number from 1, state, metric, seconds, and a column a parameter.

    Raises:
        TrainerError: It cannot be written.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["trial", "state", metric, "seconds", *parameters])
    for trial in trials:
        table.writerow(
            [
                trial.number + 1,
                _state(trial),
                "" if trial.value is None else f"{trial.value:.6g}",
                "" if trial.duration is None else f"{trial.duration.total_seconds():.1f}",
                *(trial.params.get(name, "") for name in parameters),
            ]
        )
    replace_file(path, lambda file: file.write(text.getvalue().encode()))


FAILED = "failed"
"""The note of a trial that an error ended; one without it was stopped."""


def _state(trial: FrozenTrial) -> str:
    if trial.state in (TrialState.COMPLETE, TrialState.PRUNED):
        return trial.state.name.lower()
    return FAILED if FAILED in trial.user_attrs else "stopped"


def _way(folder: Path, recipe: Path) -> str:
    """Return how a recipe in ``folder`` names another: the way there; in full on another drive."""
    try:
        return Path(os.path.relpath(recipe.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return recipe.resolve().as_posix()


def _whole_lists(table: Mapping[str, Any], path: str) -> tuple[str, Any]:
    """Return a path and its value, cut off at the first list."""
    place: Any = table
    keys = path.split(".")
    for number, key in enumerate(keys, start=1):
        place = place[key]
        if isinstance(place, list):
            return ".".join(keys[:number]), place
    return path, place


def _toml(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items() if one is not None)
        return f"{{ {inner} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return repr(value) if isinstance(value, float) else json.dumps(value)

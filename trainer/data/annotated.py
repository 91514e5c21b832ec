"""Reads everyday pictures whose annotations come from several sources, each complete for some."""

import csv
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.data.labelled import Labelled, check_files
from trainer.errors import DataError
from trainer.features import PictureSet
from trainer.settings import Absence

_TABLE = "index.csv"
_COMPLETENESS = "completeness.json"
_PICTURES = "images"
_COLUMNS = ("file", "source", "labels", "unsure")
_WEAK_WEIGHT: Final = 0.25
"""Weight of "not named" where a source names a label only now and then (its README: .2 to .3)."""
_SILENT_WEIGHT: Final = 0.5
"""Weight of "not named" where a source says nothing about a label that seldom goes unnamed. With
.2, one guitar found wrongly counted so little that guitars were found on 215 of 6,200 pictures."""
_OFTEN_UNNAMED_WEIGHT: Final = 0.25
"""The same for labels that often go unnamed. Not 0: rocks, which no source is complete for, were
then found on every picture."""


def read_annotated(
    folder: Path,
    labels: Sequence[str],
    *,
    often_unnamed: Collection[str] = (),
    presumed_absent: Sequence[Absence] = (),
    sources: Collection[str] = (),
) -> Labelled:
    """Read ``folder/index.csv`` and ``folder/completeness.json``.

    A label that a picture has is 1; one marked unsure is unknown; one it does not have is 0 where
    its source is complete for the label, and 0 with a smaller weight elsewhere: a picture of which
    nobody says that there is a guitar in it most likely has none. Without that, labels which no
    source is complete for would never meet a picture that lacks them, and be found everywhere.

    Args:
        folder: Where the tables and ``images/`` lie.
        labels: The labels wanted, in order.
        often_unnamed: Labels that are in many pictures whose source is silent about them (trees,
            tables): silence says less there.
        presumed_absent: What is presumed of labels that are marked unsure.
        sources: Only pictures of these; empty: of all.

    Raises:
        DataError: A table, column, picture, source or label is missing; it is named.
    """
    every = _rows(folder / _TABLE)
    _check_sources(folder / _TABLE, every, [*sources, *(a.source for a in presumed_absent)])
    rows = [row for row in every if not sources or row["source"] in sources]
    complete, weak, known = _completeness(folder / _COMPLETENESS)
    unknown = [label for label in labels if label not in known]
    if unknown:
        raise DataError(f"{folder / _COMPLETENESS} does not know the label {', '.join(unknown)}.")
    paths = tuple(folder / _PICTURES / row["file"] for row in rows)
    check_files(paths, listed_in=folder / _TABLE)
    place = {label: number for number, label in enumerate(labels)}
    targets = np.zeros((len(rows), len(labels)), dtype=np.float32)
    silent = [
        _OFTEN_UNNAMED_WEIGHT if label in often_unnamed else _SILENT_WEIGHT for label in labels
    ]
    weights = np.repeat(np.array([silent], dtype=np.float32), len(rows), axis=0)
    for number, row in enumerate(rows):
        source = row["source"]
        for names, weight in ((weak, _WEAK_WEIGHT), (complete, 1.0)):
            weights[number, [place[n] for n in names.get(source, ()) if n in place]] = weight
        for cell, target, weight in ((row["labels"], 1.0, 1.0), (row["unsure"], 0.0, 0.0)):
            at = [place[name] for name in cell.split("|") if name in place]
            targets[number, at], weights[number, at] = target, weight
    _presume(presumed_absent, labels, [row["source"] for row in rows], targets, weights)
    return Labelled(
        pictures=PictureSet("-".join((folder.name, *sources)), paths),
        ids=tuple(row["file"] for row in rows),
        labels=tuple(labels),
        targets=targets,
        weights=weights,
        sources=tuple(row["source"] for row in rows),
    )


def _check_sources(table: Path, rows: Sequence[Mapping[str, str]], named: Sequence[str]) -> None:
    known = {row["source"] for row in rows}
    for source in named:
        if source not in known:
            raise DataError(f"The table {table} has no picture of the source {source!r}.")


def _presume(
    presumed: Sequence[Absence],
    labels: Sequence[str],
    sources: Sequence[str],
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> None:
    """Give unknown labels [N,L] the weight of a presumed absence, in place."""
    place = {label: number for number, label in enumerate(labels)}
    for absence in presumed:
        rows = [number for number, source in enumerate(sources) if source == absence.source]
        at = np.ix_(rows, [place[name] for name in absence.labels if name in place])
        unknown = (weights[at] == 0) & (targets[at] == 0)
        weights[at] = np.where(unknown, np.float32(absence.weight), weights[at])


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise DataError(f"The table {table} has no column {', '.join(missing)}.")
            return list(reader)
    except OSError as error:
        raise DataError(f"The table {table} cannot be read: {error.strerror}.") from error


def _completeness(
    path: Path,
) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]], frozenset[str]]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return told["complete"], told["weak"], frozenset([*told["labels"], *told["kinds"]])
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not as it should be: an object with labels, kinds, complete and weak."
        ) from error

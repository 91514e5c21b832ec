"""Measures packs on the same pictures and the same labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import Label, Pack, Precision
from trainer.compare.entries import Entry
from trainer.data.checks import Tell
from trainer.errors import DataError
from trainer.evaluate.answers import (
    Answers,
    Asked,
    answers_of,
    pictures_per_second,
    shipped_graph,
)
from trainer.evaluate.measured import Measured, measure_columns
from trainer.evaluate.pictures import Examined, PartName, collection_of, examine, is_table
from trainer.evaluate.texts import (
    Texts,
    WordsWanted,
    milliseconds_a_text,
    texts_for,
    vectors_of,
)
from trainer.metrics import Interval
from trainer.metrics.intervals import ROUNDS

_USUAL: Final = WordsWanted()


@dataclass(frozen=True, slots=True)
class Compared:
    """One pack on the common pictures.

    Attributes:
        entry: The pack.
        precision: Of the graph that was run.
        labels: The pack's own, in the order common to all.
        answers: float32 [N,L].
        measured: The figures.
        speed: Pictures a second on one thread, without words.
        text_time: Milliseconds that its text model takes for the words of a picture, on one thread;
            None: it does not read, or no picture has words.
    """

    entry: Entry
    precision: str
    labels: tuple[Label, ...]
    answers: Answers
    measured: Measured
    speed: float
    text_time: float | None = None

    @property
    def figures(self) -> dict[str, Interval]:
        """Each figure with its interval."""
        return self.measured.figures[self.precision]

    @property
    def thresholds(self) -> list[float | None]:
        """Of the labels."""
        return [label.threshold for label in self.labels]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All packs on N pictures with L labels.

    Attributes:
        rows: The packs: the best mAP first, smoke tests last.
        examined: The pictures, the truth and the labels' shares elsewhere.
        names: The labels' names.
        texts: The words in the pictures, which packs that read are given; None: none reads.
    """

    rows: tuple[Compared, ...]
    examined: Examined
    names: tuple[str, ...]
    texts: Texts | None = None

    @property
    def targets(self) -> NDArray[np.float32]:
        """What is true: [N,L], 0 or 1."""
        return self.examined.targets

    def row(self, named: str | None) -> Compared:
        """Return the pack to look at more closely: the one named, or the best.

        Raises:
            DataError: No pack is called that.
        """
        if named is None:
            return self.rows[0]
        for row in self.rows:
            if named in (row.entry.name, row.entry.pack.id):
                return row
        names = ", ".join(row.entry.name for row in self.rows)
        raise DataError(f"No pack that is compared is called {named!r}; there are: {names}.")


def together(
    entries: Sequence[Entry],
    data: Path,
    *,
    part: PartName = "test",
    precision: Precision | None = None,
    words: WordsWanted = _USUAL,
    rounds: int = ROUNDS,
    threads: int = 1,
    tell: Tell,
    cache_folder: Path | None = None,
) -> Comparison:
    """Measure packs on the pictures and labels that all of them have.

    Args:
        entries: The packs.
        data: As in ``examine``.
        part: Which pictures of each recipe's.
        precision: Which graphs; None: those that the app runs on a CPU.
        words: Where the words for packs that read come from.
        rounds: Draws for the 95% intervals.
        threads: Of the CPU, for the networks.
        tell: Is given a line for each thing that people should know.
        cache_folder: Remembers which pictures are whole.

    Raises:
        DataError: The packs have no picture or no label in common, or words are asked for and no
            pack reads.
        UnavailableError: The engine that reads words is missing or broken.
    """
    each = _examined(entries, data, part, tell, cache_folder)
    common = _common(entries, each, tell)
    texts = texts_for(
        [entry.pack for entry in entries],
        common[0].paths,
        collection_of(data, entries[0].recipe),
        words,
        threads=threads,
        tell=tell,
    )
    asked = [_asked(entry, precision, texts, threads) for entry in entries]
    said = answers_of(asked, common[0].paths, threads=threads)
    rows = [
        _compared(entry, one, common[0], probabilities[:, list(examined.places)], texts, rounds)
        for entry, one, examined, probabilities in zip(entries, asked, common, said, strict=True)
    ]
    rows.sort(key=lambda row: (row.entry.smoke, -row.figures["mAP"].value))
    places = {label.id: label.name for label in entries[0].pack.labels}
    names = tuple(places[name] for name in common[0].labels)
    return Comparison(tuple(rows), common[0], names, texts)


def _compared(
    entry: Entry,
    asked: Asked,
    examined: Examined,
    probabilities: Answers,
    texts: Texts | None,
    rounds: int,
) -> Compared:
    """Measure one pack by its probabilities [N,L] of the common pictures and labels."""
    by_id = {label.id: label for label in entry.pack.labels}
    labels = tuple(by_id[name] for name in examined.labels)
    answers = np.ascontiguousarray(probabilities)
    kind = asked.file.precision
    measured = measure_columns(
        {kind: answers},
        examined.targets,
        [label.threshold for label in labels],
        examined.priors,
        rounds=rounds,
    )
    speed, text_time = pictures_per_second(asked), _text_time(entry.pack, texts)
    return Compared(entry, kind, labels, answers, measured, speed, text_time)


def _asked(entry: Entry, precision: Precision | None, texts: Texts | None, threads: int) -> Asked:
    """Return a pack's graph, given the words if the pack reads."""
    pack = entry.pack
    one = shipped_graph(pack) if precision is None else Asked(pack, pack.network((precision,)))
    if texts is None or pack.reads is None:
        return one
    return one.told(vectors_of(pack, texts.texts, threads=threads))


def _text_time(pack: Pack, texts: Texts | None) -> float | None:
    if texts is None or pack.reads is None:
        return None
    return milliseconds_a_text(pack, texts.texts)


def _examined(
    entries: Sequence[Entry], data: Path, part: PartName, tell: Tell, cache_folder: Path | None
) -> list[Examined]:
    """Return each pack's pictures; recipes of the same data are read once, and told of once."""
    known: dict[bytes, Examined] = {}
    said: set[str] = set()

    def tell_once(line: str) -> None:
        if line not in said:
            said.add(line)
            tell(line)

    each = []
    for entry in entries:
        key = _key(entry, data)
        if key not in known:
            known[key] = examine(
                entry.pack, data, entry.recipe, part=part, tell=tell_once, cache_folder=cache_folder
            )
        each.append(known[key])
    return each


def _key(entry: Entry, data: Path) -> bytes:
    labels = [label.id for label in entry.pack.labels]
    recipe = entry.recipe
    if recipe is None or is_table(data):
        return msgspec.json.encode(labels)
    split = (recipe.split, recipe.data[0].folder, recipe.leave_out, recipe.checks)
    return msgspec.json.encode((labels, *split))


def _common(entries: Sequence[Entry], each: Sequence[Examined], tell: Tell) -> list[Examined]:
    """Return the pictures and labels that all packs have, in the first pack's order."""
    labels = [name for name in each[0].labels if all(name in one.labels for one in each)]
    shared = set.intersection(*(set(one.paths) for one in each))
    paths = [path for path in each[0].paths if path in shared]
    if not labels or not paths:
        what = "label" if not labels else "picture"
        raise DataError(
            f"The packs {', '.join(entry.name for entry in entries)} have no {what} in common; "
            f"compare fewer of them, or give a folder with labels.csv as --data."
        )
    for entry, one in zip(entries, each, strict=True):
        fewer, lost = len(one.paths) - len(paths), len(one.labels) - len(labels)
        if fewer or lost:
            tell(
                f"{entry.name}: {fewer} of its {len(one.paths)} pictures and {lost} of its "
                f"{len(one.labels)} labels are not those of all packs, and are not compared."
            )
    common = []
    for one in each:
        at = {path: row for row, path in enumerate(one.paths)}
        common.append(one.take([at[path] for path in paths], labels))
    return common

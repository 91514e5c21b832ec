"""Runs packs' graphs over pictures: each is decoded once, however many packs look at it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.imaging.resize import resize
from app.labeling.codes import threshold_code, to_codes
from app.labeling.pack import Pack, PackFile, PackInput, load_pack, verify_file
from app.labeling.session import CHUNK, PRECISIONS
from app.labeling.signature import IMAGES, PROBABILITIES, WORDS, words_length
from app.paths import shipped
from trainer.errors import DataError
from trainer.pictures import read

Answers = NDArray[np.float32]
Vectors = NDArray[np.float32]

_BATCH: Final = 16
_SPEED_SECONDS: Final = 1.5
_SPEED_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One graph of a pack.

    Attributes:
        pack: The pack.
        file: The graph's.
        words: float32 [N,E], what the words in the N pictures are to a pack that reads; None: the
            pictures alone.
    """

    pack: Pack
    file: PackFile
    words: Vectors | None = field(default=None, compare=False)

    def told(self, words: Vectors | None) -> "Asked":
        """Return the same graph, given the words in the pictures."""
        return replace(self, words=words)


def shipped_graph(pack: Pack) -> Asked:
    """Return the graph that the app runs on a CPU: int8 where there is one."""
    return Asked(pack, pack.network(PRECISIONS["cpu"]))


def graphs_of(pack: Pack) -> list[Asked]:
    """Return all of a pack's graphs."""
    return [Asked(pack, file) for file in pack.files if file.is_network]


def answers_of(
    asked: Sequence[Asked], paths: Sequence[Path], *, threads: int = 1, shown: bool = True
) -> list[Answers]:
    """Return what each graph says of the pictures: probabilities [N,L], in the order asked.

    Args:
        asked: Graphs of one or many packs; one may stand there with and without words.
        paths: The pictures.
        threads: Of the CPU, for the networks.
        shown: Whether to draw a progress bar on stderr.

    Raises:
        PackError: A file is not what its ``pack.json`` says.
        DataError: A picture cannot be read.
        ValueError: Words are of another number of pictures.
    """
    if any(one.words is not None and len(one.words) != len(paths) for one in asked):
        raise ValueError("words are of another number of pictures")
    opened = {_path(one): _open(one, threads) for one in asked}
    sizes = {one.pack.input for one in asked}
    parts: list[list[Answers]] = [[] for _ in asked]
    start = 0
    for pictures in _decoded(paths, shown=shown):
        seen = {size: np.stack([_resized(one, size) for one in pictures]) for size in sizes}
        rows = slice(start, start + len(pictures))
        for part, one in zip(parts, asked, strict=True):
            words = None if one.words is None else one.words[rows]
            part.append(_said(opened[_path(one)], seen[one.pack.input], words))
        start = rows.stop
    return [
        np.concatenate(part)
        if part
        else np.zeros((0, len(asked[place].pack.labels)), dtype=np.float32)
        for place, part in enumerate(parts)
    ]


def answers_to(
    asked: Asked,
    pictures: Iterable[NDArray[np.uint8]],
    count: int,
    *,
    threads: int = 1,
    shown: bool = True,
) -> Answers:
    """Return what a graph says of decoded pictures, of these alone: probabilities [N,L].

    Args:
        asked: The graph; words that it was given are not looked at.
        pictures: RGB, uint8 [H,W,3] each; only some of them are held at a time.
        count: How many there are, for the progress bar.
        threads: Of the CPU, for the network.
        shown: Whether to draw a progress bar on stderr.

    Raises:
        PackError: A file is not what its ``pack.json`` says.
    """
    session, size = _open(asked, threads), asked.pack.input
    parts: list[Answers] = []
    with progress_bar(shown) as progress:
        task = progress.add_task("pictures", total=count)
        for some in _batched((_resized(one, size) for one in pictures), _BATCH):
            parts.append(_said(session, np.stack(some), None))
            progress.advance(task, len(some))
    return np.concatenate([np.zeros((0, len(asked.pack.labels)), dtype=np.float32), *parts])


def _batched(values: Iterable[NDArray[np.uint8]], size: int) -> Iterator[list[NDArray[np.uint8]]]:
    """Yield lists of ``size`` values; the last may be shorter."""
    iterator = iter(values)
    while some := list(islice(iterator, size)):
        yield some


def pictures_per_second(asked: Asked) -> float:
    """Return how many pictures the bare graph does in a second, on one thread.

    Noise of the network's size, as many at a time as the app gives it, without words; the best of
    several rounds, because whatever else the machine does only ever takes time away.
    """
    session, size = _open(asked, 1), asked.pack.input
    shape = (CHUNK, size.height, size.width, 3)
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    _said(session, images, None)
    best, begun = float("inf"), time.perf_counter()
    for number in range(10 * _SPEED_ROUNDS):
        start = time.perf_counter()
        _said(session, images, None)
        best = min(best, time.perf_counter() - start)
        if number >= _SPEED_ROUNDS and time.perf_counter() - begun > _SPEED_SECONDS:
            break
    return CHUNK / best


def gate_of(pack: Pack) -> Pack:
    """Return the pack of a pack's gate: the folder of its id beside the pack, or a shipped one.

    Raises:
        DataError: The pack has no gate, or its pack is in neither place.
        PackError: The gate's pack is broken.
    """
    if pack.gate is None:
        raise DataError(f"The pack {pack.directory} has no gate; leave out --gated.")
    places = [pack.directory.resolve().parent / pack.gate.pack, shipped("models") / pack.gate.pack]
    for place in places:
        if (place / "pack.json").is_file():
            return load_pack(place)
    raise DataError(
        f"The pack {pack.directory} is gated by {pack.gate.pack!r}, which is neither in "
        f"{places[0]} nor in {places[1]}."
    )


def open_through(pack: Pack, keeper: Pack, said: Answers) -> NDArray[np.bool_]:
    """Return on which pictures [N] a pack's gate is open, compared as the app does: in codes.

    Args:
        pack: The gated pack.
        keeper: Its gate's pack.
        said: The keeper's probabilities [N,K].

    Raises:
        DataError: The gate names no label of its pack.
    """
    place = None if pack.gate is None else keeper.index(pack.gate.label)
    if pack.gate is None or place is None:
        raise DataError(f"The gate of {pack.directory} is no label of {keeper.directory}.")
    return np.asarray(to_codes(said[:, place]) >= threshold_code(pack.gate.at_least))


def _said(session: Any, images: NDArray[np.uint8], words: Vectors | None) -> Answers:
    """Return what an open graph says; one that reads gets zeros where no words are given."""
    inputs: dict[str, NDArray[Any]] = {IMAGES: images}
    if length := words_length(session):
        none = np.zeros((len(images), length), dtype=np.float32)
        inputs[WORDS] = none if words is None else words
    found: Answers = session.run([PROBABILITIES], inputs)[0]
    return found


def _path(asked: Asked) -> Path:
    return asked.pack.directory / asked.file.name


def _open(asked: Asked, threads: int) -> Any:
    path = verify_file(asked.pack, asked.file)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _resized(pixels: NDArray[np.uint8], size: PackInput) -> NDArray[np.uint8]:
    return resize(
        pixels, height=size.height, width=size.width, mode=size.resize, filter=size.filter
    )


def _decoded(paths: Sequence[Path], *, shown: bool) -> Iterator[list[NDArray[np.uint8]]]:
    """Yield the pictures in batches; the next one is decoded while this one is looked at."""
    starts = range(0, len(paths), _BATCH)
    with ThreadPoolExecutor(1) as pool, progress_bar(shown) as progress:
        task = progress.add_task("pictures", total=len(paths))

        def load(start: int) -> list[NDArray[np.uint8]]:
            return [read(path) for path in paths[start : start + _BATCH]]

        coming = pool.submit(load, 0) if paths else None
        for start in starts:
            if coming is None:
                break
            batch = coming.result()
            after = start + _BATCH
            coming = pool.submit(load, after) if after < len(paths) else None
            yield batch
            progress.advance(task, len(batch))


def progress_bar(shown: bool) -> Progress:
    """Return a bar on stderr that goes away when it is done; none unless ``shown``."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not shown,
    )

"""Keeps what a frozen network makes of training pictures, so that what follows trains quickly.

One folder a network and input, in it one folder a dataset, in it one file a view: float16 [N,…].
Work that was stopped goes on where it was.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from trainer.pictures import InputSpec, network_input
from trainer.precision import has_bf16, quick_cpu
from trainer.training.safely import claim_room, replace_file, to_disk

_BATCH = 32
_SAVE_EVERY = 8
"""Batches between two notes of progress: a kill costs at most these (about 3 seconds)."""
_DECODERS = 2


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Pictures to compute features of: a name for the cache, and the files in order."""

    name: str
    paths: tuple[Path, ...]

    @property
    def digest(self) -> str:
        """Changes when files are added, removed or put in another order."""
        names = "\n".join(path.name for path in self.paths)
        return hashlib.blake2b(names.encode(), digest_size=16).hexdigest()


class Frozen(Protocol):
    """A network that is not trained: a trunk, or the front of one."""

    @property
    def key(self) -> str:
        """Name it and its weights; features of another one are never used for this one."""
        ...

    def shape(self, height: int, width: int) -> tuple[int, ...]:
        """Return the shape of what it makes of one picture."""
        ...

    def __call__(self, images: Tensor, /) -> Tensor:
        """Return features float [N,…] of uint8 images [N,H,W,3]."""
        ...


class FeatureCache:
    """Features on disk, computed when they are first asked for."""

    def __init__(self, folder: Path, trunk: Frozen, spec: InputSpec, *, quick: bool = True) -> None:
        """Keep features below ``folder``.

        Args:
            folder: Where caches lie; made when missing.
            trunk: Computes them.
            spec: What the trunk sees.
            quick: Compute in bfloat16 (3 times as fast on a CPU that has it).
        """
        precision = "bf16" if quick and has_bf16() else "fp32"
        self._folder = folder / f"{trunk.key}-{spec.key}-{precision}"
        self._trunk = trunk
        self._spec = spec
        self._quick = quick

    def get(self, pictures: PictureSet, view: str) -> NDArray[np.float16]:
        """Return the features [N,…] of ``pictures`` in ``view``, computing what is missing.

        Maps (more than one dimension a picture) stay on disk and are read as they are used.

        Raises:
            DataError: A picture is missing or broken; its path is named.
            TrainerError: The disk is full or cannot be written to.
        """
        folder = self._folder / pictures.name
        with to_disk(folder):
            folder.mkdir(parents=True, exist_ok=True)
        file, note = folder / f"{view}.npy", folder / f"{view}.json"
        shape = (len(pictures.paths), *self._trunk.shape(self._spec.height, self._spec.width))
        done = _progress(note, pictures.digest) if file.exists() else 0
        if done < shape[0]:
            with to_disk(file):
                kept = np.lib.format.open_memmap(
                    file, mode="r+" if done else "w+", dtype=np.float16, shape=shape
                )
                claim_room(file)
            with _progress_bar() as bar:
                task = bar.add_task(f"{pictures.name} {view}", total=shape[0], completed=done)
                for number, batch in enumerate(self._batches(pictures.paths[done:], view)):
                    kept[done : done + len(batch)] = batch
                    done += len(batch)
                    bar.advance(task, len(batch))
                    if number % _SAVE_EVERY == 0 or done == shape[0]:
                        kept.flush()
                        _write_note(note, pictures.digest, done)
            del kept
        loaded: NDArray[np.float16] = np.load(file, mmap_mode="r" if len(shape) > 2 else None)
        return loaded

    def _batches(self, paths: Sequence[Path], view: str) -> Iterator[NDArray[np.float16]]:
        """Decode ahead in threads while the trunk works."""
        starts = range(0, len(paths), _BATCH)

        def load(path: Path) -> NDArray[np.uint8]:
            return network_input(path, view=view, spec=self._spec)

        with ThreadPoolExecutor(_DECODERS) as pool:
            ahead: list[Future[NDArray[np.uint8]]] = [
                pool.submit(load, path) for path in paths[:_BATCH]
            ]
            for start in starts:
                current = ahead
                following = paths[start + _BATCH : start + 2 * _BATCH]
                ahead = [pool.submit(load, path) for path in following]
                yield embed(self._trunk, np.stack([one.result() for one in current]), self._quick)


def embed(trunk: Frozen, images: NDArray[np.uint8], quick: bool = True) -> NDArray[np.float16]:
    """Return features float16 [N,…] of uint8 images [N,H,W,3]."""
    with torch.inference_mode(), quick_cpu(wanted=quick):
        result = trunk(torch.from_numpy(images))
    values: NDArray[np.float16] = result.to(torch.float16).numpy()
    return values


def _write_note(note: Path, digest: str, done: int) -> None:
    told = json.dumps({"digest": digest, "done": done}).encode()
    replace_file(note, lambda file: file.write(told))


def _progress(note: Path, digest: str) -> int:
    """Return how many rows of a cache file are good; 0 when it belongs to other pictures."""
    if not note.exists():
        return 0
    told = json.loads(note.read_text())
    return int(told["done"]) if told["digest"] == digest else 0


def _progress_bar() -> Progress:
    """A bar on stderr with pictures done and time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )

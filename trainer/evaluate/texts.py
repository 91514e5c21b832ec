"""Which words stand in the pictures that a pack is measured on, as its text model gets them."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from app.labeling.device import DeviceReport
from app.labeling.opening import Opener
from app.labeling.pack import Pack
from app.labeling.session import PackSession
from app.reading import Reader, engine_version, ordered_text
from trainer.data.checks import Tell
from trainer.data.words import WORDS_FILE, read_words
from trainer.data.words_writing import WordsFile, read_collection
from trainer.errors import DataError
from trainer.evaluate.answers import Vectors, progress_bar

WordsFrom = Literal["file", "read", "none"]

_PICTURES: Final = "images"
_PATIENCE: Final = 120.0
"""Seconds for one picture, as ``python -m trainer read`` has it."""
_TIMED: Final = 16
_TIMED_ROUNDS: Final = 3
_MILLISECONDS: Final = 1000
_CPU: Final = DeviceReport("cpu", "CPU", None, None, ())


@dataclass(frozen=True, slots=True)
class WordsWanted:
    """Where the words in the pictures are to come from.

    Attributes:
        source: ``file``: a file of words; ``read``: this program reads the pictures now; ``none``:
            the pictures are measured alone; None: the file if it is there, else ``read``.
        file: The file, which ``read`` adds to; None: ``words.jsonl`` beside the pictures, which
            ``read`` leaves alone.
    """

    source: WordsFrom | None = None
    file: Path | None = None

    @property
    def any_asked(self) -> bool:
        """Whether anything else than the usual is asked for."""
        return self.source is not None or self.file is not None


@dataclass(frozen=True, slots=True)
class Texts:
    """The words in N pictures.

    Attributes:
        source: Where they come from.
        texts: [N], each picture's lines, largest first, as packs read them; "": none were found;
            None: they are not known.
        file: The file that they stand in; None: in none that is kept.
        engine: What read them just now; None: they were not read now.
        read_now: How many of the pictures were read just now.
    """

    source: WordsFrom
    texts: tuple[str | None, ...]
    file: Path | None = None
    engine: str | None = None
    read_now: int = 0

    @property
    def with_words(self) -> int:
        """How many pictures have words."""
        return sum(bool(text) for text in self.texts)

    @property
    def unknown(self) -> int:
        """Of how many pictures it is not known."""
        return sum(text is None for text in self.texts)

    def told(self) -> dict[str, Any]:
        """Return everything but the words, ready for JSON."""
        return {
            "from": self.source,
            "file": None if self.file is None else str(self.file),
            "engine": self.engine,
            "pictures": len(self.texts),
            "with_words": self.with_words,
            "unknown": self.unknown,
            "read_now": self.read_now,
        }

    def said(self) -> str:
        """Return where they come from, in a sentence."""
        if self.source == "none":
            return "Words: none; the pack was given the pictures alone."
        unknown = f", {self.unknown} unknown" if self.unknown else ""
        number = f"{self.with_words} of {len(self.texts)} pictures have some{unknown}"
        if self.source == "file":
            return f"Words: as {self.file} has them; {number}."
        before = len(self.texts) - self.unknown - self.read_now
        stood = f", {before} of them in {self.file} before" if before else ""
        return f"Words: read by this program ({self.engine}{stood}); {number}."


def texts_for(
    packs: Sequence[Pack],
    paths: Sequence[Path],
    folder: Path,
    words: WordsWanted,
    *,
    threads: int,
    tell: Tell,
) -> Texts | None:
    """Return the words in the pictures if any of the packs reads.

    Args:
        packs: Those that are measured.
        paths: The pictures.
        folder: Of their collection.
        words: Where the words come from.
        threads: Of the CPU, for reading.
        tell: Is given a line for each thing that people should know.

    Raises:
        DataError: Words are asked for and no pack reads; or as ``texts_of`` has it.
        UnavailableError: The engine that reads is missing or broken.
    """
    if any(pack.reads is not None for pack in packs):
        return texts_of(paths, folder, words, threads=threads, tell=tell)
    if words.any_asked:
        names = ", ".join(str(pack.directory) for pack in packs)
        raise DataError(f"{names}: no pack here reads words; leave out --words and --words-file.")
    return None


def texts_of(
    paths: Sequence[Path],
    folder: Path,
    wanted: WordsWanted,
    *,
    threads: int = 1,
    tell: Tell,
    shown: bool = True,
) -> Texts:
    """Return the words in pictures.

    Args:
        paths: The pictures.
        folder: Of their collection: they lie in it, or in ``images`` in it.
        wanted: Where the words are to come from.
        threads: Of the CPU, for reading.
        tell: Is given a line for each thing that people should know.
        shown: Whether to draw a progress bar on stderr while pictures are read.

    Raises:
        DataError: The file is missing, damaged, of other pictures or cannot be written; two
            pictures differ by their endings only; or a file is named for no words.
        UnavailableError: The engine that reads is missing or broken.
    """
    ids = _ids(paths, folder)
    file = folder / WORDS_FILE if wanted.file is None else wanted.file
    source = wanted.source
    if source is None:
        source = "file" if wanted.file is not None or file.is_file() else "read"
        if source == "read":
            tell(
                f"There is no {file}, so this program reads the {len(ids)} pictures; --words none "
                "leaves their words out."
            )
    if source == "none":
        if wanted.file is not None:
            raise DataError(f"--words none reads no file; leave out {wanted.file}.")
        return Texts("none", (None,) * len(ids))
    if source == "file":
        found = _from_file(ids, file)
    elif wanted.file is not None:
        found = _read(ids, paths, wanted.file, wanted.file, threads, tell, shown)
    else:
        with tempfile.TemporaryDirectory() as place:
            passing = Path(place) / WORDS_FILE
            found = _read(ids, paths, passing, None, threads, tell, shown)
    if found.unknown:
        tell(f"Of {found.unknown} of the {len(ids)} pictures no words are known; they have none.")
    return found


def vectors_of(pack: Pack, texts: Sequence[str | None], *, threads: int = 1) -> Vectors:
    """Return what texts are to a pack's network: float32 [N,E], zeros for none.

    Args:
        pack: One that reads.
        texts: As ``Texts`` has them.
        threads: Of the CPU.

    Raises:
        PackError: The pack is broken.
        ValueError: It does not read.
    """
    with PackSession(pack, _CPU, threads=threads) as session:
        found = session.encode(texts)
    if found is None:
        raise ValueError(f"the pack {pack.id} does not read")
    return found


def milliseconds_a_text(pack: Pack, texts: Sequence[str | None]) -> float | None:
    """Return the mean time that a pack's text model takes for some of the texts, on one thread.

    One text at a time; the best of several rounds.

    Returns:
        Milliseconds; None where no picture has words.

    Raises:
        PackError: The pack is broken.
    """
    some = [text for text in texts if text]
    some = some[:: -(-len(some) // _TIMED)] if some else []
    if not some:
        return None
    best = float("inf")
    with PackSession(pack, _CPU, threads=1) as session:
        session.encode(some[:1])
        for _ in range(_TIMED_ROUNDS):
            start = time.perf_counter()
            for text in some:
                session.encode([text])
            best = min(best, time.perf_counter() - start)
    return _MILLISECONDS * best / len(some)


def _ids(paths: Sequence[Path], folder: Path) -> tuple[str, ...]:
    """Return what files of words call the pictures, as ``trainer.data.words_writing`` does."""
    home = folder / _PICTURES
    found: dict[str, Path] = {}
    for path in paths:
        inside = path.relative_to(home if path.is_relative_to(home) else folder)
        name = inside.with_suffix("").as_posix()
        if name in found:
            raise DataError(
                f"{found[name]} and {path} have the same name but for their endings, so their "
                "words cannot be told apart; rename one, or leave words out (--words none)."
            )
        found[name] = path
    return tuple(found)


def _from_file(ids: Sequence[str], file: Path) -> Texts:
    if not file.is_file():
        raise DataError(
            f"There is no {file}; python -m trainer read writes it, or let the pictures be read "
            "now (--words read)."
        )
    texts = _texts(ids, file)
    if ids and all(text is None for text in texts):
        raise DataError(
            f"{file} has words of none of the {len(ids)} pictures, such as {ids[0]}; name their "
            "own file, or let them be read (--words read)."
        )
    return Texts("file", texts, file)


def _texts(ids: Sequence[str], file: Path) -> tuple[str | None, ...]:
    known = read_words(file)
    return tuple(ordered_text(known[name]) if name in known else None for name in ids)


def _read(
    ids: Sequence[str],
    paths: Sequence[Path],
    file: Path,
    kept: Path | None,
    threads: int,
    tell: Tell,
    shown: bool,
) -> Texts:
    """Read the pictures that are not in ``file`` yet; ``kept`` is what is told of it."""
    engine, read_now = engine_version(), 0
    with (
        WordsFile(file) as written,
        Reader(Opener("auto", threads=threads), max_seconds=_PATIENCE) as reader,
        progress_bar(shown) as progress,
    ):
        there = len(written.ids.intersection(ids))
        task = progress.add_task("reading", total=len(ids), completed=there)
        for done in read_collection(dict(zip(ids, paths, strict=True)), written, reader):
            progress.advance(task)
            if done.problem is None:
                read_now += 1
            else:
                tell(f"{done.path}: {done.problem}")
    return Texts("read", _texts(ids, file), kept, engine, read_now)

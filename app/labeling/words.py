"""The text model of a pack that reads: texts in, the vectors that its network is given out."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.labeling.errors import PackError
from app.labeling.pack import Pack, PackFile, Reads, verify_file
from app.labeling.runtime import CPU, load_runtime, runtime_failures, session_options
from app.labeling.tokens import Tokens, padded

Vectors = NDArray[np.float32]

INPUTS = ("input_ids", "attention_mask")
OUTPUT = "words"
_INT64 = "tensor(int64)"
_FLOAT32 = "tensor(float)"

TOGETHER = 1024
"""Tokens, padding included, that one thread runs at a time.

They bound the memory (all-MiniLM-L6 takes 12 MB for the scores of two texts of 512 tokens) and are
enough to keep a core busy. Texts of about one length run together, so that little is padding.
"""


class TextEncoder:
    """A pack's text model and tokenizer. Safe to use from many threads.

    Nothing is loaded before the first text. It runs on the CPU whatever the device of the pack's
    own network: a poster's text is a few dozen tokens. A text's vector does not depend on the
    others that are asked for with it.
    """

    def __init__(self, pack: Pack, size: int, *, workers: Executor) -> None:
        """Takes a pack.

        Args:
            pack: one that reads.
            size: length of the vectors that its network takes.
            workers: the threads to run in.

        Raises:
            ValueError: the pack does not read.
        """
        if pack.reads is None:
            raise ValueError(f"the pack {pack.id} does not read")
        self._pack = pack
        self._reads: Reads = pack.reads
        self._size = size
        self._workers = workers
        self._lock = threading.Lock()
        self._opened: tuple[Tokens, Any] | None = None

    def open(self) -> None:
        """Opens the model and its tokenizer, if they are not open yet.

        Raises:
            PackError: one of them cannot be used.
        """
        self._open()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Turns texts into vectors.

        Args:
            texts: any; what comes after ``max_tokens`` tokens is not read.

        Returns:
            float32 [N,E]; a row of zeros for a text without any sign.

        Raises:
            PackError: the text model or its tokenizer cannot be opened, or fails.
        """
        vectors = np.zeros((len(texts), self._size), np.float32)
        if not any(text and not text.isspace() for text in texts):
            return vectors
        tokens, session = self._open()
        rows = [tokens.of(text) for text in texts]
        try:
            answers = [
                (at, self._workers.submit(self._run, session, [rows[each] for each in at]))
                for at in _groups(rows)
            ]
        except RuntimeError as error:  # the threads have ended in between
            raise PackError(self._pack.directory, "it is no longer open.") from error
        for at, answer in answers:
            vectors[at] = answer.result()
        return vectors

    def close(self) -> None:
        """Lets go of the model; runs under way still end, and the next text opens it again."""
        with self._lock:
            self._opened = None

    def _run(self, session: Any, rows: Sequence[Sequence[int]]) -> Vectors:
        try:
            (found,) = session.run([OUTPUT], dict(zip(INPUTS, padded(rows), strict=True)))
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(self._pack.directory, f"its text model failed ({line})") from error
        if found.shape != (len(rows), self._size) or not np.isfinite(found).all():
            raise PackError(
                self._pack.directory,
                f"in {self._reads.model}, {OUTPUT} are no {self._size} finite numbers a text.",
            )
        vectors: Vectors = found
        return vectors

    def _open(self) -> tuple[Tokens, Any]:
        with self._lock:
            if self._opened is None:
                self._opened = self._tokens(), self._session()
            return self._opened

    def _tokens(self) -> Tokens:
        file = self._file(self._reads.tokenizer)
        try:
            return Tokens(verify_file(self._pack, file).read_bytes(), self._reads.max_tokens)
        except ImportError as error:
            raise PackError(
                self._pack.directory,
                f"it reads words with the library tokenizers, which cannot be loaded ({error});"
                " install Lumitag again.",
            ) from error
        except (OSError, ValueError) as error:
            raise PackError(
                self._pack.directory, f"{file.name} is no tokenizer ({error})."
            ) from error

    def _session(self) -> Any:
        file = self._file(self._reads.model)
        path = verify_file(self._pack, file)
        try:
            session = load_runtime().InferenceSession(
                str(path), session_options(), providers=[(CPU, {})], enable_fallback=0
            )
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(
                self._pack.directory,
                f"{file.name} is no network that ONNX Runtime can run ({line})",
            ) from error
        if problem := _signature_problem(session, self._size):
            raise PackError(self._pack.directory, f"in {file.name}, {problem}.")
        self._run(session, [[0] * self._reads.max_tokens])
        return session

    def _file(self, name: str) -> PackFile:
        return next(file for file in self._pack.files if file.name == name)


def _groups(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The places of rows to run together, the shortest first; empty rows are left out."""
    group: list[int] = []
    for at in sorted((at for at, row in enumerate(rows) if row), key=lambda at: len(rows[at])):
        if group and (len(group) + 1) * len(rows[at]) > TOGETHER:
            yield group
            group = []
        group.append(at)
    if group:
        yield group


def _signature_problem(session: Any, size: int) -> str | None:
    """What is wrong with the text model's inputs and output; None if nothing is."""
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = {each.name: each for each in session.get_outputs()}
    if set(inputs) != set(INPUTS):
        return f"the inputs are {', '.join(inputs) or 'none'}, not {' and '.join(INPUTS)}"
    for name, found in inputs.items():
        if found.type != _INT64:
            return f"{name} has the type {found.type}, not {_INT64}"
        if len(found.shape) != 2 or any(isinstance(length, int) for length in found.shape):
            return f"{name} has the shape {found.shape}, not [N, T] with both left open"
    words = outputs.get(OUTPUT)
    if words is None:
        return f'the outputs are {", ".join(outputs) or "none"}, without "{OUTPUT}"'
    if words.type != _FLOAT32:
        return f"{OUTPUT} has the type {words.type}, not {_FLOAT32}"
    if len(words.shape) != 2 or (isinstance(words.shape[1], int) and words.shape[1] != size):
        return f"{OUTPUT} has the shape {words.shape}, not [N, {size}] as the network takes it"
    return None

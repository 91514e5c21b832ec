"""One label pack's network, open on a device."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.labeling.device import DeviceReport, after_failure, cuda_providers, is_out_of_memory
from app.labeling.errors import PackError
from app.labeling.pack import Pack, PackFile, verify
from app.labeling.runtime import (
    CPU,
    CUDA,
    default_threads,
    load_runtime,
    runtime_failures,
    session_options,
)
from app.labeling.signature import (
    CHANNELS,
    EMBEDDING,
    FEATURES,
    IMAGES,
    PROBABILITIES,
    WORDS,
    features_problem,
    signature_problem,
    takes_many_words,
    words_length,
)
from app.labeling.words import TextEncoder, Vectors

Images = NDArray[np.uint8]

Inputs = Mapping[str, NDArray[Any]]
"""What a network takes, by name; each [N,…]."""

PRECISIONS = {"cpu": ("int8", "fp32", "fp16"), "cuda": ("fp32", "fp16", "int8")}
"""Best first: int8 halves the time on a CPU; CUDA runs quantised graphs slower than plain ones."""

CHUNK = 2
"""Pictures that one thread takes at a time on the CPU.

Threads that each run a few pictures beat threads that share each operation: an EfficientNet-Lite2
in int8 takes here 2.6 ms a picture on two cores in chunks of 1 to 4, 2.9 in chunks of 8, and 2.8
(8 at a time) to 3.8 ms (1) when ONNX Runtime shares out the operations; then it also waits whenever
one of the cores decodes a picture. Spinning threads win 0.2 ms and take the decoders' time. Beside
decoders, 2 at a time do best: more of the pictures' maps stay in the core's own cache.
"""


@dataclass(frozen=True, slots=True)
class Output:
    """What a network says of N pictures.

    Attributes:
        probabilities: float32 [N,L], 0..1, in the order of the pack's labels.
        embedding: float32 [N,D], or None if the pack has none.
        features: float32 [N,C,h,w], the last maps; None unless they were asked for.
    """

    probabilities: NDArray[np.float32]
    embedding: NDArray[np.float32] | None
    features: NDArray[np.float32] | None = None


class PackSession:
    """A label pack's network, ready to run. Safe to use from many threads.

    Attributes:
        pack: the label pack.
    """

    def __init__(self, pack: Pack, device: DeviceReport, *, threads: int | None = None) -> None:
        """Opens the network.

        Args:
            pack: the label pack; the hashes of its files are checked.
            device: where to run. If CUDA fails here or later, ``device`` changes to the CPU.
            threads: of the CPU, shared by all who call ``run``; None: as many as cores.

        Raises:
            PackError: a file or the graph is not what ``pack.json`` says.
        """
        self.pack = pack
        self._threads = threads or default_threads()
        self._lock = threading.Lock()
        self._report = device
        self._largest: int | None = None
        self._words = 0
        self._workers = ThreadPoolExecutor(self._threads, thread_name_prefix=f"pack-{pack.id}")
        verify(pack)
        self._session: Any = None
        if device.device == "cuda":
            self._open_on_cuda()
        if self._session is None:
            self._session = self._open_on_cpu()
        self._encoder = self._text_encoder()

    @property
    def device(self) -> DeviceReport:
        """The device really in use."""
        return self._report

    def open_words(self) -> None:
        """Opens the text model of a pack that reads, if it is not open yet.

        Raises:
            PackError: it cannot be used.
        """
        if self._encoder is not None:
            self._encoder.open()

    def encode(self, texts: Sequence[str | None]) -> Vectors | None:
        """Turns the words read in pictures into what the network takes.

        Args:
            texts: a picture's lines, largest first, joined by line breaks; None: not known.

        Returns:
            float32 [N,E], a row of zeros for an unknown or empty text; None: the pack does not
            read.

        Raises:
            PackError: the text model cannot be opened or fails, or the session is closed.
        """
        if self._encoder is None:
            return None
        return self._encoder.encode([text or "" for text in texts])

    def run(self, images: Images, words: Vectors | None = None) -> Output:
        """Labels pictures.

        Args:
            images: uint8 [N,H,W,3] RGB of the size the pack asks for; N may be 0.
            words: float32 [N,E], as ``encode`` gives them; a row of zeros is a picture without
                words, and so are all if None.

        Raises:
            ValueError: another shape or type, or words for a pack that does not read.
            PackError: the network fails on the CPU, or the session is closed.
        """
        inputs = self._inputs(images, words)
        if not len(images):
            return self._empty()
        return self._run(inputs)

    def variants(self, image: Images, words: Vectors) -> NDArray[np.float32]:
        """Labels one picture with several texts, and looks at it once if the network can.

        Args:
            image: uint8 [1,H,W,3] RGB of the size the pack asks for.
            words: float32 [N,E], N at least 1.

        Returns:
            Probabilities float32 [N,L].

        Raises:
            ValueError: another shape or type, or the pack does not read.
            PackError: the network fails on the CPU, or the session is closed.
        """
        inputs = self._inputs(image[:1], words[:1])
        with self._lock:
            session, on_cuda = self._session, self._report.device == "cuda"
        if session is None:
            raise PackError(self.pack.directory, "it is no longer open.")
        if on_cuda or not takes_many_words(session):
            many = self._inputs(np.repeat(inputs[IMAGES], len(words), axis=0), words)
            return self._run(many).probabilities
        return self._on_cpu(session, {**inputs, WORDS: words}).probabilities

    def _run(self, inputs: Inputs) -> Output:
        with self._lock:
            session, on_cuda = self._session, self._report.device == "cuda"
            if session is None:
                raise PackError(self.pack.directory, "it is no longer open.")
            if not on_cuda:
                count = len(inputs[IMAGES])
                parts = _parts(inputs, min(CHUNK, -(-count // self._threads)))
                answers = [self._workers.submit(self._on_cpu, session, part) for part in parts]
        if on_cuda:
            return self._on_cuda(session, inputs)
        return _joined([answer.result() for answer in answers])

    def look(self, image: Images, words: Vectors | None = None) -> Output:
        """Labels one picture and gives its features too: what ``evidence.onnx`` reads.

        Runs in the thread that calls.

        Args:
            image: uint8 [1,H,W,3] RGB of the size the pack asks for.
            words: float32 [1,E], as ``run`` takes them.

        Raises:
            ValueError: another shape or type.
            PackError: the network has no features or fails on the CPU, or the session is closed.
        """
        inputs = self._inputs(image, words)
        with self._lock:
            session, on_cuda = self._session, self._report.device == "cuda"
        if session is None:
            raise PackError(self.pack.directory, "it is no longer open.")
        if problem := features_problem(session):
            raise PackError(self.pack.directory, f"in its network, {problem}.")
        if not on_cuda:
            return self._on_cpu(session, inputs, FEATURES)
        try:
            return self._answer(session, inputs, FEATURES)
        except runtime_failures() as error:
            self._leave_cuda(session, error)
        return self.look(image, words)

    def close(self) -> None:
        """Lets go of the network and its memory; runs under way still end."""
        with self._lock:
            self._session = None
        if self._encoder is not None:
            self._encoder.close()
        self._workers.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _inputs(self, images: Images, words: Vectors | None) -> Inputs:
        wanted = (self.pack.input.height, self.pack.input.width, CHANNELS)
        if images.dtype != np.uint8 or images.shape[1:] != wanted:
            raise ValueError(f"images are {images.dtype} {images.shape}, not uint8 [N,{wanted}]")
        if not self._words:
            if words is not None:
                raise ValueError(f"the pack {self.pack.id} does not read words")
            return {IMAGES: images}
        shape = (len(images), self._words)
        if words is None:
            words = np.zeros(shape, np.float32)
        if words.dtype != np.float32 or words.shape != shape:
            raise ValueError(f"words are {words.dtype} {words.shape}, not float32 {shape}")
        return {IMAGES: images, WORDS: words}

    def _text_encoder(self) -> TextEncoder | None:
        if not self._words:
            return None
        return TextEncoder(self.pack, self._words, workers=self._workers)

    def _on_cpu(self, session: Any, inputs: Inputs, *more: str) -> Output:
        try:
            return self._answer(session, inputs, *more)
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(self.pack.directory, f"its network failed ({line})") from error

    def _on_cuda(self, session: Any, inputs: Inputs) -> Output:
        """Runs on CUDA; short of memory, once with half the batch, then on the CPU."""
        count = len(inputs[IMAGES])
        parts = _parts(inputs, self._largest or count)
        try:
            return _joined([self._answer(session, part) for part in parts])
        except runtime_failures() as error:
            failure = error
        if is_out_of_memory(failure) and self._largest is None and count > 1:
            self._largest = (count + 1) // 2
        else:
            self._leave_cuda(session, failure)
        return self._run(inputs)

    def _leave_cuda(self, failed: Any, error: BaseException) -> None:
        """Goes on on the CPU, unless another thread has seen to it."""
        with self._lock:
            if self._session is failed:
                self._report = after_failure(self._report, error)
                self._session = self._open_on_cpu()

    def _open_on_cuda(self) -> None:
        file = self.pack.network(PRECISIONS["cuda"])
        try:
            session = self._load(file, cuda_providers())
            if CUDA not in session.get_providers():
                raise RuntimeError("ONNX Runtime left the GPU aside")
            self._check(session, file)
        except runtime_failures() as error:
            self._report = after_failure(self._report, error)
        else:
            self._session = session

    def _open_on_cpu(self) -> Any:
        file = self.pack.network(PRECISIONS["cpu"])
        try:
            session = self._load(file, [(CPU, {})])
            self._check(session, file)
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(
                self.pack.directory, f"{file.name} is no network that ONNX Runtime can run ({line})"
            ) from error
        return session

    def _load(self, file: PackFile, providers: list[tuple[str, dict[str, str]]]) -> Any:
        return load_runtime().InferenceSession(
            str(self.pack.directory / file.name),
            session_options(),
            providers=providers,
            enable_fallback=0,
        )

    def _check(self, session: Any, file: PackFile) -> None:
        """Compares the graph's inputs and outputs with the pack, and runs it once."""
        problem = signature_problem(self.pack, session)
        if problem is None:
            self._words = words_length(session)
            size = self.pack.input
            blank = np.zeros((1, size.height, size.width, CHANNELS), np.uint8)
            problem = self._output_problem(self._answer(session, self._inputs(blank, None)))
        if problem:
            raise PackError(self.pack.directory, f"in {file.name}, {problem}.")

    def _output_problem(self, output: Output) -> str | None:
        probabilities, embedding = output.probabilities, output.embedding
        labels = len(self.pack.labels)
        if probabilities.shape != (1, labels):
            return f"{PROBABILITIES} are {probabilities.shape} for one picture, not (1, {labels})"
        if not (np.isfinite(probabilities).all() and (np.abs(probabilities - 0.5) <= 0.501).all()):
            return f"{PROBABILITIES} are not between 0 and 1"
        if embedding is not None and embedding.shape != (1, self.pack.embedding):
            return (
                f"{EMBEDDING} is {embedding.shape} for one picture, not (1, {self.pack.embedding})"
            )
        return None

    def _answer(self, session: Any, inputs: Inputs, *more: str) -> Output:
        names = [PROBABILITIES, *([EMBEDDING] if self.pack.embedding else []), *more]
        given = {name: np.ascontiguousarray(values) for name, values in inputs.items()}
        answers = session.run(names, given)
        found = dict(zip(names, answers, strict=True))
        return Output(found[PROBABILITIES], found.get(EMBEDDING), found.get(FEATURES))

    def _empty(self) -> Output:
        size = self.pack.embedding
        return Output(
            np.empty((0, len(self.pack.labels)), np.float32),
            np.empty((0, size), np.float32) if size else None,
        )


def _parts(inputs: Inputs, size: int) -> list[Inputs]:
    starts = range(0, len(inputs[IMAGES]), size)
    return [
        {name: values[start : start + size] for name, values in inputs.items()} for start in starts
    ]


def _joined(parts: Sequence[Output]) -> Output:
    if len(parts) == 1:
        return parts[0]
    embeddings = [part.embedding for part in parts if part.embedding is not None]
    return Output(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate(embeddings) if embeddings else None,
    )

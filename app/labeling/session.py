"""One label pack's network, open on a device."""

import threading
from collections.abc import Sequence
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

Images = NDArray[np.uint8]

PRECISIONS = {"cpu": ("int8", "fp32", "fp16"), "cuda": ("fp32", "fp16", "int8")}
"""Best first: int8 halves the time on a CPU; CUDA runs quantised graphs slower than plain ones."""

INPUT = "images"
PROBABILITIES = "probabilities"
EMBEDDING = "embedding"
FEATURES = "features"
UINT8 = "tensor(uint8)"
FLOAT32 = "tensor(float)"
CHANNELS = 3

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
        self._workers = ThreadPoolExecutor(self._threads, thread_name_prefix=f"pack-{pack.id}")
        verify(pack)
        self._session: Any = None
        if device.device == "cuda":
            self._open_on_cuda()
        if self._session is None:
            self._session = self._open_on_cpu()

    @property
    def device(self) -> DeviceReport:
        """The device really in use."""
        return self._report

    def run(self, images: Images) -> Output:
        """Labels pictures.

        Args:
            images: uint8 [N,H,W,3] RGB of the size the pack asks for; N may be 0.

        Raises:
            ValueError: another shape or type.
            PackError: the network fails on the CPU, or the session is closed.
        """
        self._check_images(images)
        if not len(images):
            return self._empty()
        with self._lock:
            session, on_cuda = self._session, self._report.device == "cuda"
            if session is None:
                raise PackError(self.pack.directory, "it is no longer open.")
            if not on_cuda:
                parts = _parts(images, min(CHUNK, -(-len(images) // self._threads)))
                answers = [self._workers.submit(self._on_cpu, session, part) for part in parts]
        if on_cuda:
            return self._on_cuda(session, images)
        return _joined([answer.result() for answer in answers])

    def look(self, image: Images) -> Output:
        """Labels one picture and gives its features too: what ``evidence.onnx`` reads.

        Runs in the thread that calls.

        Args:
            image: uint8 [1,H,W,3] RGB of the size the pack asks for.

        Raises:
            ValueError: another shape or type.
            PackError: the network has no features or fails on the CPU, or the session is closed.
        """
        self._check_images(image)
        with self._lock:
            session, on_cuda = self._session, self._report.device == "cuda"
        if session is None:
            raise PackError(self.pack.directory, "it is no longer open.")
        if problem := _features_problem(session):
            raise PackError(self.pack.directory, f"in its network, {problem}.")
        if not on_cuda:
            return self._on_cpu(session, image, FEATURES)
        try:
            return self._answer(session, image, FEATURES)
        except runtime_failures() as error:
            self._leave_cuda(session, error)
        return self.look(image)

    def close(self) -> None:
        """Lets go of the network and its memory; runs under way still end."""
        with self._lock:
            self._session = None
        self._workers.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_images(self, images: Images) -> None:
        wanted = (self.pack.input.height, self.pack.input.width, CHANNELS)
        if images.dtype != np.uint8 or images.shape[1:] != wanted:
            raise ValueError(f"images are {images.dtype} {images.shape}, not uint8 [N,{wanted}]")

    def _on_cpu(self, session: Any, images: Images, *more: str) -> Output:
        try:
            return self._answer(session, images, *more)
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(self.pack.directory, f"its network failed ({line})") from error

    def _on_cuda(self, session: Any, images: Images) -> Output:
        """Runs on CUDA; short of memory, once with half the batch, then on the CPU."""
        parts = _parts(images, self._largest or len(images))
        try:
            return _joined([self._answer(session, part) for part in parts])
        except runtime_failures() as error:
            failure = error
        if is_out_of_memory(failure) and self._largest is None and len(images) > 1:
            self._largest = (len(images) + 1) // 2
        else:
            self._leave_cuda(session, failure)
        return self.run(images)

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
        problem = _signature_problem(self.pack, session)
        if problem is None:
            blank = np.zeros((1, self.pack.input.height, self.pack.input.width, 3), np.uint8)
            problem = self._output_problem(self._answer(session, blank))
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

    def _answer(self, session: Any, images: Images, *more: str) -> Output:
        names = [PROBABILITIES, *([EMBEDDING] if self.pack.embedding else []), *more]
        answers = session.run(names, {INPUT: np.ascontiguousarray(images)})
        found = dict(zip(names, answers, strict=True))
        return Output(found[PROBABILITIES], found.get(EMBEDDING), found.get(FEATURES))

    def _empty(self) -> Output:
        size = self.pack.embedding
        return Output(
            np.empty((0, len(self.pack.labels)), np.float32),
            np.empty((0, size), np.float32) if size else None,
        )


def _parts(images: Images, size: int) -> list[Images]:
    return [images[start : start + size] for start in range(0, len(images), size)]


def _joined(parts: Sequence[Output]) -> Output:
    if len(parts) == 1:
        return parts[0]
    embeddings = [part.embedding for part in parts if part.embedding is not None]
    return Output(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate(embeddings) if embeddings else None,
    )


def _signature_problem(pack: Pack, session: Any) -> str | None:
    """What is wrong with the graph's inputs and outputs; None if nothing is."""
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = {each.name: each for each in session.get_outputs()}
    if set(inputs) != {INPUT}:
        return f'the inputs are {_listed(inputs)}, not "{INPUT}"'
    if isinstance(inputs[INPUT].shape[0], int):
        return f"{INPUT} has a fixed number of pictures"
    wanted = [
        (inputs[INPUT], UINT8, (pack.input.height, pack.input.width, CHANNELS)),
        (outputs.get(PROBABILITIES), FLOAT32, (len(pack.labels),)),
    ]
    if pack.embedding:
        wanted.append((outputs.get(EMBEDDING), FLOAT32, (pack.embedding,)))
    for (found, dtype, shape), name in zip(wanted, (INPUT, PROBABILITIES, EMBEDDING), strict=False):
        if found is None:
            return f'the outputs are {_listed(outputs)}, without "{name}"'
        if found.type != dtype:
            return f"{name} has the type {found.type}, not {dtype}"
        if not _fits(found.shape, shape):
            sizes = ", ".join(map(str, shape))
            return f"{name} has the shape {found.shape}, not [N, {sizes}] as pack.json says"
    return None


def _features_problem(session: Any) -> str | None:
    """What is wrong with the graph's features; None if nothing is."""
    outputs = {each.name: each for each in session.get_outputs()}
    found = outputs.get(FEATURES)
    if found is None:
        return f'the outputs are {_listed(outputs)}, without "{FEATURES}"'
    if found.type != FLOAT32:
        return f"{FEATURES} have the type {found.type}, not {FLOAT32}"
    if len(found.shape) != 4:  # [N,C,h,w]
        return f"{FEATURES} have the shape {found.shape}, not [N, C, h, w]"
    return None


def _fits(found: list[int | str | None], wanted: tuple[int, ...]) -> bool:
    """Whether the sizes after N agree; one that the graph leaves open is seen when it runs."""
    return len(found) == 1 + len(wanted) and all(
        have == want or not isinstance(have, int)
        for have, want in zip(found[1:], wanted, strict=True)
    )


def _listed(names: dict[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "none"

"""Where in a picture a label was seen: a pack's ``evidence.onnx``, open and ready.

A pack's network gives ``features``, its last maps; ``evidence.onnx`` turns them into one map for
each label. The maps lie over the network's input; ``over_picture`` lays them over the picture that
the input was made of.
"""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.labeling.errors import PackError
from app.labeling.pack import Pack, PackFile, PackInput, verify_file
from app.labeling.runtime import CPU, load_runtime, runtime_failures, session_options

Map = NDArray[np.float32]

EVIDENCE_FILE = "evidence.onnx"
FEATURES = "features"
EVIDENCE = "evidence"
_FLOAT32 = "tensor(float)"
_LEAST, _MOST = -0.001, 1.001
"""Evidence is 0..1; what rounding adds is forgiven, and cut off."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Where one picture's labels of one pack were seen.

    Attributes:
        probabilities: float32 [L], 0..1, of the same look at the picture.
        maps: float32 [L,h,w], 0..1, in the order of the pack's labels; rows run top to bottom,
            columns left to right over the whole upright picture.
    """

    probabilities: NDArray[np.float32]
    maps: Map


def evidence_file(pack: Pack) -> PackFile | None:
    """The pack's file that says where its labels were seen; None if it has none."""
    return next((file for file in pack.files if file.name == EVIDENCE_FILE), None)


class EvidenceSession:
    """A pack's evidence network. Safe to use from many threads.

    It runs on the CPU whatever the device of the pack's own network: it is one matrix on small
    maps, less work than bringing them to a graphics card and back.
    """

    def __init__(self, pack: Pack) -> None:
        """Opens the network.

        Args:
            pack: the label pack; the hash of the file is checked.

        Raises:
            PackError: the pack has no evidence, or the file or its graph is not what
                ``pack.json`` and the format say.
        """
        self._pack = pack
        file = evidence_file(pack)
        if file is None:
            raise PackError(
                pack.directory, f"this pack cannot say where: it has no {EVIDENCE_FILE}."
            )
        path = verify_file(pack, file)
        try:
            session = load_runtime().InferenceSession(
                str(path), session_options(), providers=[(CPU, {})], enable_fallback=0
            )
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(
                pack.directory,
                f"{EVIDENCE_FILE} is no network that ONNX Runtime can run ({line})",
            ) from error
        if problem := _signature_problem(pack, session):
            raise PackError(pack.directory, f"in {EVIDENCE_FILE}, {problem}.")
        self._lock = threading.Lock()
        self._session: Any = session

    def run(self, features: NDArray[np.float32]) -> Map:
        """Finds the maps of one picture.

        Args:
            features: float32 [1,C,h,w], from the same pack's network.

        Returns:
            float32 [L,h,w], 0..1, over the network's input.

        Raises:
            PackError: the network fails, answers something else, or the session is closed.
        """
        with self._lock:
            session = self._session
        if session is None:
            raise PackError(self._pack.directory, "it is no longer open.")
        try:
            (found,) = session.run([EVIDENCE], {FEATURES: np.ascontiguousarray(features)})
        except runtime_failures() as error:
            line = " ".join(str(error).split())
            raise PackError(
                self._pack.directory,
                f"{EVIDENCE_FILE} does not fit the features {list(features.shape)} of the pack's"
                f" network ({line})",
            ) from error
        if problem := self._map_problem(found):
            raise PackError(self._pack.directory, f"in {EVIDENCE_FILE}, {problem}.")
        maps: Map = np.clip(found[0], 0, 1)
        return maps

    def close(self) -> None:
        """Lets go of the network; runs under way still end."""
        with self._lock:
            self._session = None

    def _map_problem(self, found: Any) -> str | None:
        labels = len(self._pack.labels)
        if found.ndim != 4 or found.shape[:2] != (1, labels) or not found.size:
            shape = list(found.shape)
            return f"{EVIDENCE} is {shape} for one picture, not [1, {labels}, h, w]"
        if not (np.isfinite(found).all() and found.min() >= _LEAST and found.max() <= _MOST):
            return f"{EVIDENCE} is not between 0 and 1"
        return None


def over_picture(maps: Map, size: PackInput, *, width: int, height: int) -> Map:
    """Lays maps over the picture that the network's input was made of.

    Args:
        maps: float32 [L,h,w] over the whole input.
        size: how the picture was brought to the input.
        width: of the upright picture, in pixels.
        height: of the same.

    Returns:
        float32 [L,h',w'] over the whole upright picture. What was cropped away, and so was never
        looked at, is 0; what was only padding is gone. The cells keep about their size; "stretch"
        changes nothing.
    """
    if size.resize == "stretch":
        return maps
    left, across = _span(size, width, height, axis=0)
    top, down = _span(size, width, height, axis=1)
    rows = _resampling(maps.shape[1], top, down)
    columns = _resampling(maps.shape[2], left, across)
    laid: Map = np.einsum("yh,lhw,xw->lyx", rows, maps, columns, optimize=True).astype(np.float32)
    return laid


def _span(size: PackInput, width: int, height: int, *, axis: int) -> tuple[float, float]:
    """Where the picture begins, and how long it is, along one axis of the input as 0..1."""
    ratios = (size.width / width, size.height / height)
    side, pixels = ((size.width, width), (size.height, height))[axis]
    if size.resize == "crop":
        length = pixels * max(ratios) / side
        return (1 - length) / 2, length
    inner = max(1, round(pixels * min(ratios)))
    return (side - inner) // 2 / side, inner / side


def _resampling(cells: int, start: float, length: float) -> NDArray[np.float64]:
    """The matrix [n,cells] that reads ``cells`` values over 0..1 from ``start`` on.

    Values stand in the middle of their cells and are interpolated linearly; outside 0..1 is 0.
    """
    count = max(1, round(cells * length))
    at = (start + length * (np.arange(count) + 0.5) / count) * cells - 0.5
    inside = (at > -0.5) & (at < cells - 0.5)
    at = np.clip(at, 0, cells - 1)
    lower = np.minimum(at.astype(int), max(cells - 2, 0))
    share = at - lower
    matrix = np.zeros((count, cells))
    rows = np.arange(count)
    matrix[rows, lower] = 1 - share
    matrix[rows, np.minimum(lower + 1, cells - 1)] += share
    matrix[~inside] = 0
    return matrix


def _signature_problem(pack: Pack, session: Any) -> str | None:
    """What is wrong with the graph's input and output; None if nothing is."""
    inputs = {each.name: each for each in session.get_inputs()}
    outputs = {each.name: each for each in session.get_outputs()}
    if set(inputs) != {FEATURES}:
        return f'the inputs are {_listed(inputs)}, not "{FEATURES}"'
    if EVIDENCE not in outputs:
        return f'the outputs are {_listed(outputs)}, without "{EVIDENCE}"'
    for found in (inputs[FEATURES], outputs[EVIDENCE]):
        if found.type != _FLOAT32:
            return f"{found.name} has the type {found.type}, not {_FLOAT32}"
        if len(found.shape) != 4:
            return f"{found.name} has the shape {found.shape}, not one of four sizes"
    if isinstance(inputs[FEATURES].shape[0], int):
        return f"{FEATURES} has a fixed number of pictures"
    labels = outputs[EVIDENCE].shape[1]
    if isinstance(labels, int) and labels != len(pack.labels):
        return f"{EVIDENCE} has {labels} maps, and pack.json {len(pack.labels)} labels"
    return None


def _listed(names: dict[str, Any]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "none"

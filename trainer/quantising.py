"""Writes a graph in 8 bits, for CPUs."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray

from trainer.export import quietly
from trainer.words.sharing import IMAGES, WORDS

CONVOLUTIONS: Final = ("Conv", "Add", "GlobalAveragePool", "Clip")
"""Of the EfficientNet-Lites; their heads stay as they are."""
EVERYTHING: Final = (
    *CONVOLUTIONS,
    "AveragePool",
    "Concat",
    "Gemm",
    "MatMul",
    "MaxPool",
    "Relu",
)
"""Of any network: dense layers hold most weights of plain ones."""
_LINEAR: Final = ("Gemm", "MatMul")
_BATCH: Final = 16


def quantise(
    source: Path,
    target: Path,
    images: NDArray[np.uint8],
    *,
    operators: Sequence[str] = CONVOLUTIONS,
    exact_answer: bool = False,
    exact_first: int = 0,
    words: NDArray[np.float32] | None = None,
) -> None:
    """Write an int8 graph: static, QDQ, a scale a channel, unsigned activations.

    Unsigned activations are several times faster than signed ones on most CPUs. Batch
    normalisation is folded into the convolution before it, where one stands directly before it.

    Args:
        source: The fp32 graph.
        target: Where the int8 graph goes.
        images: uint8 [N,H,W,3] whose activations give the ranges.
        operators: What is computed in 8 bits.
        exact_answer: Whether the last linear layer, and all after it, stays in fp32: rounding
            there moves probabilities the most and saves the least.
        exact_first: How many convolutions at the graph's beginning stay in fp32, where an error
            goes through all that follows.
        words: float32 [N,E] that go with the images, for a graph that takes them.
    """
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._starts = iter(range(0, len(images), _BATCH))

        def get_next(self) -> dict[str, NDArray[Any]] | None:
            start = next(self._starts, None)
            if start is None:
                return None
            given: dict[str, NDArray[Any]] = {IMAGES: images}
            if words is not None:
                given[WORDS] = words
            return {name: values[start : start + _BATCH] for name, values in given.items()}

    with tempfile.TemporaryDirectory() as folder, quietly():
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(target),
            Reader(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=list(operators),
            nodes_to_exclude=[
                *_first(prepared, exact_first),
                *(_answer(prepared) if exact_answer else []),
            ],
        )


def _first(path: Path, count: int) -> list[str]:
    """Return the names of a graph's first convolutions."""
    nodes = onnx.load(path).graph.node
    return [node.name for node in nodes if node.op_type == "Conv"][:count]


def _answer(path: Path) -> list[str]:
    """Return the names of a graph's last linear layer and of what follows it."""
    nodes = list(onnx.load(path).graph.node)
    linear = [place for place, node in enumerate(nodes) if node.op_type in _LINEAR]
    return [node.name for node in nodes[linear[-1] :]] if linear else []

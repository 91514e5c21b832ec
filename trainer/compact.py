"""Makes weights small: rounds matrices, and keeps constants in the fewest bytes that lose nothing.

Rounded are weights only. Runtimes widen them once, when they load a graph, and compute in fp32.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

LARGE: Final = 1024
"""Numbers; smaller constants are not worth a node."""
_STEPS: Final = 127
_SCALE_BITS: Final = 12
"""Of a scale's mantissa: so few that a scale times 127 is a float32 and divides back exactly."""
_MATRICES: Final = (nn.Conv2d, nn.Linear)


def round_to_half(values: Iterable[Tensor]) -> None:
    """Round tensors of floats to float16 numbers, in place."""
    with torch.no_grad():
        for one in values:
            if one.is_floating_point():
                one.copy_(one.half().float())


def round_matrices(module: nn.Module) -> None:
    """Round the large weights of a module's linear layers and convolutions to 8 bits, in place.

    Each row (output) becomes -127 to 127 times a scale of its own. Rounded once more they stay as
    they are.
    """
    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, _MATRICES) and layer.weight.numel() >= LARGE:
                layer.weight.copy_(_rounded(layer.weight))


def is_rounded(weights: Tensor) -> bool:
    """Return whether :func:`round_matrices` would leave some weights as they are."""
    return weights.ndim > 1 and torch.equal(_rounded(weights), weights)


def _rounded(weights: Tensor) -> Tensor:
    rows = weights.detach().flatten(1)
    mantissa, exponent = torch.frexp(rows.abs().amax(dim=1, keepdim=True) / _STEPS)
    whole = 2.0**_SCALE_BITS
    scales = torch.ldexp(torch.ceil(mantissa * whole) / whole, exponent)
    scales[scales == 0] = 1
    return (torch.round(rows / scales) * scales).view_as(weights)


def compact(path: Path) -> None:
    """Keep a graph's large constants once each, in 8 or 16 bits where nothing is lost by it.

    Args:
        path: A graph; it is written anew.
    """
    model = onnx.load(path)
    _keep_once(model.graph)
    nodes: list[onnx.NodeProto] = []
    for constant in list(model.graph.initializer):
        values = numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < LARGE:
            continue
        name, half = constant.name, values.astype(np.float16)
        found = _steps(values)
        if found is not None:
            model.graph.initializer.remove(constant)
            steps, scales = found
            model.graph.initializer.append(numpy_helper.from_array(steps, f"{name}.int8"))
            model.graph.initializer.append(numpy_helper.from_array(scales, f"{name}.scales"))
            nodes += [
                _widened(f"{name}.int8", f"{name}.steps"),
                helper.make_node("Mul", [f"{name}.steps", f"{name}.scales"], [name]),
            ]
        elif np.array_equal(half.astype(np.float32), values):
            constant.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            nodes.append(_widened(f"{name}.half", name))
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _keep_once(graph: onnx.GraphProto) -> None:
    """Leave out large constants that another one equals."""
    first: dict[tuple[int, tuple[int, ...], bytes], str] = {}
    other: dict[str, str] = {}
    for constant in list(graph.initializer):
        values = numpy_helper.to_array(constant)
        if values.size < LARGE:
            continue
        kept = first.setdefault((constant.data_type, values.shape, values.tobytes()), constant.name)
        if kept != constant.name:
            other[constant.name] = kept
            graph.initializer.remove(constant)
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = other.get(name, name)


def _widened(source: str, target: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [source], [target], to=onnx.TensorProto.FLOAT)


def _steps(
    values: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]] | None:
    """Return whole steps and their scales, along the first or last axis, if these are just it."""
    if values.ndim < 2:
        return None
    for kept in (0, values.ndim - 1):
        others = tuple(axis for axis in range(values.ndim) if axis != kept)
        scales = np.abs(values).max(axis=others, keepdims=True) / np.float32(_STEPS)
        scales[scales == 0] = 1
        steps = np.rint(values / scales).astype(np.int8)
        if np.array_equal(steps.astype(np.float32) * scales, values):
            return steps, scales
    return None

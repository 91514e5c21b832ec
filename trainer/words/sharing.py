"""Lets a graph look at one picture once and answer for many texts."""

from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IMAGES: Final = "images"
WORDS: Final = "words"
_COUNT: Final = "W"
"""How such a graph names the number of texts; of pictures there are then as many, or one."""
_FLOATS: Final = (TensorProto.FLOAT, TensorProto.FLOAT16)


def share_picture(path: Path) -> bool:
    """Rewrite a graph so that it takes one picture with many texts, too, if that can be done.

    Where values that come from the picture alone meet values that come from the words, the former
    are repeated to as many as there are texts. Numbers of pictures other than one are as before.

    Args:
        path: A graph with the inputs ``images`` [N,…] and ``words`` [N,E].

    Returns:
        Whether it was rewritten. It is not where the words' way takes from the picture anything
        but numbers for each picture, its size, say.
    """
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    graph = model.graph
    seen, told = _coming_from(graph, IMAGES), _coming_from(graph, WORDS)
    kinds = {
        value.name: value.type.tensor_type
        for value in (*graph.value_info, *graph.input, *graph.output)
    }
    meeting: set[str] = set()
    for node in graph.node:
        if told.isdisjoint(node.input):
            continue
        meeting |= {name for name in node.input if name in seen and name not in told}
    count = kinds[IMAGES].shape.dim[0].dim_param
    if not all(_is_a_row_each(kinds.get(name), count) for name in meeting):
        return False
    _repeat(graph, {name: len(kinds[name].shape.dim) for name in sorted(meeting)}, told)
    for value in (*graph.input, *graph.output):
        if value.name in told:
            value.type.tensor_type.shape.dim[0].dim_param = _COUNT
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return True


def takes_many(path: Path) -> bool:
    """Return whether a graph takes one picture with many texts."""
    counts = {value.name: value.type.tensor_type.shape.dim for value in onnx.load(path).graph.input}
    return WORDS in counts and counts[WORDS][0].dim_param != counts[IMAGES][0].dim_param


def _is_a_row_each(kind: onnx.TypeProto.Tensor | None, count: str) -> bool:
    """Return whether a value holds numbers for each picture, one after the other."""
    if kind is None or kind.elem_type not in _FLOATS or not kind.shape.dim:
        return False
    return bool(kind.shape.dim[0].dim_param == count)


def _coming_from(graph: onnx.GraphProto, name: str) -> set[str]:
    """Return the names of all values that an input has a part in, its own too."""
    found = {name}
    for node in graph.node:  # each after those it needs
        if not found.isdisjoint(node.input):
            found.update(node.output)
    return found


def _repeat(graph: onnx.GraphProto, ranks: dict[str, int], told: set[str]) -> None:
    """Put, for whoever also takes words, a repeated value in the place of a picture's."""
    kept = list(graph.node)
    del graph.node[:]
    graph.node.append(helper.make_node("Shape", [WORDS], ["words.count"], start=0, end=1))
    for node in kept:
        if not told.isdisjoint(node.input):
            for place, name in enumerate(node.input):
                if name in ranks:
                    node.input[place] = f"{name}.repeated"
        graph.node.append(node)
        for name in node.output:
            if name in ranks:
                _repeat_one(graph, name, ranks[name])


def _repeat_one(graph: onnx.GraphProto, name: str, rank: int) -> None:
    ones = numpy_helper.from_array(np.ones(rank - 1, np.int64), f"{name}.ones")
    graph.initializer.append(ones)
    graph.node.extend(
        [
            helper.make_node("Concat", ["words.count", ones.name], [f"{name}.sizes"], axis=0),
            helper.make_node("Expand", [name, f"{name}.sizes"], [f"{name}.repeated"]),
        ]
    )

"""Tiny real packs that read: ``genres`` by mean colour, and by the words in the picture.

Each time one of the words stands in the text, it moves one label's probability:

======  ===============
word    moves
======  ===============
love    comedy by .5
war     drama by .5
horror  horror by .5
night   horror by .25
kiss    horror by -.25
======  ===============
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.support.packs import GENRES, ColourLabel, network, write_pack
from tests.support.texts import WORDS, number, tokenizer

READING = tuple(replace(label, bias=0) if label.id == "horror" else label for label in GENRES)
"""The genres; horror is 0 in a picture without green, and whatever its words make of that."""

MOVES = {
    "love": ("comedy", 0.5),
    "war": ("drama", 0.5),
    "horror": ("horror", 0.5),
    "night": ("horror", 0.25),
    "kiss": ("horror", -0.25),
}
LENGTH = len(WORDS)
"""Of a text's vector: how often each of the words stands in it."""
MAX_TOKENS = 16


def write_reading_pack(
    directory: Path,
    labels: Sequence[ColourLabel] = READING,
    *,
    gate: Mapping[str, Any] | None = None,
    many: bool = True,
    parts: Mapping[str, bytes] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a pack that reads, and returns its folder.

    Args:
        directory: the pack's folder; its name is the pack's id.
        labels: what it predicts.
        gate: when it looks at all.
        many: whether its network takes one picture with many words.
        parts: files to write differently, also wrongly, by name.
        changes: fields of ``pack.json`` to write differently, also wrongly.
    """
    write_pack(directory, labels, gate=gate, embedding=False)
    written = {
        "model.onnx": ("fp32", reading_network(labels, many=many).SerializeToString()),
        "words.onnx": ("fp32", text_model().SerializeToString()),
        "tokenizer.json": ("none", tokenizer().to_str().encode()),
    }
    files = []
    for name, (precision, data) in written.items():
        data = (parts or {}).get(name, data)
        (directory / name).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        files.append({"name": name, "precision": precision, "sha256": sha256})
    described = json.loads((directory / "pack.json").read_text(encoding="utf-8"))
    described["files"] = files
    described["reads"] = {
        "model": "words.onnx",
        "tokenizer": "tokenizer.json",
        "max_tokens": MAX_TOKENS,
    }
    described.update(changes or {})
    (directory / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    return directory


def reading_network(
    labels: Sequence[ColourLabel] = READING, *, many: bool = True, length: int | str = LENGTH
) -> onnx.ModelProto:
    """The network: that of ``packs``, and what the words add before it is clipped."""
    model = network(labels)
    moves = np.zeros((LENGTH, len(labels)), np.float32)
    for word, (label_id, by) in MOVES.items():
        at = next((at for at, label in enumerate(labels) if label.id == label_id), None)
        if at is not None:
            moves[WORDS.index(word), at] = by
    graph = model.graph
    clip = next(node for node in graph.node if node.op_type == "Clip")
    clip.input[0] = "told"
    place = list(graph.node).index(clip)
    graph.node.insert(place, helper.make_node("Add", ["raw", "moved"], ["told"]))
    graph.node.insert(place, helper.make_node("MatMul", ["words", "moves"], ["moved"]))
    graph.initializer.append(numpy_helper.from_array(moves, "moves"))
    count = "W" if many else "N"
    graph.input.append(helper.make_tensor_value_info("words", TensorProto.FLOAT, [count, length]))
    graph.output[0].CopyFrom(
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [count, len(labels)])
    )
    return model


def text_model(
    *,
    names: Sequence[str] = ("input_ids", "attention_mask", "words"),
    shape: Sequence[int | str] = ("N", "T"),
    kind: int = TensorProto.INT64,
    length: int = LENGTH,
    told: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """The text model: counts the words among a text's tokens. The arguments make it a wrong one."""
    ids, mask, words = names
    table = np.zeros((tokenizer().get_vocab_size(), length), np.float32)
    for at, word in enumerate(WORDS[:length]):
        table[number(word), at] = 1
    nodes = [
        helper.make_node("Cast", [ids], ["places"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "places"], ["rows"]),
        helper.make_node("Cast", [mask], ["known"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["known", "last"], ["weights"]),
        helper.make_node("Mul", ["rows", "weights"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "tokens"], ["counted"], keepdims=0),
        helper.make_node("Cast", ["counted"], [words], to=told),
    ]
    constants = {"table": table, "last": np.array([2]), "tokens": np.array([1])}
    graph = helper.make_graph(
        nodes,
        "counts",
        [helper.make_tensor_value_info(name, kind, list(shape)) for name in (ids, mask)],
        [helper.make_tensor_value_info(words, told, ["N", length])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

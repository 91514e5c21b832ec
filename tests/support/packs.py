"""Tiny real label packs: ONNX networks that name a picture's mean colour, so tests can foretell.

``photos`` looks at every picture, ``genres`` only at those that ``photos`` takes for posters
(magenta ones: much red and blue, little green). The colours below are whole pictures' means;
JPEG moves them by a step or two, which changes no label.

==========  ==========================================  ====================
colour      ``photos``: predicted (shown without kind)  ``genres``: predicted
==========  ==========================================  ====================
RED         red, photo (+ colourful, red's parent)      closed
GREEN       green, photo (+ colourful)                  closed
BLUE        blue, photo (+ colourful)                   closed
WHITE       light, photo                                closed
BLACK       dark, photo                                 closed
MAGENTA     poster                                      drama, comedy
PINK        poster                                      drama
PURPLE      poster                                      comedy
==========  ==========================================  ====================
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Colour = tuple[int, int, int]

RED: Colour = (255, 0, 0)
GREEN: Colour = (0, 255, 0)
BLUE: Colour = (0, 0, 255)
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
MAGENTA: Colour = (255, 0, 255)
PINK: Colour = (255, 0, 153)
PURPLE: Colour = (153, 0, 255)

SIZE = 8
"""Height and width of the networks' input, in pixels."""

EMBEDDING = 4
"""Length of the ``photos`` embedding: mean red, green, blue (0..1) and their mean."""


@dataclass(frozen=True)
class ColourLabel:
    """A label whose probability is ``clip(weights · mean colour + bias, 0, 1)``, colours 0..1."""

    id: str
    weights: tuple[float, float, float]
    bias: float = 0.0
    threshold: float | None = 0.5
    group: str = "colour"
    name: str | None = None
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    hidden_with: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name or self.id,
            "group": self.group,
            "aliases": list(self.aliases),
            "parents": list(self.parents),
            "threshold": self.threshold,
            "hidden_with": list(self.hidden_with),
        }


PHOTOS = (
    ColourLabel("colourful", (0, 0, 0), aliases=("colorful",)),
    ColourLabel("red", (1, -1, -1), aliases=("crimson",), parents=("colourful",)),
    ColourLabel("green", (-1, 1, -1), parents=("colourful",)),
    ColourLabel("blue", (-1, -1, 1), parents=("colourful",)),
    ColourLabel("light", (1 / 3, 1 / 3, 1 / 3), threshold=0.8, group="light"),
    ColourLabel("dark", (-1, -1, -1), bias=1, threshold=0.8, group="light"),
    ColourLabel("photo", (-2, 2, -2), bias=3, group="kind"),
    ColourLabel("poster", (2, -2, 2), bias=-2, group="kind"),
)

GENRES = (
    ColourLabel("drama", (2, 0, 0), bias=-1.2, group="genre"),
    ColourLabel("comedy", (0, 0, 2), bias=-1.2, group="genre"),
    ColourLabel("horror", (0, 2, 0), bias=-1.2, group="genre", aliases=("scary",)),
    ColourLabel(
        "sci-fi", (0, 0, 0), group="genre", name="Sci-Fi", aliases=("science fiction", "scifi")
    ),
    ColourLabel("n-a", (0, 0, 0), bias=0.9, threshold=None, group="genre", name="N/A"),
)

GATE: Mapping[str, Any] = {"pack": "photos", "label": "poster", "at_least": 0.5}


def picture(colour: Colour, *, height: int = 24, width: int = 32) -> NDArray[np.uint8]:
    """A picture of one colour: uint8 [height,width,3]."""
    return np.full((height, width, 3), colour, np.uint8)


def write_packs(folder: Path) -> Path:
    """Writes both packs, ``folder/photos`` and ``folder/genres``; returns ``folder``."""
    write_pack(folder / "photos")
    write_pack(folder / "genres", GENRES, gate=GATE, embedding=False)
    return folder


def write_pack(
    directory: Path,
    labels: Sequence[ColourLabel] = PHOTOS,
    *,
    pack_id: str | None = None,
    version: str = "1",
    gate: Mapping[str, Any] | None = None,
    embedding: bool = True,
    size: int = SIZE,
    int8_bias: float | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Writes one pack of format 1 and returns its folder.

    Args:
        directory: the pack's folder; its name is the pack's id unless ``pack_id`` says otherwise.
        labels: what it predicts.
        int8_bias: also list a ``model.int8.onnx`` whose probabilities are that much higher.
        changes: fields of ``pack.json`` to write differently, also wrongly.
    """
    directory.mkdir(parents=True, exist_ok=True)
    length = EMBEDDING if embedding else 0
    networks = {"model.onnx": ("fp32", network(labels, embedding=length, size=size))}
    if int8_bias is not None:
        raised = network(labels, embedding=length, size=size, bias=int8_bias)
        networks["model.int8.onnx"] = ("int8", raised)
    files = []
    for name, (precision, model) in networks.items():
        data = model.SerializeToString()
        (directory / name).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        files.append({"name": name, "precision": precision, "sha256": sha256})
    described: dict[str, Any] = {
        "format": 1,
        "id": pack_id or directory.name,
        "version": version,
        "title": f"{directory.name} by mean colour",
        "description": "Names the mean colour of a picture.",
        "license": "Apache-2.0",
        "input": {"height": size, "width": size, "resize": "stretch", "filter": "bilinear"},
        "labels": [label.described() for label in labels],
        "gate": dict(gate) if gate else None,
        "reads": None,
        "embedding": length,
        "files": files,
        "metrics": {"top3_recall": 1.0},
        "training": {"data": "none"},
    }
    described.update(changes or {})
    (directory / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    return directory


def network(
    labels: Sequence[ColourLabel], *, embedding: int = 0, size: int = SIZE, bias: float = 0.0
) -> onnx.ModelProto:
    """The network: mean colour, one matrix, clip; in and out as the pack format asks."""
    weights = np.array([label.weights for label in labels], np.float32).T
    offsets = np.array([label.bias + bias for label in labels], np.float32)
    constants = {
        "weights": weights,
        "offsets": offsets,
        "full": np.array(255, np.float32),
        "zero": np.array(0, np.float32),
        "one": np.array(1, np.float32),
    }
    nodes = [
        helper.make_node("Cast", ["images"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["pixels", "full"], ["scaled"]),
        helper.make_node("ReduceMean", ["scaled"], ["colour"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["colour", "weights"], ["weighed"]),
        helper.make_node("Add", ["weighed", "offsets"], ["raw"]),
        helper.make_node("Clip", ["raw", "zero", "one"], ["probabilities"]),
    ]
    outputs = [
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", len(labels)])
    ]
    if embedding:
        mixing = np.full((3, embedding), 1 / 3, np.float32)
        mixing[:, :3] = np.eye(3)
        constants["mixing"] = mixing
        nodes.append(helper.make_node("MatMul", ["colour", "mixing"], ["embedding"]))
        outputs.append(
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", embedding])
        )
    graph = helper.make_graph(
        nodes,
        "mean_colour",
        [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", size, size, 3])],
        outputs,
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

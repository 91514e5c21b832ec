"""Label packs that can say where: those of ``tests.support.packs`` with features and evidence.

The features are the picture's colours, averaged over cells of 2 × 2 pixels of the network's input;
a label's evidence is what the network would say of a picture that looks like the cell. So a red
square on black is evidence for ``red`` exactly where it lies.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tests.support.packs import BLACK, PHOTOS, Colour, ColourLabel, write_pack

CELL = 2
SIDE = 16
"""Of the network's input; the maps have half as many rows and columns."""


def write_pointing_pack(
    directory: Path,
    labels: Sequence[ColourLabel] = PHOTOS,
    *,
    size: int = SIDE,
    model: onnx.ModelProto | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Path:
    """Write a pack with ``features`` and ``evidence.onnx``; return its folder.

    Args:
        directory: The pack's folder, named as the pack.
        labels: What it predicts.
        size: Height and width of the network's input.
        model: Another ``evidence.onnx``.
        changes: Fields of ``pack.json`` to write differently, also wrongly.
    """
    write_pack(directory, labels, size=size)
    network = onnx.load(directory / "model.onnx")
    pooled = {"kernel_shape": [CELL, CELL], "strides": [CELL, CELL]}
    network.graph.node.extend(
        [
            helper.make_node("Transpose", ["scaled"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("AveragePool", ["planes"], ["features"], **pooled),
        ]
    )
    cells = size // CELL
    shape = ["N", 3, cells, cells]
    network.graph.output.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, shape))
    described = json.loads((directory / "pack.json").read_text("utf-8"))
    described["files"] = [
        written_file(directory, "model.onnx", network),
        written_file(directory, "evidence.onnx", model or evidence_model(labels)),
    ]
    described.update(changes or {})
    (directory / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    return directory


def evidence_model(
    labels: Sequence[ColourLabel] = PHOTOS,
    *,
    channels: int = 3,
    output: str = "evidence",
    least: float = 0.0,
    most: float = 1.0,
) -> onnx.ModelProto:
    """Return an ``evidence.onnx``: one matrix on every cell, cut at ``least`` and ``most``."""
    weights = np.zeros((len(labels), channels, 1, 1), np.float32)
    weights[:, :3, 0, 0] = [label.weights for label in labels]
    constants = {
        "weights": weights,
        "offsets": np.array([label.bias for label in labels], np.float32),
        "least": np.array(least, np.float32),
        "most": np.array(most, np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["features", "weights", "offsets"], ["weighed"]),
        helper.make_node("Clip", ["weighed", "least", "most"], [output]),
    ]
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "evidence",
        [tensor("features", TensorProto.FLOAT, ["N", channels, "h", "w"])],
        [tensor(output, TensorProto.FLOAT, ["N", len(labels), "h", "w"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def spotted(
    path: Path,
    colour: Colour,
    box: tuple[int, int, int, int],
    *,
    size: tuple[int, int] = (320, 240),
    ground: Colour = BLACK,
) -> Path:
    """Paint a picture of one ground with one rectangle.

    Args:
        path: Where; its ending names the format.
        colour: Of the rectangle.
        box: Left, top, right and bottom of the rectangle, in pixels.
        size: Width and height of the picture.
        ground: The colour of the rest.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, ground)
    image.paste(colour, box)
    image.save(path)
    return path


def written_file(directory: Path, name: str, model: onnx.ModelProto) -> dict[str, str]:
    """Write one of a pack's networks; return how ``pack.json`` lists it."""
    data = model.SerializeToString()
    (directory / name).write_bytes(data)
    return {"name": name, "precision": "fp32", "sha256": hashlib.sha256(data).hexdigest()}

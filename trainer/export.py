"""Writes a trained network as a label pack: ONNX, checked, quantised, described."""

import contextlib
import hashlib
import io
import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.errors import ExportError
from trainer.pictures import InputSpec
from trainer.recipe import Recipe
from trainer.words.sharing import IMAGES, WORDS, share_picture, takes_many

FORMAT: Final = 1
GREATEST_DIFFERENCE: Final = 1e-4
"""Of any probability between PyTorch and the fp32 graph."""
LARGEST_FILE: Final = 30_000_000
"""Bytes that a file of a shipped pack may have."""
_OPSET: Final = 18
_BATCH: Final = 16
_OUTPUTS: Final = ("probabilities", "embedding")
FEATURES: Final = "features"
"""The third output, of networks that give their last maps."""
_FILES: Final = (
    ("model.onnx", "fp32"),
    ("model.int8.onnx", "int8"),
    ("evidence.onnx", "fp32"),
)
"""What a pack may hold, and its precision."""
TEXT_MODEL: Final = "words.onnx"
TOKENIZER: Final = "tokenizer.json"


class Graph(Protocol):
    """An ONNX graph, ready to run."""

    def __call__(
        self, images: NDArray[np.uint8], words: NDArray[np.float32] | None = None, /
    ) -> tuple[NDArray[np.float32], ...]:
        """Return probabilities float32 [N,L] and embedding float32 [N,D].

        Args:
            images: uint8 [N,H,W,3].
            words: float32 [N,E], for a graph that takes them; None: no picture has words.
        """
        ...


@dataclass(frozen=True, slots=True)
class PackReads:
    """How a pack that reads was made: ``words.onnx`` and ``tokenizer.json`` lie in its folder.

    Attributes:
        max_tokens: Tokens of a text that are read.
        precision: Of the text model's weights, ``fp32`` or ``int8``.
    """

    max_tokens: int
    precision: str


@dataclass(frozen=True, slots=True)
class PackLabel:
    """A label as it is written into ``pack.json``."""

    id: str
    name: str
    group: str
    aliases: tuple[str, ...]
    parents: tuple[str, ...]
    threshold: float | None
    hidden_with: tuple[str, ...]


def write_onnx(network: nn.Module, path: Path, spec: InputSpec, *, words: int = 0) -> None:
    """Write the fp32 graph: ``images`` uint8 [N,H,W,3] in, probabilities and embedding out.

    The maps of a network that gives them too are its third output, ``features``.

    Args:
        network: Its ``forward`` takes ``images`` and, if ``words``, ``words``.
        path: Where the graph goes.
        spec: The network's input.
        words: Length of the words' vectors, its second input float32 [N,E]; 0: it takes none. One
            picture may then be given with many words, if the network allows it.
    """
    example = {IMAGES: torch.zeros((2, spec.height, spec.width, 3), dtype=torch.uint8)}
    if words:
        example[WORDS] = torch.zeros((2, words))
    with torch.inference_mode():
        count = len(network.eval()(*example.values()))
    write_graph(network, path, example, (*_OUTPUTS, FEATURES)[:count])
    if words:
        share_picture(path)


def write_graph(
    network: nn.Module,
    path: Path,
    example: Mapping[str, Tensor],
    outputs: Sequence[str],
    *,
    longest: int | None = None,
) -> None:
    """Write a network as ONNX.

    Args:
        network: Its ``forward`` names its inputs as the graph does.
        path: Where the graph goes.
        example: An input of each name, of at least two pictures or texts; N is left free.
        outputs: The names of its outputs.
        longest: The inputs' second size is left free, too, up to this; None: it is not.

    Raises:
        ExportError: PyTorch exports no graph.
    """
    free = {0: torch.export.Dim("N", min=1, max=4096)}
    if longest is not None:
        free[1] = torch.export.Dim("T", min=1, max=longest)
    network.eval()
    with quietly(), _not_in_place(network):
        program = torch.onnx.export(
            network,
            tuple(example.values()),
            input_names=list(example),
            output_names=list(outputs),
            dynamic_shapes=dict.fromkeys(example, free),
            opset_version=_OPSET,
            dynamo=True,
        )
    if program is None:
        raise ExportError("PyTorch exported no ONNX graph.")
    model = program.model_proto
    del model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    model.producer_name = "lumitag trainer"
    onnx.checker.check_model(model)
    onnx.save(model, path)


@contextlib.contextmanager
def _not_in_place(network: nn.Module) -> Iterator[None]:
    """Let no activation write over its input meanwhile.

    The graph is the same; PyTorch takes each such activation apart to find that out, which makes
    up a third of the time that exporting EfficientNet-Lite takes.
    """
    changed = [vars(module) for module in network.modules() if vars(module).get("inplace") is True]
    for attributes in changed:
        attributes["inplace"] = False
    try:
        yield
    finally:
        for attributes in changed:
            attributes["inplace"] = True


def open_graph(path: Path) -> Graph:
    """Return a function from uint8 images [N,H,W,3] to the graph's outputs, on the CPU.

    A graph that takes words gets zeros, which mean none, where no words are given.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    length = next((each.shape[1] for each in session.get_inputs() if each.name == WORDS), 0)

    def run(
        images: NDArray[np.uint8], words: NDArray[np.float32] | None = None, /
    ) -> tuple[NDArray[np.float32], ...]:
        inputs: dict[str, NDArray[Any]] = {IMAGES: images}
        if length:
            inputs[WORDS] = np.zeros((len(images), length), np.float32) if words is None else words
        starts = range(0, len(images), _BATCH)
        parts = [
            session.run(
                list(_OUTPUTS),
                {name: values[start : start + _BATCH] for name, values in inputs.items()},
            )
            for start in starts
        ]
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    return run


def check_parity(
    network: nn.Module,
    path: Path,
    images: NDArray[np.uint8],
    words: NDArray[np.float32] | None = None,
) -> float:
    """Return the largest difference of any probability between PyTorch and the graph.

    Args:
        network: The trained network.
        path: Its fp32 graph.
        images: uint8 [N,H,W,3]; N other than the example's shows that N is free.
        words: float32 [N,E], for a network that takes them.

    Raises:
        ExportError: It is 1e-4 or more.
    """
    given = [torch.from_numpy(each) for each in (images, words) if each is not None]
    with torch.inference_mode():
        ours = network(*given)[0].numpy()
    graph = open_graph(path)
    difference = float(np.abs(ours - graph(images, words)[0]).max())
    if words is not None and takes_many(path):
        pictures = np.repeat(images[:1], len(words[:_BATCH]), axis=0)
        apart = graph(images[:1], words[:_BATCH])[0] - graph(pictures, words[:_BATCH])[0]
        difference = max(difference, float(np.abs(apart).max()))
    if not difference < GREATEST_DIFFERENCE:
        raise ExportError(
            f"The exported graph differs from the network by {difference:.2g} in a probability "
            f"(allowed: {GREATEST_DIFFERENCE:g}); nothing was written."
        )
    return difference


def write_pack(
    folder: Path,
    recipe: Recipe,
    labels: Sequence[PackLabel],
    *,
    embedding: int,
    metrics: Mapping[str, Any],
    training: Mapping[str, Any],
    reads: PackReads | None = None,
) -> None:
    """Write ``pack.json`` for the files in ``folder``; ``reads`` for a pack that reads."""
    files = []
    text = [] if reads is None else [(TEXT_MODEL, reads.precision), (TOKENIZER, "none")]
    for name, precision in (*_FILES, *text):
        path = folder / name
        if not path.exists():
            continue
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        files.append({"name": name, "precision": precision, "sha256": digest})
    told = {
        "format": FORMAT,
        "id": recipe.pack.id,
        "version": recipe.pack.version,
        "title": recipe.pack.title,
        "description": recipe.pack.description,
        "license": recipe.pack.license,
        "input": {
            "height": recipe.images.height,
            "width": recipe.images.width,
            "resize": recipe.images.resize,
            "filter": recipe.images.filter,
        },
        "labels": [
            {
                "id": label.id,
                "name": label.name,
                "group": label.group,
                "aliases": label.aliases,
                "parents": label.parents,
                "threshold": label.threshold,
                "hidden_with": label.hidden_with,
            }
            for label in labels
        ],
        "gate": None
        if recipe.gate is None
        else {
            "pack": recipe.gate.pack,
            "label": recipe.gate.label,
            "at_least": recipe.gate.at_least,
        },
        "reads": None
        if reads is None
        else {"model": TEXT_MODEL, "tokenizer": TOKENIZER, "max_tokens": reads.max_tokens},
        "embedding": embedding,
        "files": files,
        "metrics": metrics,
        "training": training,
    }
    written = json.dumps(told, indent=1, ensure_ascii=False)
    (folder / "pack.json").write_text(written + "\n", encoding="utf-8")


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep exporters' chatter off the screen; what matters is checked afterwards."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)

"""Writes a text encoder for a pack: ``words.onnx``, small, checked, and ``tokenizer.json``."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from tokenizers import Tokenizer
from torch import nn

from app.labeling.tokens import Tokens
from trainer.errors import ExportError
from trainer.export import LARGEST_FILE, TEXT_MODEL, TOKENIZER, PackReads, write_graph

GREATEST_DIFFERENCE: Final = 1e-4
"""Of any number of a vector between PyTorch and the fp32 graph."""
LEAST_COSINE: Final = 0.995
"""Between a text's vectors before and after its weights were rounded to 8 bits."""
_INPUTS: Final = ("input_ids", "attention_mask")
_OUTPUT: Final = "words"
_LARGE: Final = 1024
"""Numbers; smaller constants are not worth a node."""
_INT8: Final = 127

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextExport:
    """What was written.

    Attributes:
        size: Numbers of a text's vector.
        bytes: Of the graph.
        difference: The greatest of any number between PyTorch and the fp32 graph.
        cosine: The least between the vectors of PyTorch and of the graph as written.
        reads: What ``pack.json`` says of it.
    """

    size: int
    bytes: int
    difference: float
    cosine: float
    reads: PackReads


def export_text_encoder(
    encoder: nn.Module,
    tokenizer: Tokenizer,
    folder: Path,
    *,
    max_tokens: int,
    texts: Sequence[str],
    quantised: bool = True,
) -> TextExport:
    """Write ``words.onnx`` and ``tokenizer.json`` into a pack's folder.

    In 8 bits are the weights only, with a scale for each row of the embeddings and each column of
    the matrices; runtimes widen the matrices when they load them and compute in fp32. Activations
    in 8 bits would share their scale with the other texts of a batch, so that a text's vector would
    depend on its neighbours.

    Args:
        encoder: ``input_ids``, ``attention_mask`` (int64 [N,T]) to ``words`` (float32 [N,E]); left
            in evaluation mode.
        tokenizer: Its truncation and padding are left out: programs set their own.
        folder: Gets the two files.
        max_tokens: Tokens of a text that are read.
        texts: Real texts, for the checks.
        quantised: Whether to round the weights to 8 bits.

    Raises:
        ExportError: The graph differs from the encoder by 1e-4, or after rounding by a cosine below
            .995; or it has more than 30 MB.
    """
    told = _plain(tokenizer).to_str(pretty=False)
    tokens = Tokens(told.encode(), max_tokens)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / TEXT_MODEL
        _write(encoder.eval(), path, max_tokens)
        ours = encoded(encoder, tokens, texts)
        difference = float(np.abs(encoded_by(path, tokens, texts) - ours).max())
        if quantised:
            round_weights(path)
        cosine = float(_cosines(ours, encoded_by(path, tokens, texts)).min())
        reads = PackReads(max_tokens, "int8" if quantised else "fp32")
        written = TextExport(ours.shape[1], path.stat().st_size, difference, cosine, reads)
        _check(written)
        shutil.copyfile(path, folder / TEXT_MODEL)
    (folder / TOKENIZER).write_text(told, encoding="utf-8")
    return written


def _check(written: TextExport) -> None:
    if not written.difference < GREATEST_DIFFERENCE:
        raise ExportError(
            f"The exported text encoder differs from the trained one by {written.difference:.2g} "
            f"(allowed: {GREATEST_DIFFERENCE:g}); nothing was written."
        )
    if not written.cosine >= LEAST_COSINE:
        raise ExportError(
            f"In 8 bits, the text encoder turns a vector away from the trained one's to a cosine "
            f"of {written.cosine:.4f} (at least {LEAST_COSINE}); export it with quantised=False."
        )
    if written.bytes > LARGEST_FILE:
        raise ExportError(
            f"The text encoder has {written.bytes / 1e6:.1f} MB (at most "
            f"{LARGEST_FILE / 1e6:.0f}); keep fewer of its layers or tokens."
        )


def encoded(encoder: nn.Module, tokens: Tokens, texts: Sequence[str]) -> Vectors:
    """Return the vectors float32 [N,E] that an encoder gives texts, each by itself."""
    with torch.inference_mode():
        found = [encoder(*map(torch.from_numpy, tokens.batch([text]))).numpy() for text in texts]
    return np.concatenate(found)


def encoded_by(path: Path, tokens: Tokens, texts: Sequence[str]) -> Vectors:
    """Return the vectors float32 [N,E] that a written graph gives texts, each by itself."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate(
        [
            session.run([_OUTPUT], dict(zip(_INPUTS, tokens.batch([text]), strict=True)))[0]
            for text in texts
        ]
    )


def round_weights(path: Path) -> None:
    """Round a graph's matrices and embeddings to int8, each row or column by its own scale.

    Matrices are those that ``MatMul`` and ``Gemm`` multiply by, embeddings those that ``Gather``
    takes rows of; constants with other uses stay as they are.
    """
    model = onnx.load(path)
    constants = {constant.name: constant for constant in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        place = _weights_of(node)
        name = node.input[place] if place is not None else ""
        if name not in constants or not _worth_it(constants[name], model):
            nodes.append(node)
        elif node.op_type == "Gather":
            nodes += _rounded_rows(node, constants[name], model.graph)
        else:
            nodes += [*_rounded_matrix(node, constants[name], model.graph), node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _weights_of(node: onnx.NodeProto) -> int | None:
    """Return which of a node's inputs are weights to round, if any."""
    if node.op_type == "Gather":
        by_rows = all(each.name != "axis" or each.i == 0 for each in node.attribute)
        return 0 if by_rows else None
    return 1 if node.op_type in ("MatMul", "Gemm") else None


def _worth_it(constant: onnx.TensorProto, model: onnx.ModelProto) -> bool:
    """Return whether it is a large matrix of floats that one node uses."""
    uses = sum(list(node.input).count(constant.name) for node in model.graph.node)
    floats = constant.data_type == onnx.TensorProto.FLOAT
    return floats and len(constant.dims) == 2 and np.prod(constant.dims) >= _LARGE and uses == 1


def _rounded_matrix(
    node: onnx.NodeProto, constant: onnx.TensorProto, graph: onnx.GraphProto
) -> list[onnx.NodeProto]:
    transposed = any(each.name == "transB" and each.i for each in node.attribute)
    name = constant.name
    _store(graph, constant, axis=1 if transposed else 0)
    return [
        helper.make_node("Cast", [f"{name}.int8"], [f"{name}.steps"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}.steps", f"{name}.scales"], [name]),
    ]


def _rounded_rows(
    node: onnx.NodeProto, constant: onnx.TensorProto, graph: onnx.GraphProto
) -> list[onnx.NodeProto]:
    """Return nodes that take rows first and widen only those."""
    name, rows, found = constant.name, node.input[1], node.output[0]
    _store(graph, constant, axis=1)
    return [
        helper.make_node("Gather", [f"{name}.int8", rows], [f"{found}.int8"]),
        helper.make_node("Gather", [f"{name}.scales", rows], [f"{found}.scales"]),
        helper.make_node("Cast", [f"{found}.int8"], [f"{found}.steps"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{found}.steps", f"{found}.scales"], [found]),
    ]


def _store(graph: onnx.GraphProto, constant: onnx.TensorProto, *, axis: int) -> None:
    """Put a constant's int8 steps and its scales in its place; the scales lie along ``axis``."""
    values = numpy_helper.to_array(constant)
    greatest = np.abs(values).max(axis=axis, keepdims=True)
    scales = np.where(greatest > 0, greatest / _INT8, 1).astype(np.float32)
    steps = np.rint(values / scales).astype(np.int8)
    name = constant.name
    graph.initializer.remove(constant)
    graph.initializer.append(numpy_helper.from_array(steps, f"{name}.int8"))
    graph.initializer.append(numpy_helper.from_array(scales, f"{name}.scales"))


def _write(encoder: nn.Module, path: Path, max_tokens: int) -> None:
    ids = torch.ones((2, min(7, max_tokens)), dtype=torch.int64)
    mask = torch.ones_like(ids)  # one tensor given twice would become one input
    example = dict(zip(_INPUTS, (ids, mask), strict=True))
    write_graph(encoder, path, example, (_OUTPUT,), longest=max_tokens)


def _plain(tokenizer: Tokenizer) -> Tokenizer:
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.no_truncation()
    plain.no_padding()
    return plain


def _cosines(ours: Vectors, theirs: Vectors) -> Vectors:
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    found: Vectors = (ours * theirs).sum(axis=1) / np.maximum(lengths, np.finfo(np.float32).tiny)
    return found

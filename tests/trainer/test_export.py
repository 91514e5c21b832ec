"""What is written of a network does not hang on how its activations are computed."""

from pathlib import Path

import onnx
import torch
from torch import nn

from trainer.export import write_graph


def _nodes(network: nn.Module, path: Path) -> list[tuple[str, list[str]]]:
    write_graph(network, path, {"input": torch.zeros(2, 8)}, ("output",))
    return [(node.op_type, list(node.output)) for node in onnx.load(path).graph.node]


def test_activations_that_write_over_their_input_are_exported_alike_and_stay_so(
    tmp_path: Path,
) -> None:
    def network(*, inplace: bool) -> nn.Sequential:
        return nn.Sequential(nn.Linear(8, 4), nn.ReLU6(inplace), nn.Linear(4, 2), nn.ReLU(inplace))

    writing_over = network(inplace=True)
    told = _nodes(writing_over, tmp_path / "over.onnx")
    assert [kind for kind, _ in told] == ["Gemm", "Clip", "Gemm", "Relu"]
    assert told == _nodes(network(inplace=False), tmp_path / "beside.onnx")
    assert writing_over[1].inplace is True
    assert writing_over[3].inplace is True

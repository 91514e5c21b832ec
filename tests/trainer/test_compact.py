"""Weights in few bytes: what is rounded stays close, and what is kept is exactly it."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from trainer.compact import compact, is_rounded, round_matrices, round_to_half
from trainer.export import write_graph


def _layers(seed: int, spread: float) -> nn.Sequential:
    torch.manual_seed(seed)
    layers = nn.Sequential(nn.Linear(48, 40), nn.ReLU(), nn.Linear(40, 30))
    with torch.no_grad():
        for layer in layers:
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(spread)
                layer.weight[0] = 0
    return layers


@given(seed=st.integers(0, 2**31), spread=st.sampled_from([1e-30, 1e-6, 0.1, 1.0, 777.0, 1e20]))
@settings(max_examples=40)
def test_a_rounded_matrix_is_near_and_rounds_to_itself(seed: int, spread: float) -> None:
    layers, before = _layers(seed, spread), _layers(seed, spread)
    round_matrices(layers)
    weights, was = layers[0].weight, before[0].weight
    step = was.abs().amax(dim=1, keepdim=True) / 127
    assert ((weights - was).abs() <= 0.51 * step).all()
    assert is_rounded(weights)
    assert not is_rounded(was)


@pytest.mark.parametrize("spread", [1e-6, 1.0, 777.0])
def test_a_graph_says_the_same_when_its_rounded_weights_take_a_quarter(
    tmp_path: Path, spread: float
) -> None:
    layers, path = _layers(0, spread), tmp_path / "graph.onnx"
    round_matrices(layers)
    write_graph(layers.eval(), path, {"input": torch.zeros(2, 48)}, ("output",))
    before, size = _run(path), path.stat().st_size
    compact(path)
    np.testing.assert_array_equal(_run(path), before)
    kinds = {each.name: each.data_type for each in onnx.load(path).graph.initializer}
    assert list(kinds.values()).count(onnx.TensorProto.INT8) == 2
    assert path.stat().st_size < size / 2


def test_what_was_not_rounded_stays_as_it_is(tmp_path: Path) -> None:
    layers, path = _layers(0, 1.0), tmp_path / "graph.onnx"
    round_to_half([layers[0].weight])
    write_graph(layers.eval(), path, {"input": torch.zeros(2, 48)}, ("output",))
    before = _run(path)
    compact(path)
    np.testing.assert_array_equal(_run(path), before)
    large = {
        each.data_type for each in onnx.load(path).graph.initializer if np.prod(each.dims) >= 1024
    }
    assert large == {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16}


def test_equal_weights_are_kept_once(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layers, path = nn.Sequential(nn.Linear(48, 48), nn.Linear(48, 48)), tmp_path / "graph.onnx"
    layers[1].load_state_dict(layers[0].state_dict())
    write_graph(layers.eval(), path, {"input": torch.zeros(2, 48)}, ("output",))
    before = _run(path)
    compact(path)
    np.testing.assert_array_equal(_run(path), before)
    large = [each for each in onnx.load(path).graph.initializer if np.prod(each.dims) >= 1024]
    assert len(large) == 1


def _run(path: Path) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs = np.random.default_rng(0).standard_normal((3, 48)).astype(np.float32)
    (found,) = session.run(None, {"input": inputs})
    return np.asarray(found)

"""Writes ``evidence.onnx`` beside a pack's networks."""

from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.compact import compact
from trainer.errors import ExportError
from trainer.evidence.maps import EvidenceMaps
from trainer.export import write_graph

EVIDENCE: Final = "evidence.onnx"
GREATEST_DIFFERENCE: Final = 1e-3
"""Of any value between PyTorch and the graph. Ten times what probabilities may differ by: the step
from .999 to the next float32 is 6e-5 in log-odds, a few of them on the way to a probability and
twice that in a rise of .5. No eye sees a thousandth."""
_PICTURES: Final = 6


def write_evidence(network: nn.Module, folder: Path, images: NDArray[np.uint8]) -> float | None:
    """Write a pack's evidence graph, and check it against PyTorch.

    Args:
        network: The pack's; one whose third output are maps has an ``answer`` on their means.
        folder: The pack's; of a network without maps, no evidence graph stays there.
        images: uint8 [N,H,W,3], N at least 1; the first of them check the graph.

    Returns:
        The greatest difference of any value; None where the network gives no maps.

    Raises:
        ExportError: It is 1e-3 or more.
    """
    path = folder / EVIDENCE
    path.unlink(missing_ok=True)
    with torch.inference_mode():
        outputs = network.eval()(torch.from_numpy(images[:_PICTURES]))
    if len(outputs) < 3:
        return None
    features: Tensor = outputs[2].float().clone()
    maps = EvidenceMaps(_answer(network)).eval()
    write_graph(maps, path, {"features": features[:1].repeat(2, 1, 1, 1)}, ("evidence",))
    compact(path)
    return check_evidence(maps, path, features)


def _answer(network: nn.Module) -> nn.Module:
    answer = network.answer
    if not isinstance(answer, nn.Module):
        raise TypeError("A network that gives maps has its answer on their means in `answer`.")
    return answer


def check_evidence(maps: EvidenceMaps, path: Path, features: Tensor) -> float:
    """Return the greatest difference of any value between PyTorch and the evidence graph.

    Args:
        maps: As it was exported.
        path: The graph; one that differs is deleted.
        features: float32 [N,C,h,w].

    Raises:
        ExportError: It is 1e-3 or more.
    """
    with torch.inference_mode():
        ours = maps(features).numpy()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (theirs,) = session.run(["evidence"], {"features": features.numpy()})
    difference = float(np.abs(ours - theirs).max())
    if not difference < GREATEST_DIFFERENCE:
        path.unlink()
        raise ExportError(
            f"The exported evidence differs from PyTorch's by {difference:.2g} (allowed: "
            f"{GREATEST_DIFFERENCE:g}); {path} was not kept."
        )
    return difference

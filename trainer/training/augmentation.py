"""Random changes of training pictures, by torchvision's transforms."""

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms import v2

from trainer.network_settings import Augmentation

_RATIO: Final = (3 / 4, 4 / 3)
"""Sides of a crop, before it is stretched to the picture's size (torchvision's default)."""
_ALL_BITS: Final = 2**63 - 1


def augment(settings: Augmentation, images: Tensor, seed: int) -> Tensor:
    """Return pictures uint8 [N,H,W,3] as a network shall see them this time.

    Each picture is changed in its own way; the same ``seed`` changes the same pictures alike, so
    that a run that was stopped goes on exactly. torchvision draws from PyTorch's global
    generator; its state is put back afterwards. Not to be called from two threads at a time.

    Args:
        settings: What may be done; all off gives ``images`` back.
        images: uint8 [N,H,W,3].
        seed: Of this call, such as one made of run, epoch and step.
    """
    changes = _changes(settings, (int(images.shape[1]), int(images.shape[2])))
    if not changes or not len(images):
        return images
    change = v2.Compose(changes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed & _ALL_BITS)
        found = torch.stack([change(image) for image in images.permute(0, 3, 1, 2)])
    return found.permute(0, 2, 3, 1).contiguous()


def _changes(settings: Augmentation, size: tuple[int, int]) -> list[Any]:
    changes: list[Any] = []
    if settings.mirror:
        changes.append(v2.RandomHorizontalFlip(settings.mirror))
    if settings.rotation:
        changes.append(
            v2.RandomRotation(settings.rotation, interpolation=v2.InterpolationMode.BILINEAR)
        )
    if settings.crop < 1:
        changes.append(v2.RandomResizedCrop(size, scale=(settings.crop, 1.0), ratio=_RATIO))
    if settings.colour:
        strength = settings.colour
        changes.append(v2.ColorJitter(strength, strength, strength))
    if settings.erase:
        changes.append(v2.RandomErasing(settings.erase))
    return changes


def mixup(
    settings: Augmentation, images: Tensor, targets: Tensor, seed: int
) -> tuple[Tensor, Tensor]:
    """Return each picture mixed with another one, and its targets alike (Zhang 2018).

    One share of a Beta(a, a) draw for the whole batch, as its authors' code has it.

    Args:
        settings: ``mixup`` is a; 0 gives the arguments back.
        images: uint8 [N,H,W,3]; mixtures are rounded to whole numbers.
        targets: float32 [N,L].
        seed: Of this call.
    """
    if not settings.mixup:
        return images, targets
    random = np.random.default_rng(seed & _ALL_BITS)
    share = float(random.beta(settings.mixup, settings.mixup))
    other = torch.from_numpy(random.permutation(len(images)))
    mixed = images.float() * share + images[other].float() * (1 - share)
    return mixed.round().to(torch.uint8), targets * share + targets[other] * (1 - share)

"""Training pictures are changed at random, each in its own way, and always alike for one seed."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from trainer.network_settings import Augmentation
from trainer.training.augmentation import augment, mixup

_EACH: tuple[dict[str, float], ...] = (
    {"mirror": 0.5},
    {"rotation": 20.0},
    {"crop": 0.5},
    {"colour": 0.4},
    {"erase": 0.9},
)


@pytest.fixture
def pictures() -> Tensor:
    random = np.random.default_rng(0)
    return torch.from_numpy(random.integers(0, 256, (8, 20, 16, 3), dtype=np.uint8))


def test_nothing_is_changed_unless_it_is_asked(pictures: Tensor) -> None:
    assert augment(Augmentation(), pictures, 1) is pictures
    targets = torch.ones(8, 2)
    assert mixup(Augmentation(), pictures, targets, 1) == (pictures, targets)


@pytest.mark.parametrize("settings", _EACH, ids=lambda one: next(iter(one)))
def test_the_same_seed_changes_the_same_pictures_alike(
    settings: dict[str, Any], pictures: Tensor
) -> None:
    kept = pictures.clone()
    first = augment(Augmentation(**settings), pictures, 7)
    torch.rand(3)
    again = augment(Augmentation(**settings), pictures, 7)
    other = augment(Augmentation(**settings), pictures, -8)
    assert (first.shape, first.dtype) == (pictures.shape, torch.uint8)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first, pictures)
    assert torch.equal(pictures, kept)


def test_augmentation_leaves_the_global_generator_as_it_was(pictures: Tensor) -> None:
    before = torch.random.get_rng_state()
    augment(Augmentation(mirror=0.5), pictures, 3)
    assert torch.equal(before, torch.random.get_rng_state())


def test_each_picture_is_mirrored_or_not_by_itself(pictures: Tensor) -> None:
    found = augment(Augmentation(mirror=0.5), pictures, 1)
    mirrored = [torch.equal(one, old.flip(1)) for one, old in zip(found, pictures, strict=True)]
    same = [torch.equal(one, old) for one, old in zip(found, pictures, strict=True)]
    assert any(mirrored)
    assert any(same)
    assert all(a != b for a, b in zip(mirrored, same, strict=True))


def test_no_pictures_are_fine(pictures: Tensor) -> None:
    assert augment(Augmentation(mirror=1.0), pictures[:0], 1).shape == (0, 20, 16, 3)


def test_mixup_mixes_pictures_and_targets_by_one_share(pictures: Tensor) -> None:
    targets = torch.eye(8)
    images, mixed = mixup(Augmentation(mixup=1.0), pictures, targets, 5)
    again = mixup(Augmentation(mixup=1.0), pictures, targets, 5)
    assert torch.equal(images, again[0])
    assert torch.equal(mixed, again[1])
    torch.testing.assert_close(mixed.sum(dim=1), torch.ones(8))
    assert images.dtype == torch.uint8
    expected = torch.einsum("ij,jhwc->ihwc", mixed, pictures.float()).round()
    assert (images.float() - expected).abs().max() <= 1

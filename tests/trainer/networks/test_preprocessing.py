"""Preparation does what scikit-image and plain arithmetic do."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.filters import gaussian
from skimage.morphology import dilation

from trainer.errors import RecipeError
from trainer.network_settings import Preprocessing
from trainer.networks.preprocessing import Preparation


@pytest.fixture
def pictures() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (2, 9, 11, 3), dtype=np.uint8)


def _prepared(pictures: NDArray[np.uint8], **settings: Any) -> NDArray[np.float32]:
    """Return what the network sees, float32 [N,H,W,3]."""
    found: NDArray[np.float32] = Preparation(Preprocessing(**settings))(
        torch.from_numpy(pictures)
    ).numpy()
    return found.transpose(0, 2, 3, 1)


def test_pixels_come_into_the_range_that_the_weights_know(pictures: NDArray[np.uint8]) -> None:
    unit = pictures / 255
    np.testing.assert_allclose(_prepared(pictures), unit, atol=1e-6)
    np.testing.assert_allclose(_prepared(pictures, range="signed"), unit * 2 - 1, atol=1e-6)
    expected = (unit - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    np.testing.assert_allclose(_prepared(pictures, range="imagenet"), expected, atol=1e-5)


def test_grey_is_the_same_in_all_channels(pictures: NDArray[np.uint8]) -> None:
    expected = (pictures / 255) @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(
        _prepared(pictures, greyscale=True), np.repeat(expected[..., None], 3, -1), atol=1e-6
    )


@pytest.mark.parametrize("side", [3, 5])
def test_noise_reduction_is_a_gaussian_blur(pictures: NDArray[np.uint8], side: int) -> None:
    spread = 0.3 * ((side - 1) * 0.5 - 1) + 0.8
    expected = [
        gaussian(one / 255, spread, mode="nearest", truncate=(side // 2) / spread, channel_axis=-1)
        for one in pictures
    ]
    np.testing.assert_allclose(_prepared(pictures, noise_reduction=side), expected, atol=1e-5)


@pytest.mark.parametrize("side", [3, 5])
def test_dilation_takes_the_brightest_neighbour(pictures: NDArray[np.uint8], side: int) -> None:
    expected = [
        np.stack(
            [dilation(one[..., c], np.ones((side, side), dtype=np.uint8)) for c in range(3)], -1
        )
        for one in pictures
    ]
    np.testing.assert_allclose(
        _prepared(pictures, dilation=side), np.array(expected) / 255, atol=1e-6
    )


@pytest.mark.parametrize("key", ["noise_reduction", "dilation"])
def test_an_even_side_would_move_the_picture(key: str) -> None:
    with pytest.raises(RecipeError, match=f"{key} is 4"):
        Preparation(Preprocessing(**{key: 4}))


def test_none_is_none(pictures: NDArray[np.uint8]) -> None:
    same = _prepared(pictures, noise_reduction=1, dilation=1)
    np.testing.assert_array_equal(same, _prepared(pictures))

"""An epoch shows each picture once, rare ones more often where it is asked, always alike."""

from typing import Any, Literal

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from trainer.network_settings import Training
from trainer.training.sampling import order

_HOW = ("plain", "rare-more", "frequent-less")


def _training(**settings: Any) -> Training:
    return msgspec.convert(settings, type=Training)


@pytest.fixture
def targets() -> NDArray[np.float32]:
    """Label 0 on 500 pictures, label 1 on 40, label 2 on 5; the last 100 have none."""
    found = np.zeros((600, 3), dtype=np.float32)
    found[:500, 0] = found[:40, 1] = found[:5, 2] = 1
    return found


def _shown(how: str, targets: NDArray[np.float32], epochs: int = 40) -> NDArray[np.float64]:
    """Return how often each picture comes in an epoch, on average."""
    training = _training(sampling=how)
    counts = np.zeros(len(targets))
    for epoch in range(1, epochs + 1):
        counts += np.bincount(order(training, targets, epoch), minlength=len(targets))
    return counts / epochs


def test_plainly_each_picture_comes_once_in_another_order_each_epoch(
    targets: NDArray[np.float32],
) -> None:
    first, second = (order(_training(), targets, epoch) for epoch in (1, 2))
    assert first.dtype == np.int64
    assert sorted(first) == sorted(second) == list(range(600))
    assert not np.array_equal(first, second)


def test_pictures_with_rare_labels_come_more_often(targets: NDArray[np.float32]) -> None:
    shown = _shown("rare-more", targets)
    assert shown[:5].mean() == pytest.approx((40 / 5) ** 0.5, rel=0.1)
    np.testing.assert_array_equal(shown[5:], 1)


def test_pictures_with_frequent_labels_only_come_less_often(
    targets: NDArray[np.float32],
) -> None:
    shown = _shown("frequent-less", targets)
    np.testing.assert_array_equal(shown[:40], 1)
    assert shown[40:500].mean() == pytest.approx((40 / 500) ** 0.5, rel=0.1)
    np.testing.assert_array_equal(shown[500:], 1)


@pytest.mark.parametrize("how", _HOW)
def test_no_picture_and_no_label_are_fine(how: str) -> None:
    training = _training(sampling=how)
    assert len(order(training, np.zeros((0, 3), dtype=np.float32), 1)) == 0
    assert len(order(training, np.zeros((4, 3), dtype=np.float32), 1)) == 4


@settings(max_examples=80)
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 30), st.integers(1, 4)),
        elements=st.sampled_from([0, 1]),
    ),
    st.sampled_from(_HOW),
    st.integers(-(2**40), 2**40),
    st.integers(1, 5),
)
def test_the_order_depends_on_seed_and_epoch_alone(
    targets: NDArray[np.float32],
    how: Literal["plain", "rare-more", "frequent-less"],
    seed: int,
    epoch: int,
) -> None:
    training = _training(sampling=how, seed=seed)
    rows = order(training, targets, epoch)
    np.testing.assert_array_equal(rows, order(training, targets.copy(), epoch))
    counts = np.bincount(rows, minlength=len(targets))
    assert len(counts) == len(targets)
    assert counts.max(initial=0) <= {"plain": 1, "rare-more": 8, "frequent-less": 1}[how]
    if how != "frequent-less":
        assert counts.min(initial=1) >= 1

"""Losses are those of the literature, and rare labels count more where it is asked."""

import msgspec
import numpy as np
import pytest
import torch
from torch.nn import functional

from trainer.network_settings import Training
from trainer.training.losses import loss_of, positive_weights

_LOGITS = torch.tensor([[0.3, -1.2], [2.0, 0.1], [-0.4, -3.0]])
_TARGETS = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def _training(**settings: object) -> Training:
    return msgspec.convert(settings, type=Training)


def test_binary_cross_entropy_is_the_mean_over_pictures_and_labels() -> None:
    probabilities = torch.sigmoid(_LOGITS)
    expected = -(_TARGETS * probabilities.log() + (1 - _TARGETS) * (1 - probabilities).log()).mean()
    found = loss_of(_training(), _TARGETS.numpy())(_LOGITS, _TARGETS)
    torch.testing.assert_close(found, expected)


def test_the_asymmetric_loss_forgives_easy_negatives() -> None:
    """Ridnik 2021, equations 4 to 7, with the exponents 1 and 4 and the margin .05."""
    p = torch.sigmoid(_LOGITS)
    shifted = (p - 0.05).clamp(min=0)
    expected = -(
        _TARGETS * (1 - p) * p.log() + (1 - _TARGETS) * shifted**4 * (1 - shifted).log()
    ).mean()
    found = loss_of(_training(loss="asymmetric"), _TARGETS.numpy())(_LOGITS, _TARGETS)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", ["bce", "asymmetric"])
def test_weights_leave_out_what_is_not_known(name: str) -> None:
    loss = loss_of(_training(loss=name), _TARGETS.numpy())
    weights = torch.tensor([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    torch.testing.assert_close(
        loss(_LOGITS, _TARGETS, weights), loss(_LOGITS[[0, 2]], _TARGETS[[0, 2]])
    )


def test_a_positive_counts_as_much_as_all_negatives_of_its_label() -> None:
    targets = np.zeros((1000, 4), dtype=np.float32)
    targets[:250, 0] = targets[:500, 1] = targets[:2, 2] = 1
    np.testing.assert_allclose(positive_weights(targets), [3, 1, 50, 1])


@pytest.mark.parametrize("name", ["bce", "asymmetric"])
def test_positive_weights_change_what_positives_cost(name: str) -> None:
    targets = np.array([[1, 0], [0, 0], [0, 0], [0, 1]], dtype=np.float32)
    heavy = loss_of(_training(loss=name, positive_weights=True), targets)
    plain = loss_of(_training(loss=name), targets)
    wanted, none = torch.ones(1, 2), torch.zeros(1, 2)
    logits = torch.zeros(1, 2)
    torch.testing.assert_close(heavy(logits, wanted), 3 * plain(logits, wanted))
    torch.testing.assert_close(heavy(logits, none), plain(logits, none))


@pytest.mark.parametrize("name", ["bce", "asymmetric"])
def test_half_precision_logits_give_a_whole_loss(name: str) -> None:
    loss = loss_of(_training(loss=name), _TARGETS.numpy())
    assert loss(_LOGITS.bfloat16() * 50, _TARGETS).dtype == torch.float32
    assert functional.relu(loss(_LOGITS.bfloat16() * 50, _TARGETS)).isfinite()

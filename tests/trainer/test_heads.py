"""Heads: what agreement between two views of the same picture does."""

import numpy as np
import pytest

from trainer.heads import Head, TrainingSet, logits_of, train_exclusive_head, train_head
from trainer.settings import HeadSettings

SETTINGS = HeadSettings(hidden=8, dropout=0.0, epochs=12, batch=32, learning_rate=1e-2, average=0.8)
COUNT, SIZE = 192, 12


def _material() -> TrainingSet:
    """Pictures whose label the first number tells, in a plain view and in one that hides it."""
    random = np.random.default_rng(0)
    plain = random.normal(size=(COUNT, SIZE)).astype(np.float16)
    worn = plain.copy()
    worn[:, 0] = 0
    worn[:, 1] += plain[:, 0] / 2
    label = (plain[:, 0] > 0).astype(np.float32)
    return TrainingSet(
        views=[plain, worn],
        targets=np.stack([label, 1 - label], axis=1),
        weights=np.ones((COUNT, 2), dtype=np.float32),
    )


def _apart(head: Head, data: TrainingSet, *, exclusive: bool) -> float:
    """Return how far the probabilities of both views are from each other, on average."""
    answers = [logits_of(head, view) for view in data.views]
    if exclusive:
        answers = [one - np.logaddexp.reduce(one, axis=1, keepdims=True) for one in answers]
        likely = [np.exp(one) for one in answers]
    else:
        likely = [1 / (1 + np.exp(-one)) for one in answers]
    return float(np.abs(likely[0] - likely[1]).mean())


@pytest.mark.parametrize("exclusive", [False, True])
def test_agreement_brings_the_answers_to_two_views_together(exclusive: bool) -> None:
    data, train = _material(), train_exclusive_head if exclusive else train_head
    free = train(data, SETTINGS, seed=0)
    agreeing = train(
        data,
        HeadSettings(
            hidden=8, dropout=0.0, epochs=12, batch=32, learning_rate=1e-2, average=0.8, agreement=4
        ),
        seed=0,
    )
    apart = _apart(agreeing, data, exclusive=exclusive)
    assert apart < _apart(free, data, exclusive=exclusive)
    right = (logits_of(agreeing, data.views[0])[:, 0] > 0) == (data.targets[:, 0] > 0)
    assert exclusive or right.mean() > 0.8


def test_the_same_seed_trains_the_same_head() -> None:
    data = _material()
    one, other = (train_head(data, SETTINGS, seed=3) for _ in range(2))
    assert np.array_equal(logits_of(one, data.views[0]), logits_of(other, data.views[0]))
    third = train_head(data, SETTINGS, seed=4)
    assert not np.array_equal(logits_of(one, data.views[0]), logits_of(third, data.views[0]))

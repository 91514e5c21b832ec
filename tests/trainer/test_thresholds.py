"""Thresholds: precise ones are precise, and little evidence makes them careful."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from trainer.recipe import Recipe, read_recipe
from trainer.reporting import thresholds_of
from trainer.thresholds import (
    f1_thresholds,
    measure,
    precise_threshold,
    promised_thresholds,
)

_PROBABILITIES = hnp.arrays(
    np.float32, 60, elements=st.floats(0, 1, width=32, allow_subnormal=False)
)
_TRUTHS = hnp.arrays(np.float32, 60, elements=st.sampled_from([0.0, 1.0]))


@given(_PROBABILITIES, _TRUTHS)
def test_a_precise_threshold_is_precise_where_it_was_fitted(
    likely: NDArray[np.float32], truth: NDArray[np.float32]
) -> None:
    everywhere = np.ones(60, dtype=np.float32)
    found = precise_threshold(likely, truth, everywhere, precision=0.9, surely=0.8)
    if found is not None and found > likely.min():
        evidence = measure(likely, truth, everywhere, found)
        assert evidence.precision is None or evidence.precision >= 0.9 or found <= 0.051


def test_two_lucky_pictures_are_no_evidence() -> None:
    likely = np.array([0.9, 0.8, 0.1], dtype=np.float32)
    truth = np.array([1, 1, 0], dtype=np.float32)
    ones = np.ones(3, dtype=np.float32)
    assert precise_threshold(likely, truth, ones, precision=0.9, surely=0.8) is None


def test_unknown_pictures_do_not_count() -> None:
    likely = np.linspace(1, 0.5, 40, dtype=np.float32)
    truth = np.ones(40, dtype=np.float32)
    wrong_but_unknown = np.concatenate([truth, np.zeros(40, dtype=np.float32)])
    weights = np.concatenate([truth, np.zeros(40, dtype=np.float32)])
    found = precise_threshold(
        np.concatenate([likely, likely]), wrong_but_unknown, weights, precision=0.9, surely=0.8
    )
    assert found is not None
    assert found <= 0.5


def test_a_label_that_cannot_be_predicted_is_never_shown() -> None:
    random = np.random.default_rng(0)
    truth = np.zeros((400, 2), dtype=np.float32)
    truth[:200, 0] = 1
    truth[:12, 1] = 1
    likely = random.uniform(0, 0.3, (400, 2)).astype(np.float32)
    likely[:200, 0] += 0.5
    found = f1_thresholds(likely, truth, borrow=50, least_found=10, least_precision=0.4)
    assert found[0] is not None
    assert found[1] is None
    assert measure(likely[:, 0], truth[:, 0], truth[:, 0] * 0 + 1, found[0]).precision == 1


def _calibrated(count: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return probabilities [N,2] of a frequent and a rare label, and truths drawn from them."""
    random = np.random.default_rng(seed)
    likely = np.stack([random.beta(0.8, 1.2, count), random.beta(0.3, 9, count)], axis=1)
    return likely, (random.random((count, 2)) < likely).astype(float)


def _f1(likely: NDArray[np.float64], truth: NDArray[np.float64], threshold: float) -> float:
    found = likely >= threshold
    return float(2 * truth[found].sum() / (found.sum() + truth.sum()))


def test_a_promised_threshold_finds_best_on_pictures_that_it_was_not_chosen_on() -> None:
    chosen, truth = _calibrated(2000, 0)
    thresholds = promised_thresholds(chosen, truth, least_found=3, least_precision=0.0)
    unseen, is_there = _calibrated(200_000, 1)
    for label, threshold in enumerate(thresholds):
        assert threshold is not None
        grid = [_f1(unseen[:, label], is_there[:, label], value) for value in np.arange(0, 1, 0.01)]
        assert _f1(unseen[:, label], is_there[:, label], threshold) > max(grid) - 0.005
        assert threshold == pytest.approx(max(grid) / 2, abs=0.03)  # Lipton 2014


@given(_PROBABILITIES, _TRUTHS)
def test_a_promised_threshold_is_as_precise_as_asked_or_there_is_none(
    likely: NDArray[np.float32], truth: NDArray[np.float32]
) -> None:
    (found,) = promised_thresholds(
        likely[:, None], truth[:, None], least_found=3, least_precision=0.4
    )
    if found is not None:
        evidence = measure(likely, truth, np.ones_like(truth), found)
        assert evidence.found >= 3
        assert evidence.precision is not None
        assert evidence.precision >= 0.4


def test_the_recipe_says_by_which_rule_thresholds_are_chosen(tmp_path: Path) -> None:
    likely, truth = _calibrated(2000, 0)
    targets = truth.astype(np.float32)
    counted = thresholds_of(_recipe(tmp_path, "counted"), likely, targets)
    promised = thresholds_of(_recipe(tmp_path, "promised"), likely, targets)
    assert counted == f1_thresholds(likely, truth, borrow=150, least_found=3, least_precision=0.1)
    assert promised == promised_thresholds(likely, truth, least_found=3, least_precision=0.1)
    assert counted != promised


def _recipe(folder: Path, rule: str) -> Recipe:
    path = folder / f"{rule}.toml"
    labels = "".join(
        f'[[labels]]\ncolumn = "{one}"\nid = "{one}"\nname = "{one}"\ngroup = "Labels"\n'
        for one in ("often", "rare")
    )
    path.write_text(f"""
makes = "columns"
[pack]
id = "made"
version = "1"
title = "Made"
description = "Made up."
license = "CC0-1.0"
[split]
seed = "1"
[[data]]
folder = "made"
reader = "labels-csv"
[thresholds]
rule = "{rule}"
least_found = 3
least_precision = 0.1
{labels}""")
    return read_recipe(path)

"""Turns scores into probabilities that mean what they say (Platt scaling with shrinkage).

Platt, "Probabilistic outputs for support vector machines", 1999: p = sigmoid(a·score + b), fitted
on pictures that the head was not trained on. Each label's a and b are drawn towards the values
that fit all labels together, so a label with few examples borrows from the others.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEWTON_STEPS: Final = 50
_SETTLED: Final = 1e-8
_SMALLEST: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Logistic:
    """p = sigmoid(scores · slopes + bias).

    Attributes:
        slopes: float64 [L,S]: one a score (1 to 3 scores a label).
        biases: float64 [L].
    """

    slopes: Floats
    biases: Floats


def sigmoid(values: NDArray[np.floating]) -> Floats:
    """Return 1 / (1 + exp(-values)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(values, dtype=np.float64))))


def logit(probabilities: NDArray[np.floating]) -> Floats:
    """Return log(p / (1 - p)), for p kept 1e-7 away from 0 and 1."""
    kept = np.clip(np.asarray(probabilities, dtype=np.float64), _SMALLEST, 1 - _SMALLEST)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def fit_logistic(
    scores: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    *,
    around: Floats,
    strength: Floats,
) -> Floats:
    """Fit one label's slopes and bias by Newton's method.

    Args:
        scores: [N,S].
        targets: [N], 0 or 1.
        weights: [N], 0 where nothing is known.
        around: [S+1], the slopes and bias that the fit is drawn to.
        strength: [S+1], how strongly (a Gaussian prior's precision).

    Returns:
        [S+1] slopes and bias; slopes are never negative (a higher score is never worse).
    """
    known = weights > 0
    design = np.hstack([scores[known], np.ones((int(known.sum()), 1))]).astype(np.float64)
    target, weight = targets[known].astype(np.float64), weights[known].astype(np.float64)
    free = np.ones(design.shape[1], dtype=bool)
    while True:
        found = _newton(design[:, free], target, weight, around[free], strength[free])
        result = np.zeros(design.shape[1])
        result[free] = found
        negative = result < 0
        negative[-1] = False
        if not negative.any():
            return result
        free &= ~negative


def _newton(
    design: Floats, target: Floats, weight: Floats, around: Floats, strength: Floats
) -> Floats:
    def penalised(value: Floats) -> float:
        margins = design @ value
        loss = (weight * (np.logaddexp(0, margins) - target * margins)).sum()
        return float(loss + 0.5 * (strength * (value - around) ** 2).sum())

    found = around.astype(np.float64).copy()
    current = penalised(found)
    for _ in range(_NEWTON_STEPS):
        predicted = sigmoid(design @ found)
        slope = design.T @ (weight * (predicted - target)) + strength * (found - around)
        bend = (design * (weight * predicted * (1 - predicted))[:, None]).T @ design
        step = np.linalg.solve(bend + np.diag(strength + 1e-9), slope)
        size = 1.0
        while (following := penalised(found - size * step)) > current and size > 1e-4:
            size /= 2
        if following > current:
            break
        found, gain, current = found - size * step, current - following, following
        if gain < _SETTLED:
            break
    return found


def fit_platt(
    scores: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    *,
    strength: float = 10.0,
) -> Logistic:
    """Fit p = sigmoid(a·score + b) for each label, drawn to what fits all labels together.

    Args:
        scores: [N,L] logits of a head on pictures it was not trained on.
        targets: [N,L], 0 or 1.
        weights: [N,L], 0 where nothing is known.
        strength: How many examples, about, the common fit counts for.
    """
    return fit_voices(scores[:, :, None], targets, weights, strength=strength)


def fit_voices(
    scores: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    *,
    strength: float,
) -> Logistic:
    """Fit p = sigmoid(scores · slopes + bias) for each label, drawn to what fits all together.

    Args:
        scores: [N,L,S] logits of S voices on pictures that none of them was trained on.
        targets: [N,L], 0 or 1.
        weights: [N,L], 0 where nothing is known.
        strength: How many examples, about, the common fit counts for.
    """
    voices = scores.shape[2]
    common = fit_logistic(
        np.asarray(scores, dtype=np.float64).reshape(-1, voices),
        targets.reshape(-1),
        weights.reshape(-1),
        around=np.append(np.full(voices, 1 / voices), 0.0),
        strength=np.full(voices + 1, 1e-3),
    )
    fits = np.array(
        [
            fit_logistic(
                scores[:, label],
                targets[:, label],
                weights[:, label],
                around=common,
                strength=np.append(np.full(voices, strength), strength / 4),
            )
            for label in range(scores.shape[1])
        ]
    )
    return Logistic(fits[:, :voices], fits[:, voices])


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.floating]) -> float:
    """Return the temperature T > 0 that makes softmax(logits / T) likeliest.

    Args:
        logits: [N,K].
        targets: [N,K], one 1 a row.
    """
    scores = np.asarray(logits, dtype=np.float64)
    best, lowest = 1.0, np.inf
    for temperature in np.geomspace(0.25, 8.0, 121):
        scaled = scores / temperature
        loss = np.logaddexp.reduce(scaled, axis=1).mean() - (scaled * targets).sum(1).mean()
        if loss < lowest:
            best, lowest = float(temperature), float(loss)
    return best

"""How answers fit the truth: precision and recall of each label, and calibration."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from trainer.compare.style import BODY, SMALL, Drawing, Theme, named_line, panels
from trainer.compare.together import Compared, Comparison

PRECISION_RECALL: Final = Drawing(
    "precision-recall",
    "Precision and recall of each label",
    "Blue: the pack; grey: the others. Dotted: the label's share, what guessing gets. The dot is "
    "the pack's own threshold. Right of the label its average precision.",
)
CALIBRATION: Final = Drawing(
    "calibration",
    "Calibration",
    "Of answers of about that probability, how many are true; on the line they mean what they say. "
    "Larger dots stand for more answers; ECE is the expected calibration error.",
)
_ACROSS: Final = 5
_BINS: Final = 15
_LEAST_IN_A_BIN: Final = 10
_POINTS: Final = 120
"""Of a curve as it is drawn."""


def draw_precision_recall(comparison: Comparison, chosen: Compared, theme: Theme) -> Figure:
    """Draw a panel for each label that a picture has: ``chosen`` before the others, thin."""
    places = np.flatnonzero(comparison.targets.any(axis=0))
    figure, axes = panels(len(places), columns=_ACROSS, height=1.75)
    others = [row for row in comparison.rows if row is not chosen and not row.entry.smoke]
    for number, (panel, place) in enumerate(zip(axes, places, strict=True)):
        truth = comparison.targets[:, place] > 0
        for row in others:
            _curve(panel, truth, row.answers[:, place], theme.dim, 0.6, 0.4)
        _curve(panel, truth, chosen.answers[:, place], theme.accent, 1.8, 1.0)
        share = float(truth.mean())
        panel.axhline(share, color=theme.warn, linestyle=":", linewidth=1.1)
        one = chosen.measured.labels[chosen.precision][place]
        if one.precision is not None and one.recall is not None:
            panel.plot(
                [one.recall],
                [one.precision],
                "o",
                color=theme.accent,
                markeredgecolor=theme.background,
                markersize=6,
            )
        panel.set_title(comparison.names[place], fontsize=BODY)
        panel.set_title(
            f"{one.average_precision:.2f}",
            fontsize=SMALL,
            loc="right",
            color=theme.dim,
            fontweight="normal",
        )
        panel.set(xlim=(0, 1.02), ylim=(0, 1.04), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        first, last = number % _ACROSS == 0, number // _ACROSS == (len(places) - 1) // _ACROSS
        panel.tick_params(length=0, labelbottom=last, labelleft=first)
        panel.set_ylabel("precision" if first else "")
        panel.set_xlabel("recall" if last else "")
    return figure


def draw_calibration(
    rows: Sequence[Compared], targets: NDArray[np.float32], theme: Theme
) -> Figure:
    """Draw a reliability diagram for each pack."""
    figure, axes = panels(len(rows), columns=4, height=2.55)
    for number, (panel, row) in enumerate(zip(axes, rows, strict=True)):
        said, true, counts = reliability(row.answers, targets)
        panel.plot([0, 1], [0, 1], color=theme.dim, linewidth=1, linestyle=":")
        panel.plot(said, true, color=theme.accent, linewidth=1.2, alpha=0.6)
        sizes = 6 + 70 * np.sqrt(counts / counts.max())
        panel.scatter(
            said,
            true,
            s=sizes,
            color=theme.accent,
            edgecolors=theme.background,
            zorder=3,
            clip_on=False,
        )
        error = row.figures["ECE"]
        panel.set_title(row.entry.name, fontsize=BODY)
        named_line(
            panel, (0.02, 0.97), f"ECE {error.value:.3f}", theme.dim, xytext=(0, 0), va="top"
        )
        panel.set(xlim=(-0.02, 1.04), ylim=(-0.02, 1.04), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
        panel.set_aspect("equal")
        panel.set_xlabel("probability")
        panel.set_ylabel("share that is true" if number % 4 == 0 else "")
        panel.tick_params(length=0)
    return figure


def reliability(
    answers: NDArray[np.floating], targets: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean probability, share of true ones and number of answers of each bin [B].

    15 bins of equal width over 0..1, all pictures and labels together; bins of fewer than ten
    answers say nothing and are left out.
    """
    likely = answers.reshape(-1).astype(np.float64)
    bins = np.clip((likely * _BINS).astype(int), 0, _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS).astype(np.float64)
    said = np.bincount(bins, weights=likely, minlength=_BINS)
    true = np.bincount(bins, weights=targets.reshape(-1), minlength=_BINS)
    kept = counts >= min(_LEAST_IN_A_BIN, counts.max())
    return said[kept] / counts[kept], true[kept] / counts[kept], counts[kept]


def steps_of(
    truth: NDArray[np.bool_], likely: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return recall (falling to 0) and precision of one label, a point for each recall reached.

    Of the thresholds with the same recall the highest counts, as in the average precision.
    """
    precision, recall, _ = precision_recall_curve(truth, likely)
    rising, first = np.unique(recall[:-1][::-1], return_index=True)
    at = precision[:-1][::-1][first]
    reached = rising > 0
    rising, at = rising[reached], at[reached]
    taken = np.unique(np.linspace(0, len(rising) - 1, min(len(rising), _POINTS)).astype(int))[::-1]
    return np.append(rising[taken], 0.0), np.append(at[taken], at[0])


def _curve(
    panel: Axes,
    truth: NDArray[np.bool_],
    likely: NDArray[np.floating],
    colour: str,
    width: float,
    alpha: float,
) -> None:
    recall, precision = steps_of(truth, likely)
    panel.step(recall, precision, where="post", color=colour, linewidth=width, alpha=alpha)

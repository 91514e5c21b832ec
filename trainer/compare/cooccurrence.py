"""Which labels come together: in truth, and as predicted."""

from typing import Final

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from trainer.compare.style import SMALL, WIDTH, Drawing, Theme
from trainer.compare.together import Compared, Comparison
from trainer.metrics import limits_of, predicted

COOCCURRENCE: Final = Drawing(
    "co-occurrence",
    "Labels that come together",
    "Of the pictures with the label on the left, the share that also have the one below: in truth, "
    "and as the pack finds them at its thresholds. Labels by how often they come; a row without a "
    "square is a label that is never found.",
)


def shares_together(has: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return [L,L]: of the pictures with label i, the share that also have j; NaN on the diagonal.

    A label that no picture has gives a row of NaN.

    Args:
        has: bool [N,L].
    """
    counts = has.astype(np.float64)
    both = counts.T @ counts
    alone = counts.sum(axis=0)
    shares = np.full_like(both, np.nan)
    np.divide(both, alone[:, None], out=shares, where=alone[:, None] > 0)
    np.fill_diagonal(shares, np.nan)
    return shares


def draw_cooccurrence(comparison: Comparison, chosen: Compared, theme: Theme) -> Figure:
    """Draw truth and ``chosen`` side by side, in the same colours."""
    truth = comparison.targets > 0
    counts = truth.sum(axis=0)
    order = [int(at) for at in np.argsort(-counts, kind="stable") if counts[at]]
    names = [comparison.names[at] for at in order]
    found = predicted(chosen.answers, limits_of(chosen.thresholds))
    figure = Figure(figsize=(WIDTH, 5.7), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    colours = LinearSegmentedColormap.from_list("house", [theme.panel, theme.accent])
    for panel, has, title in ((left, truth, "in truth"), (right, found, chosen.entry.name)):
        shares = shares_together(has[:, order])
        mesh = panel.pcolormesh(
            shares,
            cmap=colours,
            vmin=0,
            vmax=1,
            edgecolors=theme.background,
            linewidth=0.5,
        )
        places = np.arange(len(names)) + 0.5
        panel.set_title(title)
        panel.set_xticks(places, names, rotation=90, fontsize=SMALL)
        panel.set_yticks(places, names, fontsize=SMALL)
        panel.set_ylim(len(names), 0)
        panel.grid(visible=False)
        panel.tick_params(length=0)
        for spine in panel.spines.values():
            spine.set_visible(False)
    bar = figure.colorbar(mesh, ax=[left, right], shrink=0.5, aspect=25, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_ticks([0, 0.5, 1], labels=["0", ".5", "1"])
    bar.ax.tick_params(length=0)
    return figure

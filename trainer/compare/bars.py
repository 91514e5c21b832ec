"""All packs at a glance: bars with intervals, beside what constants get and what was published."""

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trainer.compare.style import SMALL, WIDTH, Drawing, Theme
from trainer.compare.tables import ours_of, short
from trainer.compare.together import Compared, Comparison

PACKS: Final = Drawing(
    "packs",
    "All packs",
    "Bars with bootstrap 95% intervals. Dashed: the best constant answer, which never looks at the "
    "picture. Diamond: as published. Pale: smoke tests.",
)
_SHOWN: Final = {
    "top3_recall": "top-3 recall, pooled",
    "mAP": "mAP",
    "micro_F1": "micro F1, own thresholds",
    "macro_F1": "macro F1, own thresholds",
}
_ROW: Final = 0.3
_ROOM: Final = 1.3
"""To the right of the longest bar, for the numbers."""


def draw_packs(comparison: Comparison, chosen: Compared, theme: Theme) -> Figure:
    """Draw a row for each pack, the best on top, and a panel for each figure."""
    rows = comparison.rows
    figure = Figure(figsize=(WIDTH, 1.15 + _ROW * len(rows)), layout="constrained")
    axes = figure.subplots(1, len(_SHOWN), sharey=True, squeeze=False)[0]
    for panel, (name, words) in zip(axes, _SHOWN.items(), strict=True):
        _panel(panel, comparison, chosen, name, theme)
        panel.set_title(words, fontsize=SMALL + 0.5)
    names = [f"{row.entry.name} (smoke)" if row.entry.smoke else row.entry.name for row in rows]
    axes[0].set_yticks(np.arange(len(rows)), names, color=theme.text)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    return figure


def _panel(panel: Axes, comparison: Comparison, chosen: Compared, name: str, theme: Theme) -> None:
    longest = 0.0
    for place, row in enumerate(comparison.rows):
        one = row.figures[name]
        colour = theme.accent if row is chosen else theme.dim
        panel.barh(
            place, one.value, height=0.5, color=colour, alpha=0.3 if row.entry.smoke else 0.75
        )
        panel.plot([one.low, one.high], [place, place], color=theme.text, linewidth=1.2, zorder=3)
    for place, row in enumerate(comparison.rows):
        one, value = row.figures[name], _published(row, name)
        longest = max(longest, one.high, one.value, value or 0.0)
        panel.annotate(
            short(one.value),
            (1.0, place),
            xycoords=panel.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=SMALL,
            color=theme.text if row is chosen else theme.dim,
        )
        if value is not None:
            panel.plot(
                [value],
                [place],
                marker="D",
                markersize=5,
                color=theme.warn,
                markeredgecolor=theme.background,
                zorder=4,
                linestyle="none",
            )
    baseline = chosen.measured.baseline[name]
    panel.axvline(baseline, color=theme.no, linestyle="--", linewidth=1.1, zorder=2)
    panel.set_xlim(0, max(longest, baseline) * _ROOM)
    panel.grid(visible=False, axis="y")
    panel.tick_params(length=0)
    panel.spines["left"].set_visible(False)
    panel.locator_params(axis="x", nbins=4)
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:.2g}".removeprefix("0") or "0")


def _published(row: Compared, name: str) -> float | None:
    """Return a published figure, where it needs no threshold and so means the same as ours."""
    return next(
        (value for printed, value in row.entry.published.items() if ours_of(printed) == name), None
    )

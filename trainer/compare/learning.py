"""Learning curves: the loss per step and per epoch, and the precision per epoch."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trainer.compare.entries import Entry
from trainer.compare.history import Curve
from trainer.compare.style import SMALL, Drawing, Theme, named_line, panels

LOSS: Final = Drawing(
    "loss",
    "Loss while learning",
    "Thin: the training loss of single steps, smoothed. Grey dots: its mean an epoch. Blue: binary "
    "cross entropy of the validation posters, a ring where it is lowest. Dotted: as published.",
)
PRECISION: Final = Drawing(
    "precision",
    "Precision while learning",
    "Of the validation posters' genres found from .5 on, the share that is right. Blue: all genres "
    "together. Thin: each genre that is ever found.",
)
_COLUMNS: Final = 3
_ROW: Final = 2.35
_ROOM: Final = 0.08
"""Above and below what is drawn, of its height."""
_LEAST_ROOM: Final = 0.01
"""Nats."""


def with_curve(entries: Sequence[Entry]) -> list[tuple[Entry, Curve]]:
    """Return the entries that have a curve, without smoke tests where there are others."""
    known = [(entry, entry.curve) for entry in entries if entry.curve is not None]
    return [one for one in known if not one[0].smoke] or known


def draw_loss(entries: Sequence[Entry], theme: Theme) -> Figure:
    """Draw a panel for each entry with a curve (at least one)."""
    known = with_curve(entries)
    figure, axes = panels(len(known), columns=_COLUMNS, height=_ROW)
    for place, (panel, (entry, curve)) in enumerate(zip(axes, known, strict=True)):
        _loss(panel, entry, curve, theme)
        _axes(panel, entry, "nats" if place % _COLUMNS == 0 else "")
    return figure


def draw_precision(entries: Sequence[Entry], theme: Theme) -> Figure:
    """Draw a panel for each entry whose curve has epochs (at least one)."""
    known = [(entry, curve) for entry, curve in with_curve(entries) if len(curve.epochs)]
    figure, axes = panels(len(known), columns=_COLUMNS, height=_ROW)
    for place, (panel, (entry, curve)) in enumerate(zip(axes, known, strict=True)):
        marker = "o" if len(curve.epochs) < 3 else ""
        for column in curve.precision.T:
            panel.plot(curve.epochs, column, color=theme.dim, linewidth=0.7, alpha=0.4)
        panel.plot(
            curve.epochs, curve.micro_precision, color=theme.accent, marker=marker, markersize=4
        )
        last = float(curve.micro_precision[-1])
        named_line(panel, (float(curve.epochs[-1]), last), f"{last:.2f}", theme.accent)
        panel.set_ylim(0, 1.02)
        _axes(panel, entry, "precision" if place % _COLUMNS == 0 else "")
        _epochs(panel, curve)
    return figure


def _loss(panel: Axes, entry: Entry, curve: Curve, theme: Theme) -> None:
    if len(curve.loss):
        at, loss = curve.smoothed()
        panel.plot(at, loss, color=theme.dim, linewidth=0.9, alpha=0.7)
    ends: list[tuple[float, str, str]] = []
    published = entry.published_loss
    if len(curve.epochs):
        panel.plot(
            curve.epochs,
            curve.train_loss,
            color=theme.dim,
            linestyle="none",
            marker="o",
            markersize=3.2,
        )
        panel.plot(
            curve.epochs,
            curve.validation_loss,
            color=theme.accent,
            marker="o",
            markersize=3.2,
            clip_on=False,
        )
        best = int(np.argmin(curve.validation_loss))
        panel.plot(
            curve.epochs[best],
            curve.validation_loss[best],
            "o",
            color="none",
            markeredgecolor=theme.accent,
            markersize=8,
            clip_on=False,
        )
        last = float(curve.validation_loss[-1])
        ends.append((last, f"{last:.3f}", theme.accent))
    if published:
        numbers = np.arange(1, len(published) + 1)
        panel.plot(numbers, published, color=theme.warn, linestyle=":", marker=".", markersize=4)
        ends.append((published[-1], f"{published[-1]:.3f}", theme.warn))
    low, top = _range(entry, curve)
    panel.yaxis.set_major_locator(MaxNLocator(nbins=4))
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.2f}")
    panel.set_ylim(low, top)
    right = max([1.0, *curve.epochs.tolist(), float(len(published)), *curve.at[-1:].tolist()])
    panel.set_xlim(0, right * 1.02)
    for height, end in zip(_apart(ends, top - low), sorted(ends), strict=True):
        _, text, colour = end
        named_line(panel, (right * 1.02, min(height, top)), text, colour, xytext=(3, 0))


def _range(entry: Entry, curve: Curve) -> tuple[float, float]:
    """Return the ends of the axis: around all of what is drawn per epoch, below a wild start."""
    shown = [*curve.validation_loss.tolist(), *curve.train_loss.tolist(), *entry.published_loss]
    if len(curve.loss):
        smooth = curve.smoothed()[1]
        shown += [float(smooth.min()), float(np.median(smooth))]
    low, top = min(shown), max(shown)
    room = max(_LEAST_ROOM, _ROOM * (top - low))
    return max(0.0, low - room), top + room


def _apart(ends: Sequence[tuple[float, str, str]], height: float) -> list[float]:
    """Return heights for the names of lines that end beside each other, lowest first."""
    heights: list[float] = []
    for value, _, _ in sorted(ends):
        least = heights[-1] + 0.1 * height if heights else value
        heights.append(max(value, least))
    return heights


def _axes(panel: Axes, entry: Entry, words: str) -> None:
    panel.set_title(entry.name)
    panel.set_xlabel("epoch")
    panel.set_ylabel(words)
    panel.grid(visible=False, axis="x")
    panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    panel.tick_params(length=0, labelsize=SMALL)


def _epochs(panel: Axes, curve: Curve) -> None:
    last = float(curve.epochs[-1])
    panel.set_xlim(1.0 if last > 1 else 0.5, max(last, 1.5))

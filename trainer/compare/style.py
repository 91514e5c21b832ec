"""The house's colours and sizes for drawings, each drawn for light and for dark pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH: Final = 10.0
"""Inches: 960 pixels, the width of a README."""
SMALL, BODY, TITLE = 8.5, 10.0, 11.0
"""Points, as the window's 11, 13 and 15 pixels."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by their use; the window's own."""

    name: str
    background: str
    panel: str
    line: str
    text: str
    dim: str
    accent: str
    ok: str
    no: str
    warn: str


LIGHT: Final = Theme(
    name="light",
    background="#ffffff",
    panel="#f5f6f8",
    line="#dfe3e8",
    text="#1a1e24",
    dim="#5a6473",
    accent="#2a63d4",
    ok="#157a49",
    no="#c43d4b",
    warn="#8a5f00",
)
DARK: Final = Theme(
    name="dark",
    background="#14161a",
    panel="#1b1e24",
    line="#2e333d",
    text="#e8eaee",
    dim="#9aa3b0",
    accent="#7aa7ff",
    ok="#58c08a",
    no="#e8737d",
    warn="#e6b450",
)
THEMES: Final = (LIGHT, DARK)

Draw = Callable[[Theme], Figure]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing on disk: ``<name>-light.svg`` and ``<name>-dark.svg``.

    Attributes:
        name: Of the files.
        title: What it shows.
        caption: How to read it.
    """

    name: str
    title: str
    caption: str

    def markdown(self) -> list[str]:
        """Return it as Markdown that follows the reader's theme."""
        return [
            f"### {self.title}",
            "",
            self.caption,
            "",
            "<picture>",
            f'  <source media="(prefers-color-scheme: dark)" srcset="{self.name}-dark.svg">',
            f'  <img alt="{self.title}" src="{self.name}-light.svg">',
            "</picture>",
            "",
        ]


def save(folder: Path, drawing: Drawing, draw: Draw, *, suffix: str = "svg") -> Drawing:
    """Draw for light and for dark pages, the same bytes each time; return ``drawing``.

    Args:
        folder: Where the files go.
        drawing: What they are called.
        draw: Makes the figure; called once a theme, in that theme's settings.
        suffix: ``svg``, or ``png`` to look at.
    """
    for theme in THEMES:
        with themed(theme):
            figure = draw(theme)
            figure.savefig(
                folder / f"{drawing.name}-{theme.name}.{suffix}",
                metadata={"Date": None} if suffix == "svg" else {},
            )
    return drawing


@contextmanager
def themed(theme: Theme) -> Iterator[None]:
    """Draw in a theme's colours, with text as outlines so that it looks the same everywhere."""
    settings: Any = {
        "font.family": ["DejaVu Sans"],
        "font.size": BODY,
        "axes.titlesize": TITLE,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.labelsize": SMALL,
        "axes.labelcolor": theme.dim,
        "axes.edgecolor": theme.line,
        "axes.facecolor": theme.background,
        "axes.titlecolor": theme.text,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": theme.line,
        "grid.linewidth": 0.6,
        "figure.facecolor": theme.background,
        "figure.dpi": 96,
        "savefig.facecolor": theme.background,
        "savefig.dpi": 192,
        "lines.linewidth": 1.8,
        "lines.solid_capstyle": "round",
        "text.color": theme.text,
        "xtick.color": theme.line,
        "ytick.color": theme.line,
        "xtick.labelcolor": theme.dim,
        "ytick.labelcolor": theme.dim,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "svg.fonttype": "path",
        "svg.hashsalt": "lumitag",
    }
    with mpl.rc_context(settings):
        yield


def panels(count: int, *, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure of small panels in reading order, as large as in any other such figure.

    Args:
        count: How many panels, 1 or more.
        columns: In a row of full width; fewer panels make a narrower figure.
        height: Of a row, in inches.
    """
    width = WIDTH / columns
    columns = min(count, columns)
    rows = -(-count // columns)
    figure = Figure(figsize=(width * columns, height * rows + 0.3), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1, wspace=0.02, hspace=0.04)  # type: ignore[union-attr, call-arg]
    grid = figure.subplots(rows, columns, squeeze=False)
    axes: list[Axes] = list(grid.ravel())
    for spare in axes[count:]:
        spare.remove()
    return figure, axes[:count]


def named_line(axes: Axes, at: tuple[float, float], text: str, colour: str, **how: Any) -> None:
    """Write a line's name beside it, so that no legend is needed."""
    settings: dict[str, Any] = {
        "xytext": (4, 0),
        "textcoords": "offset points",
        "color": colour,
        "fontsize": SMALL,
        "va": "center",
        "annotation_clip": False,
    }
    axes.annotate(text, at, **(settings | how))

"""Contact sheets of a pack of words: each word's top hits, doubtful and wrong ones."""

import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from trainer.errors import DataError
from trainer.evaluate.words import WordsEvaluation

EACH: Final = 24
"""Pictures in each of a sheet's three parts."""
_COLUMNS: Final = 12
_SIDE: Final = 120
_CAPTION: Final = 28
_HEADING: Final = 22
_GAP: Final = 4
_QUALITY: Final = 82
_INK: Final = (20, 20, 20)
_PAPER: Final = (255, 255, 255)
_COLOURS: Final = {
    "yes": (0, 120, 40),
    "no": (190, 0, 0),
    "no?": (190, 100, 0),
    "unknown": (100, 100, 100),
}
"""By truth; "no?": its source does not name it, but seldom names it anyway."""
_LONGEST: Final = 18
"""Letters of a source's name that fit below a thumbnail."""
_WHERE: Final = "index.html"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Picked:
    """Rows of the pictures that one word's sheet shows."""

    top: tuple[int, ...]
    near: tuple[int, ...]
    wrong: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """All of them."""
        return (*self.top, *self.near, *self.wrong)


def picked(
    likely: NDArray[np.floating], threshold: float | None, wrong: Mask, *, each: int = EACH
) -> Picked:
    """Choose one word's pictures.

    Args:
        likely: Its probabilities [N].
        threshold: From which on it is found; without one the doubtful are those nearest .5.
        wrong: [N], pictures known to lack it. The likeliest of these are shown, found or not.
        each: How many of each kind at most.
    """
    falling = np.argsort(-likely, kind="stable")
    limit = 0.5 if threshold is None else threshold
    near = np.argsort(np.abs(likely - limit), kind="stable")[:each]
    return Picked(
        top=_rows(falling[likely[falling] > 0][:each]),
        near=_rows(near[np.argsort(-likely[near], kind="stable")]),
        wrong=_rows(falling[wrong[falling]][:each]),
    )


def write_sheets(evaluation: WordsEvaluation, folder: Path) -> list[Path]:
    """Write a JPEG for each word that was found or is known of any picture, and an index of them.

    Truth is told as it is carried along the hierarchy; the first graph's probabilities are shown.

    Args:
        evaluation: With the pictures and what was said of them.
        folder: Made if it is not there; files of the same names are written over.

    Returns:
        The sheets written, in the pack's order.

    Raises:
        DataError: The folder cannot be written, or a picture cannot be read.
    """
    graph = next(iter(evaluation.graphs.values()))
    labels, truth = evaluation.pack.labels, evaluation.truth
    true, weights = graph.shown.true, graph.shown.weights
    wanted = [
        at
        for at, one in enumerate(graph.words)
        if one.found or one.positives or graph.shown.visible[:, at].any()
    ]
    choices = {
        at: picked(graph.answers[:, at], labels[at].threshold, (weights[:, at] > 0) & ~true[:, at])
        for at in wanted
    }
    thumbnails = _thumbnails(truth.paths, sorted({r for one in choices.values() for r in one.rows}))
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for at, choice in choices.items():
            likely = graph.answers[:, at]
            known = _known(true[:, at], weights[:, at])
            captions = {
                row: (f"{likely[row]:.3f} {known[row]}", truth.sources[row], str(known[row]))
                for row in choice.rows
            }
            limit = labels[at].threshold
            title = (
                f"{labels[at].name} ({labels[at].group}): threshold "
                f"{'none' if limit is None else f'{limit:.3f}'}, "
                f"shown on {int(graph.shown.visible[:, at].sum())} of {len(truth.paths)}"
            )
            path = folder / f"{labels[at].id}.jpg"
            _sheet(title, choice, captions, thumbnails).save(path, quality=_QUALITY)
            written.append(path)
        (folder / _WHERE).write_text(_index(evaluation, wanted), encoding="utf-8")
    except OSError as error:
        raise DataError(f"The contact sheets cannot be written: {error}.") from error
    return written


def _known(true: Mask, weights: NDArray[np.float32]) -> NDArray[np.str_]:
    """Return one word's truth [N] in words."""
    absent = np.where(weights >= 1, "no", np.where(weights > 0, "no?", "unknown"))
    return np.asarray(np.where(true, "yes", absent))


def _rows(places: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(int(place) for place in places)


def _thumbnails(paths: Sequence[Path], rows: Sequence[int]) -> dict[int, bytes]:
    """Return the pictures small, as JPEG: some thousands of them fit into memory."""
    small = {}
    for row in rows:
        path = paths[row]
        try:
            image = decode(path.read_bytes(), name=path.name).image
        except OSError as error:
            raise DataError(f"The picture {path} cannot be read: {error.strerror}.") from error
        except UnreadablePictureError as error:
            raise DataError(f"The picture {path} cannot be used. {error}") from error
        image.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=_QUALITY)
        small[row] = buffer.getvalue()
    return small


def _sheet(
    title: str,
    choice: Picked,
    captions: Mapping[int, tuple[str, str, str]],
    thumbnails: Mapping[int, bytes],
) -> Image.Image:
    """Draw a title and three parts of thumbnails, each with probability, truth and source."""
    parts = (
        ("top hits", choice.top),
        ("nearest the threshold", choice.near),
        ("wrong, likeliest first", choice.wrong),
    )
    cell = _SIDE + _CAPTION + _GAP
    heights = [_HEADING + cell * max(1, -(-len(rows) // _COLUMNS)) for _, rows in parts]
    sheet = Image.new("RGB", (_COLUMNS * (_SIDE + _GAP), _HEADING + sum(heights)), _PAPER)
    pen = ImageDraw.Draw(sheet)
    bold, small = ImageFont.load_default(15), ImageFont.load_default(11)
    pen.text((_GAP, 2), title, fill=_INK, font=bold)
    top = _HEADING
    for (said, rows), height in zip(parts, heights, strict=True):
        pen.text((_GAP, top + 3), said if rows else f"{said}: none", fill=_INK, font=small)
        for number, row in enumerate(rows):
            left = (number % _COLUMNS) * (_SIDE + _GAP)
            upper = top + _HEADING + (number // _COLUMNS) * cell
            with Image.open(io.BytesIO(thumbnails[row])) as image:
                at = (left + (_SIDE - image.width) // 2, upper + (_SIDE - image.height) // 2)
                sheet.paste(image, at)
            line, source, truth = captions[row]
            colour = _COLOURS[truth]
            pen.rectangle((left, upper, left + _SIDE - 1, upper + _SIDE - 1), outline=colour)
            pen.text((left + 1, upper + _SIDE), line, fill=colour, font=small)
            pen.text((left + 1, upper + _SIDE + 13), source[:_LONGEST], fill=_INK, font=small)
        top += height
    return sheet


def _index(evaluation: WordsEvaluation, wanted: Sequence[int]) -> str:
    """Return a page with all words by group, each with its figures and a link to its sheet."""
    graph = next(iter(evaluation.graphs.values()))
    labels = evaluation.pack.labels
    groups: dict[str, list[int]] = {}
    for at in wanted:
        groups.setdefault(labels[at].group, []).append(at)
    lines = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>{html.escape(evaluation.pack.title)}</title>",
        "<style>body{font:15px system-ui;margin:2em}td,th{padding:2px 12px;text-align:right}"
        "td:first-child,th:first-child{text-align:left}</style>",
        f"<h1>{html.escape(evaluation.pack.title)}: {len(evaluation.truth.paths)} "
        f"{html.escape(evaluation.truth.part)}</h1>",
    ]
    for group, places in groups.items():
        lines.append(f"<h2>{html.escape(group)}</h2><table>")
        lines.append(
            "<tr><th>word<th>threshold<th>shown<th>right<th>wrong<th>precision<th>recall<th>AP"
        )
        for at in places:
            one, label = graph.words[at], labels[at]
            numbers = (one.precision, one.recall, one.average_precision)
            counts = (graph.shown.visible, graph.shown.right, graph.shown.wrong)
            cells = [
                "–" if label.threshold is None else f"{label.threshold:.2f}",
                *(str(int(each[:, at].sum())) for each in counts),
                *("–" if each is None else f"{each.value:.2f}" for each in numbers),
            ]
            link = f'<a href="{quote(label.id)}.jpg">{html.escape(label.name)}</a>'
            lines.append(f"<tr><td>{link}<td>{'<td>'.join(cells)}")
        lines.append("</table>")
    return "\n".join(lines) + "\n"

"""Writes a comparison: ``compare.md``, ``compare.json`` and the drawings."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from trainer.compare.answers_drawn import (
    CALIBRATION,
    PRECISION_RECALL,
    draw_calibration,
    draw_precision_recall,
)
from trainer.compare.bars import PACKS, draw_packs
from trainer.compare.cooccurrence import COOCCURRENCE, draw_cooccurrence
from trainer.compare.learning import LOSS, PRECISION, draw_loss, draw_precision, with_curve
from trainer.compare.style import Drawing, save
from trainer.compare.tables import comparison_markdown, comparison_told
from trainer.compare.together import Compared, Comparison
from trainer.errors import DataError

_TABLE: Final = "compare.md"
_DATA: Final = "compare.json"


def compare(comparison: Comparison, out: Path, *, closer: Compared | None = None) -> list[Path]:
    """Write tables and drawings; return the files.

    Args:
        comparison: The packs.
        out: The folder, made when missing.
        closer: The pack whose precision, recall and co-occurrence are drawn; None: the best.

    Raises:
        DataError: A file cannot be written.
    """
    before = closer or comparison.rows[0]
    try:
        out.mkdir(parents=True, exist_ok=True)
        drawings = list(_drawn(comparison, before, out))
        lines = [*comparison_markdown(comparison)]
        for drawing in drawings:
            lines += drawing.markdown()
        (out / _TABLE).write_text("\n".join(lines), encoding="utf-8")
        told = json.dumps(comparison_told(comparison), indent=1, ensure_ascii=False)
        (out / _DATA).write_text(told + "\n", encoding="utf-8")
    except OSError as error:
        raise DataError(f"The comparison cannot be written to {out}: {error.strerror}.") from error
    images = [out / f"{one.name}-{theme}.svg" for one in drawings for theme in ("light", "dark")]
    return [out / _TABLE, out / _DATA, *images]


def _drawn(comparison: Comparison, closer: Compared, out: Path) -> Iterator[Drawing]:
    entries = [row.entry for row in comparison.rows]
    curves = with_curve(entries)
    yield save(out, PACKS, lambda theme: draw_packs(comparison, closer, theme))
    if curves:
        yield save(out, LOSS, lambda theme: draw_loss(entries, theme))
    if any(len(curve.epochs) for _, curve in curves):
        yield save(out, PRECISION, lambda theme: draw_precision(entries, theme))
    named = Drawing(
        PRECISION_RECALL.name,
        f"{PRECISION_RECALL.title}: {closer.entry.name}",
        PRECISION_RECALL.caption,
    )
    if comparison.targets.any():
        yield save(out, named, lambda theme: draw_precision_recall(comparison, closer, theme))
        yield save(out, COOCCURRENCE, lambda theme: draw_cooccurrence(comparison, closer, theme))
    rows = [row for row in comparison.rows if not row.entry.smoke] or comparison.rows
    yield save(out, CALIBRATION, lambda theme: draw_calibration(rows, comparison.targets, theme))

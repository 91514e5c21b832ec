"""The sentences of the status line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.ui.wording import counted, number, printable, rate, time_left

if TYPE_CHECKING:
    from app.indexing.events import Progress, Summary
    from app.labeling.device import DeviceReport


def looking_through(folder: Path, found: int) -> str:
    """Return "Looking through Pictures… 3,120 pictures"."""
    text = QCoreApplication.translate(
        "status", "Looking through {folder}… {n} picture(s)", "", found
    )
    return counted(text, found).replace("{folder}", _folder_name(folder))


def how_far(progress: Progress) -> str:
    """Return "Labelling 8,214 of 31,877", or "Reading words, 12 of 340"."""
    tr = QCoreApplication.translate
    if progress.words:
        text = tr("status", "Reading words, {done} of {total}")
    elif progress.labelling:
        text = tr("status", "Labelling {done} of {total}")
    else:
        text = tr("status", "Reading {done} of {total}")
    return _of(text, progress.done, progress.total)


def how_fast(progress: Progress) -> str:
    """Return "63 pictures a second, 6 minutes left", as far as it is known."""
    left = progress.seconds_left
    unfinished = left is not None and progress.done < progress.total
    parts = [rate(progress.per_second), time_left(left) if unfinished and left is not None else ""]
    return ", ".join(part for part in parts if part)


def paused(progress: Progress | None) -> str:
    """Return "Paused at 8,214 of 31,877"."""
    tr = QCoreApplication.translate
    if progress is None:
        return tr("status", "Paused")
    return _of(tr("status", "Paused at {done} of {total}"), progress.done, progress.total)


def up_to_date(photos: int | None) -> str:
    """Return "31,877 photos up to date", or "Ready" where there are none yet."""
    tr = QCoreApplication.translate
    if not photos:
        return tr("status", "Ready")
    return counted(tr("status", "{n} photo(s) up to date", "", photos), photos)


def what_changed(summary: Summary) -> str:
    """Return "Added 12, moved 3, 2 could not be read"; "" where nothing changed.

    Files that could not be read before and still cannot are no news on their own.
    """
    tr = QCoreApplication.translate
    said = (
        (summary.added, tr("status", "added {n}", "", summary.added)),
        (summary.updated, tr("status", "updated {n}", "", summary.updated)),
        (summary.moved, tr("status", "moved {n}", "", summary.moved)),
        (summary.removed, tr("status", "removed {n}", "", summary.removed)),
    )
    parts = [counted(text, n) for n, text in said if n]
    if summary.failed and (parts or summary.cancelled or not summary.unchanged):
        failed = tr("status", "{n} could not be read", "", summary.failed)
        parts.append(counted(failed, summary.failed))
    if summary.cancelled:
        parts.insert(0, tr("status", "stopped"))
    sentence = ", ".join(parts)
    if summary.cancelled:
        sentence += tr("status", "; F5 goes on")
    return sentence[:1].upper() + sentence[1:]


def away(folder: Path) -> str:
    """Return what to say of a folder whose drive is not there."""
    text = QCoreApplication.translate(
        "status", "{folder} is not there now; its photos and labels are kept"
    )
    return text.replace("{folder}", _folder_name(folder))


def device(report: DeviceReport) -> str:
    """Return "GPU, NVIDIA RTX 4060", or "CPU, because the CUDA 13 runtime was not found"."""
    tr = QCoreApplication.translate
    if report.device == "cuda":
        return tr("status", "GPU, {name}").replace("{name}", report.name)
    return report.reason or tr("status", "CPU, {name}").replace("{name}", report.name)


def _of(text: str, done: int, total: int) -> str:
    return text.replace("{done}", number(done)).replace("{total}", number(total))


def _folder_name(folder: Path) -> str:
    return printable(folder.name or str(folder))

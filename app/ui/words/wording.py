"""What is said about the words in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.ui.wording import counted

if TYPE_CHECKING:
    from app.ui.words.shown import ShownWords


def state_text(shown: ShownWords) -> str:
    """Return what there is to say beside the lines, or in their place; empty for nothing."""
    if shown.waiting:
        return _tr("Waiting to be read again") if shown.lines else _tr("Waiting to be read")
    if shown.lines is None:
        return shown.refusal or _tr("This picture was not read.")
    if not shown.lines:
        return _tr("No words were found in this picture.")
    return ""


def reason_text(shown: ShownWords) -> str:
    """Return why a picture was not read although it could be; empty where it was."""
    if shown.lines is not None or shown.waiting or shown.refusal:
        return ""
    if not shown.by_itself:
        return _tr("Reading is switched off in the settings.")
    return _tr("Posters, screenshots, documents and the like are read by themselves.")


def read_text(shown: ShownWords) -> str:
    """Return what the button says that lets a picture be read."""
    return _tr("Read the words") if shown.lines is None else _tr("Read again")


def copied_text(n: int) -> str:
    """Return what is said after copying: "Copied 3 lines"."""
    return counted(_tr("Copied {n} line(s)", n), n)


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("words", text, "", n)

"""What the completion list offers: the engine's completions in the window's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.search.results import Completion
from app.search.syntax import word_text
from app.search.vocabulary import fold
from app.ui.sidebar.labels_rows import title
from app.ui.top_bar.orders import order_name
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.vocabulary import LabelInfo, Vocabulary

_WORD = re.compile(r'[^\s()"<>:-][^\s()"<>:]*$')
_LEAST_FOR_NEAREST = 3
"""Letters; below this everything is like everything."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of the list.

    Attributes:
        completion: What is inserted, and where.
        hint: Dim words behind the label: its group, what a field asks for.
    """

    completion: Completion
    hint: str

    def spoken(self) -> str:
        """Return the row as a screen reader says it, "drama, Genres, 3,102 photos"."""
        parts = [self.completion.label, self.hint]
        count = self.completion.count
        if count is not None:
            photos = QCoreApplication.translate("Completion", "{n} photo(s)", "", count)
            parts.append(counted(photos, count))
        return ", ".join(part for part in parts if part)


def offers(engine: Engine, query: str, caret: int) -> list[Offer]:
    """Return ways to go on at ``caret``; where there are none, the labels most like the word."""
    vocabulary = engine.searcher.vocabulary
    found = engine.complete(query, caret)
    if found:
        return [Offer(item, _hint(item, query, vocabulary)) for item in found]
    word = _WORD.search(query[:caret])
    if word is None or len(word.group()) < _LEAST_FOR_NEAREST or word.group() in vocabulary:
        return []
    like = QCoreApplication.translate("Completion", "like “{word}”")
    return [
        Offer(
            Completion(word_text(name), name, "label", None, word.start(), caret),
            like.replace("{word}", word.group()),
        )
        for name in vocabulary.nearest(word.group())
    ]


def _hint(item: Completion, query: str, vocabulary: Vocabulary) -> str:
    if item.kind == "label":
        labels = [vocabulary.labels[key] for key in vocabulary.find(item.label)]
        alias = _alias_typed(query[item.start : item.end], labels)
        if alias:
            also = QCoreApplication.translate("Completion", "also “{word}”")
            return also.replace("{word}", alias)
        groups = (label.group for label in labels)
        return ", ".join(dict.fromkeys(title(group) for group in groups))
    if item.kind == "field":
        return field_meaning(item.text.partition(":")[0])
    return order_name(item.text) if query[: item.start].lower().endswith("sort:") else ""


def _alias_typed(typed: str, labels: Sequence[LabelInfo]) -> str:
    """Return the other name that begins as typed, where the label's own name does not."""
    begun = fold(typed.lstrip('"'))
    if any(fold(label.name).startswith(begun) for label in labels):
        return ""
    aliases = (alias for label in labels for alias in label.aliases)
    return next((alias for alias in aliases if fold(alias).startswith(begun)), "")


def field_meaning(field: str) -> str:
    """Return what a field asks for; empty for an unknown one."""
    meanings = {
        "folder": QCoreApplication.translate("Completion", "in a folder"),
        "name": QCoreApplication.translate("Completion", "with this in the file name"),
        "text": QCoreApplication.translate("Completion", "with this in the words of the picture"),
        "label": QCoreApplication.translate("Completion", "the label for certain"),
        "taken": QCoreApplication.translate("Completion", "taken in a year, month or on a day"),
        "added": QCoreApplication.translate("Completion", "when it came into the library"),
        "is": QCoreApplication.translate("Completion", "unlabelled, decided or read"),
        "sort": QCoreApplication.translate("Completion", "in another order"),
    }
    return meanings.get(field.lower(), "")

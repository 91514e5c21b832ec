"""What the completion list offers: the engine's completions in the window's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.search.results import Completion
from app.search.syntax import word_text
from app.ui.sidebar.labels_rows import title
from app.ui.top_bar.orders import order_name
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.vocabulary import Vocabulary

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
        if item.alias:
            also = QCoreApplication.translate("Completion", "also “{word}”")
            return also.replace("{word}", item.alias)
        groups = (vocabulary.labels[key].group for key in vocabulary.find(item.label))
        return ", ".join(dict.fromkeys(title(group) for group in groups))
    if item.kind == "field":
        return field_meaning(item.text.partition(":")[0])
    return order_name(item.text) if query[: item.start].lower().endswith("sort:") else ""


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

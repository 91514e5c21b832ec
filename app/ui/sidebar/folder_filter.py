"""What a click on a folder does to the query: ``folder:"Pictures/2021 Portugal"``.

One folder is asked for at a time: two that lie beside each other have no photo in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.names import DirectoryPattern
from app.search.edit import Term, sort_of, terms, with_sort, without
from app.search.syntax import value_text
from app.search.vocabulary import fold
from app.ui.sidebar.rows import RowState
from app.ui.wording import printable

if TYPE_CHECKING:
    from app.engine import FolderState

_FIELD = "folder:"


def folder_names(states: Sequence[FolderState]) -> dict[tuple[int, str], str]:
    """Return for each folder (root's id, relative path) the shortest text that means it alone.

    That is the root's name with the path below it, or the whole path where another folder would be
    found by that, too.
    """
    places = [
        (state.folder.id, state.folder.path, relative)
        for state in states
        for relative in ("", *(name for name, _ in state.subfolders))
    ]
    short = [_joined(Path(root.name or "/"), relative) for _, root, relative in places]
    tops = {fold(text): _is_alone(text, states) for text in {s.split("/")[0] for s in short}}
    return {
        (number, relative): text if tops[fold(text.split("/")[0])] else _joined(root, relative)
        for (number, root, relative), text in zip(places, short, strict=True)
    }


def with_folder(query: str, name: str, state: RowState) -> str:
    """Return the query with this folder wanted (in the place of another), excluded or not named."""
    for term in reversed(terms(query)):
        if _is_folder(term) and (
            _name(term) == fold(name) or (state == "wanted" and not term.negated)
        ):
            query = without(query, term)
    if state == "off":
        return query
    sort = sort_of(query)
    conditions = with_sort(query, None)
    parts = terms(conditions)
    if not parts and conditions.strip():
        conditions = ""  # it did not parse: begin anew
    elif len(parts) == 1 and parts[0].kind == "group" and not parts[0].negated:
        conditions = f"({conditions})"
    term_text = f"{'-' if state == 'excluded' else ''}{_FIELD}{value_text(name)}"
    order = f"sort:{sort}" if sort else ""
    return " ".join(part for part in (conditions, term_text, order) if part)


def folders_asked_for(query: str) -> dict[str, RowState]:
    """Return the folders that a query wants or excludes, by their names as ``fold`` makes them."""
    found: dict[str, RowState] = {}
    for term in terms(query):
        if _is_folder(term):
            name = _name(term)
            found[name] = "excluded" if term.negated or found.get(name) == "excluded" else "wanted"
    return found


def _is_folder(term: Term) -> bool:
    return term.kind == "field" and term.text.lower().startswith(_FIELD)


def _name(term: Term) -> str:
    value = term.text[len(_FIELD) :]
    if value.startswith('"'):
        value = value[1:-1].replace('""', '"')
    return fold(value)


def _joined(root: Path, relative: str) -> str:
    above = root.as_posix()
    return printable(f"{above.rstrip('/')}/{relative}" if relative else above)


def _is_alone(name: str, states: Sequence[FolderState]) -> bool:
    """Whether a root's name finds no folder outside one root."""
    pattern = DirectoryPattern(name)
    found = {
        state.folder.id
        for state in states
        if pattern.matches(state.folder.path, "")
        or any(pattern.matches(state.folder.path, relative) for relative, _ in state.subfolders)
    }
    return len(found) == 1

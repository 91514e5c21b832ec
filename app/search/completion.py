"""Ways to go on with a query that is being typed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.search.bits import count, to_mask
from app.search.names import LibraryNames
from app.search.query_language import FIELDS, SORTS
from app.search.results import Completion
from app.search.snapshot import Snapshot
from app.search.syntax import State, value_text, word_text
from app.search.vocabulary import LabelInfo, fold

# What stands before the cursor: a quote that is open, or a run of plain letters.
_OPEN_QUOTE = re.compile(r'(?:^|[\s(-])(?:[^\s()"<>:]+:)?"(?:[^"]|"")*$')
_PLAIN = re.compile(r'[^\s()"<>]*$')
_WORD_BEFORE = re.compile(r'(?:^|(?<=[\s(]))[^\s()"<>:-][^\s()"<>:]*\s+$')
_ENDS_A_TERM = ('"', ")", "<", ">")
"""Right behind these no other term begins."""
_MOST_WORDS = 4


def completions(
    query: str, cursor: int, snapshot: Snapshot, names: LibraryNames, limit: int
) -> list[Completion]:
    """Return ways to complete what stands before the cursor, best first.

    Labels that begin so come first (the more frequent the earlier), then labels with a word that
    begins so, then fields; after a field's colon, its values.
    """
    before = query[:cursor]
    start = _token_start(before)
    if before[:start].endswith(_ENDS_A_TERM):
        return []
    typed = before[start:].lstrip("-")
    start = cursor - len(typed)
    field, colon, value = typed.partition(":")
    if colon and field.lower() in FIELDS:
        value_start = start + len(field) + 1
        values = _values(field.lower(), _bare(value), value_start, cursor, snapshot, names)
        return list(values)[:limit]
    if typed.startswith('"'):
        return list(_labels(_bare(typed), start, cursor, snapshot))[:limit]
    found: dict[str, Completion] = {}
    for begin in [*_earlier_words(before, start), start]:
        for label in _labels(before[begin:], begin, cursor, snapshot, whole=begin < start):
            # A name begun two words ago is also found by its last word: once is enough.
            found.setdefault(label.text, label)
    return [*found.values(), *_fields(typed, start, cursor)][:limit]


def _token_start(before: str) -> int:
    # Quotes come in pairs, a doubled one inside included: an odd one is open.
    if before.count('"') % 2:
        open_quote = _OPEN_QUOTE.search(before)
        if open_quote is not None:
            text = open_quote.group()
            return open_quote.start() + len(text) - len(text.lstrip(" \t\n("))
    plain = _PLAIN.search(before)
    return len(before) if plain is None else plain.start()


def _earlier_words(before: str, start: int) -> list[int]:
    """Return where a name of several words may have begun, farthest first."""
    begins: list[int] = []
    while len(begins) < _MOST_WORDS:
        found = _WORD_BEFORE.search(before[:start])
        if found is None:
            break
        start = found.start()
        begins.insert(0, start)
    return begins


def _bare(text: str) -> str:
    return text.removeprefix('"').replace('""', '"')


def _labels(
    typed: str,
    start: int,
    end: int,
    snapshot: Snapshot,
    *,
    whole: bool = False,
) -> Iterator[Completion]:
    """Yield labels for a beginning; with ``whole`` only those whose name begins so."""
    begun = fold(typed)
    if not begun:
        return
    # fold() takes the space at the end away, and with it the wish for another word.
    begun += " " if typed[-1:].isspace() else ""
    ranked: list[tuple[int, int, str, str]] = []
    for name, label_list in _by_name(snapshot.vocabulary.labels.values()).items():
        listed = [label for label in label_list if label.key not in snapshot.vocabulary.muted]
        rank = min((_rank(begun, label, whole=whole) for label in listed), default=3)
        if rank < 3:
            photos = _count(snapshot, [label.key for label in listed])
            aliases = (_alias_begun(begun, label) for label in listed if rank == 1)
            ranked.append((rank, -photos, name, next(filter(None, aliases), "")))
    for _, photos, name, alias in sorted(ranked):
        yield Completion(word_text(name), name, "label", -photos, start, end, alias)


def _by_name(labels: Iterable[LabelInfo]) -> dict[str, list[LabelInfo]]:
    """Put labels of one name, in several packs, together: a query finds them all."""
    names: dict[str, str] = {}
    found: defaultdict[str, list[LabelInfo]] = defaultdict(list)
    for label in labels:
        found[names.setdefault(fold(label.name), label.name)].append(label)
    return found


def _rank(begun: str, label: LabelInfo, *, whole: bool) -> int:
    """Tell how well a beginning fits: 0 the name, 1 an alias, 2 a later word, 3 not."""
    if fold(label.name).startswith(begun):
        return 0
    if _alias_begun(begun, label):
        return 1
    if not whole:
        words = re.split(r"[\s-]+", fold(label.name))
        if any(word.startswith(begun) for word in words[1:]):
            return 2
    return 3


def _alias_begun(begun: str, label: LabelInfo) -> str:
    """Return the first other name of a label with a beginning; empty if none has it."""
    return next((alias for alias in label.aliases if fold(alias).startswith(begun)), "")


def _count(snapshot: Snapshot, keys: list[str]) -> int:
    if len(keys) == 1:
        return snapshot.totals[keys[0]]
    return count(snapshot.any_of(keys) & snapshot.visible)


def _fields(typed: str, start: int, end: int) -> Iterator[Completion]:
    for field in FIELDS:
        if field.startswith(typed.lower()):
            yield Completion(f"{field}:", f"{field}:", "field", None, start, end)


def _values(
    field: str, typed: str, start: int, end: int, snapshot: Snapshot, names: LibraryNames
) -> Iterator[Completion]:
    match field:
        case "label":
            for found in _labels(typed, start, end, snapshot):
                yield Completion(
                    value_text(found.label), found.label, "label", found.count, start, end
                )
        case "sort" | "is":
            values = SORTS if field == "sort" else tuple(State)
            for value in values:
                if value.startswith(typed.lower()):
                    yield Completion(value, value, "value", None, start, end)
        case "taken" | "added":
            for year, photos in _years(field, snapshot):
                if year.startswith(typed):
                    yield Completion(year, year, "value", photos, start, end)
        case "folder":
            yield from _folders(typed, start, end, names)
        case _:
            return


def _years(field: str, snapshot: Snapshot) -> list[tuple[str, int]]:
    """Return the years of photos, newest first, with how many they are."""
    order = snapshot.by_taken if field == "taken" else snapshot.by_added
    years: defaultdict[str, int] = defaultdict(int)
    for section in order.pick(to_mask(snapshot.visible), snapshot.total)[1]:
        years[f"{section.year:04d}"] += section.count
    return sorted(years.items(), reverse=True)


def _folders(typed: str, start: int, end: int, names: LibraryNames) -> Iterator[Completion]:
    """Yield folders that begin so, then those with a directory that begins so."""
    begun = fold(typed)
    totals = names.directories()
    ranked = sorted(
        (not fold(path).startswith(begun), path.count("/"), fold(path), path)
        for path in totals
        if f"/{begun}" in f"/{fold(path)}"
    )
    for *_, path in ranked:
        yield Completion(value_text(path), path, "value", totals[path], start, end)

"""From what the networks say to what the library stores, and what they have to know for it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.labeling.labeler import Labeler, PackLabels
from app.library.library import Library
from app.library.records import NewPrediction, Verdict
from app.reading import ReadingError, lines_from_bytes, ordered_text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownWords:
    """What was read in a photo.

    Attributes:
        engine: Version of the engine that read it.
        text: The lines as packs read them; empty where none were found.
    """

    engine: str
    text: str


def predictions(
    said: Mapping[str, PackLabels], words: KnownWords | None = None
) -> tuple[NewPrediction, ...]:
    """What the packs said of one picture, as the library takes it.

    Args:
        said: What they said.
        words: What the packs were told of the words in the picture.
    """
    return tuple(
        NewPrediction(
            one.pack,
            one.version,
            one.codes,
            one.embedding,
            one.gate_version,
            words=words.engine if one.words and words is not None else None,
        )
        for one in said.values()
    )


def known_words(library: Library, photo_ids: Sequence[int]) -> dict[int, KnownWords]:
    """The words in photos, for the packs that read; photos that were never read are missing.

    Lines that cannot be understood any more count as none, or they would be asked for for ever.
    """
    known: dict[int, KnownWords] = {}
    for photo, reading in library.words.of(photo_ids).items():
        if reading.engine is None:
            continue
        try:
            text = ordered_text(lines_from_bytes(reading.lines))
        except ReadingError as error:
            log.warning("photo %d: %s", photo, error)
            text = ""
        known[photo] = KnownWords(reading.engine, text)
    return known


def gate_decisions(
    library: Library, labeler: Labeler, photo_ids: Iterable[int | None]
) -> Sequence[Mapping[str, bool]]:
    """The user's word on the labels that open gates: True accepted, False rejected.

    Args:
        library: Holds the decisions.
        labeler: Holds the gates.
        photo_ids: Photos; None has no decisions.

    Returns:
        For each photo, in order, its decisions by label key.
    """
    photos = list(photo_ids)
    gates = {pack.gate.key for pack in labeler.packs if pack.gate is not None}
    known = sorted({photo for photo in photos if photo is not None})
    if not gates or not known:
        return [{} for _ in photos]
    decided = library.decisions.of(known)
    return [
        {}
        if photo is None
        else {
            one.label: one.verdict is Verdict.ACCEPTED
            for one in decided.get(photo, ())
            if one.label in gates
        }
        for photo in photos
    ]

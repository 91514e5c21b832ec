"""Why a photo has a label: where in the picture it was seen, and what the words in it add."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.sighting import Sighting
from app.engine.told import NOT_READ, Told, told_by
from app.engine.words import PhotoWords, PictureWords
from app.errors import LumitagError
from app.labeling.evidence import Evidence, evidence_file
from app.labeling.pack import USER, Pack
from app.library.library import Library
from app.search.searcher import Searcher

if TYPE_CHECKING:
    from app.engine.file_words import FileWords
    from app.imaging.decode import Picture
    from app.labeling.labeler import Labeler
    from app.reading import Line

_KEPT: Final = 8
"""Photos (and packs) whose maps are kept: those one goes to and fro between. About 150 kB each, and
a megabyte more of those whose words count."""
_KEPT_TOLD: Final = 64
"""Answers that are kept of what words do to a label: a few hundred bytes each."""


Kept = TypeVar("Kept")


class EvidenceError(LumitagError):
    """Nothing can say where this label was seen."""


class _NobodyWaitsError(Exception):
    """Ends work whose answer nobody waits for any more."""


class EvidenceMaps:
    """Says why photos have labels. Every method may be called from any thread."""

    def __init__(
        self,
        library: Library,
        searcher: Searcher,
        packs: Sequence[Pack],
        labeler: "Callable[[], Labeler]",
        words: PictureWords,
    ) -> None:
        """Say it of a library's photos.

        Args:
            library: Knows where the photos lie.
            searcher: Knows the labels by all their names.
            packs: The label packs in use.
            labeler: Gives the networks; they are loaded the first time.
            words: Knows what was read in the photos.
        """
        self._library = library
        self._searcher = searcher
        self._packs = {pack.id: pack for pack in packs}
        self._labeler = labeler
        self._words = words
        self._one_at_a_time = threading.Lock()
        self._kept: OrderedDict[tuple[int, str], _Look] = OrderedDict()
        self._told: OrderedDict[tuple[int, str], tuple[PhotoWords, Told]] = OrderedDict()

    def refusal(self, key: str) -> str | None:
        """Return in one sentence why nothing can say where a label was seen; None if one can.

        A pack that reads words can say something of every label. It looks at no file: the answer
        comes at once.
        """
        pack_id, _, label_id = key.partition("/")
        if pack_id == USER:
            return "It is your own label: no network looked for it, so none can say where it is."
        pack = self._packs.get(pack_id)
        if pack is None:
            return f"The label pack “{pack_id}” is not here, so it cannot say where the label is."
        if evidence_file(pack) is None and pack.reads is None:
            return f"The label pack “{pack_id}” cannot say where in a picture it saw its labels."
        if pack.index(label_id) is None:
            return f"The label pack “{pack_id}” has this label no more, so it cannot say where."
        return None

    def reads(self, key: str) -> bool:
        """Return whether the label's pack takes the words in pictures into account."""
        pack = self._packs.get(key.partition("/")[0])
        return pack is not None and pack.reads is not None

    def key_of(self, word: str) -> str:
        """Return the key of the label that goes by a name, an alias or a key.

        Raises:
            EvidenceError: It is no label, or nothing can say where it was seen.
        """
        self._searcher.refresh()
        vocabulary = self._searcher.vocabulary
        keys = vocabulary.find(word)
        if not keys:
            near = ", ".join(vocabulary.nearest(word))
            hint = f"; labels like it: {near}" if near else ""
            raise EvidenceError(f"“{word}” is no label{hint}.")
        refusals = {key: self.refusal(key) for key in keys}
        for key, refusal in refusals.items():
            if refusal is None:
                return key
        raise EvidenceError(refusals[keys[0]])

    def of_photo(
        self, photo_id: int, key: str, given_up: Callable[[], bool] = lambda: False
    ) -> Sighting | None:
        """Find where in a photo a label was seen; slow: never on the GUI thread.

        The photo's own file is read again, as the viewer does; the last few photos are kept.

        Args:
            photo_id: The photo.
            key: The label's key.
            given_up: Asked between the steps whether anybody still waits for the answer.

        Returns:
            None if nobody waits any more.

        Raises:
            EvidenceError: Nothing can say where this label was seen.
            PackError: The label pack's files are not what they should be.
            UnreadablePictureError: No file of the photo can be read.
        """
        pack = self._pack_of(key)
        with self._one_at_a_time:
            try:
                look = self._looked(photo_id, pack, _going_on(given_up))
            except _NobodyWaitsError:
                return None
            return self._sighting(look, pack, key)

    def words_of_photo(
        self, photo_id: int, key: str, given_up: Callable[[], bool] = lambda: False
    ) -> Told | None:
        """Find what the words read in a photo do to a label; slow: never on the GUI thread.

        The words are those that the library has; nothing is read here. The last answers are kept.

        Args:
            photo_id: The photo.
            key: The label's key.
            given_up: Asked between the steps whether anybody still waits for the answer.

        Returns:
            None if nobody waits any more.

        Raises:
            EvidenceError: The label's pack does not read.
            PackError, UnreadablePictureError: As ``of_photo``.
        """
        pack = self._reading_pack_of(key)
        known = self._words.of(photo_id)
        if not known.was_read:
            return NOT_READ
        with self._one_at_a_time:
            before, told = self._told.get((photo_id, key), (None, NOT_READ))
            if before != known:
                go_on = _going_on(given_up)
                try:
                    look = self._looked(photo_id, pack, go_on)
                    told = self._weigh(look, pack, key, known.lines, go_on)
                except _NobodyWaitsError:
                    return None
            _keep(self._told, (photo_id, key), (known, told), most=_KEPT_TOLD)
        return told

    def of_file(
        self, path: Path, key: str, *, shorter: int | None = None
    ) -> "tuple[Sighting, Picture]":
        """Find where in a file, which need not be in the library, a label was seen.

        Args:
            path: The file.
            key: The label's key.
            shorter: The pixels wanted on the picture's shorter side; None for the few that were
                looked at.

        Returns:
            Where, and the picture.

        Raises:
            EvidenceError, PackError, UnreadablePictureError: As ``of_photo``.
        """
        from app.imaging.content import read_bytes
        from app.imaging.decode import decode

        pack = self._pack_of(key)
        data = read_bytes(path)
        picture = decode(data, name=path.name)
        seen = self._sighting(self._look(picture, pack), pack, key)
        if shorter is not None:
            picture = decode(data, name=path.name, working_size=shorter)
        return seen, picture

    def words_of_file(self, path: Path, key: str, words: "FileWords") -> Told:
        """Find what the words in a file do to a label; the file is read for this.

        Args:
            path: The file.
            key: The label's key.
            words: Reads it, and tells what keeps it from that.

        Raises:
            EvidenceError, PackError, UnreadablePictureError: As ``words_of_photo``.
        """
        from app.imaging.content import read_bytes
        from app.imaging.decode import decode

        pack = self._reading_pack_of(key)
        lines = words.lines(path)
        if lines is None:
            return NOT_READ
        picture = decode(read_bytes(path), name=path.name)
        look = _Look(None, picture.pixels, picture.width, picture.height)
        return self._weigh(look, pack, key, lines, lambda: None)

    def _pack_of(self, key: str) -> Pack:
        if refusal := self.refusal(key):
            raise EvidenceError(refusal)
        return self._packs[key.partition("/")[0]]

    def _reading_pack_of(self, key: str) -> Pack:
        pack = self._pack_of(key)
        if pack.reads is None:
            raise EvidenceError(f"The label pack “{pack.id}” does not read the words in pictures.")
        return pack

    def _looked(self, photo_id: int, pack: Pack, go_on: Callable[[], None]) -> "_Look":
        """Return the look at a photo that is kept, or take one."""
        from app.engine.viewing import read_photo
        from app.imaging.decode import WORKING_SIZE

        look = self._kept.get((photo_id, pack.id))
        if look is None:
            go_on()
            picture = read_photo(self._library, photo_id, WORKING_SIZE)
            go_on()
            look = self._look(picture, pack)
        _keep(self._kept, (photo_id, pack.id), look, most=_KEPT)
        return look

    def _look(self, picture: "Picture", pack: Pack) -> "_Look":
        found = None
        if evidence_file(pack) is not None:
            found = self._labeler().evidence(picture.pixels, pack)
        pixels = None if pack.reads is None else picture.pixels
        return _Look(found, pixels, picture.width, picture.height)

    def _sighting(self, look: "_Look", pack: Pack, key: str) -> Sighting:
        """Return what a look says of one label that the pack has."""
        at = [pack.key(label.id) for label in pack.labels].index(key)
        label, found = pack.labels[at], look.found
        if found is None:
            weighed = self._labeler().why_words(look.known_pixels, pack, label.id, ())
            likely, evidence = weighed.none, None
        else:
            likely, evidence = float(found.probabilities[at]), found.maps[at]
        return Sighting(key, label.name, likely, evidence, look.width, look.height)

    def _weigh(
        self,
        look: "_Look",
        pack: Pack,
        key: str,
        lines: "Sequence[Line]",
        go_on: Callable[[], None],
    ) -> Told:
        from app.reading import largest_first

        label_id = key.partition("/")[2]
        ordered = largest_first(lines)
        texts = [line.text for line in ordered]
        weighed = self._labeler().why_words(look.known_pixels, pack, label_id, texts, go_on)
        return told_by(ordered, weighed)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One pack's look at one picture of ``width`` × ``height`` pixels.

    Attributes:
        found: None where the pack cannot say where.
        pixels: uint8 [H, W, 3] RGB of the working size; None where the pack does not read.
        width: Of the upright picture, in pixels.
        height: Of the same.
    """

    found: Evidence | None
    pixels: NDArray[np.uint8] | None
    width: int
    height: int

    @property
    def known_pixels(self) -> NDArray[np.uint8]:
        """The pixels of a look of a pack that reads."""
        if self.pixels is None:
            raise ValueError("the pixels are kept for packs that read only")
        return self.pixels


def _going_on(given_up: Callable[[], bool]) -> Callable[[], None]:
    """Return what ends the work at the next step once nobody waits for it any more."""

    def go_on() -> None:
        if given_up():
            raise _NobodyWaitsError

    return go_on


def _keep(
    kept: OrderedDict[tuple[int, str], Kept], place: tuple[int, str], what: Kept, *, most: int
) -> None:
    """Keep something as the newest of ``most``."""
    kept[place] = what
    kept.move_to_end(place)
    while len(kept) > most:
        kept.popitem(last=False)

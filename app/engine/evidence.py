"""Where in a picture a label was seen: asked for one photo or file at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import LumitagError
from app.labeling.evidence import Evidence, evidence_file
from app.labeling.pack import USER, Pack
from app.library.library import Library
from app.search.searcher import Searcher

if TYPE_CHECKING:
    from app.imaging.decode import Picture
    from app.labeling.labeler import Labeler

_KEPT: Final = 8
"""Photos (and packs) whose maps are kept: those one goes to and fro between. About 150 kB each."""

_FAINTEST: Final = 0.02
"""A map that nowhere reaches this says nothing: evidence is 0..1, and rounding leaves traces."""

_FAINTEST_SHARE: Final = 0.2
"""Nor does one that nowhere reaches this share of the label's probability, which is what our packs
give a place that clearly speaks: the picture as a whole was taken for it, and no part of it."""

_HALF: Final = 0.5
"""The box of a label holds what speaks at least half as clearly as the clearest spot."""

_CLEAREST: Final = 0.98
"""Shares of the greatest evidence that are as good as it."""


class EvidenceError(LumitagError):
    """Nothing can say where this label was seen."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label was seen most clearly, in pixels of the upright picture.

    Attributes:
        peak: x, y of the clearest spot.
        box: x, y, width, height of what around it speaks at least half as clearly.
    """

    peak: tuple[int, int]
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Where in one picture one label was seen.

    Attributes:
        key: The label's key, ``pack/id``.
        name: What people read.
        probability: 0..1, of this look at the picture.
        evidence: float32 [h, w], 0..1, over the whole upright picture.
        width: Of the upright picture, in pixels.
        height: Of the same.
    """

    key: str
    name: str
    probability: float
    evidence: NDArray[np.float32]
    width: int
    height: int

    @property
    def anywhere(self) -> bool:
        """Whether any place stands out."""
        return bool(self.evidence.max() >= max(_FAINTEST, _FAINTEST_SHARE * self.probability))

    @property
    def spot(self) -> Spot | None:
        """The clearest spot; None if nothing stands out."""
        if not self.anywhere:
            return None
        greatest = self.evidence.max()
        at = np.unravel_index(int(self.evidence.argmax()), self.evidence.shape)
        start = (int(at[0]), int(at[1]))
        clearest = _around(self.evidence >= _CLEAREST * greatest, start)
        area = _around(self.evidence >= _HALF * greatest, start)
        # Evidence is cut at 1, so the top may be flat: then its middle is meant.
        middle = np.square(clearest - clearest.mean(axis=0)).sum(axis=1).argmin()
        cell = np.array([self.height, self.width]) / self.evidence.shape
        y, x = np.floor((clearest[middle] + 0.5) * cell).astype(int)
        top, left = np.rint(area.min(axis=0) * cell).astype(int)
        bottom, right = np.rint((area.max(axis=0) + 1) * cell).astype(int)
        # A picture with fewer pixels than the map has cells still has one at the spot.
        size = (max(int(right - left), 1), max(int(bottom - top), 1))
        return Spot((int(x), int(y)), (int(left), int(top), *size))


class EvidenceMaps:
    """Says where labels were seen. Every method may be called from any thread."""

    def __init__(
        self,
        library: Library,
        searcher: Searcher,
        packs: Sequence[Pack],
        labeler: "Callable[[], Labeler]",
    ) -> None:
        """Say it of a library's photos.

        Args:
            library: Knows where the photos lie.
            searcher: Knows the labels by all their names.
            packs: The label packs in use.
            labeler: Gives the networks; they are loaded the first time.
        """
        self._library = library
        self._searcher = searcher
        self._packs = {pack.id: pack for pack in packs}
        self._labeler = labeler
        self._one_at_a_time = threading.Lock()
        self._kept: OrderedDict[tuple[int, str], _Look] = OrderedDict()

    def refusal(self, key: str) -> str | None:
        """Return in one sentence why nothing can say where a label was seen; None if one can.

        It looks at no file: the answer comes at once.
        """
        pack_id, _, label_id = key.partition("/")
        if pack_id == USER:
            return "It is your own label: no network looked for it, so none can say where it is."
        pack = self._packs.get(pack_id)
        if pack is None:
            return f"The label pack “{pack_id}” is not here, so it cannot say where the label is."
        if evidence_file(pack) is None:
            return f"The label pack “{pack_id}” cannot say where in a picture it saw its labels."
        if pack.index(label_id) is None:
            return f"The label pack “{pack_id}” has this label no more, so it cannot say where."
        return None

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
        from app.engine.viewing import read_photo
        from app.imaging.decode import WORKING_SIZE

        pack = self._pack_of(key)
        with self._one_at_a_time:
            look = self._kept.get((photo_id, pack.id))
            if look is None:
                if given_up():
                    return None
                picture = read_photo(self._library, photo_id, WORKING_SIZE)
                if given_up():
                    return None
                look = self._look(picture, pack)
            self._keep((photo_id, pack.id), look)
        return look.sighting(pack, key)

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
        seen = self._look(picture, pack).sighting(pack, key)
        if shorter is not None:
            picture = decode(data, name=path.name, working_size=shorter)
        return seen, picture

    def _pack_of(self, key: str) -> Pack:
        if refusal := self.refusal(key):
            raise EvidenceError(refusal)
        return self._packs[key.partition("/")[0]]

    def _look(self, picture: "Picture", pack: Pack) -> "_Look":
        found = self._labeler().evidence(picture.pixels, pack)
        return _Look(found, picture.width, picture.height)

    def _keep(self, place: tuple[int, str], look: "_Look") -> None:
        self._kept[place] = look
        self._kept.move_to_end(place)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One pack's look at one picture of ``width`` × ``height`` pixels."""

    found: Evidence
    width: int
    height: int

    def sighting(self, pack: Pack, key: str) -> Sighting:
        """What it says of one label that the pack has."""
        at = [pack.key(label.id) for label in pack.labels].index(key)
        return Sighting(
            key,
            pack.labels[at].name,
            float(self.found.probabilities[at]),
            self.found.maps[at],
            self.width,
            self.height,
        )


def _around(part: NDArray[np.bool_], start: tuple[int, int]) -> NDArray[np.int64]:
    """Return the cells that hang together with one.

    Args:
        part: bool [h, w], true at ``start``.
        start: Row and column.

    Returns:
        int64 [n, 2], their rows and columns.
    """
    reached, ahead = {start}, [start]
    while ahead:
        row, column = ahead.pop()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= near[0] < part.shape[0] and 0 <= near[1] < part.shape[1]
            if inside and near not in reached and part[near]:
                reached.add(near)
                ahead.append(near)
    return np.array(sorted(reached), np.int64)

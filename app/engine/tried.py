"""Labels for a file outside any library: what `lumitag label` and "Try a picture" show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.file_words import FileWords
from app.errors import LumitagError
from app.imaging.content import read_bytes
from app.imaging.decode import Picture, decode
from app.labeling.codes import threshold_code
from app.labeling.hierarchy import Hierarchy
from app.labeling.labeler import Labeler, PackLabels
from app.labeling.pack import Pack

BATCH = 8
"""Pictures labelled together: enough to keep the decoders ahead, few enough to answer soon."""

LIKELIEST = 3
"""How many labels "Try a picture" always answers with."""


@dataclass(frozen=True, slots=True)
class TriedLabel:
    """One label of a tried picture.

    Attributes:
        key: The label's stable key, ``pack/id``.
        name: What people read.
        group: The group the label stands in.
        pack: The id of its label pack.
        probability: 0..1, as the network gave it.
        sure: Whether the probability reaches the label's threshold, both as codes: what the library
            would say.
        gated: Whether the pack would not normally have looked at this picture.
        withheld: Whether it is not even offered as less sure: see ``Hierarchy.withheld``.
    """

    key: str
    name: str
    group: str
    pack: str
    probability: float
    sure: bool
    gated: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What the packs found in a tried picture.

    Attributes:
        seen: By pack id, gates obeyed.
        behind_gate: By pack id, of packs whose gates are closed, where they were asked all the
            same.
    """

    seen: Mapping[str, PackLabels]
    behind_gate: Mapping[str, PackLabels]


_NOTHING: Final = Looked({}, {})


@dataclass(frozen=True, slots=True)
class TriedPicture:
    """A picture that was labelled without adding it to the library.

    Attributes:
        path: The file.
        pixels: uint8 [H, W, 3] RGB, upright, reduced to the working size.
        width: Width of the whole picture in pixels.
        height: Height of the whole picture in pixels.
        shown: The labels that the library would show, most specific first within each pack.
        every: All labels of the packs that looked at it, likeliest first.
        looked: Where the labels come from.
    """

    path: Path
    pixels: NDArray[np.uint8]
    width: int
    height: int
    shown: tuple[TriedLabel, ...]
    every: tuple[TriedLabel, ...]
    looked: Looked = field(default=_NOTHING, repr=False)

    @property
    def likeliest(self) -> tuple[TriedLabel, ...]:
        """The labels to answer with: those shown, then the likeliest that are not sure.

        A label that is sure and yet not shown stands behind a better one, so it is left out.
        """
        ranked = sorted(self.shown, key=lambda label: -label.probability)
        ranked += [
            label for label in self.every if not (label.sure or label.gated or label.withheld)
        ]
        return tuple(ranked[:LIKELIEST])

    @property
    def sure(self) -> bool:
        """Whether any label reaches its threshold."""
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be labelled, and the sentence that says why."""

    path: Path
    message: str


def try_pictures(
    labeler: Labeler, paths: Iterable[Path], *, every: bool, words: FileWords | None = None
) -> Iterator[TriedPicture | Unreadable]:
    """Label files one by one, in the order given, decoding ahead of the network.

    Args:
        labeler: The packs to ask.
        paths: The files.
        every: Also ask the packs whose gate is closed for a picture.
        words: Reads the words in pictures that a pack which reads looks at; None: they are
            labelled by their looks alone.

    Yields:
        For each path what was found, or why it could not be read.
    """
    remaining = iter(paths)
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="try-decode") as decoders:
        ahead: list[tuple[Path, Future[Picture]]] = []
        while True:
            wanted = 2 * BATCH - len(ahead)
            ahead += [(path, decoders.submit(_read, path)) for path in islice(remaining, wanted)]
            if not ahead:
                return
            batch, ahead = ahead[:BATCH], ahead[BATCH:]
            yield from _label_batch(labeler, batch, every=every, words=words)


def _read(path: Path) -> Picture:
    return decode(read_bytes(path), name=path.name)


def _label_batch(
    labeler: Labeler,
    batch: Sequence[tuple[Path, "Future[Picture]"]],
    *,
    every: bool,
    words: FileWords | None,
) -> Iterator[TriedPicture | Unreadable]:
    pictures: dict[Path, Picture] = {}
    problems: dict[Path, str] = {}
    for path, future in batch:
        try:
            pictures[path] = future.result()
        except LumitagError as error:
            problems[path] = str(error)
    pixels = [picture.pixels for picture in pictures.values()]
    seen = _seen(labeler, list(pictures), pixels, words)
    behind_gate: list[dict[str, PackLabels]] = [{} for _ in pixels]
    if every:
        gated = [pack.id for pack in labeler.packs if pack.gate is not None]
        behind_gate = labeler.label(pixels, only=gated, known=seen, ignore_gate=True)
    found = dict(zip(pictures, zip(seen, behind_gate, strict=True), strict=True))
    for path, _ in batch:
        if path in problems:
            yield Unreadable(path, problems[path])
        else:
            yield _tried(path, pictures[path], labeler.packs, Looked(*found[path]))


def wants_words(packs: Sequence[Pack], tried: TriedPicture) -> bool:
    """Whether a pack that reads looks at a tried picture whose words are not known."""
    return bool(_readers(packs, tried))


def with_words(labeler: Labeler, tried: TriedPicture, text: str) -> TriedPicture:
    """Label a tried picture again by the packs that read, now that its words are known.

    Args:
        labeler: The packs to ask.
        tried: The picture.
        text: The lines read in it, largest first.

    Raises:
        PackError: The text model of such a pack cannot be used; what its looks say stays true.
    """
    packs, readers = labeler.packs, _readers(labeler.packs, tried)
    looks = {key: labels for key, labels in tried.looked.seen.items() if key not in readers}
    [read] = labeler.label([tried.pixels], only=readers, known=[looks], words=[text])
    if labeler.errors and not (readers and set(readers) <= set(read)):
        raise labeler.errors[-1]
    looked = Looked({**tried.looked.seen, **read}, tried.looked.behind_gate)
    return _tried(tried.path, tried, packs, looked)


def label_by_words(
    labeler: Labeler, words: FileWords, tried: TriedPicture
) -> tuple[TriedPicture, str] | None:
    """Read a tried picture for the packs that want its words, and label it again by them.

    Slow: never on the GUI thread. Nothing that is read is stored.

    Args:
        labeler: Has the packs.
        words: Reads it, and tells where it cannot be read.
        tried: The picture, one of `try_pictures`.

    Returns:
        The picture labelled anew, and its words; None if they stay unknown.

    Raises:
        PackError: The pack's text model cannot be used.
    """
    text = words.of(tried.path)
    return None if text is None else (with_words(labeler, tried, text), text)


def _readers(packs: Sequence[Pack], tried: TriedPicture) -> list[str]:
    """Return the packs that read, look at a picture, and do not know its words."""
    seen = tried.looked.seen
    return [
        pack.id
        for pack in packs
        if pack.reads is not None
        and pack.id in seen
        and seen[pack.id].codes is not None
        and not seen[pack.id].words
    ]


def _seen(
    labeler: Labeler,
    paths: Sequence[Path],
    pixels: Sequence[NDArray[np.uint8]],
    words: FileWords | None,
) -> list[dict[str, PackLabels]]:
    """Return each picture's labels; only pictures that a pack which reads looks at are read."""
    readers = [pack for pack in labeler.packs if pack.reads is not None]
    if words is None or not readers:
        return labeler.label(pixels)
    by_looks = [pack.id for pack in labeler.packs if pack.reads is None]
    looked = labeler.label(pixels, only=by_looks)
    texts = [
        words.of(path) if any(labeler.opens(pack, found) for pack in readers) else None
        for path, found in zip(paths, looked, strict=True)
    ]
    read = labeler.label(pixels, only=[pack.id for pack in readers], known=looked, words=texts)
    return [{**first, **second} for first, second in zip(looked, read, strict=True)]


def _tried(
    path: Path, picture: Picture | TriedPicture, packs: Sequence[Pack], looked: Looked
) -> TriedPicture:
    seen, behind_gate = looked.seen, looked.behind_gate
    shown_labels: list[TriedLabel] = []
    every: list[TriedLabel] = []
    for pack in packs:
        found = seen.get(pack.id)
        gated = found is None or found.codes is None
        if gated:
            found = behind_gate.get(pack.id)
        if found is None or found.codes is None:
            continue
        hierarchy = Hierarchy(pack.labels)
        labels = _labels(pack, found, hierarchy.withheld(found.codes), gated=gated)
        every += labels
        if not gated:
            shown_labels += [labels[index] for index in hierarchy.shown(found.codes)]
    every.sort(key=lambda label: -label.probability)
    return TriedPicture(
        path,
        picture.pixels,
        picture.width,
        picture.height,
        tuple(shown_labels),
        tuple(every),
        looked,
    )


def _labels(
    pack: Pack, found: PackLabels, withheld: NDArray[np.bool_], *, gated: bool
) -> list[TriedLabel]:
    codes, probabilities = found.codes, found.probabilities
    if codes is None or probabilities is None:
        return []
    return [
        TriedLabel(
            key=pack.key(label.id),
            name=label.name,
            group=label.group,
            pack=pack.id,
            probability=float(probability),
            sure=int(code) >= threshold_code(label.threshold),
            gated=gated,
            withheld=bool(kept_back),
        )
        for label, probability, code, kept_back in zip(
            pack.labels, probabilities, codes, withheld, strict=True
        )
    ]

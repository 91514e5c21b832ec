"""Pictures in, every pack's labels out: sizes shared, gates obeyed, broken packs left out."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.labeling.batch import Batch, Picture, Pixels, Prepared, Resize
from app.labeling.codes import threshold_code, to_codes
from app.labeling.device import DeviceReport, Requested, choose_device
from app.labeling.errors import PackError
from app.labeling.evidence import Evidence, EvidenceSession, over_picture
from app.labeling.pack import Gate, Pack, PackInput
from app.labeling.session import PackSession
from app.labeling.why import WeighedLines, weigh_lines

__all__ = ["Labeler", "PackLabels", "Prepared"]


@dataclass(frozen=True, slots=True)
class PackLabels:
    """What one pack says of one picture.

    Attributes:
        pack: the pack's id.
        version: the pack's version.
        codes: uint8 [L], probabilities as codes; None: the gate was closed.
        embedding: float16 [D]; None if the gate was closed or the pack has none.
        gate_version: version of the gate's pack; None without a gate, or if its pack is missing.
        words: whether the words in the picture were taken into account.
        probabilities: float32 [L], as the network gave them; None where only codes are known.
    """

    pack: str
    version: str
    codes: NDArray[np.uint8] | None
    embedding: NDArray[np.float16] | None
    gate_version: str | None
    words: bool = False
    probabilities: NDArray[np.float32] | None = None


class Labeler:
    """Runs label packs over pictures. Safe to use from many threads.

    Attributes:
        errors: packs that turned out unusable when they were opened; the others go on.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        requested: Requested = "auto",
        *,
        resize: Resize,
        threads: int | None = None,
    ) -> None:
        """Takes the packs; nothing is opened until the first picture comes.

        Args:
            packs: every gate's pack before those it gates (``find_packs`` orders them so).
            requested: the device wished for.
            resize: ``resize(picture, height=…, width=…, mode=…, filter=…)``.
            threads: of the networks on the CPU; None: as many as cores.
        """
        self.errors: list[PackError] = []
        self._packs = tuple(packs)
        self._requested: Requested = requested
        self._resize = resize
        self._threads = threads
        self._lock = threading.RLock()
        self._chosen: DeviceReport | None = None
        self._sessions: dict[str, PackSession] = {}
        self._evidence: dict[str, EvidenceSession] = {}

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The usable packs: all that were given, less those that failed to open."""
        return self._packs

    @property
    def device(self) -> DeviceReport:
        """The device really in use; slow the first time.

        Once a network had to leave the GPU, that is the answer: it is what the user waits for, and
        networks that open later do not try the GPU again.
        """
        with self._lock:
            if self._chosen is None:
                self._chosen = choose_device(self._requested)
            reports = [session.device for session in self._sessions.values()]
            if self._chosen.device == "cuda":
                fallen = (report for report in reports if report.device == "cpu")
                self._chosen = next(fallen, self._chosen)
            return self._chosen

    def prepare(self, picture: Picture) -> Prepared:
        """Does a picture's resizing ahead, in the thread that decoded it.

        Args:
            picture: RGB, of any size.
        """
        packs = self._packs
        sizes = {pack.input for pack in packs if pack.gate is None}
        inputs = {size: self._resized(picture, size) for size in sizes}
        complete = all(pack.input in sizes for pack in packs)
        return Prepared(inputs, None if complete else picture)

    def label(
        self,
        pictures: Sequence[Picture | Prepared],
        *,
        gate_decisions: Sequence[Mapping[str, bool]] | None = None,
        only: Collection[str] | None = None,
        known: Sequence[Mapping[str, PackLabels]] | None = None,
        ignore_gate: bool = False,
        words: Sequence[str | None] | None = None,
    ) -> list[dict[str, PackLabels]]:
        """Labels a batch of pictures with every pack.

        Args:
            pictures: RGB of any size (uint8 [H,W,3], say), or what ``prepare`` made of them.
            gate_decisions: for each picture, the user's word on gate labels by key: True accepted
                (the gate is open), False rejected (closed), whatever is predicted.
            only: ids of the packs wanted; gates are still looked at.
            known: for each picture, labels by pack id that need not be found again for a gate.
            ignore_gate: run every pack on every picture.
            words: for each picture, the lines read in it, largest first, joined by line breaks;
                empty where none were found; None where they are not known (yet). Packs that do not
                read pass them over.

        Returns:
            For each picture, labels by pack id.
        """
        batch = Batch(pictures, self._resized)
        found: list[dict[str, PackLabels]] = [dict(each) for each in known or [{}] * len(pictures)]
        decided = gate_decisions or [{}] * len(pictures)
        wanted = self._needed(only)
        for pack in self._packs:
            if pack.id not in wanted:
                continue
            session = self._open(pack)
            if session is None:
                continue
            asked = only is None or pack.id in only
            missing = [
                at
                for at in range(len(pictures))
                if asked or not _is_current(found[at].get(pack.id), pack)
            ]
            gate_version = self._version_of(pack.gate)
            open_at = [
                at
                for at in missing
                if ignore_gate
                or pack.gate is None
                or self._is_open(pack.gate, decided[at], found[at])
            ]
            for at in missing:
                found[at][pack.id] = PackLabels(pack.id, pack.version, None, None, gate_version)
            if not open_at:
                continue
            texts = [words[at] if words and pack.reads else None for at in open_at]
            if any(texts) and not self._opens_words(session):
                continue
            labelled = self._run(session, batch.images(open_at, pack.input), texts, gate_version)
            for at, labels in zip(open_at, labelled, strict=True):
                found[at][pack.id] = labels
        usable = {pack.id for pack in self._packs}
        return [
            {
                pack_id: labels
                for pack_id, labels in each.items()
                if pack_id in usable and (only is None or pack_id in only)
            }
            for each in found
        ]

    def opens(self, pack: Pack, found: Mapping[str, PackLabels]) -> bool:
        """Whether a pack looks at a picture, by what the others found in it."""
        return pack.gate is None or self._is_open(pack.gate, {}, found)

    def evidence(self, picture: Pixels, pack: Pack, words: str | None = None) -> Evidence:
        """Finds where in a picture a pack saw its labels, whatever its gate says.

        Args:
            picture: uint8 [H,W,3] RGB, upright.
            pack: one of those given.
            words: as ``label`` takes them; the probabilities, not the places, depend on them.

        Raises:
            PackError: the pack cannot say where, or it cannot be used; labelling goes on.
        """
        with self._lock:
            self._check_not_refused(pack)
            if pack.id not in self._evidence:
                self._evidence[pack.id] = EvidenceSession(pack)
            pointing = self._evidence[pack.id]
        network = self._usable(pack)
        image = self._resized(picture, pack.input)[None]
        output = network.look(image, network.encode([words]))
        if output.features is None:
            raise PackError(pack.directory, "its network gave no features.")
        height, width = picture.shape[:2]
        maps = pointing.run(output.features)
        laid = over_picture(maps, pack.input, width=width, height=height)
        return Evidence(output.probabilities[0], laid)

    def why_words(
        self,
        picture: Picture,
        pack: Pack,
        label_id: str,
        lines: Sequence[str],
        go_on: Callable[[], None] = lambda: None,
    ) -> WeighedLines:
        """Finds which lines read in a picture raise or lower a label, whatever the gate says.

        Args:
            picture: RGB, of any size.
            pack: one of those given.
            label_id: one of its labels.
            lines: largest first, as packs read them.
            go_on: called now and then; what it raises ends the work.

        Raises:
            ValueError: the pack has no such label.
            PackError: the pack does not read, or it cannot be used; labelling goes on.
        """
        label = pack.index(label_id)
        if label is None:
            raise ValueError(f"the pack {pack.id} has no label {label_id}")
        if pack.reads is None:
            raise PackError(pack.directory, "it does not read the words in pictures.")
        session = self._usable(pack)
        image = self._resized(picture, pack.input)[None]
        return weigh_lines(session, image, label, lines, go_on)

    def close(self) -> None:
        """Lets go of all networks; the next picture would open them again."""
        with self._lock:
            sessions: list[PackSession | EvidenceSession] = [
                *self._sessions.values(),
                *self._evidence.values(),
            ]
            self._sessions, self._evidence = {}, {}
        for session in sessions:
            session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(
        self,
        session: PackSession,
        images: Pixels,
        texts: Sequence[str | None],
        gate_version: str | None,
    ) -> list[PackLabels]:
        pack = session.pack
        output = session.run(images, session.encode(texts))
        codes = to_codes(output.probabilities)
        half = None if output.embedding is None else output.embedding.astype(np.float16)
        return [
            PackLabels(
                pack.id,
                pack.version,
                codes[row],
                None if half is None else half[row],
                gate_version,
                words=text is not None,
                probabilities=output.probabilities[row],
            )
            for row, text in enumerate(texts)
        ]

    def _needed(self, only: Collection[str] | None) -> set[str]:
        """The wanted packs, and the packs of their gates."""
        if only is None:
            return {pack.id for pack in self._packs}
        needed = set(only)
        for pack in reversed(self._packs):
            if pack.id in needed and pack.gate:
                needed.add(pack.gate.pack)
        return needed

    def _is_open(
        self, gate: Gate, decided: Mapping[str, bool], found: Mapping[str, PackLabels]
    ) -> bool:
        """A decision wins; else the gate's label must be likely enough."""
        if gate.key in decided:
            return decided[gate.key]
        seen = found.get(gate.pack)
        owner = next((pack for pack in self._packs if pack.id == gate.pack), None)
        at = owner.index(gate.label) if owner else None
        if seen is None or seen.codes is None or at is None:
            return False
        return bool(seen.codes[at] >= threshold_code(gate.at_least))

    def _version_of(self, gate: Gate | None) -> str | None:
        if gate is None:
            return None
        return next((pack.version for pack in self._packs if pack.id == gate.pack), None)

    def _open(self, pack: Pack) -> PackSession | None:
        """The pack's session; None, and the pack is left out from now on, if it is unusable."""
        with self._lock:
            if pack.id in self._sessions:
                return self._sessions[pack.id]
            if pack not in self._packs:
                return None
            try:
                session = PackSession(pack, self.device, threads=self._threads)
            except PackError as error:
                self._refuse(pack, error)
                return None
            self._sessions[pack.id] = session
            return session

    def _opens_words(self, session: PackSession) -> bool:
        """Whether the text model of a pack that reads is usable; else the pack is left out."""
        try:
            session.open_words()
        except PackError as error:
            with self._lock:
                if session.pack in self._packs:
                    self._refuse(session.pack, error)
            return False
        return True

    def _refuse(self, pack: Pack, error: PackError) -> None:
        self.errors.append(error)
        self._packs = tuple(each for each in self._packs if each is not pack)

    def _check_not_refused(self, pack: Pack) -> None:
        refused = [error for error in self.errors if error.directory == pack.directory]
        if refused:
            raise refused[-1]

    def _usable(self, pack: Pack) -> PackSession:
        """The pack's session.

        Raises:
            PackError: it is unusable.
        """
        with self._lock:
            self._check_not_refused(pack)
            session = self._open(pack)
            if session is None:
                raise self.errors[-1]
            return session

    def _resized(self, picture: Picture, size: PackInput) -> Pixels:
        return self._resize(
            picture, height=size.height, width=size.width, mode=size.resize, filter=size.filter
        )


def _is_current(labels: PackLabels | None, pack: Pack) -> bool:
    return labels is not None and labels.version == pack.version and labels.codes is not None

"""A real library, real tiny packs and a real folder of pictures, put together for each test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from app.imaging.resize import resize
from app.indexing.control import Control
from app.indexing.events import Event, FileFailed, Notice, Summary
from app.indexing.indexer import Indexer, Target
from app.indexing.wishes import Leave
from app.labeling.codes import threshold_code
from app.labeling.labeler import Labeler
from app.labeling.pack import find_packs
from app.library.library import Library
from app.library.records import Folder, Verdict
from app.reading import lines_from_bytes
from tests.support import packs as tiny
from tests.support.pages import ForetoldReader


@pytest.fixture(scope="session")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write_packs(tmp_path_factory.mktemp("packs"))


def open_labeler(library: Library, folder: Path) -> Labeler:
    """The packs of ``folder``, registered in the library as the engine does it."""
    found, errors = find_packs([folder])
    assert not errors
    for pack in found:
        library.packs.register(pack.id, pack.version, pack.labels_json())
    return Labeler(found, "cpu", resize=resize, threads=1)


@dataclass
class Bench:
    """Everything a test of indexing needs."""

    root: Path
    library: Library
    labeler: Labeler
    indexer: Indexer
    control: Control = field(default_factory=Control)
    events: list[Event] = field(default_factory=list)
    _drawn: int = 0

    def draw(self, name: str, colour: tiny.Colour = tiny.RED, *, kind: str | None = None) -> Path:
        """A picture of a colour that has its own content, in the folder."""
        self._drawn += 1
        image = Image.new("RGB", (32, 24), colour)
        image.putpixel((0, 0), (self._drawn % 256, self._drawn // 256, 7))
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, kind)
        return path

    @property
    def drawn(self) -> int:
        """How many pictures were drawn: the number in the first pixel of the latest."""
        return self._drawn

    def folder(self) -> Folder:
        return self.library.folders.add(self.root)

    def run(self, *targets: Target, control: Control | None = None) -> Summary:
        """Looks through the targets (the whole folder by default); ``events`` has what it told."""
        wanted = targets or [Target(self.folder())]
        self.events = list(self.indexer.run(wanted, control or self.control))
        summary = self.events[-1]
        assert isinstance(summary, Summary)
        return summary

    def notices(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Notice)]

    def failed(self) -> dict[str, str]:
        """Name to message of every failure that was told."""
        return {
            event.path.name: event.message for event in self.events if isinstance(event, FileFailed)
        }

    def paths(self) -> dict[str, int]:
        """Every known readable path below the folder, and its photo."""
        known = self.library.files.known(self.folder().id)
        return {path: file.photo_id for path, file in known.items() if file.photo_id is not None}

    def photo(self, name: str) -> int:
        return self.paths()[name]

    def read(self, name: str) -> list[str] | None:
        """The lines stored of a photo; None if it was never read, or is not there."""
        photo = self.paths().get(name)
        reading = None if photo is None else self.library.words.of([photo]).get(photo)
        if reading is None or reading.engine is None:
            return None
        return [one.text for one in lines_from_bytes(reading.lines)]

    def labels(self, name: str) -> set[str]:
        """Names of the labels predicted at or above their threshold, of all packs."""
        found = set()
        for said in self.library.predictions.of([self.photo(name)])[self.photo(name)]:
            pack = next(pack for pack in self.labeler.packs if pack.id == said.pack)
            if said.codes is not None:
                found |= {
                    label.name
                    for label, code in zip(pack.labels, said.codes, strict=True)
                    if code >= threshold_code(label.threshold)
                }
        return found

    def decide(self, name: str, label: str, verdict: Verdict = Verdict.ACCEPTED) -> None:
        self.library.decisions.decide([self.photo(name)], label, verdict)

    def decisions(self, name: str) -> dict[str, tuple[Verdict, bool]]:
        """Label key to (verdict, carried over)."""
        said = self.library.decisions.of([self.photo(name)])[self.photo(name)]
        return {one.label: (one.verdict, one.carried_over) for one in said}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library" / "lumitag.db") as opened:
        yield opened


@pytest.fixture
def bench(tmp_path: Path, library: Library, packs: Path) -> Iterator[Bench]:
    root = tmp_path / "pictures"
    root.mkdir()
    with open_labeler(library, packs) as labeler:
        yield Bench(root, library, labeler, Indexer(library, labeler))


class Desk:
    """A bench that reads, and what it read."""

    def __init__(self, bench: Bench, reader: ForetoldReader) -> None:
        self.bench = bench
        self.reader = reader
        self.leave = Leave()
        bench.indexer = Indexer(bench.library, bench.labeler, reader=reader, leave=self.leave)
        self.texts: dict[int, str] = {}
        reader.texts = self.texts

    @property
    def library(self) -> Library:
        return self.bench.library

    def draw(self, name: str, text: str = "", colour: tiny.Colour = tiny.MAGENTA) -> int:
        """A picture with words, a poster by default; returns its number."""
        self.bench.draw(name, colour)
        self.texts[self.bench.drawn] = text
        return self.bench.drawn

    def cancel_at(self, number: int, control: Control) -> None:
        """Cancels when the reading of a picture is begun."""

        def begin(begun: int) -> None:
            if begun == number:
                control.cancel()

        self.reader.during = begin

    def again(self) -> list[Event]:
        """Only reads."""
        return list(self.bench.indexer.read_words(Control()))


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench, ForetoldReader())


def counts(summary: Summary) -> dict[str, int]:
    """What a summary counts, less what is zero."""
    names = ("added", "updated", "moved", "removed", "unchanged", "skipped", "failed")
    return {name: getattr(summary, name) for name in names if getattr(summary, name)}

"""Any history of files that come, change, fail, move and go: nothing decided is ever lost."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.library.library import Library
from app.library.records import FailedFile, SeenFile, Verdict
from tests.support.libraries import content_of, stored_file

NAMES = ("a.jpg", "b.jpg", "sub/a.jpg", "sub/caf\udce9.jpg")
CONTENTS = ("one", "two", "three", "four", "five")
BROKEN = None

names = st.sampled_from(NAMES)
batches = st.lists(st.tuples(names, st.sampled_from([*CONTENTS, BROKEN])), min_size=1, max_size=5)


class PathHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.disk: dict[str, str | None] = {}  # what lies at each known path
        self.stored: set[str] = set()  # every content that was ever read
        self.decided: dict[str, Verdict] = {}  # what the user said, by content

    @initialize()
    def begin(self) -> None:
        self.library = Library.open(self.place / "library.sqlite")
        (self.place / "pictures").mkdir()
        self.folder = self.library.folders.add(self.place / "pictures").id

    @rule(batch=batches)
    def store(self, batch: list[tuple[str, str | None]]) -> None:
        new = {name for name, _ in batch} - self.disk.keys()
        outcome = self.library.photos.store(
            [
                FailedFile(SeenFile(self.folder, name, 0, 0), "empty", "The file is empty.")
                if content is BROKEN
                else stored_file(self.folder, name, content)
                for name, content in batch
            ]
        )
        counted = outcome.added + outcome.updated + outcome.moved + outcome.unchanged
        assert counted + outcome.failed == len(batch)
        assert outcome.added + outcome.moved <= len(new)
        self.disk.update(batch)
        self.stored |= {content for _, content in batch if content is not BROKEN}

    @rule(gone=st.sets(names))
    def remove(self, gone: set[str]) -> None:
        known = self.library.files.known(self.folder)
        removed = self.library.files.remove(known[name].id for name in gone if name in known)
        assert removed == len(gone & self.disk.keys())
        for name in gone:
            self.disk.pop(name, None)

    @rule(content=st.sampled_from(CONTENTS), verdict=st.sampled_from(list(Verdict)))
    def decide(self, content: str, verdict: Verdict) -> None:
        if content in self.stored:
            self.library.decisions.decide([self.photo(content)], "photos/dog", verdict)
            self.decided[content] = verdict

    @rule()
    def lose_and_add_the_folder_again(self) -> None:
        self.library.folders.remove(self.folder)
        self.folder = self.library.folders.add(self.place / "pictures").id
        self.disk.clear()

    def photo(self, content: str) -> int:
        return self.library.photos.find([content_of(content)])[content_of(content)]

    @invariant()
    def the_library_knows_what_lies_where(self) -> None:
        known = self.library.files.known(self.folder)
        assert {name: one.photo_id for name, one in known.items()} == {
            name: None if content is BROKEN else self.photo(content)
            for name, content in self.disk.items()
        }
        assert {name for name, one in known.items() if one.failed} == {
            name for name, content in self.disk.items() if content is BROKEN
        }
        facts = self.library.facts.facts_since(0)
        lying = {self.photo(content) for content in self.disk.values() if content is not BROKEN}
        assert set(facts.ids[facts.visible].tolist()) == lying
        assert self.library.photos.count() == len(lying)
        assert len(facts.ids) == len(self.stored)

    @invariant()
    def what_the_user_said_stands(self) -> None:
        photos = {content: self.photo(content) for content in self.decided}
        said = self.library.decisions.of(list(photos.values()))
        for content, verdict in self.decided.items():
            (decision,) = said[photos[content]]
            assert (decision.verdict, decision.carried_over) == (verdict, False)

    @invariant()
    def the_file_is_sound(self) -> None:
        with self.library._database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.place)


TestPathHistory = PathHistory.TestCase
TestPathHistory.settings = settings(max_examples=20, stateful_step_count=15)

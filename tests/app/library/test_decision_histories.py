"""Any history of decisions, undos, redos and restarts against the plainest model of it."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.library.library import Library
from app.library.records import Verdict
from tests.support.libraries import stored_file

PHOTOS = range(1, 5)
LABELS = ("photos/dog", "photos/cat", "user/mine")

Decided = dict[tuple[int, str], Verdict]


class DecisionHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.decided: Decided = {}
        self.done: list[tuple[Decided, Decided]] = []
        self.undone: list[tuple[Decided, Decided]] = []

    @initialize()
    def begin(self) -> None:
        self.library = Library.open(self.place / "library.sqlite")
        (self.place / "pictures").mkdir()
        folder = self.library.folders.add(self.place / "pictures")
        self.library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in PHOTOS])

    @rule(
        photos=st.sets(st.sampled_from(PHOTOS)),
        label=st.sampled_from(LABELS),
        verdict=st.sampled_from([*Verdict, None]),
    )
    def decide(self, photos: set[int], label: str, verdict: Verdict | None) -> None:
        before = dict(self.decided)
        for photo in photos:
            if verdict is None:
                self.decided.pop((photo, label), None)
            else:
                self.decided[photo, label] = verdict
        changed = {one[0] for one in before.items() ^ self.decided.items()}
        operation = self.library.decisions.decide(photos, label, verdict)
        assert set(operation.photo_ids) == {photo for photo, _ in changed}
        if changed:
            self.done.append((before, dict(self.decided)))
            self.undone.clear()

    @rule()
    def undo(self) -> None:
        assert (self.library.decisions.undo() is not None) == bool(self.done)
        if self.done:
            step = self.done.pop()
            self.undone.append(step)
            self.decided = dict(step[0])

    @rule()
    def redo(self) -> None:
        assert (self.library.decisions.redo() is not None) == bool(self.undone)
        if self.undone:
            step = self.undone.pop()
            self.done.append(step)
            self.decided = dict(step[1])

    @rule()
    def restart(self) -> None:
        self.library.close()
        self.library = Library.open(self.place / "library.sqlite")

    @invariant()
    def the_library_says_what_the_user_said(self) -> None:
        said = self.library.facts.decisions_since(0)
        assert {(photo, label): accepted for photo, label, accepted in said} == {
            key: verdict is Verdict.ACCEPTED for key, verdict in self.decided.items()
        }

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.place)


TestDecisionHistory = DecisionHistory.TestCase
TestDecisionHistory.settings = settings(max_examples=15, stateful_step_count=20)

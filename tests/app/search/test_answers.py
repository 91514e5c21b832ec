"""Whatever happens to a library, search answers as the slow and obvious reference does."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.library.records import Folder, NewPrediction, NewReading, Verdict
from app.search import catching_up, probabilities, store
from app.search.errors import QueryError
from app.search.searcher import Searcher
from app.search.syntax import (
    Comparator,
    Comparison,
    DateField,
    DateRange,
    FolderTerm,
    LabelTerm,
    NameTerm,
    PartialDate,
    Query,
    SortKey,
    State,
    StateTerm,
    TextTerm,
    Word,
    written,
)
from tests.app.search.queries import sorts, trees
from tests.app.search.reference import Reference, ToldLabel, ToldPhoto, ToldVersion
from tests.support.libraries import stored_file

ANIMALS_1: ToldVersion = {
    "animal": ToldLabel("animal", 200),
    "dog": ToldLabel("dog", 128, ("animal",), ("hound",)),
    "poodle": ToldLabel("poodle", 100, ("dog",)),
    "pet": ToldLabel("pet", None),
    "cat": ToldLabel("cat", 128, ("animal", "pet")),
    "picture": ToldLabel("picture", 1, group="kind"),
}
ANIMALS_2: ToldVersion = {
    "bird": ToldLabel("bird", 90, ("animal",)),
    "dog": ToldLabel("dog", 60, ("pet",), ("hound", "doggy")),
    "pet": ToldLabel("pet", 128),
    "animal": ToldLabel("animal", 128),
}
GENRES: ToldVersion = {
    "drama": ToldLabel("drama", 120),
    "science-fiction": ToldLabel("science fiction", 120, aliases=("sci-fi",)),
    "dog": ToldLabel("dog", 250, hidden_with=("drama",)),
}
VERSIONS = {
    ("animals", "1"): ANIMALS_1,
    ("animals", "2"): ANIMALS_2,
    ("genres", "1"): GENRES,
}
NAMES = ("IMG_1.jpg", "img_2.PNG", "Dog.jpg", "holiday dog.png", "Ärger.jpg")
FOLDERS = ("alpha", "beta")
KEYS = sorted({f"{pack}/{each}" for (pack, _), labels in VERSIONS.items() for each in labels})
TEXTS = ("", "black stallion", "the blackstallion rides", "holiday dog", "black dog on a holiday")
LABEL_WORDS = ("dog", "hound", "Animal", "poodle", "cat", "pet", "drama", "sci-fi", "picture")

words = st.one_of(
    st.sampled_from(LABEL_WORDS).map(Word),
    st.sampled_from(["science fiction", "Dog", "my own"]).map(lambda text: Word(text, quoted=True)),
    st.sampled_from(["img", "holiday", "*.PNG", "ärger"]).map(Word),
    st.sampled_from(["dog", "drama"]).map(LabelTerm),
)
conditions = st.one_of(
    st.sampled_from(FOLDERS).map(FolderTerm),
    st.sampled_from(["*.jpg", "img", "?mg_1*"]).map(NameTerm),
    st.sampled_from(State).map(StateTerm),
    st.sampled_from(
        ["black", "Black Stallion", "dog", "ho*", "*day*", "*kst*", "rides", "on a"]
    ).map(TextTerm),
    st.builds(
        Comparison,
        st.sampled_from(["dog", "cat", "sci-fi", "pet"]),
        st.sampled_from(Comparator),
        st.sampled_from([0.0, 100 / 255, 0.5, 0.7, 1.0]),
    ),
    st.sampled_from(
        [
            DateRange(DateField.TAKEN, PartialDate(2020), PartialDate(2020)),
            DateRange(DateField.TAKEN, PartialDate(2020, 2), None),
            DateRange(DateField.TAKEN, None, PartialDate(2020, 3, 5)),
        ]
    ),
)
asked = st.builds(Query, st.none() | trees(words | conditions), st.none() | sorts)
codes = st.sampled_from([0, 60, 100, 120, 128, 200, 255])
predictions = st.fixed_dictionaries(
    {
        "animals": st.none() | st.lists(codes, min_size=6, max_size=6),
        "genres": st.none() | st.just([]) | st.lists(codes, min_size=3, max_size=3),
    }
)
new_photo = st.tuples(
    st.sampled_from(FOLDERS), st.sampled_from(NAMES), st.integers(0, 120), predictions
)
photo_numbers = st.integers(0, 30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(new_photo, min_size=1, max_size=4)),
        st.tuples(
            st.just("decide"),
            st.tuples(
                st.lists(photo_numbers, min_size=1, max_size=3),
                st.sampled_from([*KEYS, "own"]),
                st.sampled_from([True, False, None]),
            ),
        ),
        st.tuples(st.just("hide"), photo_numbers),
        st.tuples(st.just("read"), st.tuples(photo_numbers, st.sampled_from(TEXTS))),
        st.tuples(st.just("erase"), st.none()),
        st.tuples(st.just("upgrade"), st.none()),
        st.tuples(
            st.just("relabel"), st.tuples(photo_numbers, st.lists(codes, min_size=4, max_size=4))
        ),
        st.tuples(st.just("reopen"), st.booleans()),
        st.tuples(st.just("ask"), asked),
        st.tuples(st.just("sum_up"), st.lists(photo_numbers, max_size=20)),
    ),
    min_size=3,
    max_size=14,
)


class Told:
    """A real library and the reference, told the same."""

    def __init__(self, library: Library, folder: Folder, cache: Path) -> None:
        self.library = library
        self.folder = folder
        self.cache = cache
        self.reference = Reference(VERSIONS, {"animals": "1", "genres": "1"})
        for pack in ("animals", "genres"):
            library.packs.register(pack, "1", labels_json(VERSIONS[pack, "1"]))
        self.searcher = Searcher(library, cache=cache)

    def add(self, photos: list[tuple[str, str, int, dict[str, list[int] | None]]]) -> None:
        files = []
        first = len(self.reference.photos) + 1
        # A version that was replaced is forgotten once no prediction of it is left.
        kept = {each.pack for each in self.library.packs.all() if each.version == "1"}
        for at, (folder, name, day, predicted) in enumerate(photos, first):
            told = ToldPhoto(at, folder, f"{at} {name}", datetime(2020, 1, 1) + timedelta(days=day))
            made = []
            for pack, values in predicted.items():
                if values is None or pack not in kept:
                    continue
                if values:
                    told.seen[pack] = ("1", values)
                stored = np.array(values, np.uint8) if values else None
                made.append(NewPrediction(pack, "1", stored, None, None))
            files.append(
                stored_file(
                    self.folder.id,
                    f"{folder}/{told.name}",
                    f"content {at}",
                    predictions=made,
                    taken=told.taken,
                )
            )
            self.reference.photos[at] = told
        outcome = self.library.photos.store(files)
        assert outcome.photo_ids == tuple(range(first, first + len(photos)))

    def decide(self, decision: tuple[list[int], str, bool | None]) -> None:
        numbers, key, accepted = decision
        photos = {number for number in numbers if number in self.reference.photos}
        if key == "own":
            key = self.library.labels.create("My own").key
        verdicts = {True: Verdict.ACCEPTED, False: Verdict.REJECTED, None: None}
        self.library.decisions.decide(sorted(photos), key, verdicts[accepted])
        for number in photos:
            decided = self.reference.photos[number].decided
            decided.pop(key, None)
            if accepted is not None:
                decided[key] = accepted
        if numbers and key.startswith("user/"):
            # It is a label for as long as anything holds it.
            held = any(key in photo.decided for photo in self.reference.photos.values())
            self.reference.own = {key: "My own"} if held else {}

    def hide(self, number: int) -> None:
        if number in self.reference.photos:
            known = self.library.files.known(self.folder.id).values()
            self.library.files.remove([file.id for file in known if file.photo_id == number])
            self.reference.photos[number].visible = False

    def read(self, words: tuple[int, str]) -> None:
        number, text = words
        if number in self.reference.photos:
            self.library.words.store({number: NewReading("reader", b"", text.upper())})
            self.reference.photos[number].text = text

    def erase(self, _: None) -> None:
        self.library.words.erase()
        for photo in self.reference.photos.values():
            photo.text = ""

    def upgrade(self, _: None) -> None:
        self.library.packs.register("animals", "2", labels_json(ANIMALS_2))
        self.reference.current["animals"] = "2"

    def relabel(self, labelled: tuple[int, list[int]]) -> None:
        number, values = labelled
        if number in self.reference.photos and self.reference.current["animals"] == "2":
            new = NewPrediction("animals", "2", np.array(values, np.uint8), None, None)
            self.library.predictions.store({number: [new]})
            self.reference.photos[number].seen["animals"] = ("2", values)

    def reopen(self, saved: bool) -> None:
        if saved:
            self.searcher.close()
        self.searcher = Searcher(self.library, cache=self.cache)

    def ask(self, query: Query) -> None:
        self.searcher.refresh()
        scored = any(self.reference.score(query, each) for each in self.reference.photos.values())
        if query.sort and query.sort.key is SortKey.PROBABILITY and not scored:
            return
        if query.sort and query.sort.key is SortKey.MATCH:
            with suppress(QueryError):  # of queries that look for no words
                found = self.searcher.search(written(query)).ids.tolist()
                assert sorted(found) == sorted(self.reference.answer(query))
            return
        result = self.searcher.search(written(query))

        expected = self.reference.answer(query)
        assert result.ids.tolist() == expected
        found = {key: count for key, count in result.counts.items() if count}
        assert found == self.reference.counts(expected)
        visible = [photo for photo in self.reference.photos.values() if photo.visible]
        assert result.library_total == len(visible)
        less_sure = self.searcher.less_sure(result)
        assert less_sure.ids.tolist() == self.reference.less_sure(query)
        assert bool(result.asked_labels) >= bool(len(less_sure.ids))
        by_date = query.sort is None or query.sort.key in (SortKey.TAKEN, SortKey.ADDED)
        assert sum(section.count for section in result.sections) == by_date * len(expected)

    def sum_up(self, numbers: list[int]) -> None:
        self.searcher.refresh()
        photos = [photo for photo in self.reference.photos.values() if photo.id in numbers]
        ids = [photo.id for photo in photos]
        summary = self.searcher.summary_of([*ids, *ids[:1]])

        found = {each.key: each for each in (*summary.sure, *summary.less_sure, *summary.covered)}
        assert summary.photos == len(ids)
        assert {
            key: label.matching for key, label in found.items() if label.matching
        } == self.reference.counts(ids)
        undecided = [replace(photo, decided={}) for photo in photos]
        for key in sorted(self.reference.keys()):
            codes = [self.reference.code(photo, key) for photo in photos]
            known = [code for code in codes if code is not None]
            said = [photo.decided.get(key) for photo in photos]
            if key in found:
                label = found[key]
                assert (label.accepted, label.rejected) == (said.count(True), said.count(False))
                assert label.known == len(known)
                assert label.probability == (
                    pytest.approx(sum(known) / len(known) / 255) if known else None
                )
                assert label.predicted == sum(
                    self.reference.matches(photo, key) for photo in undecided
                )
            else:
                assert not any(verdict is not None for verdict in said)
        listed = [label for photo in self.searcher.labels_of(ids) for label in photo.labels]
        sure = {label.key for label in listed if label.shown or label.verdict}
        assert {label.key for label in summary.sure} == sure
        for label in summary.sure:
            shown = sum(each.key == label.key and each.shown for each in listed)
            if not label.accepted:
                assert label.foremost == shown


def labels_json(labels: ToldVersion) -> str:
    return json.dumps(
        [
            {
                "id": label_id,
                "name": label.name,
                "group": label.group,
                "aliases": label.aliases,
                "parents": label.parents,
                "hidden_with": label.hidden_with,
                "threshold": None if label.code is None else label.code / 255,
            }
            for label_id, label in labels.items()
        ]
    )


@contextmanager
def telling() -> Iterator[Told]:
    with tempfile.TemporaryDirectory() as place:
        pictures = Path(place) / "pictures"
        pictures.mkdir()
        with Library.open(Path(place) / "library.sqlite") as library:
            told = Told(library, library.folders.add(pictures), Path(place) / "search.cache")
            yield told
            told.searcher.close()


@pytest.fixture
def _saving_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_WORTH_SAVING", 1)
    monkeypatch.setattr(store, "_MOST_CHANGED", 10)
    monkeypatch.setattr(probabilities, "_MOST_DELTAS", 2)
    monkeypatch.setattr(catching_up, "_MANY", 2)


@pytest.mark.usefixtures("_saving_often")
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(new_photo, min_size=6, max_size=12), steps, st.lists(asked, min_size=4, max_size=4))
def test_search_agrees_with_the_obvious_whatever_happens(
    photos: list[tuple[str, str, int, dict[str, list[int] | None]]],
    happenings: list[tuple[str, object]],
    questions: list[Query],
) -> None:
    with telling() as told:
        told.add(photos)
        for what, how in happenings:
            getattr(told, what)(how)
        for question in questions:
            told.ask(question)
        told.sum_up(list(told.reference.photos))
        told.reopen(saved=True)
        for question in questions:
            told.ask(question)

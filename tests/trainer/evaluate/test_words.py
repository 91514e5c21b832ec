"""Packs of words: figures by hand, what people would see, what would hurt, anyone's folders."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from sklearn.metrics import average_precision_score, f1_score

from app.labeling.label import Label
from app.labeling.pack import load_pack
from app.paths import shipped
from trainer.evaluate.truth import Truth, above, carried
from trainer.evaluate.words import WordsEvaluation, measure_graph
from trainer.evaluate.words_report import words_table
from trainer.metrics.intervals import draw_counts
from trainer.vocabulary.material import KINDS

WORDS = (
    Label(id="person", name="person", group="People", threshold=0.5),
    Label(id="animal", name="animal", group="Animals", threshold=0.5),
    Label(id="dog", name="dog", group="Animals", parents=("animal",), threshold=0.5),
    Label(id="corgi", name="corgi", group="Animals", parents=("dog",), threshold=0.5),
    Label(id="beach", name="beach", group="Places and scenes", threshold=0.5),
    Label(
        id="monkey",
        name="monkey",
        group="Animals",
        parents=("animal",),
        threshold=0.6,
        hidden_with=("person",),
    ),
    Label(id="unicorn", name="unicorn", group="Animals"),
    Label(id="photo", name="photo", group="kind", threshold=0.5),
    Label(id="poster", name="poster", group="kind", threshold=0.5),
)
AT = {label.id: at for at, label in enumerate(WORDS)}
PHOTO, POSTER, NOTHING = KINDS.index("photo"), KINDS.index("poster"), len(KINDS)


def likely(*pictures: dict[str, float]) -> np.ndarray:
    """Probabilities [N,L]; what is not said is .01."""
    answers = np.full((len(pictures), len(WORDS)), 0.01, dtype=np.float32)
    for row, said in enumerate(pictures):
        for name, value in said.items():
            answers[row, AT[name]] = value
    return answers


def truth(
    *pictures: dict[str, float], kinds: tuple[int, ...] | None = None, sources: str = ""
) -> Truth:
    """Truth [N,L]: 1 and 0 known, -0.25 absent with weight .25, else unknown."""
    targets = np.zeros((len(pictures), len(WORDS)), dtype=np.float32)
    weights = np.zeros_like(targets)
    for row, said in enumerate(pictures):
        for name, value in said.items():
            targets[row, AT[name]] = value > 0
            weights[row, AT[name]] = 1 if value >= 0 else -value
    hurt = np.zeros(len(WORDS), dtype=bool)
    hurt[AT["monkey"]] = True
    return Truth(
        paths=tuple(Path(f"{row}.png") for row in range(len(pictures))),
        sources=tuple(sources or "a" * len(pictures)),
        targets=targets,
        weights=weights,
        kinds=np.array(kinds or (PHOTO,) * len(pictures), dtype=np.int64),
        people_hurt=hurt,
        part="pictures",
    )


def told(answers: np.ndarray, known: Truth, *, rounds: int = 50) -> dict[str, Any]:
    """All figures, through JSON, which knows no NaN."""
    counts = draw_counts(len(answers), rounds=rounds, seed=0)
    found = measure_graph(answers, known, WORDS, counts).told(WORDS)
    loaded: dict[str, Any] = json.loads(json.dumps(found, allow_nan=False))
    return loaded


def test_a_words_figures_are_those_counted_by_hand() -> None:
    answers = likely({"dog": 0.9}, {"dog": 0.8}, {"dog": 0.7}, {"dog": 0.2}, {"dog": 0.95})
    known = truth({"dog": 1}, {"dog": 0}, {"dog": -0.25}, {"dog": 1}, {})
    dog = told(answers, known)["labels"]["dog"]
    assert (dog["positives"], dog["negatives"], dog["found"]) == (2, 2, 4)
    assert dog["precision"][0] == pytest.approx(1 / 2.25, abs=1e-4)
    assert dog["recall"][0] == 0.5
    assert dog["F1"][0] == pytest.approx(2 / (2.25 + 2), abs=1e-4)
    assert dog["AP"][0] == pytest.approx(
        average_precision_score([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.2], sample_weight=[1, 1, 0.25, 1]),
        abs=1e-4,
    )


def test_f1_is_scikit_learns_where_all_is_known() -> None:
    random = np.random.default_rng(0)
    there = random.random(40) < 0.5
    answers = likely(*({"beach": float(value)} for value in random.random(40)))
    known = truth(*({"beach": float(one)} for one in there))
    beach = told(answers, known)["labels"]["beach"]
    expected = f1_score(there, answers[:, AT["beach"]] >= 0.5)
    assert beach["F1"][0] == pytest.approx(expected, abs=1e-4)
    for name in ("precision", "recall", "F1", "AP"):
        value, low, high = beach[name]
        assert low <= value <= high


def test_a_word_that_no_picture_can_judge_has_no_figures_but_a_dash() -> None:
    answers, known = likely({"dog": 0.9}, {"dog": 0.1}), truth({"dog": 1}, {"dog": 0})
    found = told(answers, known)
    for name in ("unicorn", "beach"):
        figures = found["labels"][name]
        assert [figures[one] for one in ("precision", "recall", "F1", "AP")] == [None] * 4
    out = table(answers, known)
    rows = [line.split() for line in out.splitlines()]
    assert next(row for row in rows if row[:1] == ["dog"]).count("1.00") >= 3
    assert "nan" not in out
    assert ["unicorn"] not in [row[:1] for row in rows]


def table(answers: np.ndarray, known: Truth) -> str:
    """What the terminal would show."""
    graph = measure_graph(answers, known, WORDS, draw_counts(len(answers), rounds=20, seed=0))
    pack = replace(load_pack(shipped("models") / "photos"), labels=WORDS)
    console = Console(width=200)
    with console.capture() as said:
        console.print(words_table(WordsEvaluation(pack, known, {"fp32": graph})))
    return said.get()


def test_shown_labels_are_judged_as_the_app_shows_them() -> None:
    answers = likely(
        {"animal": 0.9, "dog": 0.9, "corgi": 0.9, "photo": 0.9},  # shows corgi alone
        {"animal": 0.9, "dog": 0.8, "beach": 0.7},
        {"beach": 0.6},
        {},
    )
    known = truth({"dog": 1}, {"dog": 0, "animal": 0, "beach": 1}, {"beach": 0, "dog": 1}, {})
    figures = told(answers, known)["figures"]
    # By their own words dog is wrong, beach right, beach wrong; nothing is known of a corgi.
    assert figures["shown_precision"][0] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["labels_per_photo"][0] == 1
    assert figures["photos_without_any"][0] == 0.25
    # Of the two dogs one shows a corgi: right above it. Of the three known pictures two are right.
    assert figures["object_named"][0] == 0.5
    assert figures["something_right"][0] == pytest.approx(2 / 3, abs=1e-4)


def test_kinds_gate_and_pictures_of_nothing() -> None:
    answers = likely(
        {"photo": 0.9}, {"poster": 0.8}, {"poster": 0.9}, {"poster": 0.4}, {"beach": 0.9}, {}
    )
    known = truth({}, {}, {}, {}, {}, {}, kinds=(PHOTO, PHOTO, POSTER, POSTER, NOTHING, NOTHING))
    figures = told(answers, known)["figures"]
    assert figures["kinds_found"] == {"photo": [0.5, 0, 1], "poster": [0.5, 0, 1]}
    assert figures["photos_called_poster"][0] == 0.5
    assert figures["photos_through_gate"][0] == 0.5
    assert figures["nothing_labelled"][0] == 0.5


def test_three_to_eight_labels_are_counted() -> None:
    many = {"person": 0.9, "dog": 0.9, "animal": 0.9, "beach": 0.9}
    figures = told(likely(many, {"beach": 0.9}), truth({}, {}))["figures"]
    assert figures["labels_per_photo"][0] == 1  # three and one: the lower median
    assert figures["photos_with_3_to_8"][0] == 0.5


def test_people_are_counted_at_a_precision_of_nine_in_ten() -> None:
    answers = likely(*({"person": value} for value in (0.9, 0.8, 0.7, 0.6)))
    known = truth({"person": 1}, {"person": 1}, {"person": 0}, {"person": 1})
    recalls = told(answers, known)["figures"]["recall_at_precision_90%"]
    assert recalls["person"][0] == pytest.approx(2 / 3, abs=1e-4)
    assert recalls["child or baby or group"] is None  # the pack has none of them


def test_a_word_that_could_hurt_is_counted_on_pictures_of_people() -> None:
    answers = likely({"monkey": 0.9}, {"monkey": 0.3, "person": 0.9}, {"monkey": 0.95})
    known = truth({"person": 1}, {"person": 1}, {"person": 0})
    hurt = told(answers, known)["could_hurt"]
    assert (hurt["pictures_of_people"], hurt["shown_on"]) == (2, 1)
    assert hurt["words"] == {"monkey": {"shown_on": 1, "greatest_probability": 0.9}}
    assert "words that could hurt are shown on 1 of 2 pictures of people" in table(answers, known)


def test_sources_are_told_apart() -> None:
    rows = 30
    answers = likely(*({"dog": 0.9 if row % 2 else 0.1} for row in range(2 * rows)))
    known = truth(
        *({"dog": float(row % 2 if row < rows else (row + 1) % 2)} for row in range(2 * rows)),
        sources="a" * rows + "b" * rows,
    )
    found = told(answers, known)
    assert found["AP_within_source"]["dog"]["a"][0] == 1
    assert found["AP_within_source"]["dog"]["b"][0] == 0.5
    assert found["sources"]["a"]["shown_precision"][0] == 1
    assert found["sources"]["b"]["shown_precision"][0] == 0


def test_each_source_tells_on_how_many_pictures_a_known_object_is_named() -> None:
    answers = likely({"animal": 0.9, "dog": 0.9}, {"beach": 0.9}, {"beach": 0.9})
    sources = told(answers, truth({"dog": 1}, {"dog": 1}, {"beach": 1}, sources="abc"))["sources"]
    assert sources["a"]["object_named"][0] == 1
    assert sources["b"]["object_named"][0] == 0
    assert sources["c"]["object_named"] is None  # a beach is no object


def test_one_known_object_is_judged_along_the_hierarchy() -> None:
    answers = likely(
        {"dog": 0.9, "animal": 0.9},  # right
        {"animal": 0.9, "beach": 0.95},  # the beach first, but the parent is there
        {"corgi": 0.9, "dog": 0.9, "animal": 0.9},  # more exact than is known
        {"beach": 0.9},  # wrong
        {},  # nothing
        {"dog": 0.9},  # two objects are known: left out
    )
    known = truth(
        {"dog": 1}, {"dog": 1}, {"dog": 1}, {"dog": 1}, {"dog": 1}, {"dog": 1, "monkey": 1}
    )
    single = told(answers, known)["one_label"]
    assert single["pictures"] == 5
    values = {
        name: [single[name][one][0] for one in single[name]]
        for name in ("first_shown", "first_shown_of_group", "any_shown")
    }
    assert values["first_shown"] == [0.2, 0, 0.2, 0.4, 0.2]
    assert values["first_shown_of_group"] == [0.2, 0.2, 0.2, 0, 0.4]
    assert values["any_shown"] == [0.2, 0.2, 0.2, 0.2, 0.2]


_CELLS = st.sampled_from([(0.0, 0.0), (0.0, 0.25), (0.0, 1.0), (1.0, 1.0)])


@settings(max_examples=20)
@given(st.lists(st.lists(_CELLS, min_size=len(WORDS), max_size=len(WORDS)), max_size=6))
def test_what_is_carried_along_the_hierarchy_never_contradicts_itself(
    rows: list[list[tuple[float, float]]],
) -> None:
    cells = np.array(rows, dtype=np.float32).reshape(len(rows), len(WORDS), 2)
    targets, weights = carried(cells[..., 0], cells[..., 1], above(WORDS))
    true = targets > 0
    assert (weights[true] == 1).all()
    assert (true >= (cells[..., 0] > 0)).all()  # what was true stays so
    assert (weights >= cells[..., 1]).all()  # nothing is forgotten
    for label in WORDS:
        for parent in label.parents:
            child, higher = AT[label.id], AT[parent]
            assert (true[:, higher] >= true[:, child]).all()
            absent = ~true[:, higher] & (weights[:, higher] > 0)
            assert (weights[absent, child] >= weights[absent, higher]).all()
            assert not true[absent, child].any()


@settings(max_examples=20)
@given(st.integers(0, 300))
def test_no_answer_and_no_truth_breaks_the_figures(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 9))
    answers = random.random((count, len(WORDS))).astype(np.float32)
    known = replace(
        truth(*({} for _ in range(count))),
        targets=(random.random(answers.shape) < 0.3).astype(np.float32),
        weights=random.choice([0, 0.25, 1], answers.shape).astype(np.float32),
        kinds=random.integers(-1, NOTHING + 1, count),
    )
    told(answers, known, rounds=3)  # no NaN, no warning

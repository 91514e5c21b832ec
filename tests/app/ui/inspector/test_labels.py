"""What several photos say together about each label."""

from app.library.records import Verdict
from app.search.results import LabelSummary, PhotoLabel, PhotoLabels, SelectionLabels
from app.ui.inspector.labels import (
    LabelState,
    kept_in_place,
    states_of_photo,
    states_of_photos,
)


def label(
    name: str,
    probability: float | None,
    verdict: Verdict | None = None,
    *,
    carried: bool = False,
    threshold: float | None = 0.5,
) -> PhotoLabel:
    predicted = None not in (probability, threshold) and probability >= threshold  # type: ignore[operator]
    match = verdict is Verdict.ACCEPTED or (predicted and verdict is None)
    key = f"photos/{name}"
    return PhotoLabel(key, name, "", probability, verdict, carried, match, match, threshold)


def alone(*labels: PhotoLabel) -> dict[str, LabelState]:
    return {state.name: state for state in states_of_photo(PhotoLabels(1, labels))}


def summary(name: str, **counts: int) -> LabelSummary:
    given = dict.fromkeys(("matching", "foremost", "predicted", "accepted", "rejected"), 0)
    given |= {"carried_over": 0, "known": 3} | counts
    return LabelSummary(f"photos/{name}", name, "", 0.5, probability=0.8, **given)


def test_one_photo_keeps_the_order_in_which_its_labels_came() -> None:
    states = alone(label("dog", 0.9), label("beach", 0.95), label("cat", 0.2))
    assert list(states) == ["dog", "beach", "cat"]
    assert [state.sure for state in states.values()] == [True, True, False]
    assert states["dog"].probability == 0.9


def test_what_a_photo_rejects_stands_below_what_it_has() -> None:
    states = alone(
        label("cat", 0.9, Verdict.REJECTED, carried=True), label("dog", 0.6), label("sea", 0.1)
    )
    assert list(states) == ["dog", "cat", "sea"]
    cat = states["cat"]
    assert (cat.has, cat.predicted, cat.rejected, cat.carried) == (0, 1, 1, 1)
    assert cat.verdict is Verdict.REJECTED


def test_several_photos_say_how_many_have_a_label_and_decided_on_it() -> None:
    dog = summary("dog", matching=2, predicted=2, accepted=1, rejected=1, carried_over=1)
    states = states_of_photos(
        SelectionLabels(3, (dog,), (summary("sea"),), (summary("animal", matching=2),))
    )
    assert [(state.name, state.sure) for state in states] == [("dog", True), ("sea", False)]
    said = states[0]
    assert (said.of, said.has, said.predicted) == (3, 2, 2)
    assert (said.accepted, said.rejected, said.carried) == (1, 1, 1)
    assert said.verdict is None
    assert said.probability == 0.8


def test_a_decision_is_foreseen_for_all_photos() -> None:
    dog = LabelState("photos/dog", "dog", of=5, has=3, predicted=2, accepted=1, carried=1)
    assert (dog.after(Verdict.ACCEPTED).has, dog.after(Verdict.ACCEPTED).accepted) == (5, 5)
    assert (dog.after(Verdict.REJECTED).has, dog.after(Verdict.REJECTED).rejected) == (0, 5)
    taken_back = dog.after(None)
    assert (taken_back.has, taken_back.accepted, taken_back.carried) == (2, 0, 0)


def test_no_row_moves_while_the_same_photos_are_shown() -> None:
    before = [LabelState("a", "a", 1, has=1), LabelState("b", "b", 1, has=1)]
    unsure = LabelState("c", "c", 1, sure=False)
    now = [
        LabelState("c", "c", 1, has=1, accepted=1),
        LabelState("b", "b", 1, has=1),
        LabelState("d", "d", 1, has=1, accepted=1),
    ]
    kept = kept_in_place([*before, unsure], now)
    assert [state.key for state in kept] == ["a", "b", "d", "c"]
    assert kept[0].has == 0
    assert kept[3].accepted == 1
    assert not kept[3].sure

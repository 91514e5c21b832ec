"""What several photos say together about each label."""

from app.library.records import Verdict
from app.search.results import PhotoLabel, PhotoLabels
from app.ui.inspector.labels import LabelState, Tally, kept_in_place


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


def tally(*photos: list[PhotoLabel]) -> dict[str, LabelState]:
    added = Tally(len(photos))
    added.add(PhotoLabels(at, tuple(labels)) for at, labels in enumerate(photos))
    return {state.name: state for state in added.states()}


def test_one_photo_keeps_the_order_in_which_its_labels_came() -> None:
    states = tally([label("dog", 0.9), label("beach", 0.95), label("cat", 0.2)])
    assert list(states) == ["dog", "beach", "cat"]
    assert [state.sure for state in states.values()] == [True, True, False]
    assert states["dog"].probability == 0.9


def test_several_photos_say_how_many_have_a_label() -> None:
    states = tally(
        [label("dog", 0.9), label("sea", 0.3)],
        [label("dog", 0.7), label("sea", 0.6)],
        [label("sea", 0.8)],
    )
    assert (states["dog"].has, states["sea"].has, states["sea"].of) == (2, 2, 3)
    assert states["dog"].probability == 0.8


def test_decisions_are_counted_apart_from_predictions() -> None:
    states = tally(
        [label("dog", 0.9, Verdict.REJECTED)],
        [label("dog", 0.1, Verdict.ACCEPTED, carried=True)],
        [label("dog", 0.9)],
    )
    dog = states["dog"]
    assert (dog.has, dog.predicted, dog.accepted, dog.rejected, dog.carried) == (2, 2, 1, 1, 1)
    assert dog.verdict is None


def test_what_all_photos_reject_stands_below_what_they_have() -> None:
    states = tally([label("cat", 0.9, Verdict.REJECTED), label("dog", 0.6), label("sea", 0.1)])
    assert list(states) == ["dog", "cat", "sea"]


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

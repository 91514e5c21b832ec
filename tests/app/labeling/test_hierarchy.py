from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.labeling.codes import threshold_code
from app.labeling.hierarchy import BLOCK, Hierarchy, ancestors, roll_up, shown
from app.labeling.label import KIND, Label

HALF = 128
SURE = 250


def label(
    label_id: str,
    *parents: str,
    threshold: float | None = 0.5,
    group: str = "things",
    hidden_with: Sequence[str] = (),
) -> Label:
    return Label(
        id=label_id,
        name=label_id,
        group=group,
        parents=parents,
        threshold=threshold,
        hidden_with=tuple(hidden_with),
    )


ANIMALS = (
    label("animal"),
    label("pet"),
    label("dog", "animal", "pet"),
    label("puppy", "dog"),
    label("beach"),
)
"""animal and pet above dog above puppy; beach beside them."""


def codes(labels: Sequence[Label] = ANIMALS, **likely: int) -> np.ndarray:
    return np.array([likely.get(each.id, 0) for each in labels], np.uint8)


def matched(
    predicted: np.ndarray | None, *, labels: Sequence[Label] = ANIMALS, **decided: object
) -> set[str]:
    mask = Hierarchy(labels).matches(predicted, **decided)  # type: ignore[arg-type]
    return {each.id for each, is_match in zip(labels, mask, strict=True) if is_match}


def names(labels: Sequence[Label], places: Sequence[int]) -> list[str]:
    return [labels[at].id for at in places]


def test_ancestors_reach_all_the_way_up() -> None:
    assert ancestors(ANIMALS)["puppy"] == {"dog", "animal", "pet"}
    assert ancestors(ANIMALS)["beach"] == frozenset()


def test_a_predicted_puppy_is_found_as_dog_animal_and_pet() -> None:
    assert matched(codes(puppy=HALF)) == {"puppy", "dog", "animal", "pet"}


def test_a_prediction_below_its_threshold_is_no_match() -> None:
    assert matched(codes(puppy=HALF - 1)) == set()


def test_a_parent_alone_says_nothing_of_its_children() -> None:
    assert matched(codes(animal=SURE)) == {"animal"}


def test_an_accepted_label_matches_with_its_ancestors_and_without_any_prediction() -> None:
    assert matched(None, accepted={"dog"}) == {"dog", "animal", "pet"}


def test_rejecting_dog_takes_a_predicted_puppy_back_everywhere() -> None:
    assert matched(codes(puppy=SURE), rejected={"dog"}) == set()


def test_rejecting_animal_takes_the_dog_back_also_as_a_pet() -> None:
    assert matched(codes(dog=SURE), rejected={"animal"}) == set()


def test_rejecting_puppy_leaves_a_predicted_dog() -> None:
    assert matched(codes(dog=SURE, puppy=SURE), rejected={"puppy"}) == {"dog", "animal", "pet"}


def test_an_accepted_puppy_stays_though_dog_is_rejected() -> None:
    assert matched(codes(dog=SURE), accepted={"puppy"}, rejected={"dog"}) == {
        "puppy",
        "dog",
        "animal",
        "pet",
    }


def test_decisions_on_labels_of_other_packs_are_passed_over() -> None:
    assert matched(codes(beach=SURE), accepted={"western"}, rejected={"comedy"}) == {"beach"}


def test_a_label_without_threshold_is_never_matched_by_its_prediction() -> None:
    labels = (label("a", threshold=None), label("b", "a"))
    assert matched(codes(labels, a=255), labels=labels) == set()
    assert matched(codes(labels, b=255), labels=labels) == {"a", "b"}


def test_only_the_most_specific_labels_are_shown_and_the_most_specific_first() -> None:
    predicted = codes(animal=255, pet=SURE, dog=200, puppy=150, beach=210)
    assert names(ANIMALS, shown(ANIMALS, predicted)) == ["puppy", "beach"]


def test_of_equally_specific_labels_the_likeliest_is_shown_first() -> None:
    labels = (*ANIMALS, label("sea"), label("cat", "animal"))
    predicted = codes(labels, puppy=150, beach=210, sea=220, cat=130)
    assert names(labels, shown(labels, predicted)) == ["puppy", "cat", "sea", "beach"]


def test_what_the_user_accepted_is_shown_first() -> None:
    predicted = codes(dog=3, beach=255)
    assert names(ANIMALS, shown(ANIMALS, predicted, accepted={"dog"})) == ["dog", "beach"]


def test_a_photo_nobody_looked_at_shows_only_what_was_accepted() -> None:
    assert shown(ANIMALS, None) == []
    assert names(ANIMALS, shown(ANIMALS, None, accepted={"beach"})) == ["beach"]


def test_a_label_is_not_shown_beside_one_that_hides_it() -> None:
    labels = (label("tree"), label("wood", hidden_with=["tree"]))
    assert names(labels, shown(labels, codes(labels, tree=HALF, wood=SURE))) == ["tree"]
    assert names(labels, shown(labels, codes(labels, wood=SURE))) == ["wood"]


def test_a_label_is_hidden_also_by_a_descendant_of_the_hiding_one() -> None:
    labels = (label("plant"), label("tree", "plant"), label("green", hidden_with=["plant"]))
    assert names(labels, shown(labels, codes(labels, tree=SURE, green=SURE))) == ["tree"]


def test_an_accepted_label_is_shown_whatever_would_hide_it() -> None:
    labels = (label("tree"), label("wood", hidden_with=["tree"]), label("none", threshold=None))
    found = shown(labels, codes(labels, tree=SURE), accepted={"wood", "none"})
    assert set(names(labels, found)) == {"tree", "wood", "none"}


def test_a_label_without_threshold_is_not_shown_in_place_of_its_hidden_child() -> None:
    labels = (
        label("any", threshold=None),
        label("wood", "any", hidden_with=["tree"]),
        label("tree"),
    )
    assert names(labels, shown(labels, codes(labels, wood=SURE, tree=SURE))) == ["tree"]


PEOPLE = (
    label("person"),
    label("child", "person"),
    label("monkey", hidden_with=["person"]),
    label("photo", group=KIND, hidden_with=["person", "monkey"]),
)


def withheld(predicted: np.ndarray, **decided: object) -> set[str]:
    mask = Hierarchy(PEOPLE).withheld(predicted, **decided)  # type: ignore[arg-type]
    return {each.id for each, kept_back in zip(PEOPLE, mask, strict=True) if kept_back}


def test_what_is_not_shown_beside_a_person_is_not_offered_beside_a_possible_one() -> None:
    assert withheld(codes(PEOPLE, monkey=100)) == set()
    assert withheld(codes(PEOPLE, monkey=100, person=HALF)) == {"monkey"}
    assert withheld(codes(PEOPLE, monkey=100, person=HALF // 2)) == {"monkey"}
    assert withheld(codes(PEOPLE, monkey=100, person=HALF // 2 - 1)) == set()
    assert withheld(codes(PEOPLE, monkey=100, child=HALF // 2)) == {"monkey"}


def test_the_users_word_on_the_person_decides_what_is_withheld() -> None:
    assert withheld(codes(PEOPLE, person=SURE), rejected={"person"}) == set()
    assert withheld(codes(PEOPLE, child=SURE), rejected={"person"}) == set()
    assert withheld(codes(PEOPLE), accepted={"child"}) == {"monkey"}


KINDS = (
    label("photo", group=KIND),
    label("poster", group=KIND),
    label("film-poster", "poster", group=KIND),
    label("beach"),
)


def test_a_picture_is_of_one_kind_only() -> None:
    predicted = codes(KINDS, photo=140, poster=200, beach=130)
    assert names(KINDS, shown(KINDS, predicted)) == ["poster", "beach"]


def test_a_kind_is_shown_as_exactly_as_it_is_known() -> None:
    predicted = {"poster": 200, "film-poster": 150, "photo": 190}
    assert names(KINDS, shown(KINDS, codes(KINDS, **predicted))) == ["film-poster"]


def test_an_accepted_kind_wins_over_a_likelier_one() -> None:
    predicted = codes(KINDS, photo=10, poster=255)
    assert names(KINDS, shown(KINDS, predicted, accepted={"photo"})) == ["photo"]


def test_a_rejected_kind_gives_way_to_the_next() -> None:
    predicted = codes(KINDS, photo=140, poster=255)
    assert names(KINDS, shown(KINDS, predicted, rejected={"poster"})) == ["photo"]


def test_two_kinds_alike_in_likelihood_show_the_first_of_the_pack() -> None:
    assert names(KINDS, shown(KINDS, codes(KINDS, photo=200, poster=200))) == ["photo"]


def test_an_outdone_kind_hides_nothing() -> None:
    labels = (
        label("photo", group=KIND),
        label("poster", group=KIND),
        label("text", hidden_with=["poster"]),
    )
    predicted = codes(labels, photo=200, poster=150, text=140)
    assert names(labels, shown(labels, predicted)) == ["photo", "text"]


def test_an_empty_pack_of_photos_rolls_up_to_nothing() -> None:
    assert roll_up(ANIMALS, np.empty((0, len(ANIMALS)), np.uint8)).shape == (0, len(ANIMALS))


def test_columns_of_a_roll_up_lie_together_for_bitsets() -> None:
    assert roll_up(ANIMALS, np.zeros((9, len(ANIMALS)), np.uint8))[:, 0].flags.contiguous


def test_many_photos_roll_up_as_few_do() -> None:
    rng = np.random.default_rng(1)
    many = rng.integers(0, 256, (BLOCK + 5, len(ANIMALS)), np.uint8)
    hierarchy = Hierarchy(ANIMALS)
    rolled = hierarchy.roll_up(many)
    for row in (0, BLOCK - 1, BLOCK, BLOCK + 4):
        assert (rolled[row] == hierarchy.matches(many[row])).all()


@st.composite
def hierarchies(draw: st.DrawFn) -> tuple[Label, ...]:
    """Up to nine labels in a random acyclic order, some kinds, some without a threshold."""
    size = draw(st.integers(1, 9))
    order = draw(st.permutations(range(size)))
    drawn: list[Label] = []
    for at in range(size):
        earlier = [f"l{other}" for other in range(size) if order[other] < order[at]]
        some = (
            st.lists(st.sampled_from(earlier), unique=True, max_size=3) if earlier else st.just([])
        )
        drawn.append(
            label(
                f"l{at}",
                *draw(some),
                threshold=draw(st.one_of(st.none(), st.floats(0, 1))),
                group=draw(st.sampled_from(["things", KIND])),
                hidden_with=draw(some),
            )
        )
    return tuple(drawn)


@st.composite
def decided_photos(
    draw: st.DrawFn,
) -> tuple[tuple[Label, ...], np.ndarray, set[str], set[str]]:
    labels = draw(hierarchies())
    ids = [each.id for each in labels]
    predicted = draw(st.lists(st.integers(0, 255), min_size=len(ids), max_size=len(ids)))
    verdicts = draw(st.dictionaries(st.sampled_from(ids), st.booleans()))
    accepted = {each for each, verdict in verdicts.items() if verdict}
    return labels, np.array(predicted, np.uint8), accepted, set(verdicts) - accepted


@given(decided_photos())
def test_matches_are_what_the_definition_says(
    photo: tuple[tuple[Label, ...], np.ndarray, set[str], set[str]],
) -> None:
    labels, predicted, accepted, rejected = photo
    above = ancestors(labels)

    def counts(at: int) -> bool:
        """Whether the label itself is accepted, or predicted with nothing rejected above it."""
        each = labels[at]
        if each.id in accepted:
            return True
        likely = predicted[at] >= threshold_code(each.threshold)
        return bool(likely) and not (rejected & {each.id, *above[each.id]})

    expected = {
        each.id
        for each in labels
        if any(
            counts(at) and (other.id == each.id or each.id in above[other.id])
            for at, other in enumerate(labels)
        )
    }
    assert matched(predicted, labels=labels, accepted=accepted, rejected=rejected) == expected


@given(decided_photos())
def test_what_is_shown_always_keeps_its_promises(
    photo: tuple[tuple[Label, ...], np.ndarray, set[str], set[str]],
) -> None:
    labels, predicted, accepted, rejected = photo
    above = ancestors(labels)
    places = shown(labels, predicted, accepted, rejected)
    visible = [labels[at] for at in places]
    ids = {each.id for each in visible}
    assert len(ids) == len(places)
    assert ids <= matched(predicted, labels=labels, accepted=accepted, rejected=rejected)
    for each in visible:
        assert not (ids & above[each.id]), "an ancestor is shown beside its descendant"
        if each.id not in accepted:
            assert each.threshold is not None
            assert not (ids & set(each.hidden_with))
    if accepted and not any(above[other] & accepted for other in accepted):
        assert accepted - {a for each in ids for a in above[each]} <= ids
    order = [
        (labels[at].id not in accepted, -longest_way_up(labels, labels[at].id), -int(predicted[at]))
        for at in places
    ]
    by_the_network = [each for each in order if each[0]]
    assert by_the_network == sorted(by_the_network)
    assert [each[0] for each in order] == sorted(each[0] for each in order)


def longest_way_up(labels: Sequence[Label], label_id: str) -> int:
    """Count the steps from a label to the furthest one without parents."""
    [found] = [each for each in labels if each.id == label_id]
    return max((1 + longest_way_up(labels, parent) for parent in found.parents), default=0)


@given(hierarchies(), st.integers(0, 40), st.randoms(use_true_random=False))
def test_a_roll_up_agrees_with_each_photo_alone(
    labels: tuple[Label, ...], count: int, random: object
) -> None:
    rng = np.random.default_rng(random.getrandbits(32))  # type: ignore[attr-defined]
    many = rng.integers(0, 256, (count, len(labels)), np.uint8)
    hierarchy = Hierarchy(labels)
    rolled = hierarchy.roll_up(many)
    assert rolled.shape == many.shape
    for row in range(count):
        assert (rolled[row] == hierarchy.matches(many[row])).all()

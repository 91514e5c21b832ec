"""What is known of a word follows from what is known of those above and below it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainer.vocabulary.material import follow_hierarchy
from trainer.vocabulary.table import Vocabulary, read_vocabulary

_TABLE = """id,name,group,aliases,parents,imagenet,learned,hidden_with,show
plant,plant,Plants,,,,plant,,
tree,tree,Plants,,plant,,tree,,
palm,palm,Plants,,tree,,,,
forest,forest,Plants,,tree,,forest,,
vehicle,vehicle,Vehicles,,,,*,,
car,car,Vehicles,,vehicle,,car,,
boat,boat,Vehicles,,vehicle,,boat,,
"""
PLANT, TREE, PALM, FOREST, VEHICLE, CAR, BOAT = range(7)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    path = tmp_path_factory.mktemp("table") / "words.csv"
    path.write_text(_TABLE)
    return read_vocabulary(path)


def _followed(
    vocabulary: Vocabulary, there: list[int], absent: dict[int, float]
) -> tuple[np.ndarray, np.ndarray]:
    targets = np.zeros((1, 7), dtype=np.float32)
    weights = np.zeros((1, 7), dtype=np.float32)
    targets[0, there] = 1
    weights[0, there] = 1
    for place, weight in absent.items():
        weights[0, place] = weight
    follow_hierarchy(vocabulary, targets, weights)
    return targets[0], weights[0]


def test_where_there_is_a_forest_there_are_trees_and_plants(vocabulary: Vocabulary) -> None:
    targets, weights = _followed(vocabulary, [FOREST], {PLANT: 0.25, CAR: 0.5})
    assert targets[[PLANT, TREE, FOREST]].tolist() == [1, 1, 1]
    assert weights.tolist() == [1, 1, 0, 1, 0, 0.5, 0]


def test_where_there_is_surely_no_plant_there_is_no_tree(vocabulary: Vocabulary) -> None:
    targets, weights = _followed(vocabulary, [], {PLANT: 1.0, TREE: 0.25})
    assert not targets.any()
    assert weights.tolist() == [1, 1, 0, 1, 0, 0, 0]


def test_a_word_without_a_head_stays_unknown(vocabulary: Vocabulary) -> None:
    _, weights = _followed(vocabulary, [TREE], {})
    assert weights[PALM] == 0


def test_a_word_is_learned_from_those_below_it(vocabulary: Vocabulary) -> None:
    targets, weights = _followed(vocabulary, [BOAT], {CAR: 0.5})
    assert (targets[VEHICLE], weights[VEHICLE]) == (1, 1)
    targets, weights = _followed(vocabulary, [], {CAR: 0.5, BOAT: 0.25})
    assert (targets[VEHICLE], weights[VEHICLE]) == (0, 0.25)
    assert weights[[CAR, BOAT]].tolist() == [0.5, 0.25]
    targets, weights = _followed(vocabulary, [], {CAR: 1.0})
    assert weights[VEHICLE] == 0


@given(
    targets=arrays(np.float32, (3, 7), elements=st.sampled_from([0.0, 1.0])),
    weights=arrays(np.float32, (3, 7), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
)
def test_nothing_known_is_lost_and_a_second_time_changes_nothing(
    vocabulary: Vocabulary, targets: np.ndarray, weights: np.ndarray
) -> None:
    weights[:, [PALM, VEHICLE]] = 0  # nothing is ever said of these by name
    targets[weights == 0] = 0
    weights[targets > 0] = 1
    before, known = targets.copy(), weights.copy()
    follow_hierarchy(vocabulary, targets, weights)
    assert (weights >= known).all()
    assert (targets[(before > 0) & (known > 0)] == 1).all()
    again, same = targets.copy(), weights.copy()
    follow_hierarchy(vocabulary, again, same)
    assert np.array_equal(again, targets)
    assert np.array_equal(same, weights)

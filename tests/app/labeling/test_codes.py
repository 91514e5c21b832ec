import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from app.labeling.codes import NEVER, nearly, threshold_code, to_codes, to_probability

probabilities = st.floats(0, 1, width=32)


@given(probabilities)
def test_a_probability_survives_its_code_to_within_half_a_step(probability: float) -> None:
    code = to_codes(np.array([probability], np.float32))[0]
    assert abs(to_probability(code) - probability) <= 0.5 / 255 + 1e-6


@given(probabilities, probabilities)
@example(0.30000001192092896, 0.30000001192092896)
def test_a_probability_that_reaches_its_threshold_also_does_as_a_code(
    probability: float, threshold: float
) -> None:
    code = int(to_codes(np.array(probability, np.float32)))
    if probability >= threshold and code > 0:
        assert code >= threshold_code(threshold)


def test_a_label_without_threshold_is_never_reached() -> None:
    assert threshold_code(None) == NEVER
    assert to_codes(np.array([1.0])).max() < NEVER


def test_a_probability_of_zero_never_makes_a_match() -> None:
    assert threshold_code(0.0) == 1


def test_odd_numbers_from_a_network_become_valid_codes() -> None:
    odd = np.array([[np.nan, -0.2, 1.2, np.inf]], np.float32)
    codes = to_codes(odd)
    assert codes.dtype == np.uint8
    assert codes.tolist() == [[0, 0, 255, 255]]


def test_from_half_its_threshold_on_a_label_nearly_stands() -> None:
    assert nearly(200) == 100
    assert nearly(201) == 101
    assert nearly(20) == 13  # one in twenty at least
    assert nearly(NEVER) == 128

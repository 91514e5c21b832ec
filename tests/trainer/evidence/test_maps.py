"""Evidence lies where the network saw a label, and nowhere for a label of which nothing speaks."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from trainer.calibration import Logistic
from trainer.evidence import EvidenceMaps
from trainer.heads import Head
from trainer.network import ColumnsAnswer
from trainer.tuned.ensemble import EnsembleAnswer


class Linear(nn.Module):
    """Means [N,C] in, sigmoid of one linear layer out."""

    def __init__(self, weights: list[list[float]], biases: list[float]) -> None:
        super().__init__()
        self.layer = nn.Linear(len(weights[0]), len(weights))
        with torch.no_grad():
            self.layer.weight.copy_(torch.tensor(weights))
            self.layer.bias.copy_(torch.tensor(biases))

    def forward(self, means: Tensor) -> Tensor:
        return torch.sigmoid(self.layer(means))


def _maps(features: Tensor, answer: nn.Module) -> Tensor:
    with torch.inference_mode():
        found: Tensor = EvidenceMaps(answer)(features)
    return found


def _spot(row: int, column: int, channels: int = 2) -> Tensor:
    """Return maps [1,C,6,8], 0 but for the first channel in one place."""
    features = torch.zeros(1, channels, 6, 8)
    features[0, 0, row, column] = 30.0
    return features


def _peak(evidence: Tensor) -> tuple[int, int]:
    at = int(evidence.argmax())
    return at // evidence.shape[1], at % evidence.shape[1]


def test_each_label_is_seen_where_its_own_channel_is_bright() -> None:
    features = _spot(1, 2)
    features[0, 1, 4, 6] = 30.0
    evidence = _maps(features, Linear([[9.0, 0.0], [0.0, 9.0]], [-4.0, -4.0]))
    assert evidence.shape == (1, 2, 6, 8)
    first, second = evidence[0]
    assert first[1, 2] == first.max()
    assert second[4, 6] == second.max()
    assert first[4, 6] == 0
    assert second[1, 2] == 0


def test_the_strongest_place_has_the_labels_own_probability() -> None:
    answer = Linear([[9.0, 0.0]], [-4.0])
    features = _spot(3, 3)
    probability = answer(features.mean((2, 3)))[0, 0]
    torch.testing.assert_close(_maps(features, answer).amax(), probability)


def test_nothing_is_made_of_a_label_that_no_place_moves() -> None:
    flat = torch.full((1, 2, 6, 8), 3.0)
    sure_of_all_and_of_nothing = Linear([[2.0, 2.0], [0.0, 0.0]], [0.0, 4.0])
    assert _maps(flat, sure_of_all_and_of_nothing).max() < 1e-4
    assert not _maps(_spot(2, 2), Linear([[0.0, 9.0]], [3.0])).any()


def test_a_label_that_is_unlikely_has_next_to_no_evidence() -> None:
    assert _maps(_spot(2, 2), Linear([[9.0, 0.0]], [-12.0])).max() < 0.01


def test_faint_differences_are_not_blown_up() -> None:
    features = torch.full((1, 2, 6, 8), 3.0)
    features[0, 0, 2, 2] += 0.01
    assert _maps(features, Linear([[1.0, 0.0]], [0.0])).max() < 0.05


def test_a_place_that_speaks_against_a_label_is_no_evidence_of_it() -> None:
    evidence = _maps(_spot(2, 3), Linear([[-9.0, 0.0]], [4.0]))[0, 0]
    assert not evidence[2, 3]


def test_a_head_with_a_hidden_layer_and_several_tails_point_too() -> None:
    torch.manual_seed(0)
    features = torch.rand(2, 12, 5, 4) * 6
    platt = Logistic(np.ones((3, 1)), np.zeros(3))
    heads = [Head(6, 3, hidden=8, dropout=0.0).eval() for _ in range(2)]
    both = _maps(features, EnsembleAnswer(heads, platt))
    first = _maps(features[:, :6], ColumnsAnswer(nn.ModuleList(heads[:1]), platt))
    for evidence in (both, first):
        assert evidence.shape == (2, 3, 5, 4)
        assert evidence.min() >= 0
        assert evidence.max() <= 1
        assert evidence.max() > 0


def test_the_packs_own_weights_are_not_rounded() -> None:
    answer = Linear([[0.1] * 2048], [0.0])
    EvidenceMaps(answer)
    assert (answer.layer.weight == 0.1).all()


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 3),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    strength=st.floats(0, 1e4),
)
def test_evidence_is_finite_and_never_above_the_labels_probability(
    seed: int, count: int, size: tuple[int, int], strength: float
) -> None:
    random = torch.Generator().manual_seed(seed)
    features = torch.rand(count, 5, *size, generator=random) * strength
    answer = Linear([[1.0, -1.0, 0.5, 0.0, 0.0]] * 2, [0.0, -3.0])
    evidence = _maps(features, answer)
    assert evidence.shape == (count, 2, *size)
    assert torch.isfinite(evidence).all()
    assert (evidence >= 0).all()
    assert (evidence.amax((2, 3)) <= answer(features.mean((2, 3))) + 1e-6).all()


@settings(max_examples=20)
@given(row=st.integers(0, 5), column=st.integers(0, 7))
def test_the_peak_is_at_most_a_cell_from_what_was_planted(row: int, column: int) -> None:
    found = _peak(_maps(_spot(row, column), Linear([[9.0, 0.0]], [-4.0]))[0, 0])
    assert abs(found[0] - row) <= 1
    assert abs(found[1] - column) <= 1

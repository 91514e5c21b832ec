from pathlib import Path

import numpy as np
import pytest

from app.labeling.codes import to_codes
from app.labeling.device import DeviceReport
from app.labeling.hierarchy import Hierarchy
from app.labeling.pack import Pack, find_packs, labels_from_json
from app.labeling.session import PackSession

MODELS = Path(__file__).parents[3] / "models"
ON_CPU = DeviceReport("cpu", "a processor", "CPU, as you asked")


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    found, errors = find_packs([MODELS])
    assert errors == []
    return found


def test_two_packs_ship_and_the_first_opens_the_second(packs: list[Pack]) -> None:
    assert [pack.id for pack in packs] == ["photos", "genres"]
    gate = packs[1].gate
    assert gate is not None
    assert gate.key == "photos/poster"
    assert all(pack.license for pack in packs)


def test_shipped_labels_survive_the_library(packs: list[Pack]) -> None:
    for pack in packs:
        assert labels_from_json(pack.labels_json()) == pack.labels
        assert Hierarchy(pack.labels).roll_up(np.full((1, len(pack.labels)), 255, np.uint8)).any()


@pytest.mark.parametrize("at", [0, 1])
def test_a_shipped_network_gives_the_same_labels_in_any_batch(packs: list[Pack], at: int) -> None:
    pack = packs[at]
    noise = np.random.default_rng(at).integers(
        0, 256, (3, pack.input.height, pack.input.width, 3), np.uint8
    )
    with PackSession(pack, ON_CPU, threads=2) as session:
        together = session.run(noise)
        alone = session.run(noise[1:2])
    assert together.probabilities.shape == (3, len(pack.labels))
    difference = to_codes(together.probabilities)[1].astype(int) - to_codes(alone.probabilities)[0]
    assert np.abs(difference).max() <= 1

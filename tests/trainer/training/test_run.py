"""What a run does on its way: curve, early stopping, the best epoch, precision, bad input."""

from pathlib import Path
from typing import Any

import pytest
import torch
from filelock import FileLock

from tests.support.trained import FOLDER, draw_shapes, run_place, trained_recipe
from trainer.errors import DataError, RecipeError, TrainerError
from trainer.training.checkpoint import Position, load
from trainer.training.figures import EpochFigures, epoch_figures
from trainer.training.history import read_history
from trainer.training.kept import kept_network
from trainer.training.run import RunOptions, smoked, train_network

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("runs")
    draw_shapes(root / "data")
    return root


def _train(root: Path, name: str, options: RunOptions | None = None, **over: Any) -> Position:
    return train_network(trained_recipe(**over), run_place(root, name), options)[1]


def test_the_curve_has_a_line_every_ten_steps_and_one_an_epoch(root: Path) -> None:
    _train(root, "curve", training={"epochs": 7})
    lines = read_history(run_place(root, "curve").folder / "history.jsonl")
    steps = [line for line in lines if line["kind"] == "step"]
    epochs = [line for line in lines if line["kind"] == "epoch"]
    assert [(line["step"], line["epoch"]) for line in steps] == [(10, 4), (20, 7)]
    assert [(line["epoch"], line["step"]) for line in epochs] == [(n, 3 * n) for n in range(1, 8)]
    assert set(epochs[0]) >= {
        "kind", "epoch", "step", "train_loss", "loss", "accuracy", "micro_precision", "precision",
        "seconds",
    }  # fmt: skip
    assert len(epochs[0]["precision"]) == 2
    assert epochs[-1]["train_loss"] < epochs[0]["train_loss"]


def test_epoch_figures_are_what_their_names_say() -> None:
    probabilities = torch.tensor([[0.9, 0.2], [0.6, 0.4], [0.1, 0.3]]).numpy()
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]).numpy()
    found = epoch_figures(probabilities, targets, epoch=1, train_loss=0.5)
    expected = torch.nn.functional.binary_cross_entropy(
        torch.from_numpy(probabilities), torch.from_numpy(targets)
    )
    assert found.loss == pytest.approx(float(expected), rel=1e-6)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.micro_precision == pytest.approx(0.5)
    assert found.precision == (0.5, None)


def test_a_run_stops_early_and_keeps_the_best_epoch(root: Path) -> None:
    figures: list[EpochFigures] = []
    training = {
        "epochs": 60,
        "patience": 2,
        "keep": "best",
        "learning_rate": 0.05,
        "average": 0.0,
        "optimiser": "sgd",
        "schedule": "constant",
    }
    position = _train(
        root, "early", RunOptions(follow=figures.append), training={**training, "momentum": 0.9}
    )
    losses = [one.loss for one in figures]
    best = min(range(len(losses)), key=losses.__getitem__)
    assert position.best_epoch == best + 1
    assert position.epoch == len(losses) == best + 3 < 60
    recipe = trained_recipe(training={**training, "momentum": 0.9})
    kept = kept_network(recipe, run_place(root, "early").folder)
    best_states = load(run_place(root, "early").folder / "best.pt").states["network"]
    for name, value in kept.network.state_dict().items():
        assert torch.equal(value, best_states[name])


def test_the_running_average_is_what_is_kept_of_the_last_epoch(root: Path) -> None:
    _train(root, "average")
    folder = run_place(root, "average").folder
    states = load(folder / "checkpoint.pt").states
    weight = kept_network(trained_recipe(), folder).network.last.weight
    assert torch.equal(weight, states["average"]["module.last.weight"])
    assert not torch.equal(weight, states["network"]["last.weight"])


@pytest.mark.parametrize(
    "training",
    [
        {"optimiser": "adagrad", "schedule": "cosine", "sampling": "rare-more"},
        {"optimiser": "sgd", "schedule": "one-cycle", "loss": "asymmetric"},
        {"precision": "bf16", "positive_weights": True, "sampling": "frequent-less"},
    ],
)
def test_all_settings_go_on_exactly_after_a_stop(root: Path, training: dict[str, Any]) -> None:
    name = "-".join(map(str, training.values()))
    _train(root, name, training=training)
    with pytest.raises(KeyboardInterrupt):
        _train(root, f"{name}-stopped", RunOptions(stop_after=2), training=training)
    _train(root, f"{name}-stopped", training=training)
    one, other = (
        load(run_place(root, each).folder / "checkpoint.pt").states["network"]
        for each in (name, f"{name}-stopped")
    )
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_half_precision_without_a_gpu_falls_back_with_a_word(root: Path) -> None:
    if torch.cuda.is_available():
        return
    told: list[str] = []
    options = RunOptions(tell=told.append)
    _train(root, "fp16", options, training={"precision": "fp16", "epochs": 1})
    assert any("fp16" in line for line in told)


def test_a_smoke_run_ends_after_fifty_steps_on_small_pictures(root: Path) -> None:
    recipe = smoked(trained_recipe())
    assert (recipe.images.height, recipe.images.width) == (96, 96)
    small = trained_recipe(training={"epochs": 30})
    _, position = train_network(small, run_place(root, "smoke"), RunOptions(smoke=True))
    assert position.smoke
    assert position.step == 50
    assert position.epoch == 17


def test_a_smoke_run_is_for_whole_networks() -> None:
    with pytest.raises(RecipeError, match="train it without --smoke"):
        smoked(trained_recipe(network={"kind": "frozen", "trunk": "random"}))


def test_helping_pictures_are_trained_on_with_their_weight(tmp_path: Path) -> None:
    draw_shapes(tmp_path / "data")
    (tmp_path / "more").mkdir()
    draw_shapes(tmp_path / "more", count=12, side=20)
    (tmp_path / "more" / FOLDER).rename(tmp_path / "data" / "more")
    data = [
        {"folder": FOLDER, "reader": "genre-csv"},
        {"folder": "more", "reader": "genre-csv", "help_only": True, "weight": 0.5},
    ]
    recipe = trained_recipe(data=data, training={"epochs": 1})
    material, position = train_network(recipe, run_place(tmp_path))
    assert position.step == 5
    assert material.weights is not None
    assert material.weights[-1].tolist() == [0.5, 0.5]
    assert set(range(40, 52)) <= set(material.training.tolist())


def test_a_loss_that_is_no_number_names_the_step_and_the_way_out(root: Path) -> None:
    training = {"optimiser": "sgd", "learning_rate": 1e38, "average": 0.0}
    with pytest.raises(TrainerError, match=r"no number .* step \d+; lower training.learning_rate"):
        _train(root, "diverged", training=training)


def test_two_processes_do_not_train_in_one_folder(root: Path) -> None:
    place = run_place(root, "taken")
    place.folder.mkdir(parents=True)
    with (
        FileLock(place.folder / "run.lock"),
        pytest.raises(TrainerError, match=r"Another process trains in .*taken"),
    ):
        train_network(trained_recipe(), place)


def test_a_split_without_validation_pictures_is_refused(root: Path) -> None:
    with pytest.raises(DataError, match=r"no validation pictures; change \[split\]"):
        _train(root, "none", split={"validation": 0.0})

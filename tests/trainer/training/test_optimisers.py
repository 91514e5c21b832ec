"""Every optimiser and schedule of a recipe lowers the loss, and goes on where it was."""

from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor, nn, optim
from torch.nn import functional

from trainer.network_settings import Training
from trainer.training.losses import loss_of
from trainer.training.optimisers import optimiser_of, schedule_of

_OPTIMISERS = ("adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta")
_SCHEDULES = ("constant", "cosine", "one-cycle")


def _training(**settings: Any) -> Training:
    return msgspec.convert(settings, type=Training)


def _problem() -> tuple[nn.Module, Tensor, Tensor]:
    torch.manual_seed(0)
    inputs = torch.randn(16, 4)
    return nn.Linear(4, 2), inputs, (inputs[:, :2] > 0).float()


@pytest.mark.parametrize("name", _OPTIMISERS)
@pytest.mark.parametrize("loss", ["bce", "asymmetric"])
def test_steps_of_every_optimiser_lower_every_loss(name: str, loss: str) -> None:
    network, inputs, targets = _problem()
    training = _training(
        optimiser=name, loss=loss, learning_rate=1.0 if name == "adadelta" else 0.01, momentum=0.5
    )
    measure = loss_of(training, targets.numpy())
    optimiser = optimiser_of(training, network.parameters())
    losses = []
    for _ in range(5):
        optimiser.zero_grad()
        value = measure(network(inputs), targets)
        value.backward()
        optimiser.step()
        losses.append(float(value.detach()))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0]


def test_what_is_frozen_is_not_given_to_the_optimiser() -> None:
    network, *_ = _problem()
    assert isinstance(network, nn.Linear)
    network.weight.requires_grad_(False)
    groups = optimiser_of(_training(), network.parameters()).param_groups
    assert [len(group["params"]) for group in groups] == [1]


def test_adam_is_kerass_with_its_larger_epsilon() -> None:
    network, *_ = _problem()
    optimiser = optimiser_of(_training(), network.parameters())
    assert isinstance(optimiser, optim.Adam)
    assert optimiser.defaults["eps"] == 1e-7
    assert optimiser.defaults["betas"] == (0.9, 0.999)
    own = optimiser_of(_training(epsilon=1e-8), network.parameters())
    assert own.defaults["eps"] == 1e-8


def _rates(name: str, steps: int, *, stop: int | None = None) -> list[float]:
    """Return the learning rate of each step; ``stop``: saved and loaded again after that many."""
    training = _training(schedule=name, learning_rate=0.1, optimiser="sgd")
    network, *_ = _problem()
    optimiser = optimiser_of(training, network.parameters())
    schedule = schedule_of(training, optimiser, steps)
    rates = []
    for step in range(steps):
        if step == stop:
            kept = optimiser.state_dict(), schedule.state_dict()
            optimiser = optimiser_of(training, network.parameters())
            schedule = schedule_of(training, optimiser, steps)
            optimiser.load_state_dict(kept[0])
            schedule.load_state_dict(kept[1])
        rates.append(float(optimiser.param_groups[0]["lr"]))
        optimiser.step()
        schedule.step()
    return rates


def test_a_constant_rate_stays_and_the_others_go_down() -> None:
    assert _rates("constant", 20) == [0.1] * 20
    cosine = _rates("cosine", 20)
    assert cosine[0] == pytest.approx(0.1)
    assert cosine == sorted(cosine, reverse=True)
    assert cosine[-1] < 0.002
    cycle = _rates("one-cycle", 20)
    assert cycle[0] == pytest.approx(0.1 / 25)
    assert max(cycle) == pytest.approx(0.1, rel=0.05)
    assert cycle.index(max(cycle)) in (1, 2)
    assert cycle[-1] < 0.002


@pytest.mark.parametrize("name", _SCHEDULES)
def test_a_schedule_goes_on_where_it_was(name: str) -> None:
    assert _rates(name, 12, stop=5) == pytest.approx(_rates(name, 12))


@pytest.mark.parametrize("name", _SCHEDULES)
def test_a_run_of_one_step_has_a_schedule_too(name: str) -> None:
    assert len(_rates(name, 1)) == 1


def test_a_step_after_the_loss_is_a_step_down() -> None:
    network, inputs, targets = _problem()
    before = functional.binary_cross_entropy_with_logits(network(inputs), targets)
    before.backward()  # type: ignore[no-untyped-call]
    optimiser_of(_training(optimiser="sgd", learning_rate=0.1), network.parameters()).step()
    assert functional.binary_cross_entropy_with_logits(network(inputs), targets) < before

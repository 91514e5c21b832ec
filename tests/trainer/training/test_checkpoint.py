"""A checkpoint is whole or the former one, and belongs to one recipe and its data."""

import contextlib
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import torch

from tests.support.trained import trained_recipe
from trainer.errors import TrainerError
from trainer.recipe import Recipe
from trainer.training.checkpoint import (
    Identity,
    Position,
    check_same,
    different_keys,
    load,
    recipe_json,
    save,
)

_STATES = {"network": {"weight": torch.arange(6.0)}}


def _identity(**over: object) -> Identity:
    return Identity(trained_recipe(**over), "digest", "scratch")


def test_everything_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    identity, position = _identity(), Position(step=7, epoch=1, best_loss=0.25)
    save(path, identity, position, _STATES)
    found = load(path)
    assert found.identity == identity
    assert found.position == position
    assert torch.equal(found.states["network"]["weight"], torch.arange(6.0))
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


@contextlib.contextmanager
def _small_files() -> Iterator[None]:
    """Let no file grow over 1,000 bytes, pytest's own output neither: what a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_former_checkpoint_whole(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save(path, _identity(), Position(step=1), _STATES)
    before = path.read_bytes()
    told = r"checkpoint\.pt cannot be written: .* make room"
    with pytest.raises(TrainerError, match=told), _small_files():
        save(path, _identity(), Position(step=2), _STATES)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_what_a_kill_left_half_written_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    save(path, _identity(), Position(step=1), _STATES)
    (tmp_path / "checkpoint.pt.writing").write_bytes(b"half")
    assert load(path).position.step == 1
    save(path, _identity(), Position(step=2), _STATES)
    assert load(path).position.step == 2
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 broken"])
def test_a_damaged_checkpoint_is_named_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(content)
    with pytest.raises(TrainerError, match=r"checkpoint\.pt is no checkpoint .* --fresh"):
        load(path)


def test_a_file_of_weights_alone_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save({"weight": torch.zeros(2)}, path)
    with pytest.raises(TrainerError, match="is no checkpoint"):
        load(path)


def test_a_checkpoint_of_a_later_version_says_so(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save({"format": 99}, path)
    with pytest.raises(TrainerError, match="format 99"):
        load(path)


class _Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return sys.exit, ("code in a checkpoint was run",)


def test_no_code_in_a_checkpoint_is_run(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    torch.save({"format": 1, "recipe": _Harmful()}, path)
    with pytest.raises(TrainerError, match="is no checkpoint"):
        load(path)


def test_another_recipe_is_refused_and_its_keys_are_named(tmp_path: Path) -> None:
    found = _identity()
    wanted = _identity(training={"batch": 4, "learning_rate": 0.1})
    with pytest.raises(TrainerError) as caught:
        check_same(tmp_path / "runs" / "own" / "checkpoint.pt", found, wanted)
    told = str(caught.value)
    assert str(tmp_path / "runs" / "own") in told
    assert "training.batch, training.learning_rate" in told
    assert "--fresh" in told
    assert "--runs" in told


def test_other_pictures_or_labels_are_refused(tmp_path: Path) -> None:
    found = _identity()
    with pytest.raises(TrainerError, match="other pictures, labels or split"):
        check_same(tmp_path / "checkpoint.pt", found, replace(found, data="other"))


def test_what_is_only_told_or_done_afterwards_may_change() -> None:
    one = trained_recipe()
    other = trained_recipe(
        training={"calibration": "none", "thresholds": "half"}, pack={"title": "Better"}
    )
    assert different_keys(one, other) == ()


def test_a_layer_more_is_told_by_its_place() -> None:
    one = trained_recipe()
    network = msgspec.to_builtins(one.network)
    network["dense"] = [*network["dense"], {"width": 4}]
    assert "network.dense.1.width" in different_keys(one, trained_recipe(network=network))


def test_a_recipe_as_json_is_the_whole_recipe() -> None:
    recipe = trained_recipe()
    assert msgspec.json.decode(recipe_json(recipe), type=Recipe) == recipe

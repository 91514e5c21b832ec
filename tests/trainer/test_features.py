"""Kept features survive a full disk: one sentence, and the next command goes on."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.errors import TrainerError
from trainer.features import FeatureCache, PictureSet
from trainer.pictures import InputSpec
from trainer.trunk import random_trunk

_SPEC = InputSpec(32, 32, "stretch", "bilinear")


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system claims no room ahead")
def test_a_full_disk_is_told_in_one_sentence_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = _pictures(tmp_path)
    cache = FeatureCache(tmp_path / "features", random_trunk(0), _SPEC)
    whole: Callable[[int, int, int], None] = os.posix_fallocate

    def full(descriptor: int, start: int, length: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(TrainerError, match=r"plain\.npy cannot be written: .* make room"):
        cache.get(pictures, "plain")
    monkeypatch.setattr(os, "posix_fallocate", whole)
    found = cache.get(pictures, "plain")
    assert found.shape == (3, 1280)
    assert np.isfinite(found).all()


def test_all_the_room_is_claimed(tmp_path: Path) -> None:
    FeatureCache(tmp_path / "features", random_trunk(0), _SPEC).get(_pictures(tmp_path), "plain")
    (file,) = (tmp_path / "features").rglob("plain.npy")
    assert file.stat().st_blocks * 512 >= file.stat().st_size


def _pictures(folder: Path) -> PictureSet:
    paths = []
    for number in range(3):
        paths.append(folder / f"{number}.png")
        Image.new("RGB", (40, 40), (80 * number, 90, 100)).save(paths[-1])
    return PictureSet("drawn", tuple(paths))

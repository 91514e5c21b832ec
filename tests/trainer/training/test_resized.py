"""Pictures are decoded and resized once, whatever stops the work in between."""

from pathlib import Path

import numpy as np
import pytest

from tests.support.labelled_folders import picture
from trainer.errors import DataError, TrainerError
from trainer.features import PictureSet
from trainer.pictures import InputSpec, network_input
from trainer.training.resized import resized

_SPEC = InputSpec(8, 6, "stretch", "bilinear")


def _set(folder: Path, *numbers: int, name: str = "set") -> PictureSet:
    return PictureSet(name, tuple(picture(folder / f"{n}.png", seed=n) for n in numbers))


def _expected(pictures: PictureSet) -> list[np.ndarray]:
    return [network_input(path, view="plain", spec=_SPEC) for path in pictures.paths]


def test_pictures_come_as_the_network_sees_them_in_any_order(tmp_path: Path) -> None:
    pictures = _set(tmp_path / "in", *range(5))
    found = resized(tmp_path / "kept", [pictures], _SPEC)
    expected = _expected(pictures)
    np.testing.assert_array_equal(
        found[np.array([4, 0, 4])], np.stack([expected[4], expected[0], expected[4]])
    )
    assert len(found) == 5


def test_several_data_sets_stand_one_after_the_other(tmp_path: Path) -> None:
    first, second = _set(tmp_path / "a", 0, 1, name="a"), _set(tmp_path / "b", 2, 3, name="b")
    found = resized(tmp_path / "kept", [first, second], _SPEC)
    expected = [*_expected(first), *_expected(second)]
    np.testing.assert_array_equal(
        found[np.array([3, 0, 2])], np.stack([expected[i] for i in (3, 0, 2)])
    )


def test_a_second_run_decodes_nothing(tmp_path: Path) -> None:
    pictures = _set(tmp_path / "in", 0, 1)
    resized(tmp_path / "kept", [pictures], _SPEC)
    told: list[str] = []
    resized(tmp_path / "kept", [pictures], _SPEC, tell=told.append)
    assert told == []


def test_new_and_changed_pictures_alone_are_decoded(tmp_path: Path) -> None:
    resized(tmp_path / "kept", [_set(tmp_path / "in", 0, 1)], _SPEC)
    picture(tmp_path / "in" / "1.png", seed=99)
    pictures = PictureSet("set", tuple(tmp_path / "in" / f"{n}.png" for n in (0, 1)))
    more = PictureSet("set", (*pictures.paths, picture(tmp_path / "in" / "2.png", seed=2)))
    told: list[str] = []
    found = resized(tmp_path / "kept", [more], _SPEC, tell=told.append)
    assert told == ["Resizing 2 pictures of set."]
    np.testing.assert_array_equal(found[np.arange(3)], np.stack(_expected(more)))


def test_work_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    pictures = _set(tmp_path / "in", *range(4))
    resized(tmp_path / "kept", [pictures], _SPEC)
    home = tmp_path / "kept" / _SPEC.key
    index = home / "set.index"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join(lines[:2]) + lines[2][:5])
    with (home / "set.pixels").open("ab") as file:
        file.write(b"half a picture")
    told: list[str] = []
    found = resized(tmp_path / "kept", [pictures], _SPEC, tell=told.append)
    assert told == ["Resizing 2 pictures of set."]
    np.testing.assert_array_equal(found[np.arange(4)], np.stack(_expected(pictures)))


def test_a_full_disk_names_the_folder_and_the_bytes(tmp_path: Path) -> None:
    pictures = _set(tmp_path / "in", 0)
    huge = InputSpec(10_000_000, 10_000_000, "stretch", "bilinear")
    with pytest.raises(TrainerError, match=r"need 300,000,000,000,000 bytes in .*kept.*--runs"):
        resized(tmp_path / "kept", [pictures], huge)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    pictures = PictureSet("set", (tmp_path / "gone.png",))
    with pytest.raises(DataError, match=r"gone\.png"):
        resized(tmp_path / "kept", [pictures], _SPEC)

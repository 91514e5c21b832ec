"""The split: the same for everyone with the same seed, fair to every label, and without leaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from trainer.data.labelled import fold_of, held_out
from trainer.data.split import NO_FOLD, Part, Pictures, apart, folds_of, kept_for_test, parts_of
from trainer.errors import DataError
from trainer.settings import SplitSettings

_STRATIFIED = SplitSettings(seed="one", test=0.15, validation=0.1, folds=5)
_HASHED = SplitSettings(seed="one", test=0.15, validation=0.1, folds=5, method="hashed")


def _pictures(count: int = 600, *, twins: int = 0, seed: int = 0) -> Pictures:
    random = np.random.default_rng(seed)
    shares = np.array([0.5, 0.2, 0.05, 0.02])
    targets = (random.random((count, 4)) < shares).astype(np.float32)
    contents = [str(max(0, number - twins)) for number in range(count)]
    return Pictures([f"p{number}" for number in range(count)], contents, targets)


def _shares(pictures: Pictures, part: NDArray[np.uint8]) -> NDArray[np.float64]:
    return np.array([pictures.targets[part == one].mean(axis=0) for one in Part])


def test_every_label_has_the_same_share_in_every_part() -> None:
    pictures = _pictures()
    test = kept_for_test(pictures, _STRATIFIED)
    part = parts_of(pictures, test, _STRATIFIED)
    assert np.bincount(part).tolist() == pytest.approx([459, 51, 90], abs=6)
    shares = _shares(pictures, part)
    np.testing.assert_allclose(shares[1], shares[0], atol=0.02)
    np.testing.assert_allclose(shares[2], shares[0], atol=0.02)


def test_folds_are_fair_too_and_leave_the_test_alone() -> None:
    pictures = _pictures()
    test = kept_for_test(pictures, _STRATIFIED)
    folds = folds_of(pictures, test, _STRATIFIED)
    assert set(folds[test].tolist()) == {NO_FOLD}
    for fold in range(5):
        share = pictures.targets[folds == fold].mean(axis=0)
        np.testing.assert_allclose(share, pictures.targets[~test].mean(axis=0), atol=0.04)


def test_a_label_of_ten_pictures_gets_into_every_part() -> None:
    targets = np.zeros((200, 2), dtype=np.float32)
    targets[:100, 0] = 1
    targets[95:105, 1] = 1
    pictures = Pictures([f"{n}" for n in range(200)], [f"{n}" for n in range(200)], targets)
    for seed in ("a", "b", "c", "d"):
        split = SplitSettings(seed=seed, test=0.15, validation=0.15)
        part = parts_of(pictures, kept_for_test(pictures, split), split)
        assert set(part[95:105].tolist()) == {0, 1, 2}


def test_the_hashed_split_is_what_it_always_was() -> None:
    pictures = _pictures()
    test = kept_for_test(pictures, _HASHED)
    np.testing.assert_array_equal(test, held_out(pictures.ids, part=0.15, seed="one"))
    folds = folds_of(pictures, test, _HASHED)
    np.testing.assert_array_equal(folds[~test], fold_of(pictures.ids, folds=5, seed="one")[~test])


@pytest.mark.parametrize("split", [_STRATIFIED, _HASHED], ids=lambda split: split.method)
def test_the_order_of_the_table_does_not_matter(split: SplitSettings) -> None:
    pictures = _pictures(120)
    order = np.random.default_rng(1).permutation(120)
    mixed = Pictures(
        [pictures.ids[at] for at in order],
        [pictures.contents[at] for at in order],
        pictures.targets[order],
    )
    test, again = kept_for_test(pictures, split), kept_for_test(mixed, split)
    np.testing.assert_array_equal(again, test[order])
    part, other = parts_of(pictures, test, split), parts_of(mixed, again, split)
    np.testing.assert_array_equal(other, part[order])
    folds, further = folds_of(pictures, test, split), folds_of(mixed, again, split)
    np.testing.assert_array_equal(further, folds[order])


def test_another_seed_is_another_split() -> None:
    other = SplitSettings(seed="two", test=0.15)
    assert (kept_for_test(_pictures(), _STRATIFIED) != kept_for_test(_pictures(), other)).any()


@settings(max_examples=40)
@given(
    count=st.integers(2, 40),
    kinds=st.integers(2, 12),
    share=st.floats(0.05, 0.9),
    seed=st.integers(0, 1000),
)
def test_the_same_bytes_never_stand_on_both_sides(
    count: int, kinds: int, share: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    contents = [str(number) for number in random.integers(0, kinds, count)]
    targets = random.integers(0, 2, (count, 3)).astype(np.float32)
    pictures = Pictures([f"{n}" for n in range(count)], contents, targets)
    chosen = apart(pictures, share=share, seed="x")
    inside = {one for one, mine in zip(contents, chosen, strict=True) if mine}
    outside = {one for one, mine in zip(contents, chosen, strict=True) if not mine}
    assert not inside & outside
    if len(set(contents)) > 1:
        assert inside
        assert outside


def test_one_label_only_is_divided_too() -> None:
    pictures = _pictures(100)
    one = Pictures(pictures.ids, pictures.contents, pictures.targets[:, :1])
    assert kept_for_test(one, _STRATIFIED).sum() == 15


def test_nothing_is_kept_apart_where_nothing_is_asked_for() -> None:
    split = SplitSettings(seed="one", test=0.0, validation=0.0)
    pictures = _pictures(50)
    assert not parts_of(pictures, kept_for_test(pictures, split), split).any()


@pytest.mark.parametrize("split", [_STRATIFIED, _HASHED], ids=lambda split: split.method)
def test_too_few_pictures_are_told(split: SplitSettings) -> None:
    with pytest.raises(DataError, match="1 pictures are too few to keep 15% of them"):
        kept_for_test(_pictures(1), split)


def test_too_few_pictures_for_the_folds_are_told() -> None:
    pictures = _pictures(4)
    with pytest.raises(DataError, match="too few for 5 folds"):
        folds_of(pictures, np.zeros(4, dtype=bool), _STRATIFIED)

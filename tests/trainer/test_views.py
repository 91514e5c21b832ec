"""Views of training pictures: what random ones keep, and that they can be made again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trainer.errors import RecipeError
from trainer.views import look

GREY = np.full((120, 160, 3), 128, dtype=np.uint8)


@given(
    view=st.sampled_from(
        ["plain", "mirror", "crop-1", "worn-1", "tall-2", "framed-1", "altered-2", "captioned-3"]
    ),
    pixels=st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
        lambda size: arrays(np.uint8, (*size, 3))
    ),
    name=st.text(max_size=8),
)
def test_any_view_of_any_picture_is_a_picture_and_the_same_again(
    view: str, pixels: np.ndarray, name: str
) -> None:
    seen = look(view, pixels, name=name)
    assert seen.dtype == np.uint8
    assert seen.ndim == 3
    assert seen.shape[2] == 3
    assert min(seen.shape) >= 1
    assert np.array_equal(seen, look(view, pixels, name=name))


def test_captions_are_written_in_white_with_a_dark_edge_at_top_or_bottom() -> None:
    seen = [look(f"captioned-{number}", GREY, name="cat.webp") for number in range(12)]
    for picture in seen:
        height = len(picture)
        edges = np.concatenate([picture[: height // 3], picture[-height // 3 :]])
        assert edges.max() > 220
        assert edges.min() < 60


def test_a_frame_makes_a_picture_larger_or_leaves_its_size() -> None:
    sizes = {look(f"framed-{number}", GREY, name="cat.webp").shape[:2] for number in range(12)}
    assert (120, 160) in sizes
    assert any(height > 120 for height, _ in sizes)
    assert all(height >= 120 and width >= 160 for height, width in sizes)


def test_an_altered_picture_is_grey_or_framed_or_compressed_but_one_of_these_only() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    done = set()
    for number in range(20):
        seen = look(f"altered-{number}", colours, name="cat.webp")
        if (seen == seen[..., :1]).all():
            assert seen.shape == colours.shape
            done.add("grey")
        elif seen.shape != colours.shape:
            edge = (seen.shape[0] - 120) // 2
            assert np.array_equal(seen[edge:-edge, edge:-edge], colours)
            assert len(np.unique(seen[:edge])) == 1
            done.add("framed")
        else:
            assert not np.array_equal(seen, colours)
            done.add("compressed")
    assert done == {"grey", "framed", "compressed"}


@pytest.mark.parametrize("view", ["framed", "captioned", "plain-1", "tilted", ""])
def test_an_unknown_view_is_named(view: str) -> None:
    with pytest.raises(RecipeError, match="There is no view"):
        look(view, GREY, name="cat.webp")

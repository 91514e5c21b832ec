"""The light falls where the evidence is, and nowhere else."""

import numpy as np
import pytest
from PIL import Image

from app.imaging.spotlight import DEEPEST, LINE, VEIL, laid_over, lit_boxes, spotlight


def corner() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    evidence = np.zeros((9, 9), np.float32)
    evidence[1:4, 1:4] = 0.4
    return evidence


def test_the_evidence_stays_clear_and_the_rest_is_veiled() -> None:
    overlay = spotlight(corner(), height=90, width=180)
    assert overlay.shape == (90, 180, 4)
    assert overlay.dtype == np.uint8
    assert overlay[25, 50, 3] < 10
    assert tuple(overlay[80, 170, :3]) == VEIL
    assert overlay[80, 170, 3] == pytest.approx(DEEPEST * 255, abs=1)


def test_a_line_shows_the_place_also_on_a_dark_picture() -> None:
    overlay = spotlight(corner(), height=90, width=90)
    black = np.asarray(laid_over(Image.new("RGB", (90, 90)), overlay), int)
    bright = np.argwhere(black[..., 2] > 150)
    assert len(bright)
    assert 5 <= bright.min() <= 15
    assert 35 <= bright.max() <= 45
    strongest = black.reshape(-1, 3)[black[..., 2].argmax()]
    assert np.abs(strongest - 0.8 * np.array(LINE)).max() < 10


def test_how_strong_the_evidence_is_changes_no_light() -> None:
    strong, weak = (
        spotlight(factor * corner(), height=40, width=40) for factor in (np.float32(2), 0.1)
    )
    assert np.abs(strong.astype(int) - weak).max() <= 1


def test_a_label_that_is_everywhere_hides_nothing() -> None:
    overlay = spotlight(np.full((4, 4), 0.3, np.float32), height=20, width=30)
    assert not overlay[..., 3].any()


def test_without_evidence_nothing_is_laid_over() -> None:
    assert not spotlight(np.zeros((4, 4), np.float32), height=20, width=30).any()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 50), (50, 1)])
def test_a_strip_or_a_dot_gets_an_overlay(height: int, width: int) -> None:
    assert spotlight(corner(), height=height, width=width).shape == (height, width, 4)


def test_the_boxes_hold_what_lies_within_the_line_and_nothing_else() -> None:
    evidence = corner()
    evidence[8, 5:9] = 0.3
    evidence[8, 0] = 0.1
    third = 3 / 9
    rows = [(1 / 9, row / 9, third, 1 / 9) for row in (1, 2, 3)]
    assert np.allclose(lit_boxes(evidence), [*rows, (5 / 9, 8 / 9, 4 / 9, 1 / 9)])


def test_no_evidence_has_no_box() -> None:
    assert lit_boxes(np.zeros((9, 9), np.float32)) == ()

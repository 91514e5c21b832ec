"""No picture takes for ever: pixels, lines and seconds are bounded, and a cut is told."""

from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.labeling.opening import Opener
from app.reading import Reader, tiles
from app.reading import reader as reading
from app.reading.recogniser import BATCH, BATCH_WIDTH, Crop, batches
from app.reading.tiles import LEAST_SHORT, MOST_PIXELS, MOST_SHORT, TILE_PIXELS, plan
from tests.app.reading.conftest import written


def test_a_tall_screenshot_is_read_to_its_end(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "MOST_PIXELS", 2_000_000)  # half the size, a quarter of the time
    screenshot = np.full((20_000, 400, 3), 255, np.uint8)
    for at, word in ((40, "Beginning"), (9_950, "In the middle"), (19_800, "The very end")):
        strip = written(word, width=400, size=40, step=60)
        screenshot[at : at + len(strip)] = strip
    page = reader.read_page(screenshot)
    assert [line.text for line in page.lines] == ["Beginning", "In the middle", "The very end"]
    assert page.lines[-1].box[1] > 0.98
    assert not page.cut_short


def test_a_wide_panorama_is_read_too(reader: Reader) -> None:
    panorama = np.full((300, 4_000, 3), 255, np.uint8)
    for at in (100, 3_500):
        page = written("Signpost", width=400, size=40, step=60)
        panorama[100 : 100 + len(page), at : at + 400] = page
    assert [line.text for line in reader.read(panorama)] == ["Signpost", "Signpost"]


def test_a_page_of_ten_thousand_lines_stops_in_time(reader: Reader) -> None:
    line = written("ten thousand lines", width=300, size=14, step=20)[10:34]
    page = np.tile(line, (834, 12, 1))  # 10,008 lines
    hurried = Reader(Opener("cpu", threads=1), max_seconds=0.5)
    hurried._recogniser = reader._open()
    found = hurried.read_page(page)
    assert found.cut_short
    assert len(found.lines) < 1_000


def test_a_slow_machine_reads_at_least_the_beginning(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 1)
    slow = Reader(Opener("cpu", threads=1), max_seconds=1e-3)  # over before any line is found
    slow._recogniser = reader._open()
    page = slow.read_page(written("One", "Two"))
    assert [line.text for line in page.lines] == ["One"]
    assert page.cut_short


def test_no_more_lines_than_the_bound(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINES", 2)
    page = reader.read_page(written("One", "Two", "Three"))
    assert [line.text for line in page.lines] == ["One", "Two"]
    assert page.cut_short


def test_whoever_stops_gets_what_there_is(reader: Reader) -> None:
    page = reader.read_page(written("One", "Two"), stop=lambda: True)
    assert page.lines == ()
    assert page.cut_short


def test_a_page_cut_short_has_its_beginning(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 1)
    asked = count()
    page = reader.read_page(written("One", "Two", "Three"), stop=lambda: next(asked) >= 2)
    assert [line.text for line in page.lines] == ["One", "Two"]
    assert page.cut_short


sides = st.integers(8, 30_000)


@given(width=sides, height=sides)
def test_any_picture_is_covered_by_parts_of_bounded_size(width: int, height: int) -> None:
    made = plan(width, height)
    assert 0 < width * height * made.scale**2 <= MOST_PIXELS * 1.001
    assert min(width, height) * made.scale <= MOST_SHORT * 1.001
    long = height if made.upright else width
    edges = [
        (tile.top, tile.bottom) if made.upright else (tile.left, tile.right) for tile in made.tiles
    ]
    assert edges[0][0] == 0
    assert edges[-1][1] == long
    owned = [(tile.own_from, tile.own_to) for tile in made.tiles]
    assert owned[0][0] == 0
    assert owned[-1][1] == long
    for (_, before), (after, _) in pairwise(owned):
        assert before == pytest.approx(after)
    for tile, (start, end) in zip(made.tiles, edges, strict=True):
        assert start <= tile.own_from < tile.own_to <= end
        area = (tile.right - tile.left) * (tile.bottom - tile.top) * made.scale**2
        assert area <= TILE_PIXELS * 1.2 + 4 * max(width, height)


def test_a_look_is_never_long_and_narrow() -> None:
    """The detector loses words at the edges of such looks."""
    for tile in plan(400, 20_000).tiles:
        assert tile.bottom - tile.top <= 3.2 * 400


def test_a_small_poster_is_enlarged_as_its_training_was() -> None:
    made = plan(300, 450)
    assert round(300 * made.scale) == LEAST_SHORT
    assert len(made.tiles) == 1


@given(widths=st.lists(st.integers(1, 900), max_size=40))
def test_every_line_is_in_one_batch_of_bounded_size(widths: list[int]) -> None:
    made = [
        Crop(np.zeros((10, width, 3), np.uint8), np.zeros((4, 2), np.float32)) for width in widths
    ]
    together = batches(made)
    assert sorted(at for batch in together for at in batch) == list(range(len(made)))
    for batch in together:
        assert len(batch) <= BATCH
        assert len(batch) == 1 or len(batch) * max(made[at].ratio for at in batch) <= BATCH_WIDTH

"""Why a photo has a label: the lines read in it that raise or lower it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine, EvidenceError, Told
from app.engine.file_words import FileWords
from app.labeling.pack import PackError
from app.reading import Line, UnavailableError
from tests.support.telling import DULL, POSTER, draw_poster, open_told, store_words

HORROR = "genres/horror"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, list[int]]]:
    with open_told(tmp_path) as made:
        yield made


@pytest.fixture
def engine(opened: tuple[Engine, list[int]]) -> Engine:
    return opened[0]


@pytest.fixture
def photos(opened: tuple[Engine, list[int]]) -> list[int]:
    return opened[1]


def told(engine: Engine, photo: int, key: str = HORROR) -> Told:
    found = engine.evidence.words_of_photo(photo, key)
    assert found is not None
    return found


def test_lines_that_raise_or_lower_a_label_are_told_strongest_first(
    engine: Engine, photos: list[int]
) -> None:
    found = told(engine, photos[0])
    title, tagline, director = POSTER[1], POSTER[2], POSTER[0]
    assert found.lines[0].line.text == title.text
    assert {each.line.text for each in found.lines[1:]} == {director.text, tagline.text}
    shares = {each.line.text: each.share for each in found.lines}
    expected = {title.text: 0.5, director.text: 0.25, tagline.text: -0.25}
    assert shares == pytest.approx(expected, abs=0.01)
    assert found.whole > 0.5 > found.none
    assert found.together == pytest.approx(found.whole - found.none)


def test_a_photo_not_read_one_without_words_and_one_whose_words_say_nothing_differ(
    engine: Engine, photos: list[int]
) -> None:
    unread, empty, dull = (told(engine, photo) for photo in photos[1:])
    assert (unread.was_read, empty.was_read, dull.was_read) == (False, True, True)
    assert (empty.any_lines, dull.any_lines) == (False, True)
    assert unread.lines == empty.lines == dull.lines == ()
    assert dull.together == 0


def test_words_that_arrive_later_are_told_without_opening_the_file_again(
    engine: Engine, photos: list[int], tmp_path: Path
) -> None:
    assert engine.evidence.of_photo(photos[3], HORROR) is not None
    assert not told(engine, photos[3]).lines
    (tmp_path / "Pictures" / "d dull.png").unlink()
    store_words(engine, photos[3], POSTER)
    assert len(told(engine, photos[3]).lines) == 3


def test_nobody_waits_any_more_so_nothing_is_weighed(engine: Engine, photos: list[int]) -> None:
    assert engine.evidence.words_of_photo(photos[0], HORROR, lambda: True) is None
    answers = iter([False, False, True])
    assert engine.evidence.words_of_photo(photos[0], HORROR, lambda: next(answers)) is None
    assert told(engine, photos[0]).lines


def test_the_light_is_the_pictures_own(engine: Engine, photos: list[int]) -> None:
    seen = engine.evidence.of_photo(photos[0], HORROR)
    assert seen is not None
    assert seen.anywhere
    assert seen.probability == pytest.approx(told(engine, photos[0]).none, abs=0.01)


def test_a_pack_that_reads_and_cannot_say_where_still_says_which_words(tmp_path: Path) -> None:
    with open_told(tmp_path, evidence=False) as (engine, photos):
        assert engine.evidence.refusal(HORROR) is None
        seen = engine.evidence.of_photo(photos[0], HORROR)
        assert seen is not None
        assert (seen.evidence, seen.spot) == (None, None)
        assert seen.probability == pytest.approx(told(engine, photos[0]).none)


def test_a_files_words_are_read_for_it(engine: Engine, tmp_path: Path) -> None:
    path = draw_poster(tmp_path / "other.png", POSTER)
    found = engine.evidence.words_of_file(path, HORROR, feigned(POSTER))
    assert len(found.lines) == 3
    assert not engine.evidence.words_of_file(path, HORROR, feigned(DULL)).lines
    said: list[str] = []
    missing = engine.evidence.words_of_file(path, HORROR, feigned(None, said))
    assert not missing.was_read
    assert said == ["It is missing. Labels come from the pictures alone."]


def test_packs_that_do_not_read_say_so(engine: Engine, photos: list[int], tmp_path: Path) -> None:
    assert engine.evidence.reads(HORROR)
    assert not engine.evidence.reads("user/holiday")
    with pytest.raises(EvidenceError, match="your own label"):
        engine.evidence.words_of_photo(photos[0], "user/holiday")


def test_a_damaged_text_model_is_the_packs_error(
    engine: Engine, photos: list[int], tmp_path: Path
) -> None:
    (tmp_path / "packs" / "genres" / "words.onnx").write_bytes(b"nothing")
    with pytest.raises(PackError, match=r"words\.onnx is damaged"):
        engine.evidence.words_of_photo(photos[0], HORROR)


class Feigned:
    """Reading is feigned where the engine would be asked."""

    def __init__(self, lines: tuple[Line, ...] | None) -> None:
        self.lines = lines

    def read(self, pixels: object) -> tuple[Line, ...]:
        if self.lines is None:
            raise UnavailableError("It is missing.")
        return self.lines


def feigned(lines: tuple[Line, ...] | None, said: list[str] | None = None) -> FileWords:
    tell = (said if said is not None else []).append
    return FileWords(Feigned(lines), tell)  # type: ignore[arg-type]

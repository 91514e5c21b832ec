"""`lumitag where` for a pack that reads: which words raise or lower a label."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.engine.words import PictureWords
from app.indexing.wishes import ENABLED_SETTING
from app.library.library import Library
from app.paths import user_data
from app.reading import Line, UnavailableError
from tests.app.cli.conftest import Lumitag
from tests.support.reading_packs import write_reading_pack
from tests.support.telling import MOON, POSTER, draw_poster, write_telling_pack


class FeignedReader:
    """Reading is feigned where the engine would be asked; counts what it is asked for."""

    def __init__(self, lines: tuple[Line, ...] | None) -> None:
        self.lines = lines
        self.asked = 0

    def read(self, pixels: object) -> tuple[Line, ...]:
        self.asked += 1
        if self.lines is None:
            raise UnavailableError("The engine that reads words is not installed.")
        return self.lines

    def close(self) -> None:
        """Nothing is open."""


Reading = Callable[..., FeignedReader]


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch, lumitag: Lumitag) -> Reading:
    write_telling_pack(user_data() / "models" / "genres")

    def install(lines: tuple[Line, ...] | None = POSTER) -> FeignedReader:
        reader = FeignedReader(lines)
        monkeypatch.setattr(PictureWords, "reader", lambda self: reader)
        return reader

    return install


@pytest.fixture
def poster(tmp_path: Path) -> Path:
    return draw_poster(tmp_path / "poster.png", POSTER)


def where(lumitag: Lumitag, *arguments: object) -> dict[str, Any]:
    said = lumitag("where", "horror", *arguments, "--json")
    assert said.code == 0
    [found] = said.objects
    return found


def test_the_words_stand_beside_the_place(lumitag: Lumitag, reading: Reading, poster: Path) -> None:
    reading()
    found = where(lumitag, poster)
    assert set(found) == {"path", "label", "probability", "peak", "box", "words"}
    x, y = found["peak"]
    assert MOON[0] <= x < MOON[2]
    assert MOON[1] <= y < MOON[3]
    words = found["words"]
    assert words["together"] == pytest.approx(0.5, abs=0.01)
    strongest = words["lines"][0]
    assert (strongest["text"], strongest["box"]) == ("HORROR", [32, 372, 336, 84])
    assert sorted(each["share"] for each in words["lines"]) == pytest.approx([-0.25, 0.25, 0.5])
    assert found["probability"] == pytest.approx(0.71, abs=0.05)


def test_people_read_the_same_in_one_line(lumitag: Lumitag, reading: Reading, poster: Path) -> None:
    reading()
    said = lumitag("where", "horror", poster)
    path, told = said.out.strip().split("\t")
    assert path == str(poster)
    assert "words +50%, “HORROR” +50%, " in told
    assert "“One kiss is all it takes” -25%" in told


def test_without_words_nothing_is_read(lumitag: Lumitag, reading: Reading, poster: Path) -> None:
    reader = reading()
    found = where(lumitag, poster, "--no-words")
    assert (found["words"], reader.asked) == (None, 0)
    assert found["probability"] < 0.5
    assert "words" not in lumitag("where", "horror", poster, "--no-words").out.split("\t")[1]


def test_where_reading_is_switched_off_nothing_is_read(
    lumitag: Lumitag, reading: Reading, poster: Path, tmp_path: Path
) -> None:
    reader = reading()
    library = Library.open(tmp_path / "library.sqlite")
    library.settings.set(ENABLED_SETTING, False)
    library.close()
    assert where(lumitag, poster)["words"] is None
    assert reader.asked == 0


def test_a_label_of_a_pack_that_does_not_read_is_told_as_before(
    lumitag: Lumitag, reading: Reading, poster: Path
) -> None:
    reader = reading()
    said = lumitag("where", "red", poster, "--json")
    assert said.code == 2
    assert reader.asked == 0


def test_a_picture_without_words_says_so(lumitag: Lumitag, reading: Reading, poster: Path) -> None:
    reading(())
    assert where(lumitag, poster)["words"] == {"together": 0, "lines": []}
    assert "no words were found" in lumitag("where", "horror", poster).out


def test_where_reading_is_unavailable_the_place_is_told_all_the_same(
    lumitag: Lumitag, reading: Reading, poster: Path
) -> None:
    reading(None)
    said = lumitag("where", "horror", poster, poster, "--json")
    assert said.code == 0
    assert [each["words"] for each in said.objects] == [None, None]
    assert said.objects[0]["peak"]
    assert said.err.count("not installed") == 1


def test_a_pack_that_cannot_say_where_still_tells_the_words(
    lumitag: Lumitag, reading: Reading, poster: Path, tmp_path: Path
) -> None:
    write_reading_pack(user_data() / "models" / "reading")
    reading()
    said = lumitag("where", "reading/horror", poster, "--json")
    [found] = said.objects
    assert (found["peak"], found["box"]) == (None, None)
    assert found["words"]["lines"]
    told = lumitag("where", "reading/horror", poster).out
    assert "stands out" not in told
    out = lumitag("where", "reading/horror", poster, "--out", tmp_path / "lit")
    assert out.code == 1
    assert "no light to write" in out.err

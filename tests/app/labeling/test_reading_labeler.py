"""Labels of packs that read, with and without the words in the pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.labeling.codes import to_codes
from app.labeling.labeler import Labeler, PackLabels
from app.labeling.pack import PackError, find_packs
from tests.support.packs import GATE, PURPLE, RED, picture, write_pack
from tests.support.reading_packs import write_reading_pack

HORROR = 2


def resized(pixels: np.ndarray, *, height: int, width: int, **_: str) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).resize((width, height)))


def labeler(folder: Path) -> Labeler:
    packs, errors = find_packs([folder])
    assert errors == []
    return Labeler(packs, "cpu", resize=resized, threads=1)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    write_pack(tmp_path / "photos")
    write_reading_pack(tmp_path / "genres", gate=GATE)
    return tmp_path


@pytest.fixture
def labels(packs: Path) -> Iterator[Labeler]:
    with labeler(packs) as labels:
        yield labels


def horror(found: PackLabels) -> int:
    assert found.codes is not None
    return int(found.codes[HORROR])


def test_known_words_sharpen_a_posters_genres(labels: Labeler) -> None:
    posters = [picture(PURPLE)] * 3
    unknown, none, words = labels.label(posters, words=[None, "", "A night of HORROR"])
    half = to_codes(np.array([0.75], np.float32)).item()
    assert [horror(each["genres"]) for each in (unknown, none, words)] == [0, 0, half]
    assert [each["genres"].words for each in (unknown, none, words)] == [False, True, True]


def test_a_pack_that_does_not_read_passes_words_over(labels: Labeler) -> None:
    (found,) = labels.label([picture(PURPLE)], words=["horror"])
    assert found["photos"].words is False
    assert found["genres"].words is True


def test_without_words_everything_is_as_it_was(labels: Labeler) -> None:
    (found,) = labels.label([picture(PURPLE)])
    assert found["genres"].words is False
    assert horror(found["genres"]) == 0


def test_words_of_a_picture_behind_a_closed_gate_are_not_looked_at(labels: Labeler) -> None:
    photo, poster = labels.label([picture(RED), picture(PURPLE)], words=["love", "horror"])
    assert photo["genres"] == PackLabels("genres", "1", None, None, "1")
    assert horror(poster["genres"]) > 0


def test_words_that_arrive_later_need_no_second_look_at_the_gate(labels: Labeler) -> None:
    first = labels.label([picture(PURPLE)])
    (second,) = labels.label([picture(PURPLE)], only={"genres"}, known=first, words=["horror"])
    assert second["genres"].words is True
    assert horror(second["genres"]) > horror(first[0]["genres"])


def test_which_pictures_a_pack_will_look_at_is_known_without_running_it(labels: Labeler) -> None:
    photos, genres = labels.packs
    poster, photo = labels.label([picture(PURPLE), picture(RED)], only={"photos"})
    assert labels.opens(genres, poster)
    assert not labels.opens(genres, photo)
    assert labels.opens(photos, {})


def damaged(folder: Path) -> Path:
    write_pack(folder / "photos")
    write_reading_pack(folder / "genres", gate=GATE, parts={"words.onnx": b"no network"})
    return folder


def test_a_pack_whose_text_model_is_broken_is_left_out_once_words_come(tmp_path: Path) -> None:
    with labeler(damaged(tmp_path)) as labels:
        (before,) = labels.label([picture(PURPLE)], words=[""])
        assert before["genres"].codes is not None, "nothing is loaded without a text"
        found = labels.label([picture(PURPLE)] * 2, words=["horror", None])
        again = labels.label([picture(PURPLE)], words=["horror"])
        assert [set(each) for each in (*found, *again)] == [{"photos"}] * 3
        (error,) = labels.errors
        assert "words.onnx is no network" in str(error)


def test_why_a_label_for_words_asks_the_pack_whatever_its_gate_says(labels: Labeler) -> None:
    genres = labels.packs[1]
    weighed = labels.why_words(picture(RED), genres, "horror", ["Horror", "1987"])
    assert weighed.whole == pytest.approx(0.5)
    assert weighed.without == pytest.approx((0, 0.5))


@pytest.mark.parametrize(
    ("pack", "label", "error", "says"),
    [
        (0, "red", PackError, "does not read"),
        (1, "western", ValueError, "no label western"),
    ],
)
def test_why_cannot_be_asked_of_other_packs_and_labels(
    labels: Labeler, pack: int, label: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        labels.why_words(picture(RED), labels.packs[pack], label, ["a"])


def test_why_says_what_is_wrong_with_a_pack_that_was_left_out(tmp_path: Path) -> None:
    with labeler(damaged(tmp_path)) as labels:
        genres = labels.packs[1]
        labels.label([picture(PURPLE)], words=["horror"])
        with pytest.raises(PackError, match="no network that ONNX Runtime can run"):
            labels.why_words(picture(PURPLE), genres, "horror", ["Horror"])


def test_the_words_reach_the_probabilities_beside_the_places(
    labels: Labeler, monkeypatch: pytest.MonkeyPatch
) -> None:
    genres = labels.packs[1]
    given: list[Any] = []
    session = labels._open(genres)
    assert session is not None

    def look(image: np.ndarray, words: np.ndarray | None) -> Any:
        given.append(words)
        raise PackError(genres.directory, "that is enough")

    monkeypatch.setattr(session, "look", look)
    monkeypatch.setattr("app.labeling.labeler.EvidenceSession", lambda pack: _Closable())
    with pytest.raises(PackError, match="that is enough"):
        labels.evidence(picture(PURPLE), genres, "horror")
    assert given[0].tolist() == [[0, 0, 1, 0, 0]]


class _Closable:
    def close(self) -> None:
        pass

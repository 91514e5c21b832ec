import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.labeling.labeler import Labeler, PackLabels
from app.labeling.pack import find_packs
from tests.support.cuda import LOST, FeignedRuntime
from tests.support.packs import (
    GATE,
    GENRES,
    MAGENTA,
    PINK,
    RED,
    WHITE,
    ColourLabel,
    picture,
    write_pack,
    write_packs,
)


class Resizer:
    """Resizes, and keeps count."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int, str, str]] = []

    def __call__(
        self,
        pixels: np.ndarray,
        *,
        height: int,
        width: int,
        mode: str,
        filter: str,  # noqa: A002
    ) -> np.ndarray:
        self.calls.append((height, width, mode, filter))
        return np.asarray(Image.fromarray(pixels).resize((width, height)))


def labeler(folder: Path, resize: Resizer | None = None, **options: Any) -> Labeler:
    packs, errors = find_packs([folder])
    assert errors == []
    return Labeler(packs, options.pop("requested", "cpu"), resize=resize or Resizer(), **options)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    return write_packs(tmp_path)


def predicted(labels: PackLabels, of: tuple[ColourLabel, ...]) -> set[str]:
    assert labels.codes is not None
    return {each.id for each, code in zip(of, labels.codes, strict=True) if code >= 128}


def test_a_poster_gets_its_genres_and_a_photo_costs_no_second_network(both: Path) -> None:
    with labeler(both) as labels:
        poster, photo = labels.label([picture(PINK), picture(RED)])
    assert predicted(poster["genres"], GENRES) == {"drama", "n-a"}
    assert poster["genres"].gate_version == "1"
    assert poster["photos"].gate_version is None
    assert photo["genres"] == PackLabels("genres", "1", None, None, "1")


def test_each_picture_keeps_its_own_embedding_and_codes(both: Path) -> None:
    with labeler(both) as labels:
        first, second = labels.label([picture(RED), picture(WHITE, height=100, width=7)])
    assert first["photos"].embedding is not None
    assert first["photos"].embedding.dtype == np.float16
    assert first["photos"].embedding[:3].tolist() == [1, 0, 0]
    assert second["photos"].embedding is not None
    assert second["photos"].embedding[:3].tolist() == [1, 1, 1]


def test_no_pictures_are_no_trouble(both: Path) -> None:
    with labeler(both) as labels:
        assert labels.label([]) == []


def test_a_decision_opens_and_closes_the_gate_whatever_is_predicted(both: Path) -> None:
    decisions = [{"photos/poster": True}, {"photos/poster": False}, {"user/holiday": False}]
    with labeler(both) as labels:
        accepted, rejected, other = labels.label(
            [picture(RED), picture(MAGENTA), picture(MAGENTA)], gate_decisions=decisions
        )
    assert accepted["genres"].codes is not None
    assert rejected["genres"].codes is None
    assert rejected["genres"].gate_version == "1"
    assert other["genres"].codes is not None


def test_a_missing_gate_pack_keeps_the_gate_closed(tmp_path: Path) -> None:
    write_pack(tmp_path / "genres", GENRES, gate=GATE)
    with labeler(tmp_path) as labels:
        (closed,) = labels.label([picture(MAGENTA)])
        (opened,) = labels.label([picture(MAGENTA)], gate_decisions=[{"photos/poster": True}])
    assert closed == {"genres": PackLabels("genres", "1", None, None, None)}
    assert opened["genres"].codes is not None


def test_a_gate_behind_a_closed_gate_is_closed(both: Path) -> None:
    write_pack(both / "scary", GENRES, gate={"pack": "genres", "label": "drama", "at_least": 0.5})
    with labeler(both) as labels:
        poster, photo = labels.label([picture(MAGENTA), picture(RED)])
    assert poster["scary"].codes is not None
    assert photo["scary"].codes is None


def test_every_pack_looks_at_every_picture_on_request(both: Path) -> None:
    with labeler(both) as labels:
        (photo,) = labels.label([picture(RED)], ignore_gate=True)
    assert photo["genres"].codes is not None


def test_one_pack_alone_still_obeys_its_gate(both: Path) -> None:
    with labeler(both) as labels:
        poster, photo = labels.label([picture(MAGENTA), picture(RED)], only={"genres"})
    assert set(poster) == set(photo) == {"genres"}
    assert poster["genres"].codes is not None
    assert photo["genres"].codes is None


def test_known_labels_spare_the_gates_network(both: Path) -> None:
    runs = []
    with labeler(both) as labels:
        known = labels.label([picture(MAGENTA), picture(RED)], only={"photos"})
        session = labels._open(labels.packs[0])
        assert session is not None
        session.run = lambda images: runs.append(len(images))  # type: ignore[method-assign]
        poster, photo = labels.label([picture(MAGENTA), picture(RED)], only={"genres"}, known=known)
    assert runs == []
    assert poster["genres"].codes is not None
    assert photo["genres"].codes is None


def test_labels_of_an_older_version_are_not_taken_for_known(both: Path) -> None:
    old = {"photos": PackLabels("photos", "0", np.zeros(8, np.uint8), None, None)}
    with labeler(both) as labels:
        (poster,) = labels.label([picture(MAGENTA)], only={"genres"}, known=[old])
    assert poster["genres"].codes is not None


def test_packs_of_one_size_share_the_resized_picture(both: Path) -> None:
    resize = Resizer()
    with labeler(both, resize) as labels:
        labels.label([picture(MAGENTA), picture(RED)])
    assert resize.calls == [(8, 8, "stretch", "bilinear")] * 2


def test_a_picture_is_prepared_where_it_was_decoded(both: Path) -> None:
    resize = Resizer()
    with labeler(both, resize) as labels:
        ready = labels.prepare(picture(MAGENTA))
        assert ready.picture is None, "the picture itself is let go of"
        count = len(resize.calls)
        (poster,) = labels.label([ready])
    assert len(resize.calls) == count
    assert poster["genres"].codes is not None


def test_a_gated_pack_of_another_size_is_served_from_the_prepared_picture(tmp_path: Path) -> None:
    write_pack(tmp_path / "photos")
    write_pack(tmp_path / "genres", GENRES, gate=GATE, size=16)
    resize = Resizer()
    with labeler(tmp_path, resize) as labels:
        ready = [labels.prepare(picture(colour)) for colour in (MAGENTA, RED)]
        poster, _ = labels.label(ready)
    assert predicted(poster["genres"], GENRES) == {"drama", "comedy", "n-a"}
    assert [call[0] for call in resize.calls] == [8, 8, 16], "only the poster is resized again"


def test_a_picture_prepared_for_other_packs_is_our_mistake(both: Path, tmp_path: Path) -> None:
    write_pack(tmp_path / "large" / "photos", size=32)
    with labeler(both) as small, labeler(tmp_path / "large") as large:
        ready = small.prepare(picture(RED))
        with pytest.raises(ValueError, match="prepared for other packs"):
            large.label([ready])


def test_a_damaged_pack_is_left_out_and_reported_and_the_others_go_on(both: Path) -> None:
    labels = labeler(both)
    (both / "genres" / "model.onnx").write_bytes(b"damaged")
    with labels:
        (poster,) = labels.label([picture(MAGENTA)])
        (again,) = labels.label([picture(MAGENTA)])
    assert set(poster) == set(again) == {"photos"}
    assert [pack.id for pack in labels.packs] == ["photos"]
    assert len(labels.errors) == 1
    assert "genres" in str(labels.errors[0])


def test_without_its_damaged_gate_pack_a_pack_waits(both: Path) -> None:
    labels = labeler(both)
    (both / "photos" / "model.onnx").write_bytes(b"damaged")
    with labels:
        (poster,) = labels.label([picture(MAGENTA)])
    assert poster == {"genres": PackLabels("genres", "1", None, None, None)}
    assert len(labels.errors) == 1


def test_a_closed_labeler_opens_again_when_it_is_needed(both: Path) -> None:
    labels = labeler(both)
    labels.label([picture(RED)])
    labels.close()
    with labels:
        assert len(labels.label([picture(RED)])) == 1


def test_the_device_in_use_is_reported_also_after_it_changed(
    both: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = False

    def fails(size: int) -> None:
        if lost:
            raise RuntimeError(LOST)

    FeignedRuntime(cuda_fails=fails).install(monkeypatch)
    with labeler(both, requested="auto") as labels:
        assert labels.device.device == "cuda"
        labels.label([picture(RED)])
        assert labels.device.device == "cuda"
        lost = True
        (photo,) = labels.label([picture(RED)])
        assert photo["photos"].codes is not None
        assert labels.device.device == "cpu"
        assert labels.device.reason is not None


def test_threads_may_share_a_labeler(both: Path) -> None:
    found: list[dict[str, PackLabels]] = []
    with labeler(both) as labels:
        threads = [
            threading.Thread(target=lambda: found.extend(labels.label([picture(MAGENTA)])))
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 6
    assert all(predicted(each["genres"], GENRES) == {"drama", "comedy", "n-a"} for each in found)

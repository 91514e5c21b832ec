"""Networks with a second input: a picture and the words read in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.labeling.device import DeviceReport
from app.labeling.pack import Pack, PackError, load_pack
from app.labeling.runtime import CPU, CUDA
from app.labeling.session import PackSession
from app.labeling.why import MOST_LINES, weigh_lines
from tests.support.cuda import GPU, LOST, OUT_OF_MEMORY, FeignedRuntime
from tests.support.packs import GENRES, SIZE, network, picture, write_pack
from tests.support.reading_packs import LENGTH, reading_network, write_reading_pack

ON_CPU = DeviceReport("cpu", "a processor", "CPU, as you asked")
ON_CUDA = DeviceReport("cuda", GPU)
DRAMA, COMEDY, HORROR = 0, 1, 2
"""Places of the labels. A wholly blue picture has them at 0, .8 and 0."""
BLUE = (0, 0, 255)


def images(count: int) -> np.ndarray:
    return np.stack([picture(BLUE, height=SIZE, width=SIZE)] * count)


def pack(directory: Path, **options: Any) -> Pack:
    return load_pack(write_reading_pack(directory / "genres", **options))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[PackSession]:
    with PackSession(pack(tmp_path), ON_CPU, threads=2) as session:
        yield session


def horror(session: PackSession, *texts: str | None) -> list[float]:
    words = session.encode(texts)
    found = session.run(images(len(texts)), words).probabilities[:, HORROR]
    return [round(float(each), 4) for each in found]


def test_each_picture_is_labelled_with_its_own_words(session: PackSession) -> None:
    texts = ["horror", None, "", "horror night", "love", "night"] * 4
    assert horror(session, *texts) == [0.5, 0, 0, 0.75, 0, 0.25] * 4


def test_without_words_the_picture_speaks_alone(session: PackSession) -> None:
    alone = session.run(images(3)).probabilities
    zeros = session.run(images(3), np.zeros((3, LENGTH), np.float32)).probabilities
    np.testing.assert_array_equal(alone, zeros)
    np.testing.assert_allclose(alone[:, COMEDY], 0.8, atol=1e-6)


def test_no_pictures_with_no_words_give_no_labels(session: PackSession) -> None:
    words = session.encode([])
    assert session.run(images(1)[:0], words).probabilities.shape == (0, len(GENRES))


@pytest.mark.parametrize(
    "words",
    [
        np.zeros((2, LENGTH), np.float32),
        np.zeros((1, LENGTH + 1), np.float32),
        np.zeros((1, LENGTH), np.float64),
    ],
)
def test_words_of_another_shape_or_type_are_our_mistake(session: PackSession, words: Any) -> None:
    with pytest.raises(ValueError, match="words are float"):
        session.run(images(1), words)


def test_a_pack_that_does_not_read_takes_no_words(tmp_path: Path) -> None:
    with PackSession(load_pack(write_pack(tmp_path / "photos")), ON_CPU) as session:
        assert session.encode(["love"]) is None
        session.open_words()
        with pytest.raises(ValueError, match="does not read"):
            session.run(images(1), np.zeros((1, LENGTH), np.float32))


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (network(GENRES), 'inputs are "images", not "images" and "words"'),
        (reading_network(length="E"), r"words has the shape \['W', 'E'\], not \[N, E\]"),
    ],
)
def test_a_network_that_does_not_take_the_words_is_refused(
    tmp_path: Path, model: Any, says: str
) -> None:
    found = pack(tmp_path, parts={"model.onnx": model.SerializeToString()})
    with pytest.raises(PackError, match=says):
        PackSession(found, ON_CPU)


def test_a_network_that_takes_words_in_a_pack_that_does_not_read_is_refused(tmp_path: Path) -> None:
    found = pack(tmp_path, changes={"reads": None})
    with pytest.raises(PackError, match='"images", "words", not "images"'):
        PackSession(found, ON_CPU)


def test_a_text_model_of_another_length_than_the_network_takes_is_refused(tmp_path: Path) -> None:
    model = reading_network(length=LENGTH - 1)
    model.graph.initializer[-1].CopyFrom(_moves(LENGTH - 1))
    found = pack(tmp_path, parts={"model.onnx": model.SerializeToString()})
    with (
        PackSession(found, ON_CPU) as session,
        pytest.raises(PackError, match="as the network takes it"),
    ):
        session.open_words()


def _moves(length: int) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.zeros((length, len(GENRES)), np.float32), "moves")


def test_a_damaged_text_model_is_noticed_when_the_pack_is_opened(tmp_path: Path) -> None:
    found = pack(tmp_path)
    (found.directory / "words.onnx").write_bytes(b"another")
    with pytest.raises(PackError, match=r"words\.onnx is damaged or was replaced"):
        PackSession(found, ON_CPU)


def test_a_gpu_short_of_memory_keeps_pictures_and_words_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(size: int) -> None:
        if size > 2:
            raise RuntimeError(OUT_OF_MEMORY)

    runtime = FeignedRuntime(cuda_fails=small)
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        assert horror(session, "horror", "night", None) == [0.5, 0.25, 0]
        assert session.device == ON_CUDA
        session.open_words()
        runtime.batches.clear()
        assert horror(session, "night", None, "horror") == [0.25, 0, 0.5]
    on_cuda = [batch for batch in runtime.batches if batch[0] == CUDA]
    assert on_cuda == [(CUDA, 2), (CUDA, 1)], "the next batch is small from the start"


def test_a_gpu_that_stops_working_hands_pictures_and_words_to_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = False

    def lost(size: int) -> None:
        if fails:
            raise RuntimeError(LOST)

    runtime = FeignedRuntime(cuda_fails=lost)
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        fails = True
        assert horror(session, "horror", None) == [0.5, 0]
        assert session.device.device == "cpu"


def test_the_text_model_runs_on_the_cpu_beside_a_network_on_the_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = FeignedRuntime()
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        session.open_words()
        runtime.batches.clear()
        session.encode(["horror"])
        assert runtime.batches == [(CPU, 1)]


@pytest.mark.parametrize("many", [True, False])
def test_one_picture_is_labelled_with_many_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    runtime = FeignedRuntime()
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path, many=many), ON_CPU, threads=1) as session:
        words = session.encode(["horror", "", "night"])
        assert words is not None
        runtime.batches.clear()
        found = session.variants(images(1), words)
    np.testing.assert_allclose(found[:, HORROR], [0.5, 0, 0.25], atol=1e-6)
    looks = sum(size for _, size in runtime.batches)
    assert looks == (1 if many else 3), "the picture is looked at once if the network can"


def test_on_the_gpu_one_picture_is_labelled_with_many_words_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FeignedRuntime().install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        words = session.encode(["horror", "", "night"])
        assert words is not None
        found = session.variants(images(1), words)
    np.testing.assert_allclose(found[:, HORROR], [0.5, 0, 0.25], atol=1e-6)


@pytest.mark.parametrize("many", [True, False])
def test_what_each_line_does_to_a_label_is_found_by_leaving_it_out(
    tmp_path: Path, many: bool
) -> None:
    lines = ["Horror", "a night", "kiss", "1987"]
    with PackSession(pack(tmp_path, many=many), ON_CPU) as session:
        weighed = weigh_lines(session, images(1), HORROR, lines)
    assert weighed.whole == pytest.approx(0.5)
    assert weighed.none == pytest.approx(0)
    assert weighed.without == pytest.approx((0, 0.25, 0.75, 0.5))
    shares = [weighed.share(at) for at in range(len(lines))]
    assert shares == pytest.approx([0.5, 0.25, -0.25, 0])


def test_without_lines_there_is_nothing_to_leave_out(session: PackSession) -> None:
    weighed = weigh_lines(session, images(1), COMEDY, [])
    assert weighed.without == ()
    assert weighed.whole == weighed.none == pytest.approx(0.8)


def test_of_a_page_of_lines_the_longest_are_left_out_one_at_a_time(session: PackSession) -> None:
    lines = ["horror", *["x"] * 200, *["a longer line"] * (MOST_LINES - 1)]
    weighed = weigh_lines(session, images(1), HORROR, lines)
    assert weighed.without[0] == pytest.approx(0)
    assert weighed.without[1] is None
    assert weighed.share(1) is None
    assert sum(each is not None for each in weighed.without) == MOST_LINES


def test_a_closed_session_says_so_for_words_too(tmp_path: Path) -> None:
    session = PackSession(pack(tmp_path), ON_CPU)
    words = session.encode(["horror"])
    assert words is not None
    session.close()
    for ask in (
        lambda: session.encode(["horror"]),
        lambda: session.variants(images(1), words),
        lambda: session.run(images(1), words),
    ):
        with pytest.raises(PackError, match="no longer open"):
            ask()

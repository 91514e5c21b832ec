import hashlib
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from app.labeling.codes import to_codes
from app.labeling.device import DeviceReport
from app.labeling.pack import Pack, PackError, load_pack
from app.labeling.runtime import CPU, CUDA
from app.labeling.session import PackSession
from tests.support.cuda import GPU, LOST, OUT_OF_MEMORY, FeignedRuntime
from tests.support.packs import (
    BLUE,
    GENRES,
    PHOTOS,
    RED,
    SIZE,
    ColourLabel,
    network,
    picture,
    write_pack,
)

LABELS = len(PHOTOS)
ON_CPU = DeviceReport("cpu", "a processor", "CPU, as you asked")
ON_CUDA = DeviceReport("cuda", GPU)


def images(*colours: tuple[int, int, int]) -> np.ndarray:
    return np.stack([picture(colour, height=SIZE, width=SIZE) for colour in colours])


def pack(directory: Path, **options: Any) -> Pack:
    return load_pack(write_pack(directory / "photos", **options))


def likeliest(session: PackSession, *colours: tuple[int, int, int]) -> list[str]:
    labels = session.pack.labels
    return [labels[at].id for at in session.run(images(*colours)).probabilities.argmax(axis=1)]


def test_pictures_come_back_with_probabilities_and_embedding(tmp_path: Path) -> None:
    with PackSession(pack(tmp_path), ON_CPU) as session:
        output = session.run(images(RED, BLUE))
    assert output.probabilities.dtype == np.float32
    assert output.probabilities.shape == (2, len(PHOTOS))
    assert to_codes(output.probabilities)[0, 1] == 255
    assert output.embedding is not None
    np.testing.assert_allclose(output.embedding, [[1, 0, 0, 1 / 3], [0, 0, 1, 1 / 3]], atol=1e-6)


def test_a_pack_without_embedding_gives_none(tmp_path: Path) -> None:
    with PackSession(pack(tmp_path, labels=GENRES, embedding=False), ON_CPU) as session:
        assert session.run(images(RED)).embedding is None
        assert session.run(images(RED)[:0]).embedding is None


def test_no_pictures_give_no_labels(tmp_path: Path) -> None:
    with PackSession(pack(tmp_path), ON_CPU) as session:
        output = session.run(images(RED)[:0])
    assert output.probabilities.shape == (0, len(PHOTOS))
    assert output.embedding is not None
    assert output.embedding.shape == (0, 4)


@pytest.mark.parametrize(
    "wrong", [np.zeros((1, 9, 9, 3), np.uint8), np.zeros((1, SIZE, SIZE, 3), np.float32)]
)
def test_a_batch_of_another_size_or_type_is_our_mistake(tmp_path: Path, wrong: Any) -> None:
    with PackSession(pack(tmp_path), ON_CPU) as session, pytest.raises(ValueError, match="uint8"):
        session.run(wrong)


def test_the_cpu_takes_the_quantised_network_and_cuda_the_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = (ColourLabel("grey", (0, 0, 0), bias=0.25),)
    found = pack(tmp_path, labels=only, int8_bias=0.5)
    with PackSession(found, ON_CPU) as session:
        assert session.run(images(RED)).probabilities.item() == 0.75
    FeignedRuntime().install(monkeypatch)
    with PackSession(found, ON_CUDA) as session:
        assert session.run(images(RED)).probabilities.item() == 0.25
        assert session.device.device == "cuda"


def test_a_damaged_network_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    found = pack(tmp_path)
    (found.directory / "model.onnx").write_bytes(b"something else")
    with pytest.raises(PackError, match="damaged or was replaced"):
        PackSession(found, ON_CPU)


def replaced(directory: Path, model: bytes | onnx.ModelProto, **changes: Any) -> Pack:
    """A pack whose network is another one, with the right hash."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    write_pack(directory / "photos")
    (directory / "photos" / "model.onnx").write_bytes(data)
    file = {
        "name": "model.onnx",
        "precision": "fp32",
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return load_pack(write_pack_description(directory / "photos", files=[file], **changes))


def write_pack_description(directory: Path, **changes: Any) -> Path:
    path = directory / "pack.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return directory


def graph(
    *,
    inputs: str = "images",
    outputs: str = "probabilities",
    dtype: int = TensorProto.FLOAT,
    shape: tuple[Any, ...] = ("N", SIZE, SIZE, 3),
    value: float = 0.5,
    labels: Any = LABELS,
) -> onnx.ModelProto:
    """A network of the right kind, less what the arguments make wrong: value times [N,labels]."""
    ones = helper.make_tensor("ones", TensorProto.FLOAT, [3, len(PHOTOS)], [1.0] * 3 * len(PHOTOS))
    constant = helper.make_tensor("value", TensorProto.FLOAT, [], [value])
    zero = helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0])
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Cast", [inputs], ["pixels"], to=TensorProto.FLOAT),
                helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2], keepdims=0),
                helper.make_node("MatMul", ["mean", "ones"], ["sum"]),
                helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
                helper.make_node("Add", ["nothing", "value"], ["float"]),
                helper.make_node("Cast", ["float"], [outputs], to=dtype),
            ],
            "graph",
            [helper.make_tensor_value_info(inputs, TensorProto.UINT8, shape)],
            [helper.make_tensor_value_info(outputs, dtype, ["N", labels])],
            [ones, constant, zero],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )


def as_many_as_rows() -> onnx.ModelProto:
    """A network that leaves open, until it runs, how many labels it has: the picture's height."""
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Shape", ["images"], ["shape"], start=0, end=2),
                helper.make_node("Expand", ["half", "shape"], ["probabilities"]),
            ],
            "graph",
            [helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", "H", "W", 3])],
            [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", "L"])],
            [helper.make_tensor("half", TensorProto.FLOAT, [1, 1], [0.5])],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (graph(inputs="pictures"), ["inputs", '"pictures"', '"images"']),
        (graph(outputs="scores"), ["outputs", '"scores"', '"probabilities"']),
        (graph(dtype=TensorProto.DOUBLE), ["probabilities", "tensor(double)", "tensor(float)"]),
        (graph(shape=(1, SIZE, SIZE, 3)), ["images", "fixed number"]),
        (graph(shape=("N", 16, SIZE, 3)), ["images", "16", f"[N, {SIZE}, {SIZE}, 3]"]),
        (graph(value=7.0), ["probabilities", "between 0 and 1"]),
        (graph(value=float("nan")), ["probabilities", "between 0 and 1"]),
        (b"no network at all", ["model.onnx", "no network"]),
    ],
)
def test_a_graph_that_is_not_what_the_pack_says_is_refused_by_name(
    tmp_path: Path, model: Any, named: list[str]
) -> None:
    found = replaced(tmp_path, model, embedding=0)
    with pytest.raises(PackError) as caught:
        PackSession(found, ON_CPU)
    for word in ("model.onnx", *named):
        assert word in str(caught.value)


def test_one_label_too_many_is_refused(tmp_path: Path) -> None:
    found = replaced(tmp_path, network(GENRES), embedding=0)
    with pytest.raises(PackError, match="probabilities has the shape"):
        PackSession(found, ON_CPU)


def test_one_label_too_many_is_refused_also_where_the_graph_leaves_it_open(tmp_path: Path) -> None:
    labels = [{"id": "only", "name": "only", "group": "x", "threshold": 0.5}]
    found = replaced(tmp_path, as_many_as_rows(), embedding=0, labels=labels)
    with pytest.raises(PackError, match="for one picture"):
        PackSession(found, ON_CPU)


def test_a_graph_that_leaves_sizes_open_but_keeps_them_is_fine(tmp_path: Path) -> None:
    assert len(PHOTOS) == SIZE
    found = replaced(tmp_path, as_many_as_rows(), embedding=0)
    with PackSession(found, ON_CPU) as session:
        assert session.run(images(RED)).probabilities[0, 0] == 0.5


def test_a_missing_embedding_is_refused(tmp_path: Path) -> None:
    found = replaced(tmp_path, network(PHOTOS), embedding=4)
    with pytest.raises(PackError, match='without "embedding"'):
        PackSession(found, ON_CPU)


def test_an_embedding_of_another_length_is_refused(tmp_path: Path) -> None:
    found = replaced(tmp_path, network(PHOTOS, embedding=6), embedding=4)
    with pytest.raises(PackError, match="embedding has the shape"):
        PackSession(found, ON_CPU)


def test_a_closed_session_says_so(tmp_path: Path) -> None:
    session = PackSession(pack(tmp_path), ON_CPU)
    session.close()
    session.close()
    with pytest.raises(PackError, match="no longer open"):
        session.run(images(RED))


def test_many_threads_may_run_one_session(tmp_path: Path) -> None:
    found: list[str] = []
    with PackSession(pack(tmp_path), ON_CPU) as session:
        threads = [
            threading.Thread(target=lambda: found.extend(likeliest(session, RED))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["red"] * 8


def test_a_gpu_short_of_memory_goes_on_with_half_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(size: int) -> None:
        if size > 2:
            raise RuntimeError(OUT_OF_MEMORY)

    runtime = FeignedRuntime(cuda_fails=small)
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        assert likeliest(session, RED, BLUE, BLUE, RED) == ["red", "blue", "blue", "red"]
        assert session.device == ON_CUDA
        runtime.batches.clear()
        assert likeliest(session, RED, BLUE, RED, BLUE) == ["red", "blue", "red", "blue"]
    assert runtime.batches == [(CUDA, 2), (CUDA, 2)], "the next batch is small from the start"


def test_a_gpu_without_memory_for_half_a_batch_hands_over_to_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_the_blank_one(size: int) -> None:
        if size > 1:
            raise MemoryError("Failed to allocate memory for requested buffer")

    runtime = FeignedRuntime(cuda_fails=only_the_blank_one)
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        assert likeliest(session, *[RED, BLUE] * 4) == ["red", "blue"] * 4
        report = session.device
    assert report.device == "cpu"
    assert report.reason == "CPU, because the graphics card ran out of memory"
    assert report.remedy
    assert any("Failed to allocate" in line for line in report.details)
    assert runtime.batches[-1][0] == CPU


def test_a_gpu_that_stops_working_hands_over_to_the_cpu_at_once(
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
        assert likeliest(session, RED, BLUE) == ["red", "blue"]
        assert session.device.reason == (
            "CPU, because the graphics card stopped working in between"
        )
        runtime.batches.clear()
        assert likeliest(session, BLUE) == ["blue"]
    assert runtime.batches == [(CPU, 1)], "the lost card is not tried again"


def test_threads_that_lose_the_gpu_together_open_one_cpu_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=10)
    armed = False

    def lost(size: int) -> None:
        if armed:
            both.wait()
            raise RuntimeError(LOST)

    FeignedRuntime(cuda_fails=lost).install(monkeypatch)
    found: list[str] = []
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        armed = True
        threads = [
            threading.Thread(target=lambda: found.extend(likeliest(session, RED))) for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(session.device.details) == 1
    assert found == ["red", "red"]


@pytest.mark.parametrize(
    "runtime",
    [
        FeignedRuntime(stays_on_cpu=True),
        FeignedRuntime(opening=lambda: (_ for _ in ()).throw(RuntimeError(OUT_OF_MEMORY))),
    ],
)
def test_a_network_that_does_not_open_on_the_gpu_opens_on_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: FeignedRuntime
) -> None:
    runtime.install(monkeypatch)
    with PackSession(pack(tmp_path), ON_CUDA) as session:
        assert session.device.device == "cpu"
        assert session.device.reason is not None
        assert likeliest(session, RED) == ["red"]


def test_a_network_that_fails_on_the_cpu_is_the_packs_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PackSession(pack(tmp_path), ON_CPU) as session:
        monkeypatch.setattr(session, "_answer", lambda *_: (_ for _ in ()).throw(MemoryError("no")))
        with pytest.raises(PackError, match="its network failed"):
            session.run(images(RED))


def test_nothing_is_written_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    odd = replaced(tmp_path / "odd", graph(labels=LABELS + 3), embedding=0)
    with PackSession(odd, ON_CPU) as session:
        session.run(images(RED))
    with pytest.raises(PackError):
        PackSession(replaced(tmp_path / "broken", b"no network"), ON_CPU)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("threads", [1, 3, None])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_a_batch_of_any_size_comes_back_in_order(
    tmp_path: Path, threads: int | None, count: int
) -> None:
    colours = [(RED, BLUE)[(at * at) % 3 == 1] for at in range(count)]
    with PackSession(pack(tmp_path), ON_CPU, threads=threads) as session:
        found = likeliest(session, *colours)
    assert found == ["red" if colour == RED else "blue" for colour in colours]


def test_a_large_batch_on_a_closed_session_says_so_too(tmp_path: Path) -> None:
    session = PackSession(pack(tmp_path), ON_CPU, threads=2)
    session.run(images(*[RED] * 20))
    session.close()
    with pytest.raises(PackError, match="no longer open"):
        session.run(images(*[RED] * 20))

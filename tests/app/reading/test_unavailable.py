"""Where the engine is missing or broken, that is one sentence, and everything else goes on."""

import importlib
import importlib.metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from app.labeling.device import DeviceReport
from app.labeling.opening import Opener
from app.reading import Reader, ReadingError, UnavailableError, engine_version, recogniser, version
from tests.app.reading.conftest import PATIENT, written


def test_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(recogniser, "distribution", missing)
    monkeypatch.setattr(version, "version", missing)
    with pytest.raises(UnavailableError, match="not installed"):
        Reader(Opener("cpu")).read(written("Lost"))
    with pytest.raises(UnavailableError, match="not installed"):
        engine_version()


def test_an_engine_that_does_not_import_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = importlib.import_module

    def broken(name: str, package: str | None = None) -> ModuleType:
        if name.startswith("rapidocr"):
            asked.append(name)
            raise ImportError("libGL.so.1: cannot open shared object file")
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", broken)
    reader = Reader(Opener("cpu", threads=1))
    for _ in range(2):
        with pytest.raises(UnavailableError, match="install Lumitag again"):
            reader.read(written("Lost"))
    assert len(asked) == 1


def test_a_network_that_is_missing_is_not_downloaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Elsewhere:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(recogniser, "distribution", lambda _: Elsewhere())
    with pytest.raises(UnavailableError, match=r"PP-OCRv6_det_small\.onnx is missing"):
        Reader(Opener("cpu")).read(written("Lost"))
    assert list(tmp_path.iterdir()) == []


def test_a_broken_network_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "rapidocr" / "models"
    folder.mkdir(parents=True)
    for name in (recogniser.DETECTOR, recogniser.RECOGNISER):
        (folder / name).write_bytes(b"no network at all")

    class Elsewhere:
        def locate_file(self, name: str) -> Path:
            return tmp_path / name

    monkeypatch.setattr(recogniser, "distribution", lambda _: Elsewhere())
    reader = Reader(Opener("cpu", threads=1))
    for _ in range(2):
        with pytest.raises(UnavailableError, match="cannot be loaded"):
            reader.read(written("Lost"))


def test_a_failure_costs_one_picture_and_tells_no_word(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[tuple[str, float]]:
        raise RuntimeError("hunter2")

    with monkeypatch.context() as patched:
        patched.setattr(recogniser.Recogniser, "recognise", fail)
        with pytest.raises(ReadingError, match="RuntimeError") as raised:
            reader.read(written("hunter2"))
    assert "hunter2" not in str(raised.value)
    assert [line.text for line in reader.read(written("Next"))] == ["Next"]


class FailingCard(Opener):
    """A graphics card that opens networks on the CPU and fails when the first one runs."""

    def __init__(self) -> None:
        super().__init__("cpu", threads=1)
        self.left = 0

    def leave_cuda(self, error: BaseException) -> bool:
        self.left += 1
        return self.left == 1


def test_a_graphics_card_that_fails_leaves_the_work_to_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    networks = FailingCard()
    real = recogniser.Recogniser.find

    def fail_once(self: recogniser.Recogniser, tile: Any, scale: float) -> Any:
        if not networks.left:
            raise RuntimeError("CUDA failure 700")
        return real(self, tile, scale)

    monkeypatch.setattr(recogniser.Recogniser, "find", fail_once)
    with Reader(networks, max_seconds=PATIENT) as reader:
        assert [line.text for line in reader.read(written("Goes on"))] == ["Goes on"]


def test_the_device_is_chosen_once_and_only_when_needed() -> None:
    asked: list[int] = []

    def choose() -> DeviceReport:
        asked.append(1)
        return DeviceReport("cpu", "a processor")

    opener = Opener(choose, threads=1)
    with Reader(opener) as reader:
        assert not asked
        assert reader.read(np.zeros((30, 30, 3), np.uint8)) == ()
        assert reader.device.name == "a processor"
    assert asked == [1]


def test_leaving_the_processor_is_no_change() -> None:
    opener = Opener("cpu")
    assert not opener.leave_cuda(RuntimeError("anything"))
    card = Opener(lambda: DeviceReport("cuda", "a card"))
    assert card.leave_cuda(RuntimeError("out of memory"))
    assert card.device.device == "cpu"
    assert "ran out of memory" in str(card.device.reason)

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.labeling import device, driver
from app.labeling.device import PROBE, choose_device, explain
from app.labeling.driver import Driver, ask_driver
from app.labeling.runtime import CPU
from tests.support.cuda import GPU, FeignedRuntime

LOADER = (
    "[E:onnxruntime:Default] Failed to load library libonnxruntime_providers_cuda.so with error"
)
REQUIRES = "Failed to create CUDAExecutionProvider. Require cuDNN 9.* and CUDA 13.*. Please install"


def test_the_probe_is_the_network_it_says_it_is() -> None:
    sizes = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"])],
        "probe",
        [sizes("x", TensorProto.FLOAT, [1, 1, 2, 2])],
        [sizes("y", TensorProto.FLOAT, [1, 1, 1, 1])],
        [numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "w")],
    )
    assert onnx.load_from_string(PROBE).graph == graph


def test_a_working_graphics_card_is_used_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    FeignedRuntime().install(monkeypatch)
    report = choose_device("auto")
    assert (report.device, report.name, report.reason, report.remedy) == ("cuda", GPU, None, None)


def test_the_cpu_is_taken_without_any_attempt_where_the_user_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(device, "ask_driver", lambda: pytest.fail("asked the driver"))
    report = choose_device("cpu")
    assert (report.device, report.reason, report.remedy) == ("cpu", "CPU, as you asked", None)
    assert report.name


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            Driver((), installed=False, details=("libcuda.so.1: cannot open",)),
            "no NVIDIA driver was found",
        ),
        (Driver((), installed=True), "the NVIDIA driver found no graphics card"),
        (
            Driver((), installed=True, details=("cuInit: CUDA error 999",)),
            "the NVIDIA driver does not answer",
        ),
    ],
)
def test_without_a_usable_driver_the_cpu_is_taken_and_the_reason_said(
    monkeypatch: pytest.MonkeyPatch, answer: Driver, why: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(device, "ask_driver", lambda: answer)
    monkeypatch.setattr(device, "load_runtime", lambda: pytest.fail("tried CUDA for nothing"))
    report = choose_device("auto")
    assert report.device == "cpu"
    assert report.reason == f"CPU, because {why}"
    assert report.remedy
    assert report.details == answer.details


def test_asking_for_the_gpu_in_vain_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(device, "ask_driver", lambda: Driver((), installed=False))
    report = choose_device("cuda")
    assert report.device == "cpu"
    assert report.reason == (
        "CPU instead of the GPU you asked for, because no NVIDIA driver was found"
    )


def test_a_build_without_cuda_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    FeignedRuntime(providers=(CPU,)).install(monkeypatch)
    report = choose_device("auto")
    assert report.reason == "CPU, because this build of ONNX Runtime has no CUDA"


def test_a_mac_has_no_driver_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    FeignedRuntime(providers=(CPU,)).install(monkeypatch, driver=Driver((), installed=False))
    monkeypatch.setattr(sys, "platform", "darwin")
    report = choose_device("auto")
    assert report.reason == "CPU, because this build of ONNX Runtime has no CUDA"
    assert report.remedy is None


def test_red_loader_lines_become_details_and_one_calm_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def shout() -> None:
        line = f"{LOADER}: libcudnn.so.9: cannot open shared object file"
        os.write(2, f"\x1b[1;31m{line}\n\x1b[m\n{REQUIRES}\n".encode())
        print("Failed to load libcudnn.so.9: no such file")  # noqa: T201 - as ONNX Runtime does

    FeignedRuntime(opening=shout, stays_on_cpu=True).install(monkeypatch)
    report = choose_device("auto")
    assert report.reason == "CPU, because cuDNN was not found"
    assert report.remedy is not None
    assert "lumitag[cuda]" in report.remedy
    assert f"{LOADER}: libcudnn.so.9: cannot open shared object file" in report.details
    assert capfd.readouterr() == ("", "")


def test_a_failure_while_trying_is_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(size: int) -> None:
        raise RuntimeError(
            "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version"
        )

    FeignedRuntime(cuda_fails=fail).install(monkeypatch)
    report = choose_device("auto")
    assert report.reason == "CPU, because the NVIDIA driver is too old for CUDA 13"
    assert report.remedy == "Update the NVIDIA driver."


def test_libraries_that_do_not_load_are_found_where_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FeignedRuntime(stays_on_cpu=True).install(monkeypatch)

    def load(name: str) -> None:
        if "cudnn" in name:
            raise OSError("not to be found")

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert choose_device("auto").reason == "CPU, because cuDNN was not found"


def test_an_answer_that_is_wrong_is_no_working_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = FeignedRuntime()
    runtime.install(monkeypatch)
    monkeypatch.setattr(device, "PROBE_OUTPUT", 5.0)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: None)
    assert choose_device("auto").reason == (
        "CPU, because ONNX Runtime could not start on the graphics card"
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            [f"{LOADER}: libcublasLt.so.13: cannot open shared object file", REQUIRES],
            "the CUDA 13 runtime was not found",
        ),
        (
            [
                "Failed to load libcudart.so.13: x",
                f"{LOADER}: libcudnn.so.9: cannot open shared object",
            ],
            "the CUDA 13 runtime was not found",
        ),
        (
            ["Failed to load cublasLt64_13.dll: Could not find module"],
            "the CUDA 13 runtime was not found",
        ),
        (
            [f"{LOADER}: libcudnn.so.9: cannot open shared object file", REQUIRES],
            "cuDNN was not found",
        ),
        (['LoadLibrary failed with error 126 "" when trying to load x.dll'], "cuDNN was not found"),
        ([f"{LOADER}: libcuda.so.1: cannot open shared object file"], "no NVIDIA driver was found"),
        (["CUDA failure 2: out of memory"], "the graphics card has no free memory"),
        (
            ["CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available"],
            "this graphics card is not supported by CUDA 13",
        ),
        (["something else"], "ONNX Runtime could not start on the graphics card"),
        ([], "ONNX Runtime could not start on the graphics card"),
    ],
)
def test_what_the_libraries_say_becomes_one_reason(lines: list[str], why: str) -> None:
    assert explain(lines, "13")[0] == why


class FeignedDriver:
    """The driver's library, with one graphics card."""

    def __init__(self, *, init: int = 0, name: bytes = b"NVIDIA RTX", status: int = 0) -> None:
        self._init, self._name, self._status = init, name, status

    def cuInit(self, flags: int) -> int:  # noqa: N802 - the driver's name
        return self._init

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802
        count._obj.value = 1
        return 0

    def cuDeviceGet(self, found: Any, ordinal: int) -> int:  # noqa: N802
        found._obj.value = ordinal
        return 0

    def cuDeviceGetName(self, text: Any, length: int, found: Any) -> int:  # noqa: N802
        text.value = self._name
        return self._status


@pytest.mark.parametrize(
    ("library", "gpus"),
    [
        (FeignedDriver(), ("NVIDIA RTX",)),
        (FeignedDriver(status=1), ("NVIDIA GPU",)),
        (FeignedDriver(init=driver.NO_DEVICE), ()),
        (FeignedDriver(init=999), ()),
    ],
)
def test_the_driver_is_asked_for_the_names_of_its_cards(
    monkeypatch: pytest.MonkeyPatch, library: FeignedDriver, gpus: tuple[str, ...]
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    answer = ask_driver()
    assert answer.installed
    assert answer.gpus == gpus


def test_a_machine_without_driver_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    answer = ask_driver()
    assert not answer.installed
    assert answer.details


ATTEMPT = """
import json, sys
from app.labeling import device
from app.labeling.driver import Driver

device.ask_driver = lambda: Driver(("a card",), installed=True)
report = device.choose_device("auto")
json.dump([report.device, report.reason, report.details], sys.stdout)
"""


WITHOUT_STANDARD_ERROR = """
import os, sys

os.close(2)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""


def attempt(*command: str) -> tuple[list[Any], str]:
    done = subprocess.run(
        [sys.executable, "-c", *command],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return json.loads(done.stdout), done.stderr


def test_the_real_runtime_says_nothing_red_and_nothing_on_stdout() -> None:
    (used, reason, _), stderr = attempt(ATTEMPT)
    assert stderr == ""
    assert (used == "cuda") == (reason is None)


def test_a_program_without_standard_error_chooses_its_device_all_the_same() -> None:
    (used, reason, _), _ = attempt(WITHOUT_STANDARD_ERROR, ATTEMPT)
    assert (used == "cuda") == (reason is None)


def test_a_processor_without_a_name_still_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: Path, **_: object) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", missing)
    assert device.processor_name()

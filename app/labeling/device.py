"""On which device the networks run, chosen by what really loads, and why if it is not the GPU.

Where CUDA does not load, ONNX Runtime writes red lines to standard error and quietly runs on the
CPU. Here the lines are caught, and the user gets one calm sentence.
"""

import base64
import ctypes
import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from app.labeling.captured_output import capture
from app.labeling.driver import Driver, ask_driver
from app.labeling.runtime import (
    CUDA,
    FATAL_ONLY,
    WARNINGS,
    load_runtime,
    runtime_failures,
    session_options,
)

Requested = Literal["auto", "cuda", "cpu"]

PROBE = base64.b64decode(
    "CAgSADpzCg8KAXgKAXcSAXkiBENvbnYSBXByb2JlKh8IAQgBCAIIAhABQgF3ShAAAIA/AACAPwAAgD8AAIA/WhsKAXgS"
    "FgoUCAESEAoCCAEKAggBCgIIAgoCCAJiGwoBeRIWChQIARIQCgIIAQoCCAEKAggBCgIIAUIECgAQDQ=="
)
"""An ONNX network of one 2×2 convolution with all weights 1, the operation that asks for cuDNN."""

PROBE_INPUT = np.ones((1, 1, 2, 2), np.float32)
PROBE_OUTPUT = 4.0

CUDNN_VERSION = "9"
"""The major version that ONNX Runtime asks for since 1.18.1, for CUDA 12 and 13 alike."""

_INSTALL_CUDA = 'Install it beside Lumitag with: pip install "lumitag[cuda]"'
_FREE_MEMORY = "Close other programs that use the graphics card and start Lumitag again."

_MISSING = r"cannot open shared object|Failed to load|error 126|not found"
_CUDA_LIBRARY = r"cublas|cudart|cufft|curand|nvrtc|nvjitlink|cusparse|cusolver"


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """The device in use.

    Attributes:
        name: of the graphics card or the processor.
        reason: one calm sentence why it is not the GPU; None on the GPU.
        remedy: what the user can do about it; None if nothing.
        details: what the libraries said, line by line, for who looks into it.
    """

    device: Literal["cuda", "cpu"]
    name: str
    reason: str | None = None
    remedy: str | None = None
    details: tuple[str, ...] = ()


def choose_device(requested: Requested) -> DeviceReport:
    """Finds the device to run on; slow (it loads ONNX Runtime and, where there is one, CUDA).

    Args:
        requested: ``cuda`` is a wish: where it cannot be met, the report says so.
    """
    if requested == "cpu":
        return DeviceReport("cpu", processor_name(), "CPU, as you asked")
    driver = ask_driver()
    if not driver.gpus and sys.platform != "darwin":
        return _on_cpu(requested, *_without_gpu(driver), details=driver.details)
    runtime = load_runtime()
    if CUDA not in runtime.get_available_providers():
        remedy = None if sys.platform == "darwin" else _other_build()
        return _on_cpu(requested, "this build of ONNX Runtime has no CUDA", remedy)
    works, details = _try_cuda(runtime)
    if works:
        return DeviceReport("cuda", driver.gpus[0], details=details)
    if not any(re.search(_MISSING, line, re.IGNORECASE) for line in details):
        details = (*details, *_missing_libraries(_cuda_version(runtime)))
    return _on_cpu(requested, *explain(details, _cuda_version(runtime)), details=details)


def after_failure(report: DeviceReport, error: BaseException) -> DeviceReport:
    """The report once CUDA has failed in the middle of the work."""
    line = " ".join(str(error).split())
    if is_out_of_memory(error):
        reason, remedy = "the graphics card ran out of memory", _FREE_MEMORY
    else:
        reason = "the graphics card stopped working in between"
        remedy = "Start Lumitag again; if it happens again, update the NVIDIA driver."
    return replace(
        report,
        device="cpu",
        name=processor_name(),
        reason=f"CPU, because {reason}",
        remedy=remedy,
        details=(*report.details, line),
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a failure of ONNX Runtime means that the GPU's memory did not suffice."""
    signs = r"out of memory|failed to allocate|CUDNN_STATUS_ALLOC_FAILED|CUBLAS_STATUS_ALLOC_FAILED"
    return isinstance(error, MemoryError) or bool(re.search(signs, str(error), re.IGNORECASE))


def explain(details: Sequence[str], cuda_version: str) -> tuple[str, str | None]:
    """Turns what the libraries said into (why not the GPU, what to do).

    Args:
        details: their lines, as caught.
        cuda_version: the CUDA that ONNX Runtime was built for, such as ``13``; may be empty.
    """
    text = "\n".join(details)
    missing = "\n".join(line for line in details if re.search(_MISSING, line, re.IGNORECASE))
    cuda = f"CUDA {cuda_version}".strip()

    def says(pattern: str, where: str = text) -> bool:
        return bool(re.search(pattern, where, re.IGNORECASE))

    if says(r"driver version is insufficient|CUDA failure 35\b|unsupported PTX"):
        return f"the NVIDIA driver is too old for {cuda}", "Update the NVIDIA driver."
    if says(r"libcuda\.so|nvcuda\.dll", missing):
        return "no NVIDIA driver was found", "Install the NVIDIA driver."
    if says(rf"Failed to load \S*({_CUDA_LIBRARY})|error: \S*({_CUDA_LIBRARY})", missing):
        return f"the {cuda} runtime was not found", _INSTALL_CUDA
    if says(r"cudnn", missing) or says(r"cudnn\S* (is )?(not available|not loaded|unavailable)"):
        return "cuDNN was not found", _INSTALL_CUDA
    if says(r"error 126"):
        return "cuDNN was not found", _INSTALL_CUDA
    if says(r"out of memory|failed to allocate"):
        return "the graphics card has no free memory", _FREE_MEMORY
    if says(r"no kernel image|not compatible"):
        return f"this graphics card is not supported by {cuda}", None
    return "ONNX Runtime could not start on the graphics card", "Update the NVIDIA driver."


def processor_name() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        known = ""
    found = re.search(r"^model name\s*:\s*(.+)$", known, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine() or "CPU"


def cuda_providers() -> list[tuple[str, dict[str, str]]]:
    """Providers of a session on the GPU.

    Heuristic search: the exhaustive default measures all algorithms anew for every batch size.
    """
    return [(CUDA, {"cudnn_conv_algo_search": "HEURISTIC"})]


def _without_gpu(driver: Driver) -> tuple[str, str]:
    if not driver.installed:
        return "no NVIDIA driver was found", (
            "If this computer has an NVIDIA graphics card, install NVIDIA's driver."
        )
    if driver.details:
        return "the NVIDIA driver does not answer", (
            "Restart the computer; if that does not help, install NVIDIA's driver again."
        )
    return "the NVIDIA driver found no graphics card", (
        "Check with nvidia-smi that the system sees the graphics card."
    )


def _on_cpu(
    requested: Requested, why: str, remedy: str | None, *, details: tuple[str, ...] = ()
) -> DeviceReport:
    start = "CPU instead of the GPU you asked for" if requested == "cuda" else "CPU"
    return DeviceReport("cpu", processor_name(), f"{start}, because {why}", remedy, details)


def _other_build() -> str:
    return 'Install the build with CUDA: pip install --force-reinstall "lumitag[cuda]"'


def _cuda_version(runtime: Any) -> str:
    """The major CUDA version ONNX Runtime was built for, or nothing."""
    return str(getattr(runtime, "cuda_version", "") or "").partition(".")[0]


def _try_cuda(runtime: Any) -> tuple[bool, tuple[str, ...]]:
    """Runs the probe on the GPU; returns whether that worked, and what the libraries said."""
    failure: list[str] = []
    with capture() as caught:
        runtime.set_default_logger_severity(WARNINGS if caught.catches_errors else FATAL_ONLY)
        try:
            if hasattr(runtime, "preload_dlls"):
                runtime.preload_dlls()
            session = runtime.InferenceSession(
                PROBE, session_options(), providers=cuda_providers(), enable_fallback=0
            )
            on_cuda = CUDA in session.get_providers()
            works = on_cuda and _answers(session)
        except runtime_failures() as error:
            works = False
            failure = [" ".join(str(error).split())]
        finally:
            runtime.set_default_logger_severity(FATAL_ONLY)
    return works, (*caught.lines, *failure)


def _missing_libraries(cuda_version: str) -> list[str]:
    """What the system says of the libraries that do not load, also where nothing else does.

    Args:
        cuda_version: the major version that ONNX Runtime was built for; empty: unknown.
    """
    if not cuda_version:
        return []
    windows = sys.platform == "win32"
    pattern = "{}64_{}.dll" if windows else "lib{}.so.{}"
    lines = []
    for library, version in (
        ("cudart", cuda_version),
        ("cublasLt", cuda_version),
        ("cudnn", CUDNN_VERSION),
    ):
        name = pattern.format(library, version)
        try:
            ctypes.CDLL(name)
        except OSError as error:
            lines.append(f"Failed to load {name}: {error}")
    return lines


def _answers(session: Any) -> bool:
    (output,) = session.run(None, {"x": PROBE_INPUT})
    return bool(np.allclose(output, PROBE_OUTPUT))

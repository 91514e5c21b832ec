"""ONNX Runtime, loaded when first needed, silent and without telemetry."""

import importlib
import os
import sys
from functools import cache
from typing import Any

from app.labeling.captured_output import capture
from app.labeling.errors import RuntimeUnavailableError

FATAL_ONLY = 4
"""The log severity at which ONNX Runtime writes nothing that is not also an exception."""

WARNINGS = 2
"""The log severity at which it says why a device does not load."""

_VISUAL_C = "install the Microsoft Visual C++ Redistributable, or Lumitag again"
"""What is missing on a fresh Windows, and what ONNX Runtime is linked against."""

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"


@cache
def load_runtime() -> Any:
    """Returns the ``onnxruntime`` module.

    The first time it takes some hundred milliseconds, and whatever the import says of devices that
    it cannot find is caught: the attempt to use them says it better.

    Raises:
        RuntimeUnavailableError: It is not there, or a library of the system that it needs is not.
    """
    try:
        with capture():
            runtime = importlib.import_module("onnxruntime")
    except (ImportError, OSError) as error:
        line = " ".join(str(error).split())
        remedy = _VISUAL_C if sys.platform == "win32" else "install Lumitag again"
        raise RuntimeUnavailableError(
            f"ONNX Runtime cannot be loaded, so nothing is labelled ({line}); {remedy}."
        ) from error
    runtime.disable_telemetry_events()
    runtime.set_default_logger_severity(FATAL_ONLY)
    return runtime


def runtime_failures() -> tuple[type[Exception], ...]:
    """The exceptions by which ONNX Runtime says that it cannot load or run something.

    They have no base of their own. The C++ side also raises Python's, memory included.
    """
    load_runtime()
    native = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    own = [
        found
        for found in vars(native).values()
        if isinstance(found, type) and issubclass(found, Exception)
    ]
    return (*own, RuntimeError, ValueError, MemoryError)


def session_options() -> Any:
    """Options of a quiet session that runs in the threads which call it."""
    options = load_runtime().SessionOptions()
    options.log_severity_level = FATAL_ONLY
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return options


def default_threads() -> int:
    """Threads of one session on the CPU: all cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1

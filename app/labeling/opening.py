"""ONNX networks that are no label packs, opened on the device that labelling chose."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.labeling.device import (
    DeviceReport,
    Requested,
    after_failure,
    choose_device,
    cuda_providers,
)
from app.labeling.errors import RuntimeUnavailableError
from app.labeling.runtime import (
    CPU,
    CUDA,
    default_threads,
    load_runtime,
    runtime_failures,
    session_options,
)


class Opener:
    """Opens networks for who may not know ONNX Runtime. Safe to use from many threads."""

    def __init__(
        self, device: Requested | Callable[[], DeviceReport], *, threads: int | None = None
    ) -> None:
        """Choose nothing yet.

        Args:
            device: Where to run: what was asked for, or a function that tells what was chosen; it
                is called once, when the first network is opened.
            threads: Of the CPU, in each network; None: as many as cores.
        """
        self._device = device
        self._threads = threads or default_threads()
        self._lock = threading.Lock()
        self._report: DeviceReport | None = None

    @property
    def device(self) -> DeviceReport:
        """The device in use; chosen at the first question, which may take a second."""
        with self._lock:
            if self._report is None:
                asked = self._device
                self._report = asked() if callable(asked) else choose_device(asked)
            return self._report

    def open(self, model: Path) -> Any:
        """Return an ONNX Runtime session.

        The memory of pictures of many sizes is not kept for the next one: it would grow to that of
        the largest batch of the longest lines.

        Raises:
            RuntimeUnavailableError: ONNX Runtime or the network cannot be loaded.
        """
        report = self.device
        runtime = load_runtime()
        options = session_options()
        options.intra_op_num_threads = self._threads
        options.enable_cpu_mem_arena = False
        # Threads that spin between operations would take the time of what else runs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            if report.device == "cuda":
                providers = [*cuda_providers(), CPU]
                session = runtime.InferenceSession(str(model), options, providers=providers)
                if CUDA in session.get_providers():
                    return session
                self.leave_cuda(RuntimeError("CUDA was not taken."))
            return runtime.InferenceSession(str(model), options, providers=[CPU])
        except runtime_failures() as error:
            if self.leave_cuda(error):
                return self.open(model)
            line = " ".join(str(error).split())
            raise RuntimeUnavailableError(
                f"The network {model} cannot be loaded ({line}); install Lumitag again."
            ) from error

    def leave_cuda(self, error: BaseException) -> bool:
        """Go over to the CPU after a failure; networks opened before are to be opened again.

        Returns:
            Whether that is a change: False where the CPU itself failed.
        """
        report = self.device
        if report.device != "cuda":
            return False
        with self._lock:
            self._report = after_failure(report, error)
        return True

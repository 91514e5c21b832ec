"""A graphics card for machines without one: ONNX Runtime's boundary, and nothing else, is feigned.

The networks run for real, on the CPU; only what ONNX Runtime says of the device is made up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import onnxruntime
import pytest

from app.labeling import device, session, words
from app.labeling.driver import Driver
from app.labeling.runtime import CPU, CUDA

GPU = "NVIDIA GeForce RTX 4070"

OUT_OF_MEMORY = "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : CUDA failure 2: out of memory ; GPU=0"
LOST = "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 719: unspecified launch failure ; GPU=0"


@dataclass
class FeignedRuntime:
    """ONNX Runtime on a machine with a working graphics card, unless told otherwise.

    Attributes:
        cuda_fails: called with the batch size before each run on CUDA; may raise.
        opening: called before a session opens on CUDA; may raise, print, or write to stderr.
        stays_on_cpu: CUDA does not load, and ONNX Runtime quietly takes the CPU.
        providers: what the build has.
        batches: (provider, number of pictures) of each run.
    """

    cuda_fails: Callable[[int], None] = lambda size: None
    opening: Callable[[], None] = lambda: None
    stays_on_cpu: bool = False
    providers: tuple[str, ...] = (CUDA, CPU)
    cuda_version: str = "13.0"
    batches: list[tuple[str, int]] = field(default_factory=list)

    def get_available_providers(self) -> list[str]:
        return list(self.providers)

    def set_default_logger_severity(self, severity: int) -> None:
        onnxruntime.set_default_logger_severity(severity)

    def preload_dlls(self) -> None:
        pass

    def InferenceSession(  # noqa: N802 - ONNX Runtime's name
        self, model: Any, options: Any, *, providers: list[tuple[str, Any]], enable_fallback: int
    ) -> Any:
        assert enable_fallback == 0, "ONNX Runtime would print, and fall back in silence"
        real = onnxruntime.InferenceSession(model, options, providers=[CPU])
        if providers[0][0] == CUDA:
            self.opening()
        on_cuda = providers[0][0] == CUDA and not self.stays_on_cpu
        return FeignedSession(self, real, CUDA if on_cuda else CPU)

    def install(self, monkeypatch: pytest.MonkeyPatch, *, driver: Driver | None = None) -> None:
        monkeypatch.setattr(device, "load_runtime", lambda: self)
        monkeypatch.setattr(session, "load_runtime", lambda: self)
        monkeypatch.setattr(words, "load_runtime", lambda: self)
        found = driver or Driver((GPU,), installed=True)
        monkeypatch.setattr(device, "ask_driver", lambda: found)


@dataclass
class FeignedSession:
    runtime: FeignedRuntime
    real: Any
    provider: str

    def get_providers(self) -> list[str]:
        return [self.provider] if self.provider == CPU else [self.provider, CPU]

    def get_inputs(self) -> Any:
        return self.real.get_inputs()

    def get_outputs(self) -> Any:
        return self.real.get_outputs()

    def run(self, names: list[str] | None, inputs: dict[str, Any]) -> Any:
        size = len(next(iter(inputs.values())))
        self.runtime.batches.append((self.provider, size))
        if self.provider == CUDA:
            self.runtime.cuda_fails(size)
        return self.real.run(names, inputs)

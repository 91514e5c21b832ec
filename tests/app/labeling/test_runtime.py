import importlib
import os
import sys

import pytest

from app.errors import LumitagError
from app.labeling.errors import RuntimeUnavailableError
from app.labeling.runtime import default_threads, load_runtime, runtime_failures


@pytest.mark.parametrize(
    ("platform", "remedy"), [("win32", "Visual C++"), ("linux", "install Lumitag again")]
)
def test_a_runtime_that_does_not_load_is_one_sentence_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, platform: str, remedy: str
) -> None:
    def missing(name: str) -> None:
        raise ImportError("DLL load failed while importing\nonnxruntime_pybind11_state")

    monkeypatch.setattr(importlib, "import_module", missing)
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(RuntimeUnavailableError) as caught:
        load_runtime.__wrapped__()
    assert isinstance(caught.value, LumitagError)
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


def test_failures_of_the_runtime_are_known_by_their_types() -> None:
    names = {kind.__name__ for kind in runtime_failures()}
    assert {"Fail", "RuntimeException", "InvalidGraph", "MemoryError"} <= names
    assert not issubclass(KeyboardInterrupt, runtime_failures())


def test_a_system_without_affinity_counts_its_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert default_threads() == 1

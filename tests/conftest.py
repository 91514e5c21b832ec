"""What every test stands on: no display needed, no user data touched, no thread left behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Two workers with PyTorch's two threads each keep these from each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine takes what it needs; what must be quick is measured in benchmarks.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_THREAD_GRACE_SECONDS = 5.0
_OF_THE_PROCESS = {"tqdm_monitor"}
"""PyTorch's exporter starts one such daemon for the whole process, at its first export."""


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own library and settings."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("LUMITAG_LIBRARY", raising=False)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Return pytest-qt's robot, which cannot wait for ever here."""
    from tests.support.bot import Bot  # only tests of the window load Qt

    return Bot(request)


@pytest.fixture(autouse=True)
def _garbage_dies_on_this_thread(request: pytest.FixtureRequest) -> None:
    """Collect what the test before left; while there are windows, no other thread ever does.

    A widget that dies in another thread takes Qt down with it, or lets it wait for ever. The app
    keeps its own threads from it (``app.ui.garbage``); most tests begin no app.
    """
    gc.collect(1)
    if "qapp" in request.fixturenames:  # whatever draws needs it
        gc.disable()
    elif not gc.isenabled():
        gc.collect()
        gc.enable()


@pytest.fixture(autouse=True)
def _no_dangling_threads() -> Iterator[None]:
    """Fail a test that leaves a Python thread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _THREAD_GRACE_SECONDS
    while left := [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive()
        and not isinstance(thread, threading._DummyThread)
        and thread.name not in _OF_THE_PROCESS
    ]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {[thread.name for thread in left]}")
        gc.collect()
        time.sleep(0.01)

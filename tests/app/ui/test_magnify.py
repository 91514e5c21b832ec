"""Everything is drawn larger where the user wants it, and only in Lumitag."""

import os
import subprocess
import sys

import pytest

from app.ui.magnify import magnified

_PROGRAM = """
import os
from app.ui.app import application
from app.ui.magnify import magnified
with magnified(150):
    app = application()
print(app.devicePixelRatio(), os.environ.get("QT_SCALE_FACTOR"))
"""


def test_all_is_larger_and_other_programs_are_not() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["1.5", "None"]


def test_who_set_the_size_for_qt_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_SCALE_FACTOR", "1.25")
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["1.25", "1.25"]


def test_the_usual_size_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    with magnified(100):
        assert "QT_SCALE_FACTOR" not in os.environ

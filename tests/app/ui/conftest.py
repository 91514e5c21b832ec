"""What every test of a window stands on."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def _imported() -> None:
    """Set apart what imports made, so that garbage is found quickly."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _garbage_waits(_imported: None) -> Iterator[None]:
    """Collect garbage after a test, as the program does when nothing happens (app.ui.garbage).

    In the middle of a paint event it may take a closed widget with it that Qt still holds, which
    ends the process.
    """
    gc.disable()
    yield
    gc.enable()
    gc.collect()

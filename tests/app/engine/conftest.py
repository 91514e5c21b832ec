"""An engine on an empty library, with two tiny label packs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from tests.support.packs import write_packs


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    packs = write_packs(tmp_path / "packs")
    with Engine.open(tmp_path / "library.sqlite", device="cpu", pack_folders=[packs]) as opened:
        yield opened

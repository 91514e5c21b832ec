"""The benchmarks that the documentation names run; how fast things are is not asked here."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks import indexing, search
from tests.support.packs import ColourLabel
from tests.support.reading_packs import write_reading_pack


def test_indexing_is_compared_with_what_cannot_be_skipped_also_by_a_pack_that_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(5):
        Image.new("RGB", (60, 40), (40 * number, 90, 200)).save(pictures / f"{number}.png")
    write_reading_pack(tmp_path / "packs" / "reader", [ColourLabel("blue", (0, 0, 1))])
    packs = str(tmp_path / "packs")
    indexing.main(
        [str(pictures), "--photos=5", "--rounds=1", f"--packs={packs}", "--tiny-files=600"]
    )
    told = capsys.readouterr().out
    assert "bare network reader (5 pictures)" in told
    assert "together / indexer" in told
    assert "files a second" in told


def test_searches_are_timed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    search.main(["--photos=300", f"--library={tmp_path / 'library.sqlite'}"])
    assert "p95" in capfd.readouterr().out

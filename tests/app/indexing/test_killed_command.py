"""The real command, killed again and again: what was stored stays, the rest comes, once."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from app.library.library import Library
from app.library.records import Verdict
from app.library.thumbnails import thumbnails_path
from app.paths import user_data
from tests.support import packs as tiny
from tests.support.libraries import is_sound

ROOT = Path(__file__).resolve().parents[3]
MANY = 200
COLOURS = (tiny.RED, tiny.MAGENTA, tiny.BLUE, tiny.PINK)
PATIENCE_SECONDS = 60.0


def draw(folder: Path) -> set[str]:
    """Draws pictures that each have their own content; returns their relative paths."""
    names = set()
    for index in range(MANY):
        image = Image.new("RGB", (480, 360), COLOURS[index % len(COLOURS)])
        image.putpixel((0, 0), (index, 7, 7))
        name = f"{index % 5}/{index:03}.png"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        image.save(folder / name)
        names.add(name)
    return names


@contextmanager
def indexing(library: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "app", "--library", library),
            *("index", folder, "--no-words", "--json"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait(until: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        ended = process.poll() is not None
        if until():
            return
        assert not ended, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_a_command_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random()
    tiny.write_packs(user_data() / "models")
    names = draw(tmp_path / "pictures")
    place = tmp_path / "library.sqlite"

    with indexing(place, tmp_path / "pictures") as process:
        wait(place.exists, process)
        time.sleep(chance.uniform(0, 0.1))  # while it makes the library
    decided: list[int] = []
    with Library.open(place) as library:
        for goal in sorted(chance.sample(range(1, 150), 2)):
            with indexing(place, tmp_path / "pictures") as process:
                wait(lambda goal=goal: library.photos.count() >= goal, process)
                photo = chance.randint(1, library.photos.count())
                library.decisions.decide([photo], "photos/green", Verdict.ACCEPTED)
                decided.append(photo)
                time.sleep(chance.uniform(0, 0.03))
            assert is_sound(place)

        with indexing(place, tmp_path / "pictures") as process:
            out, err = process.communicate(timeout=PATIENCE_SECONDS)
            assert process.returncode == 0, err
        summary = json.loads(out)
        assert summary["added"] + summary["unchanged"] == MANY
        assert summary["failed"] == summary["moved"] == summary["updated"] == 0

        (folder,) = library.folders.all()
        known = library.files.known(folder.id)
        assert set(known) == names
        assert len({file.photo_id for file in known.values()}) == MANY == library.photos.count()
        assert library.predictions.needing("photos", "1") == []
        gate = ("photos", "photos/poster")
        assert library.predictions.needing("genres", "1", gate=gate) == []
        said = library.predictions.of([file.photo_id or 0 for file in known.values()])
        assert {len(each) for each in said.values()} == {2}
        assert library.photos.without_thumbnail() == []
        kept = library.decisions.of(decided)
        assert all([one.label for one in each] == ["photos/green"] for each in kept.values())
    assert is_sound(place)
    assert is_sound(thumbnails_path(place))

"""Readers, writers and kills at the same time, in threads and in real processes."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.library import database
from app.library.errors import LibraryBusyError
from app.library.library import Library
from app.library.records import Folder, NewReading, Verdict
from app.library.sought import Sought
from tests.support.libraries import is_sound, stored_file

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys
from pathlib import Path
from app.library.library import Library
from app.library.records import Verdict
from tests.support.libraries import predicted, stored_file

place, folder, name, batches = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
with Library.open(place) as library:
    for batch in range(batches):
        items = [
            stored_file(folder, f"{name}/{batch}-{at}.jpg", f"{name} {batch} {at}",
                        predictions=[predicted("photos", 0.5)], thumbnail=b"jpeg" * 100)
            for at in range(20)
        ]
        outcome = library.photos.store(items)
        library.decisions.decide(outcome.photo_ids[:5], "photos/dog", Verdict.ACCEPTED)
        print(*outcome.photo_ids, flush=True)
"""


READER = """
import sys
from itertools import count
from pathlib import Path
from app.library.library import Library
from app.library.records import NewReading

ids = [int(one) for one in sys.argv[2:]]
with Library.open(Path(sys.argv[1])) as library:
    for batch in count():
        reading = NewReading(str(batch), b"lines", f"fixed word{batch}")
        library.words.store(dict.fromkeys(ids, reading))
        print(batch, flush=True)
"""


def start_writer(place: Path, folder: Folder, name: str, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place), str(folder.id), name, str(batches)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_kill_costs_at_most_the_batch_in_flight(
    library: Library, folder: Folder, place: Path
) -> None:
    library.packs.register("photos", "1", "[]")
    library.close()
    with start_writer(place, folder, "killed", 100_000) as writer:
        assert writer.stdout is not None
        reported = [[int(one) for one in writer.stdout.readline().split()] for _ in range(5)]
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().splitlines(keepends=True)
        reported += [[int(one) for one in line.split()] for line in rest if line.endswith("\n")]
    assert writer.returncode == -signal.SIGKILL
    assert is_sound(place)
    with Library.open(place) as again:
        decided = {photo for photo, _, _ in again.facts.decisions_since(0)}
        assert {photo for batch in reported for photo in batch[:5]} <= decided
        # A photo, its path, its prediction and its thumbnail: all of a batch, or nothing.
        ids = again.facts.facts_since(0).ids.tolist()
        assert len(ids) % 20 == 0
        assert len(again.files.known(folder.id)) == len(ids)
        assert all(again.predictions.of(ids).values())
        hashes = [card.content_hash for card in again.photos.cards(ids)]
        assert again.thumbnails.missing(hashes) == []


def test_a_kill_while_words_are_stored_leaves_text_and_indexes_in_step(
    library: Library, folder: Folder, place: Path
) -> None:
    items = [stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(20)]
    ids = library.photos.store(items).photo_ids
    library.close()
    program = [sys.executable, "-c", READER, str(place), *map(str, ids)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        for _ in range(8):
            reader.stdout.readline()
        reader.send_signal(signal.SIGKILL)
        last = int(["7", *reader.stdout.read().splitlines()][-1])
    assert reader.returncode == -signal.SIGKILL
    assert is_sound(place)
    with Library.open(place) as again:
        engines = {reading.engine for reading in again.words.of(ids).values()}
        assert engines <= {str(last), str(last + 1)}
        assert len(engines) == 1  # a batch is there, or it is not
        [stored] = engines
        assert again.words.matching(Sought((f"word{stored}",))).tolist() == list(ids)
        assert again.words.matching(Sought(("fixed", f"word{int(stored or 0) - 1}"))).tolist() == []
        again.words.erase()
        assert again.words.matching(Sought(("fixed",))).tolist() == []


def test_two_threads_read_and_one_searches(library: Library, folder: Folder) -> None:
    items = [stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(40)]
    ids = library.photos.store(items).photo_ids
    found: list[int] = []

    def store(part: Sequence[int]) -> None:
        for photo in part:
            library.words.store({photo: NewReading("1", b"", f"shared{photo}word")})
            library.words.ask([photo])

    threads = [threading.Thread(target=store, args=(part,)) for part in (ids[::2], ids[1::2])]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        found.append(len(library.words.matching(Sought(("shared",)))))
    for thread in threads:
        thread.join()
    assert found == sorted(found)
    assert library.words.matching(Sought(("shared",))).tolist() == list(ids)
    assert library.words.count().waiting == 40


def test_two_programs_write_to_one_library(library: Library, folder: Folder, place: Path) -> None:
    library.packs.register("photos", "1", "[]")
    with (
        start_writer(place, folder, "one", 15) as one,
        start_writer(place, folder, "two", 15) as two,
    ):
        seen: list[int] = []
        while one.poll() is None or two.poll() is None:
            seen.append(library.revision)
            library.settings.set("still", "writing")
        outputs = [writer.communicate()[0] for writer in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0]
    ids = {int(number) for text in outputs for number in text.split()}
    assert len(ids) == 600
    assert library.photos.count() == 600
    assert len(library.facts.decisions_since(0)) == 150
    assert seen == sorted(seen)
    assert is_sound(place)


def test_what_another_program_wrote_is_seen_by_its_revision(
    library: Library, folder: Folder, place: Path
) -> None:
    library.packs.register("photos", "1", "[]")
    before = library.revision
    with start_writer(place, folder, "other", 1) as other:
        other.communicate()
    assert library.revision == before + 2
    assert len(library.facts.facts_since(before).ids) == 20


def test_readers_never_wait_for_a_writer(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    answers: list[int] = []
    with library._database.change() as change:
        change.touch([1])
        reader = threading.Thread(target=lambda: answers.append(library.photos.count()))
        reader.start()
        reader.join(timeout=30)
        assert answers == [1]


def test_many_threads_read_and_write_at_once(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(50)])
    wrong: list[object] = []

    def write(thread: int) -> None:
        try:
            for photo in range(1, 21):
                library.decisions.decide([photo], f"photos/{thread}", Verdict.ACCEPTED)
        except Exception as error:  # noqa: BLE001
            wrong.append(error)

    def read() -> None:
        try:
            last = 0
            for _ in range(30):
                with library.facts.snapshot() as snapshot:
                    decided = len(snapshot.decisions_since(0))
                    again = len(snapshot.decisions_since(0))
                if decided != again or decided < last:
                    wrong.append((decided, again, last))
                last = decided
        except Exception as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(at,)) for at in range(3)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(library.facts.decisions_since(0)) == 60


def test_closing_waits_for_readers_under_way(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, "a.jpg", "a")])
    closer = threading.Thread(target=library.close)
    with library.facts.snapshot() as snapshot:
        closer.start()
        closer.join(timeout=0.05)
        assert closer.is_alive()
        assert len(snapshot.facts_since(0).ids) == 1
    closer.join(timeout=30)
    assert not closer.is_alive()


def test_a_library_that_another_program_holds_says_so(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.05)
    with Library.open(place) as library, closing(sqlite3.connect(place)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = library.revision
        with pytest.raises(LibraryBusyError, match="in use by another program") as caught:
            library.settings.set("a", 1)
        assert str(caught.value).endswith("then try again.")
        assert library.revision == before
        other.rollback()
        library.settings.set("a", 1)
        assert library.settings.get("a") == 1


def test_two_programs_may_make_the_same_library(tmp_path: Path) -> None:
    place = tmp_path / "library.sqlite"
    program = (
        "import sys; from pathlib import Path; from app.library.library import Library;"
        "Library.open(Path(sys.argv[1])).close()"
    )
    makers = [
        subprocess.Popen([sys.executable, "-c", program, str(place)], cwd=ROOT) for _ in range(3)
    ]
    assert [maker.wait() for maker in makers] == [0, 0, 0]
    assert is_sound(place)
    with Library.open(place) as library:
        assert library.photos.count() == 0
    assert not list(tmp_path.glob("*backup*"))


def test_nothing_is_left_beside_a_closed_library(library: Library, place: Path) -> None:
    library.settings.set("a", 1)
    library.close()
    assert sorted(path.name for path in place.parent.iterdir()) == [
        "library.sqlite",
        "library.sqlite.thumbnails",
    ]

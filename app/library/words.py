"""The words that were read in pictures: kept, searched, and erased so that nothing is left of them.

What was read belongs to the content: a photo that is moved or copied keeps it. Nothing of it may
come into a log or an error: screenshots hold passwords.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.changes import Change, LibraryDatabase, fetch_all, json_ids
from app.library.errors import LibraryBusyError
from app.library.folding import folded
from app.library.reading_needs import Kinds, needing_photos
from app.library.records import NewReading, Reading, WordsCount
from app.library.sought import Reach, Sought

Ids = NDArray[np.int64]

# The revision of the last change of readings lies among the settings, as that of paths does.
_READINGS = "library.words"
_NOTE = sa.text("""
    INSERT INTO setting (name, value) VALUES (:name, :revision)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
""")
_REVISION = sa.text("SELECT value FROM setting WHERE name = :name")
# The indexes keep no text of their own: what leaves them is named word by word.
_UNINDEX = (
    sa.text("""
        INSERT INTO words (words, rowid, searched)
        SELECT 'delete', photo_id, searched FROM reading
        WHERE searched != '' AND photo_id IN (SELECT value FROM json_each(:ids))
    """),
    sa.text("""
        INSERT INTO pieces (pieces, rowid, joined)
        SELECT 'delete', photo_id, replace(searched, ' ', '') FROM reading
        WHERE searched != '' AND photo_id IN (SELECT value FROM json_each(:ids))
    """),
)
_INDEX = (
    sa.text("""
        INSERT INTO words (rowid, searched)
        SELECT photo_id, searched FROM reading
        WHERE searched != '' AND photo_id IN (SELECT value FROM json_each(:ids))
    """),
    sa.text("""
        INSERT INTO pieces (rowid, joined)
        SELECT photo_id, replace(searched, ' ', '') FROM reading
        WHERE searched != '' AND photo_id IN (SELECT value FROM json_each(:ids))
    """),
)
_STORE = """
    INSERT INTO reading (photo_id, engine, read_at, wanted, waiting, searched, lines)
    VALUES (?, ?, ?, 0, 0, ?, ?)
    ON CONFLICT (photo_id) DO UPDATE
    SET engine = excluded.engine, read_at = excluded.read_at, waiting = 0,
        searched = excluded.searched, lines = excluded.lines
"""
_ASK = """
    INSERT INTO reading (photo_id, wanted, waiting, searched, lines)
    SELECT id, 1, 1, '', x'' FROM photo WHERE id = ?
    ON CONFLICT (photo_id) DO UPDATE SET wanted = 1, waiting = 1
"""
_OF = sa.text("""
    SELECT photo_id, engine, read_at, wanted, waiting, lines FROM reading
    WHERE photo_id IN (SELECT value FROM json_each(:ids))
""")
_COUNT = sa.text("""
    SELECT count(reading.engine) AS read, total(reading.searched != '') AS found,
           total(reading.waiting) AS waiting
    FROM reading JOIN photo ON photo.id = reading.photo_id
    WHERE photo.visible
""")
# All ids as one JSON array: read ten times faster than as many rows.
_WITH_WORDS = "SELECT json_group_array(photo_id) FROM reading WHERE searched != ''"
_WORDS = "SELECT json_group_array(rowid) FROM words WHERE words MATCH ?"
_CANDIDATES = "SELECT json_group_array(rowid) FROM pieces WHERE pieces MATCH ?"
# Spaces are only left out of texts that do not have the part as they are.
_HOLDING = """
    SELECT json_group_array(photo_id)
    FROM pieces CROSS JOIN reading ON photo_id = pieces.rowid
    WHERE pieces MATCH ?1 AND (instr(searched, ?2) OR instr(replace(searched, ' ', ''), ?2))
"""
_WITH_PART = """
    SELECT json_group_array(photo_id) FROM reading
    WHERE photo_id IN (SELECT value FROM json_each(?))
      AND instr(replace(searched, ' ', ''), ?) > 0
"""
_RANKED = "SELECT rowid, bm25(words) FROM words WHERE words MATCH ?"
_ALL = sa.text("SELECT photo_id FROM reading")
_THESE = sa.text(
    "SELECT photo_id FROM reading WHERE photo_id IN (SELECT value FROM json_each(:ids))"
)
_FORGET = sa.text("DELETE FROM reading WHERE photo_id IN (SELECT value FROM json_each(:ids))")


class Words:
    """What was read in all photos."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    # Reading

    def store(self, readings: Mapping[int, NewReading]) -> None:
        """Keep what was read in photos, in place of what was read before: all of it, or nothing.

        Also that nothing was found is kept, so that nothing is read twice. A power cut may cost
        the last batches; the pictures are still there then, to be read again.
        """
        if not readings:
            return
        now = int(datetime.now(UTC).timestamp())
        rows = [
            (int(photo), new.engine, now, folded(new.text), new.lines)
            for photo, new in readings.items()
        ]
        ids = {"ids": json_ids(readings)}
        with self._database.change(durable=False) as change:
            for statement in _UNINDEX:
                change.connection.execute(statement, ids)
            change.connection.exec_driver_sql(_STORE, rows)
            for statement in _INDEX:
                change.connection.execute(statement, ids)
            _changed(change, readings)

    def of(self, photo_ids: Sequence[int] | Ids) -> dict[int, Reading]:
        """Return what was read in photos; those never read and never asked for are left out."""
        with self._database.read() as connection:
            return {
                row.photo_id: Reading(
                    photo_id=row.photo_id,
                    engine=row.engine,
                    lines=row.lines,
                    read_at=None
                    if row.read_at is None
                    else datetime.fromtimestamp(row.read_at, UTC),
                    wanted=bool(row.wanted),
                    waiting=bool(row.waiting),
                )
                for row in connection.execute(_OF, {"ids": json_ids(photo_ids)})
            }

    def needing(
        self,
        engine: str,
        *,
        kinds: Kinds,
        everything: bool = False,
        limit: int = 1024,
        after_id: int = 0,
    ) -> list[int]:
        """Return photos that are to be read: visible ones with a path that is online.

        Those are photos that the user asked to have read (again), and of those that this engine
        has not read: photos of certain kinds, even if only probably so; photos that the user has
        asked for before; every photo if the user says so. A decision on a kind wins over what was
        predicted of it.

        Args:
            engine: The reading engine's version.
            kinds: Keys of the labels that name these kinds, each with the least code, 0 to 255
                (a probability times 255), from which a photo is probably one.
            everything: Read every photo.
            limit: At most so many.
            after_id: Only photos with a greater id, to go on from the last answer.

        Returns:
            Photo ids, ascending.
        """
        with self._database.read() as connection:
            query = needing_photos(connection, kinds, everything=everything)
            values = {**query.values, "engine": engine, "after": after_id, "limit": limit}
            return list(connection.scalars(query.ids, values))

    def count_needing(self, engine: str, *, kinds: Kinds, everything: bool = False) -> int:
        """Return how many photos ``needing`` would name in all."""
        with self._database.read() as connection:
            query = needing_photos(connection, kinds, everything=everything)
            return int(
                connection.execute(query.count, {**query.values, "engine": engine}).scalar_one()
            )

    def ask(self, photo_ids: Iterable[int]) -> None:
        """Have these photos read at the next opportunity, also if they were read before.

        What was read is kept until then. They are read by later engines, too, whatever they show.
        """
        rows = [(int(photo),) for photo in photo_ids]
        if not rows:
            return
        with self._database.change() as change:
            change.connection.exec_driver_sql(_ASK, rows)
            _changed(change, [photo for (photo,) in rows])

    def count(self) -> WordsCount:
        """Return how many visible photos were read, have words, and wait to be read."""
        with self._database.read() as connection:
            row = connection.execute(_COUNT).one()
        return WordsCount(int(row.read), int(row.found), int(row.waiting))

    # Erasing

    def erase(self) -> None:
        """Erase all that was read, and what was asked to be read, so that no trace is left.

        Freed pages of the library are overwritten (see ``Database``), and the write-ahead log is
        emptied. Predictions that took the words into account stay until their pack looks again,
        for which these photos count as not labelled from now on (see ``Predictions.needing``).

        Raises:
            LibraryBusyError: All is erased, but another program keeps the log from being emptied.
        """
        with self._database.change() as change:
            photos = list(change.connection.scalars(_ALL))
            change.connection.exec_driver_sql("INSERT INTO words (words) VALUES ('delete-all')")
            change.connection.exec_driver_sql("INSERT INTO pieces (pieces) VALUES ('delete-all')")
            change.connection.exec_driver_sql("DELETE FROM reading")
            _changed(change, photos)
        self._empty_log()

    def forget(self, photo_ids: Iterable[int]) -> None:
        """Erase what was read in some photos, and that it was asked for, so that no trace is left.

        Predictions stay as for ``erase``. The indexes are written anew: for 100,000 pages that
        takes seconds.

        Raises:
            LibraryBusyError: As for ``erase``.
        """
        with self._database.change() as change:
            ids = {"ids": json_ids(photo_ids)}
            photos = list(change.connection.scalars(_THESE, ids))
            for statement in _UNINDEX:
                change.connection.execute(statement, ids)
            change.connection.execute(_FORGET, ids)
            # Until parts of an index are merged, words that were taken out still stand in them.
            change.connection.exec_driver_sql("INSERT INTO words (words) VALUES ('optimize')")
            change.connection.exec_driver_sql("INSERT INTO pieces (pieces) VALUES ('optimize')")
            _changed(change, photos)
        self._empty_log()

    def _empty_log(self) -> None:
        with self._database.outside_transactions() as connection:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise LibraryBusyError(
                f"The words are erased, but another program that uses the library "
                f"{self._database.path} keeps their traces; close it and erase again."
            )

    # Searching

    def revision(self) -> int:
        """Return the number of the last committed change of readings; 0 if there was none.

        Answers to the questions below hold for as long as it stays the same.
        """
        with self._database.read() as connection:
            return int(connection.execute(_REVISION, {"name": _READINGS}).scalar() or 0)

    def with_words(self) -> Ids:
        """Return the photos in which words were found: int64, ascending."""
        with self._database.read() as connection:
            return _ids(connection, _WITH_WORDS)

    def matching(self, sought: Sought) -> Ids:
        """Return the photos whose text has what is sought: int64, ascending, hidden ones too.

        Raises:
            ValueError: A part of fewer than three letters is sought.
        """
        with self._database.read() as connection:
            return _matching(connection, sought)

    def ranks(self, soughts: Sequence[Sought]) -> tuple[Ids, NDArray[np.float64]]:
        """Return photos whose text has any of what is sought as whole words, and how well it fits.

        Args:
            soughts: At least one.

        Returns:
            int64 [n], ascending, and float64 [n], 0 or more, higher for better: the BM25
            (https://www.sqlite.org/fts5.html#the_bm25_function).
        """
        whole = " OR ".join(f"({each.phrase()})" for each in soughts)
        with self._database.read() as connection:
            rows = np.array(fetch_all(connection, _RANKED, (whole,)), np.float64).reshape(-1, 2)
        rows = rows[np.argsort(rows[:, 0])]
        return rows[:, 0].astype(np.int64), -rows[:, 1]


def _matching(connection: sa.Connection, sought: Sought) -> Ids:
    # The runs of three letters may stand anywhere in the text: the text itself decides.
    if sought.reach is Reach.PART:
        return _ids(connection, _HOLDING, sought.runs(), sought.joined)
    found = _ids(connection, _WORDS, sought.phrase())
    if not sought.inside:
        return found
    candidates = np.setdiff1d(
        _ids(connection, _CANDIDATES, sought.runs()), found, assume_unique=True
    )
    inside = _ids(connection, _WITH_PART, json_ids(candidates), sought.joined)
    return np.union1d(found, inside)


def _ids(connection: sa.Connection, query: str, *values: str) -> Ids:
    found = connection.exec_driver_sql(query, values).scalar_one()
    return np.sort(np.array(msgspec.json.decode(found, type=list[int]), np.int64))


def _changed(change: Change, photo_ids: Iterable[int]) -> None:
    change.touch(photo_ids)
    change.connection.execute(_NOTE, {"name": _READINGS, "revision": str(change.revision)})

"""Makes snapshots from the library or from the cache file, and keeps the cache file in step."""

import logging
import secrets
import time
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np

from app.library.errors import LibraryError
from app.library.library import Library
from app.search import cache
from app.search.bits import chunks_for
from app.search.catching_up import DeltaSink, caught_up, nothing
from app.search.chunk import Chunk
from app.search.columns import Codes, Columns, ColumnWriter, DamagedColumnsError, Ids
from app.search.probabilities import Probabilities
from app.search.snapshot import Snapshot
from app.search.versions import Version, Versions
from app.search.vocabulary import Vocabulary

_log = logging.getLogger(__name__)

_SETTING = "search.cache"
# The cache is written anew when so many photos changed since: 28 MB of codes of 425 labels.
_MOST_CHANGED = 65_536
# Fewer changes than that are read again at the next start, faster than a cache is written.
_WORTH_SAVING = 1_024
# A cache that was never finished is left for as long as another process may be at it.
_LEFT_OVER_SECONDS = 3600.0


class Store:
    """The snapshots of one library.

    Args:
        library: The library.
        path: The cache file.
    """

    def __init__(self, library: Library, path: Path) -> None:
        self._library = library
        self._path = path

    def first(self) -> Snapshot:
        """Return the library as it is now, from the cache where it can be used."""
        try:
            stored = self._stored()
        except cache.BadCacheError as error:
            _log.info("No search cache: %s", error)
            return self.rebuilt()
        return self.caught_up(stored)[0]

    def caught_up(self, snapshot: Snapshot) -> tuple[Snapshot, bool]:
        """Return the library as it is now, and whether a search may answer differently."""
        revision = self._library.revision
        if revision == snapshot.revision:
            return snapshot, False
        if revision < snapshot.revision:
            _log.info("The library was replaced by an older one; search reads it anew")
            return self.rebuilt(), True
        new, changed = caught_up(snapshot, self._library, DeltaSink())
        return (self.saved(new) if new.probabilities.changed > _MOST_CHANGED else new), changed

    def rebuilt(self) -> Snapshot:
        """Read the whole library, and save what was read."""
        self._sweep()
        draft = cache.Draft(self._path)
        try:
            return self._built(draft)
        except OSError as error:
            draft.abandon()
            _log.info("No search cache: %s", error)
            return self._built(cache.Draft(self._path, in_memory=True))
        except BaseException:
            draft.abandon()
            raise

    def saved(self, snapshot: Snapshot) -> Snapshot:
        """Save a snapshot; return it reading its probabilities from the new file.

        A cache that cannot be written is no error: the snapshot is returned as it is.
        """
        draft = cache.Draft(self._path)
        try:
            if not draft.can_stay:
                draft.abandon()
                return snapshot
            columns = _copied(snapshot, draft)
            new = replace(snapshot, probabilities=Probabilities(columns, size=columns.size))
            self._keep(draft, new)
        except DamagedColumnsError:
            draft.abandon()
            return self.rebuilt()
        except OSError as error:
            draft.abandon()
            _log.info("The search cache was not saved: %s", error)
            return snapshot
        except BaseException:
            draft.abandon()
            raise
        return new

    def worth_saving(self, snapshot: Snapshot) -> bool:
        """Tell whether so much changed since the cache was written that a start would notice."""
        return snapshot.probabilities.changed >= _WORTH_SAVING

    def _stored(self) -> Snapshot:
        stored = cache.read(self._path)
        index = stored.index
        if index.token != self._library.settings.get(_SETTING):
            raise cache.BadCacheError("it belongs to another state of the library")
        if index.revision > self._library.revision:
            raise cache.BadCacheError("it is newer than the library")
        return Snapshot(
            revision=index.revision,
            size=index.size,
            versions=Versions.read((), (), rows=index.rows),
            vocabulary=Vocabulary(()),
            chunks=tuple(Chunk(bits) for bits in stored.chunks),
            taken=stored.taken,
            added=stored.added,
            taken_order=stored.taken_order,
            probabilities=Probabilities(stored.columns, size=index.columns_size),
        )

    def _built(self, draft: cache.Draft) -> Snapshot:
        sink = _FileSink(draft)
        snapshot, _ = caught_up(nothing(_no_columns()), self._library, sink)
        self._keep(draft, snapshot)
        return snapshot

    def _keep(self, draft: cache.Draft, snapshot: Snapshot) -> None:
        """Finish a file whose columns are written; make it the cache file if that can be done."""
        if not draft.can_stay:
            return
        token = secrets.token_hex(16)
        cache.finish(draft.file, snapshot, token)
        try:
            self._library.settings.set(_SETTING, token)
        except LibraryError as error:
            _log.info("The search cache was not saved: %s", error)
            draft.drop_name()
        else:
            draft.keep()

    def _sweep(self) -> None:
        """Remove what a killed process left of a cache it was writing."""
        oldest = time.time() - _LEFT_OVER_SECONDS
        for path in self._path.parent.glob(f"{self._path.name}.*{cache.UNFINISHED}"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


class _FileSink:
    """Writes the codes of all photos into the columns of a new file."""

    def __init__(self, draft: cache.Draft) -> None:
        self._draft = draft
        self._writer: ColumnWriter | None = None

    def start(self, versions: Versions, size: int) -> None:
        """Begin the columns."""
        self._writer = self._draft.writer(versions.column_keys(), size)

    def put(self, version: Version, ids: Ids, codes: Codes) -> None:
        """Write codes."""
        if self._writer is not None:
            self._writer.put(version.keys, ids, codes)

    def finish(self, old: Probabilities, ids: Ids, size: int) -> Probabilities:
        """Return the columns for reading."""
        columns = _no_columns() if self._writer is None else self._writer.finish()
        return Probabilities(columns, size=size)


def _copied(snapshot: Snapshot, draft: cache.Draft) -> Columns:
    keys = snapshot.versions.column_keys()
    writer = draft.writer(keys, snapshot.size)
    for chunk in range(chunks_for(snapshot.size)):
        for key in keys:
            writer.put_block(key, chunk, snapshot.probabilities.block(key, chunk))
    return writer.finish()


def _no_columns() -> Columns:
    return Columns(BytesIO(), 0, (), 0, np.empty((0, 0), np.uint32))

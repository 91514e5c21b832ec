"""From the first version forward, and never back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from app.library import schema, versions
from app.library.errors import NewerLibraryError
from app.library.library import Library
from app.library.records import NewReading, Verdict
from app.library.sought import Sought

VERSION_1 = Path(__file__).parent / "version_1.sql"

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("photo", sa.Column("stars", sa.Integer(), nullable=True))
    op.execute("UPDATE photo SET stars = 3")
    {more}
"""


@pytest.fixture
def old(place: Path) -> Path:
    """A library of version 1, as it was released, with a photo and decisions in it."""
    place.parent.mkdir()
    with closing(sqlite3.connect(place)) as connection:
        connection.executescript(VERSION_1.read_text())
    return place


def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> None:
    """Let this be the version after the present one."""
    migrations = tmp_path / "migrations % of a later version"
    shutil.copytree(versions.MIGRATIONS, migrations)
    (migrations / "versions" / "v0004_stars.py").write_text(NEXT.format(more=more))
    monkeypatch.setattr(versions, "MIGRATIONS", migrations)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)
    monkeypatch.setattr(schema, "REVISION", "0004")


def of_an_index(name: str | None) -> bool:
    """Tell whether a table is a full text index, or one that SQLite keeps for it."""
    return (
        name is not None and name.removeprefix("sqlite_autoindex_").split("_")[0] in schema.INDEXES
    )


def test_a_library_of_the_first_version_opens_with_all_that_was_decided(old: Path) -> None:
    with Library.open(old) as library:
        assert library.photos.count() == 1
        assert library.photos.details([1])[0].paths[0].path == Path("/pictures/2020/dog.jpg")
        said = {one.label: one.verdict for one in library.decisions.of([1])[1]}
        assert said == {"photos/dog": Verdict.ACCEPTED, "user/grandma": Verdict.REJECTED}
        assert library.decisions.undo().label == "user/grandma"
        assert library.labels.muted() == {"genres/horror"}


def test_a_library_of_the_first_version_takes_words(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        before = {
            table: connection.execute(f'SELECT * FROM "{table}"').fetchall()
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if not table.startswith(("sqlite_", "alembic_"))
        }
    with Library.open(old) as library:
        assert library.predictions.of([1])[1][0].words is None
        assert library.words.of([1]) == {}
        assert library.words.needing("reader 1", kinds={"photos/dog": 0}) == [1]
        library.words.store({1: NewReading("reader 1", b"", "good dog")})
        assert library.words.matching(Sought(("dog",))).tolist() == [1]
        assert library.predictions.needing("photos", "1", words=True) == [1]
    with closing(sqlite3.connect(old)) as connection:
        for table, rows in before.items():
            now = connection.execute(f'SELECT * FROM "{table}"').fetchall()
            width = len(rows[0]) if rows else 0
            if table not in ("state", "setting", "photo"):  # the words changed their revision
                assert [row[:width] for row in now] == rows, table


def test_the_migrations_make_the_tables_that_the_code_knows(library: Library) -> None:
    with library._database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _, name, *__: not of_an_index(name),
            },
        )
        assert compare_metadata(context, schema.metadata) == []
        made = dict(
            connection.execute(
                sa.text("SELECT name, sql FROM sqlite_master WHERE name != 'alembic_version'")
            ).all()
        )
    fresh = sa.create_engine("sqlite://")
    with fresh.connect() as connection:
        schema.metadata.create_all(connection)
        known = dict(connection.execute(sa.text("SELECT name, sql FROM sqlite_master")).all())
    fresh.dispose()
    made = {name: sql for name, sql in made.items() if not of_an_index(name)}
    # compare_metadata does not see checks, AUTOINCREMENT, WITHOUT ROWID and partial indexes.
    assert made.keys() - {"sqlite_autoindex_alembic_version_1"} == known.keys()
    for name, sql in known.items():
        for feature in ("AUTOINCREMENT", "WITHOUT ROWID", "CHECK", "WHERE", "CASCADE"):
            assert (sql or "").count(feature) == (made[name] or "").count(feature), (name, feature)


def test_an_older_library_is_copied_and_then_migrated(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)
    with Library.open(old) as library:
        assert library.photos.count() == 1
        with library._database.read() as connection:
            assert connection.exec_driver_sql("SELECT stars FROM photo").scalar() == 3
            assert connection.exec_driver_sql("PRAGMA user_version").scalar() == 4
    copy = versions.backup_path(old, "0001")
    with closing(sqlite3.connect(copy)) as kept, closing(sqlite3.connect(tmp_path / "x")) as first:
        first.executescript(VERSION_1.read_text())
        assert list(kept.iterdump()) == list(first.iterdump())


def test_the_copy_is_a_library_that_the_older_version_opens(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        next_version(tmp_path, later)
        Library.open(old).close()
    with pytest.raises(NewerLibraryError):
        Library.open(old)
    with Library.open(versions.backup_path(old, "0001")) as library:
        assert library.photos.count() == 1


def test_a_migration_that_fails_leaves_the_library_as_it_was(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        next_version(tmp_path, later, more='op.execute("INSERT INTO nowhere VALUES (1)")')
        with pytest.raises(sa.exc.OperationalError, match="nowhere"):
            Library.open(old)
    with Library.open(old) as library:
        assert library.photos.count() == 1
        with library._database.read() as connection:
            columns = connection.exec_driver_sql("SELECT * FROM photo").keys()
    assert "stars" not in columns


def test_a_library_is_never_made_older(library: Library) -> None:
    config = Config()
    config.set_main_option("script_location", str(versions.MIGRATIONS))
    with library._database.write(durable=True) as connection:
        config.attributes["connection"] = connection
        with pytest.raises(RuntimeError, match="never made older"):
            command.downgrade(config, "base")
    assert library.photos.count() == 0


def test_a_library_without_a_write_ahead_log_gets_one(old: Path) -> None:
    Library.open(old).close()
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

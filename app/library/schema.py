"""The library's tables (the migrations make them; a test holds the two together).

Every table with numbers that others refer to uses AUTOINCREMENT, so that a number is never used
twice: search and the log of operations may hold it for long. Photos are never deleted.
"""

import sqlalchemy as sa

from app.library.columns import FileName, FolderPath, Instant, WallClock

APPLICATION_ID = 0x4C756D69  # "Lumi", in the header of every library file
THUMBNAILS_APPLICATION_ID = 0x4C756D74  # "Lumt"
SCHEMA_VERSION = 3  # PRAGMA user_version; the number of the newest migration
REVISION = f"{SCHEMA_VERSION:04d}"  # the newest migration, as alembic names it

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row: the number of the last committed change.
state = sa.Table(
    "state",
    metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)

folder = sa.Table(
    "folder",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("path", FolderPath, nullable=False, unique=True),
    sa.Column("offline", sa.Boolean, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# A directory with pictures in it, relative to its folder ("" for the folder itself). It is a table
# of its own so that a path is stored once and not a hundred times, a question about folders looks
# at thousands of rows and not at a million, and re-rooting a folder touches no file.
directory = sa.Table(
    "directory",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("folder_id", sa.ForeignKey("folder.id", ondelete="CASCADE"), nullable=False),
    sa.Column("relpath", FileName, nullable=False),
    sa.UniqueConstraint("folder_id", "relpath"),
    sqlite_autoincrement=True,
)

photo = sa.Table(
    "photo",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "content_hash",
        sa.LargeBinary,
        sa.CheckConstraint("length(content_hash) = 32", name="hash_length"),
        nullable=False,
        unique=True,
    ),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("taken", WallClock, nullable=False),
    sa.Column("taken_from", sa.Text, nullable=False),
    sa.Column("camera", sa.Text),
    sa.Column("added_at", Instant, nullable=False),
    # Kept in step with the files by whoever changes them: asked for a million photos at a start.
    sa.Column("visible", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index(None, photo.c.revision)
sa.Index("ix_photo_visible", photo.c.id, sqlite_where=sa.text("visible = 1"))

# A path. Its photo is empty while the file cannot be read. The photo that lay there before is kept,
# so that a copy that was cut short does not part a photo from its decisions.
file = sa.Table(
    "file",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("directory_id", sa.ForeignKey("directory.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", FileName, nullable=False),
    sa.Column("name_folded", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("mtime_ns", sa.Integer, nullable=False),
    sa.Column("photo_id", sa.ForeignKey("photo.id")),
    sa.Column("last_photo_id", sa.ForeignKey("photo.id")),
    sa.Column("failure_reason", sa.Text),
    sa.Column("failure_message", sa.Text),
    sa.UniqueConstraint("directory_id", "name"),
    sqlite_autoincrement=True,
)
sa.Index(None, file.c.photo_id)
sa.Index("ix_file_directory_photo", file.c.directory_id, file.c.photo_id)
sa.Index("ix_file_name_photo", file.c.name_folded, file.c.photo_id)
sa.Index(
    "ix_file_failed",
    file.c.id,
    sqlite_where=sa.text("failure_reason IS NOT NULL"),
)

pack_version = sa.Table(
    "pack_version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("labels_json", sa.Text, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index(None, pack_version.c.pack, pack_version.c.version)
sa.Index(
    "uq_pack_version_current",
    pack_version.c.pack,
    unique=True,
    sqlite_where=sa.text("current = 1"),
)

# One row per photo and pack: probabilities of all labels as uint8. Clustered by pack, so that
# search reads the probabilities of a pack front to back. No codes: the gate was closed.
prediction = sa.Table(
    "prediction",
    metadata,
    sa.Column("pack", sa.Text, primary_key=True),
    sa.Column("photo_id", sa.ForeignKey("photo.id"), primary_key=True),
    sa.Column("pack_version_id", sa.ForeignKey("pack_version.id"), nullable=False),
    sa.Column("codes", sa.LargeBinary),
    sa.Column("gate_version", sa.Text),
    sa.Column("words", sa.Text),  # the engine of the reading that was taken into account
    sqlite_with_rowid=False,
)
sa.Index(None, prediction.c.pack_version_id)

# Float16 embeddings: ten times the size of the probabilities and read far less often, so they lie
# apart from them.
embedding = sa.Table(
    "embedding",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("photo_id", sa.ForeignKey("photo.id"), nullable=False),
    sa.Column("pack_version_id", sa.ForeignKey("pack_version.id"), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("pack_version_id", "photo_id"),
)

# Labels that somebody decided, made or muted. The packs' other labels live in labels_json.
label = sa.Table(
    "label",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text),  # of the user's own labels only
    sa.Column("name_folded", sa.Text, unique=True),
    sa.Column("muted", sa.Boolean, nullable=False),
    sqlite_autoincrement=True,
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("photo_id", sa.ForeignKey("photo.id"), primary_key=True),
    sa.Column("label_id", sa.ForeignKey("label.id"), primary_key=True),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Column("carried_over", sa.Boolean, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index(None, decision.c.label_id)

# The log of what the user did: rows are only ever added. "undo" and "redo" name the "decide" that
# they take back or repeat.
operation = sa.Table(
    "operation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "kind",
        sa.Text,
        sa.CheckConstraint("kind IN ('decide', 'undo', 'redo')", name="kind"),
        nullable=False,
    ),
    sa.Column("target_id", sa.ForeignKey("operation.id")),
    sa.Column("label_id", sa.ForeignKey("label.id"), nullable=False),
    sa.Column("accepted", sa.Boolean),
    sa.Column("made_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index(None, operation.c.target_id)

# What a "decide" found: the decision before it, or empty.
operation_item = sa.Table(
    "operation_item",
    metadata,
    sa.Column("operation_id", sa.ForeignKey("operation.id"), primary_key=True),
    sa.Column("photo_id", sa.ForeignKey("photo.id"), primary_key=True),
    sa.Column("accepted_before", sa.Boolean),
    sa.Column("carried_before", sa.Boolean),
    sa.Column("decided_before", Instant),
    sqlite_with_rowid=False,
)

# What an operation renamed, a label of the user's own: then it is a "decide" on no photo.
renaming = sa.Table(
    "renaming",
    metadata,
    sa.Column("operation_id", sa.ForeignKey("operation.id"), primary_key=True),
    sa.Column("name_before", sa.Text, nullable=False),
    sa.Column("name_after", sa.Text, nullable=False),
)

# What was read in a photo, or that it is to be read. "searched" is the text folded for search; with
# "lines" behind it, it is found without reading those.
reading = sa.Table(
    "reading",
    metadata,
    sa.Column("photo_id", sa.ForeignKey("photo.id"), primary_key=True),
    sa.Column("engine", sa.Text),
    sa.Column("read_at", Instant),
    sa.Column("wanted", sa.Boolean, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False),
    sa.Column("searched", sa.Text, nullable=False),
    sa.Column("lines", sa.LargeBinary, nullable=False),
)
sa.Index("ix_reading_found", reading.c.photo_id, sqlite_where=sa.text("searched != ''"))

# Full text indexes over "searched" (FTS5; SQLite keeps tables of its own below these names): of its
# words, and of its runs of three letters, spaces left out. Neither has a copy of the text; the view
# "words_text" shows it to the first.
INDEXES = ("words", "pieces")

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Column("labelled", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)

# A condition on "photo": one of its paths lies in a folder that is not away.
ONLINE = """
    EXISTS (
        SELECT 1
        FROM file
        JOIN directory ON directory.id = file.directory_id
        JOIN folder ON folder.id = directory.folder_id
        WHERE file.photo_id = photo.id AND NOT folder.offline
    )
"""

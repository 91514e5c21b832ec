"""First light: folders, photos, packs, predictions, decisions and their log.

The column types are written out and not imported: this step stays as it is when they change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of the first version."""
    _state()
    _photos()
    _files()
    _packs()
    _decisions()
    op.execute("INSERT INTO state (id, revision) VALUES (1, 0)")


def downgrade() -> None:
    """Refuse: a library is never made older; the copy taken before the migration is there."""
    raise RuntimeError("a library is never made older")


def _state() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.Integer(), nullable=True),
        sa.Column("labelled", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_state_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
    )


def _photos() -> None:
    op.create_table(
        "folder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sa.UniqueConstraint("path", name=op.f("uq_folder_path")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("taken_from", sa.Text(), nullable=False),
        sa.Column("camera", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(content_hash) = 32", name=op.f("ck_photo_hash_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_photo_content_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_photo_revision"), "photo", ["revision"], unique=False)
    op.create_index(
        "ix_photo_visible", "photo", ["id"], unique=False, sqlite_where=sa.text("visible = 1")
    )
    op.create_table(
        "directory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("relpath", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"],
            ["folder.id"],
            name=op.f("fk_directory_folder_id_folder"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory")),
        sa.UniqueConstraint("folder_id", "relpath", name=op.f("uq_directory_folder_id_relpath")),
        sqlite_autoincrement=True,
    )


def _files() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directory_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("last_photo_id", sa.Integer(), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["directory_id"],
            ["directory.id"],
            name=op.f("fk_file_directory_id_directory"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["last_photo_id"], ["photo.id"], name=op.f("fk_file_last_photo_id_photo")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_file_photo_id_photo")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("directory_id", "name", name=op.f("uq_file_directory_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_file_directory_photo", "file", ["directory_id", "photo_id"], unique=False)
    op.create_index(
        "ix_file_failed",
        "file",
        ["id"],
        unique=False,
        sqlite_where=sa.text("failure_reason IS NOT NULL"),
    )
    op.create_index("ix_file_name_photo", "file", ["name_folded", "photo_id"], unique=False)
    op.create_index(op.f("ix_file_photo_id"), "file", ["photo_id"], unique=False)


def _packs() -> None:
    op.create_table(
        "pack_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("labels_json", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_pack_version_pack_version"), "pack_version", ["pack", "version"], unique=False
    )
    op.create_index(
        "uq_pack_version_current",
        "pack_version",
        ["pack"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
    )
    op.create_table(
        "embedding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pack_version_id"],
            ["pack_version.id"],
            name=op.f("fk_embedding_pack_version_id_pack_version"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_embedding_photo_id_photo")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding")),
        sa.UniqueConstraint(
            "pack_version_id", "photo_id", name=op.f("uq_embedding_pack_version_id_photo_id")
        ),
    )
    op.create_table(
        "prediction",
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("pack_version_id", sa.Integer(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=True),
        sa.Column("gate_version", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pack_version_id"],
            ["pack_version.id"],
            name=op.f("fk_prediction_pack_version_id_pack_version"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_prediction_photo_id_photo")
        ),
        sa.PrimaryKeyConstraint("pack", "photo_id", name=op.f("pk_prediction")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_prediction_pack_version_id"), "prediction", ["pack_version_id"], unique=False
    )


def _decisions() -> None:
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_folded", sa.Text(), nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("key", name=op.f("uq_label_key")),
        sa.UniqueConstraint("name_folded", name=op.f("uq_label_name_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "decision",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("carried_over", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name=op.f("fk_decision_label_id_label")
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_decision_photo_id_photo")
        ),
        sa.PrimaryKeyConstraint("photo_id", "label_id", name=op.f("pk_decision")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("made_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label.id"], name=op.f("fk_operation_label_id_label")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["operation.id"], name=op.f("fk_operation_target_id_operation")
        ),
        sa.CheckConstraint("kind IN ('decide', 'undo', 'redo')", name=op.f("ck_operation_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_operation_target_id"), "operation", ["target_id"], unique=False)
    op.create_table(
        "operation_item",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("accepted_before", sa.Boolean(), nullable=True),
        sa.Column("carried_before", sa.Boolean(), nullable=True),
        sa.Column("decided_before", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["operation.id"],
            name=op.f("fk_operation_item_operation_id_operation"),
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photo.id"], name=op.f("fk_operation_item_photo_id_photo")
        ),
        sa.PrimaryKeyConstraint("operation_id", "photo_id", name=op.f("pk_operation_item")),
        sqlite_with_rowid=False,
    )

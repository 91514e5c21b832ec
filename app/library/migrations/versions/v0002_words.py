"""Words: the text that was read in pictures, and two indexes to search it.

The column types are written out and not imported: this step stays as it is when they change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for what is read; everything else stays as it is."""
    op.create_table(
        "reading",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("read_at", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_reading_photo_id_photo")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_reading")),
    )
    op.create_index(
        "ix_reading_found",
        "reading",
        ["photo_id"],
        unique=False,
        sqlite_where=sa.text("searched != ''"),
    )
    op.execute("""
        CREATE VIEW words_text AS SELECT photo_id, searched FROM reading WHERE searched != ''
    """)
    op.execute("""
        CREATE VIRTUAL TABLE words USING fts5(
            searched, content='words_text', content_rowid='photo_id',
            tokenize='unicode61 remove_diacritics 2'
        )
    """)
    op.execute("""
        CREATE VIRTUAL TABLE pieces USING fts5(
            joined, content='', tokenize='trigram', detail=none, columnsize=0
        )
    """)
    op.add_column("prediction", sa.Column("words", sa.Text(), nullable=True))


def downgrade() -> None:
    """Refuse: a library is never made older; the copy taken before the migration is there."""
    raise RuntimeError("a library is never made older")

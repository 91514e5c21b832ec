"""Labels of the user's own can be renamed and deleted: what a renaming can be taken back to.

The column types are written out and not imported: this step stays as it is when they change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for names before and after, and find all decisions on a label at once."""
    op.create_table(
        "renaming",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("name_before", sa.Text(), nullable=False),
        sa.Column("name_after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_renaming_operation_id_operation")
        ),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_renaming")),
    )
    op.create_index("ix_decision_label_id", "decision", ["label_id"], unique=False)


def downgrade() -> None:
    """Refuse: a library is never made older; the copy taken before the migration is there."""
    raise RuntimeError("a library is never made older")

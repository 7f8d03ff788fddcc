"""generation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "find_generation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("era", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_find_generation")),
    )
    op.create_table(
        "find_change",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_find_change")),
    )
    with op.batch_alter_table("find_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_find_change_number"), ["number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("find_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_find_change_number"))

    op.drop_table("find_change")
    op.drop_table("find_generation")

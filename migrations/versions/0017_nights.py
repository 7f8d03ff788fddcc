"""nights"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "nights_looked",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.CheckConstraint("nights >= 0", name=op.f("ck_nights_looked_not_negative")),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_nights_looked")),
    )
    op.create_table(
        "nights_free",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.CheckConstraint("nights >= 0", name=op.f("ck_nights_free_not_negative")),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
            name=op.f("fk_nights_free_offer_id_offer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("month", "need", "offer_id", name=op.f("pk_nights_free")),
    )
    with op.batch_alter_table("nights_free", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nights_free_offer_id"), ["offer_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("nights_free", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nights_free_offer_id"))
    op.drop_table("nights_free")
    op.drop_table("nights_looked")

"""publication"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types
from accounts.policies import raise_walls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("period", name=op.f("uq_publication_period")),
    )
    raise_walls(op.get_bind())


def downgrade() -> None:
    op.drop_table("publication")

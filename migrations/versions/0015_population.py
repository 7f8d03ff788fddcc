"""population"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "population",
        sa.Column("place_code", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["place_code"],
            ["place.code"],
            name=op.f("fk_population_place_code"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("place_code", name=op.f("pk_population")),
    )


def downgrade() -> None:
    op.drop_table("population")

"""Secret places: the sealed address, the cell that was taken, meeting points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from h3.api import basic_int as h3

import core.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# In one statement: with a constraint of its own SQLite would copy the table, and dropping the old
# one would take every offer with it.
ADD_CELL = (
    "alter table location add column published_cell bigint"
    " constraint ck_location_only_secret_has_a_cell check (published_cell is null or tier = 2)"
)


def upgrade() -> None:
    """Add the tables, and name the cells of the secret places that are known."""
    op.create_table(
        "meeting_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("escort_needed", sa.Boolean(), nullable=True),
        sa.Column("times", sa.String(), nullable=True),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("latitude between -90 and 90", name=op.f("ck_meeting_point_latitude")),
        sa.CheckConstraint(
            "longitude between -180 and 180", name=op.f("ck_meeting_point_longitude")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_meeting_point_agency_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_point")),
    )
    with op.batch_alter_table("meeting_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_point_agency_id"), ["agency_id"], unique=False)
    op.create_table(
        "sealed_place",
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", core.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_sealed_place_location_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_sealed_place")),
    )
    op.execute(ADD_CELL)
    _name_cells()


def _name_cells() -> None:
    """What is stored of a secret place is the centre of its cell of resolution 6."""
    location = sa.table(
        "location",
        sa.column("id", sa.Uuid()),
        sa.column("tier", sa.Integer()),
        sa.column("latitude", sa.Double()),
        sa.column("longitude", sa.Double()),
        sa.column("published_cell", sa.BigInteger()),
    )
    secret = sa.select(location).where(location.c.tier == 2, location.c.latitude.is_not(None))
    connection = op.get_bind()
    for row in connection.execute(secret).all():
        cell = h3.latlng_to_cell(row.latitude, row.longitude, 6)
        named = sa.update(location).where(location.c.id == row.id).values(published_cell=cell)
        connection.execute(named)


def downgrade() -> None:
    """Remove them; sealed addresses are lost."""
    op.execute("alter table location drop column published_cell")
    op.drop_table("sealed_place")
    with op.batch_alter_table("meeting_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_point_agency_id"))
    op.drop_table("meeting_point")

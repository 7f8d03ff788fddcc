"""joining"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("received_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "declined",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("tier between 0 and 1", name=op.f("ck_agency_application_tier")),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_agency_application_agency_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_application")),
    )
    with op.batch_alter_table("agency_application", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agency_application_address_key_received_at",
            ["address_key", "received_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_agency_application_agency_id"), ["agency_id"], unique=False
        )
        batch_op.create_index(
            "ix_agency_application_state_area_code", ["state", "area_code"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("agency_application", schema=None) as batch_op:
        batch_op.drop_index("ix_agency_application_state_area_code")
        batch_op.drop_index(batch_op.f("ix_agency_application_agency_id"))
        batch_op.drop_index("ix_agency_application_address_key_received_at")

    op.drop_table("agency_application")

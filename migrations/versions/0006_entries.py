"""entries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "agency",
                "service",
                "offer",
                "pool",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "edit",
                "beds",
                "import",
                "undo",
                name="cause",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("checks_before", sa.JSON(), nullable=False),
        sa.Column("undo_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_entry_change_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["undo_of"],
            ["entry_change.id"],
            name=op.f("fk_entry_change_undo_of"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_change")),
    )
    with op.batch_alter_table("entry_change", schema=None) as batch_op:
        batch_op.create_index("ix_entry_change_history", ["agency_id", "at"], unique=False)
        batch_op.create_index("ix_entry_change_subject", ["subject_id", "at"], unique=False)

    op.create_table(
        "entry_nudge",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", core.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_entry_nudge_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_entry_nudge")),
    )
    op.create_table(
        "fact_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "fact",
            sa.Enum(
                "beds",
                "phone",
                "hours",
                "eligibility",
                "access",
                "about",
                name="fact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("checked_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_as", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(agency_id is not null and service_id is null and offer_id is null) or (agency_id is null and service_id is not null and offer_id is null) or (agency_id is null and service_id is null and offer_id is not null)",
            name=op.f("ck_fact_check_of_one"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_fact_check_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_fact_check_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_fact_check_service_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_check")),
        sa.UniqueConstraint("agency_id", "fact", name=op.f("uq_fact_check_agency_id_fact")),
        sa.UniqueConstraint("offer_id", "fact", name=op.f("uq_fact_check_offer_id_fact")),
        sa.UniqueConstraint("service_id", "fact", name=op.f("uq_fact_check_service_id_fact")),
    )
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_check_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fact_check_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fact_check_service_id"), ["service_id"], unique=False)

    op.create_table(
        "fact_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "closed",
                "phone",
                "full",
                "moved",
                "other",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_fact_report_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_fact_report_offer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_report")),
    )
    with op.batch_alter_table("fact_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_report_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fact_report_offer_id"), ["offer_id"], unique=False)

    op.add_column("offer", sa.Column("facts", sa.JSON(), nullable=True))


def downgrade() -> None:
    # Not in a batch: that would drop the table and, on SQLite, all that points to it.
    op.execute("ALTER TABLE offer DROP COLUMN facts")

    with op.batch_alter_table("fact_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_report_offer_id"))
        batch_op.drop_index(batch_op.f("ix_fact_report_agency_id"))

    op.drop_table("fact_report")
    with op.batch_alter_table("fact_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_check_service_id"))
        batch_op.drop_index(batch_op.f("ix_fact_check_offer_id"))
        batch_op.drop_index(batch_op.f("ix_fact_check_agency_id"))

    op.drop_table("fact_check")
    op.drop_table("entry_nudge")
    with op.batch_alter_table("entry_change", schema=None) as batch_op:
        batch_op.drop_index("ix_entry_change_subject")
        batch_op.drop_index("ix_entry_change_history")

    op.drop_table("entry_change")

"""routes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types
from accounts.policies import raise_walls
from core.ids import new_id
from referral.rules.routes import columns_of, declared_routes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROUNDS = ("law", "sop", "mou", "practice", "proposal", "walked")
WHEN = (
    *("on_request", "before_return", "before_flight", "before_indictment", "next_hearing"),
    *("stay_ends", "after_protection", "after_assault"),
)
BY_ACCOUNT = ("proposed_by", "from_confirmed_by", "to_confirmed_by", "declined_by", "ended_by")


def _one_of(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "route_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_version")),
    )
    op.create_table(
        "route_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_agency_id", sa.Uuid(), nullable=False),
        sa.Column("to_agency_id", sa.Uuid(), nullable=True),
        sa.Column("to_type", sa.String(), nullable=True),
        sa.Column("basis", _one_of("ground", GROUNDS), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("prerequisites", sa.JSON(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("limit_working_days", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("proposed_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_side", _one_of("side", ("from", "to")), nullable=True),
        sa.Column("from_confirmed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("from_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("to_confirmed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("to_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("declined_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("declined_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("announced_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(to_agency_id is null) <> (to_type is null)",
            name=op.f("ck_route_agreement_to_one_thing"),
        ),
        sa.CheckConstraint(
            "to_agency_id is null or to_agency_id <> from_agency_id",
            name=op.f("ck_route_agreement_two_sides"),
        ),
        sa.CheckConstraint(
            "valid_until is null or valid_until >= valid_from", name=op.f("ck_route_agreement_days")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["account.id"], name=op.f(f"fk_route_agreement_{name}"), ondelete="SET NULL"
            )
            for name in BY_ACCOUNT
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["agency.id"], name=op.f(f"fk_route_agreement_{name}"), ondelete="CASCADE"
            )
            for name in ("from_agency_id", "to_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_agreement")),
    )
    with op.batch_alter_table("route_agreement", schema=None) as batch_op:
        for name in ("from_agency_id", "to_agency_id"):
            batch_op.create_index(batch_op.f(f"ix_route_agreement_{name}"), [name], unique=False)

    table = op.create_table(
        "declared_route",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("from_type", sa.String(), nullable=False),
        sa.Column("to_type", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("prerequisites", sa.JSON(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("limit_working_days", sa.Integer(), nullable=True),
        sa.Column("limit_emergency_minutes", sa.Integer(), nullable=True),
        sa.Column("limit_start_minutes", sa.Integer(), nullable=True),
        sa.Column("limit_when", _one_of("limitwhen", WHEN), nullable=True),
        sa.Column(
            "limit_standing",
            _one_of("standing", ("verified", "local", "proposed")),
            nullable=False,
        ),
        sa.Column("limit_said", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("changed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["account.id"],
            name=op.f("fk_declared_route_changed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_route")),
        sa.UniqueConstraint("key", name=op.f("uq_declared_route_key")),
    )
    with op.batch_alter_table("declared_route", schema=None) as batch_op:
        for name in ("from_type", "to_type"):
            batch_op.create_index(batch_op.f(f"ix_declared_route_{name}"), [name], unique=False)
    raise_walls(op.get_bind())
    op.bulk_insert(
        table,
        [
            {"id": new_id(), "is_off": False, **columns_of(route, position)}
            for position, route in enumerate(declared_routes())
        ],
    )


def downgrade() -> None:
    op.drop_table("declared_route")
    op.drop_table("route_agreement")
    op.drop_table("route_version")
    raise_walls(op.get_bind())

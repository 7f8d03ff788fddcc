"""audit

The rows get the form that their hash covers, chains get heads, and the database itself refuses to
change or delete a row. Nothing is in production before this: rows of the old form are not kept.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSAL = "audit rows are only ever added"
# ruff: noqa: S608 (no statement holds anything but this file's own words)

SQLITE = (
    f"""create trigger audit_entry_update before update on audit_entry
    begin select raise(abort, '{REFUSAL}'); end""",
    f"""create trigger audit_entry_delete before delete on audit_entry
    begin select raise(abort, '{REFUSAL}'); end""",
    # INSERT OR REPLACE deletes without telling the triggers.
    f"""create trigger audit_entry_replace before insert on audit_entry
    when exists (select 1 from audit_entry where chain = new.chain and number = new.number)
    begin select raise(abort, '{REFUSAL}'); end""",
    f"""create trigger audit_head_delete before delete on audit_head
    begin select raise(abort, '{REFUSAL}'); end""",
    f"""create trigger audit_head_update before update on audit_head
    when new.chain <> old.chain or new.number < old.number
    begin select raise(abort, '{REFUSAL}'); end""",
    f"""create trigger audit_head_replace before insert on audit_head
    when exists (select 1 from audit_head where chain = new.chain)
    begin select raise(abort, '{REFUSAL}'); end""",
)

POSTGRESQL = (
    f"""create function audit_refuse() returns trigger language plpgsql as
    $$ begin raise exception '{REFUSAL}' using errcode = 'insufficient_privilege'; end $$""",
    """create trigger audit_entry_update before update or delete on audit_entry
    for each row execute function audit_refuse()""",
    """create trigger audit_entry_truncate before truncate on audit_entry
    for each statement execute function audit_refuse()""",
    """create trigger audit_head_delete before delete on audit_head
    for each row execute function audit_refuse()""",
    """create trigger audit_head_update before update on audit_head
    for each row when (new.chain <> old.chain or new.number < old.number)
    execute function audit_refuse()""",
    """create trigger audit_head_truncate before truncate on audit_head
    for each statement execute function audit_refuse()""",
)


def upgrade() -> None:
    op.drop_table("audit_entry")
    _make_entries(sa.Text())
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("own_hash", sa.String(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_refuse()")
    _make_entries(sa.JSON())


def _make_entries(facts: sa.types.TypeEngine) -> None:
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("facts", facts, nullable=False),
        sa.Column("before_hash", sa.String(), nullable=False),
        sa.Column("own_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject", ["subject_kind", "subject_id"], unique=False
        )

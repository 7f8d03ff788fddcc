"""The database itself refuses a referral without a live legal basis (design.md §6).

Triggers, because a constraint cannot look into another table. They judge by `moved_at`, the
application's instant of the move. PostgreSQL and SQLite alike; called by the migration.
"""

from __future__ import annotations

from sqlalchemy import Connection

from referral.rules.states import NEEDS_BASIS

REFUSAL = "referral without a live legal basis"

_STATES = ", ".join(f"'{state.value}'" for state in sorted(NEEDS_BASIS))
_LIVE = """SELECT 1 FROM consent WHERE consent.id = NEW.consent_id
    AND consent.case_id = NEW.case_id
    AND consent.receiver_agency_id = NEW.receiver_agency_id
    AND consent.withdrawn_at IS NULL
    AND consent.given_at <= NEW.moved_at
    AND (consent.ends_at IS NULL OR consent.ends_at > NEW.moved_at)"""


def raise_triggers(connection: Connection) -> None:
    """Make the triggers, again and again if need be."""
    lower_triggers(connection)
    statements = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement)


def lower_triggers(connection: Connection) -> None:
    """Take the triggers away."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS referral_basis ON referral")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS referral_needs_basis()")
        return
    for name in ("referral_basis_new", "referral_basis_moved"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


_SQLITE = (
    f"""CREATE TRIGGER referral_basis_new BEFORE INSERT ON referral
    WHEN NEW.state IN ({_STATES}) AND NOT EXISTS ({_LIVE})
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER referral_basis_moved BEFORE UPDATE ON referral
    WHEN NEW.state IN ({_STATES})
    AND (NEW.state <> OLD.state OR NEW.consent_id IS NOT OLD.consent_id
         OR NEW.receiver_agency_id IS NOT OLD.receiver_agency_id OR NEW.case_id <> OLD.case_id)
    AND NOT EXISTS ({_LIVE})
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION referral_needs_basis() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
    IF NEW.state IN ({_STATES}) AND (TG_OP = 'INSERT' OR NEW.state <> OLD.state
        OR NEW.consent_id IS DISTINCT FROM OLD.consent_id
        OR NEW.receiver_agency_id IS DISTINCT FROM OLD.receiver_agency_id
        OR NEW.case_id <> OLD.case_id)
        AND NOT EXISTS ({_LIVE})
    THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW; END $$""",
    """CREATE TRIGGER referral_basis BEFORE INSERT OR UPDATE ON referral
    FOR EACH ROW EXECUTE FUNCTION referral_needs_basis()""",
)

"""The walls of `accounts/walls.py` in PostgreSQL: raised, lowered, and asked for."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from accounts.walls import WALLS
from core.db import Base
from core.walls import lowering, policies

FUNCTIONS = (
    # Each reads one setting of the transaction; a wrong value is as if there were none.
    """CREATE OR REPLACE FUNCTION wall_actor() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN current_setting('rujukan.actor', true) ~
    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN current_setting('rujukan.actor', true)::uuid END $$""",
    """CREATE OR REPLACE FUNCTION wall_agencies() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN current_setting('rujukan.agencies', true) ~
    '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})*$'
    THEN string_to_array(current_setting('rujukan.agencies', true), ',')::uuid[]
    ELSE '{}'::uuid[] END $$""",
    """CREATE OR REPLACE FUNCTION wall_chains() RETURNS varchar[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(replace(agency::text, '-', '')), '{}')::varchar[]
    FROM unnest(wall_agencies()) AS agency $$""",
    """CREATE OR REPLACE FUNCTION wall_wide() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('rujukan.wide', true) = 'on', false) $$""",
    """CREATE OR REPLACE FUNCTION wall_crossing() RETURNS varchar LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('rujukan.crossing', true), '') $$""",
    # Does nothing. Whoever may execute it may pass as operator or worker: the web's role may not.
    "CREATE OR REPLACE FUNCTION wall_cross() RETURNS void LANGUAGE sql AS $$ SELECT $$",
    "REVOKE EXECUTE ON FUNCTION wall_cross() FROM PUBLIC",
    """CREATE OR REPLACE FUNCTION wall_is_open() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('rujukan.kind', true) IN ('operator', 'system'), false)
    AND has_function_privilege('wall_cross()', 'EXECUTE') $$""",
    # The crossing of everyday: whose session is it? It answers for one token that the asker holds.
    # Not by `SET rujukan.kind` of the function itself: that only a superuser may say, and the owner
    # of a real database is none.
    """CREATE OR REPLACE FUNCTION wall_account_of_session(hash varchar) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        asker text := coalesce(current_setting('rujukan.kind', true), '');
        whose uuid;
    BEGIN
        PERFORM set_config('rujukan.kind', 'operator', true);
        SELECT account_id INTO whose FROM signed_in WHERE token_hash = hash AND ended_at IS NULL;
        PERFORM set_config('rujukan.kind', asker, true);
        RETURN whose;
    END $$""",
)


def raise_walls(connection: Connection) -> list[str]:
    """Raise (again) the wall of every walled table that the database has; returns their names.

    PostgreSQL only; on other databases nothing is done.
    """
    if connection.dialect.name != "postgresql":
        return []
    connection.exec_driver_sql("SET LOCAL lock_timeout = '15s'")  # rather fail than stop the web
    for statement in FUNCTIONS:
        connection.exec_driver_sql(statement)
    tables = frozenset(inspect(connection).get_table_names())
    there = sorted(tables & WALLS.keys() & _known())
    for name in there:
        for statement in policies(name, WALLS[name], tables):
            connection.exec_driver_sql(statement)
    return there


def lower_walls(connection: Connection) -> None:
    """Take every wall away; PostgreSQL only."""
    if connection.dialect.name != "postgresql":
        return
    for name in sorted(set(inspect(connection).get_table_names()) & WALLS.keys()):
        for statement in lowering(name):
            connection.exec_driver_sql(statement)
    for function in (
        *("wall_account_of_session(varchar)", "wall_is_open()"),
        *("wall_cross()", "wall_crossing()", "wall_wide()", "wall_chains()", "wall_agencies()"),
        "wall_actor()",
    ):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}")


def grant_to(connection: Connection, role: str, *, may_cross: bool) -> None:
    """Give a role of the database what the web (or with `may_cross` the worker) needs."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
        f"{'GRANT' if may_cross else 'REVOKE'} EXECUTE ON FUNCTION wall_cross() "
        f"{'TO' if may_cross else 'FROM'} {quoted}",
    ):
        connection.exec_driver_sql(statement)


def without_wall(connection: Connection) -> list[str]:
    """Walled tables of the database on which row-level security is not forced, by name."""
    rows = connection.execute(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND relrowsecurity AND relforcerowsecurity"
        )
    )
    forced = {name for (name,) in rows}
    there = set(inspect(connection).get_table_names())
    return sorted((WALLS.keys() & there) - forced)


def _known() -> set[str]:
    return set(Base.metadata.tables)

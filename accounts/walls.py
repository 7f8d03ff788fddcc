"""Which table has which wall: every table of every room, by name.

A table that holds an agency's or a person's rows stands in `WALLS`; what everybody may read
because it is the registry, or the house's own bookkeeping, stands in `OPEN`. A test fails for a
table that is in neither. After a change: `flask walls apply`, or a migration that calls
`raise_walls`. Conditions: `core/walls.py`; what is behind it: `docs/walls.md`.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from accounts.rules.rights import AGENCY_ROLES, Role
from core.actors import Actor, ActorKind
from core.bearing import Bearing
from core.db import Base
from core.walls import (
    Wall,
    anyone,
    closed_but_for,
    crossing,
    lowering,
    member,
    of_agency,
    of_chain,
    of_colleague,
    of_place,
    own,
    policies,
    wide,
)

# Named crossings: for what is done before it is known, or proved, who it is. An endpoint that
# needs one says so in its access rule (`crosses=`); nothing else may cross.
SIGNING_IN = "signing in"  # from an address, a passkey or a session to its account
JOINING = "joining"  # from an invitation to a new member
PROVING = "proving"  # who is known shows a factor or the password again: it is counted, no more
REPORTING = "reporting"  # from a subject to whoever saw it, elsewhere too, and their names

_signing = crossing(SIGNING_IN)
_coming = crossing(SIGNING_IN, JOINING)
_of_somebody_known = (own(), of_colleague(), wide())

WALLS: dict[str, Wall] = {
    "account": Wall(
        read=(own("id"), of_colleague("id"), wide(), _coming, crossing(REPORTING)),
        add=(wide(), crossing(JOINING)),
        change=(own("id"), _coming),
    ),
    "membership": Wall(
        read=(own(), of_agency(), wide(), _coming),
        add=(of_agency(), wide(), crossing(JOINING)),
        change=(of_agency(), wide(), crossing(JOINING)),
    ),
    "passkey": closed_but_for(own(), _signing),
    "recovery_code": closed_but_for(own(), _signing),
    # A manager ends the sessions of somebody who leaves.
    "signed_in": Wall(
        read=(*_of_somebody_known, _coming),
        add=(own(), _coming),
        change=(*_of_somebody_known, _coming),
    ),
    # Keyed hashes of who and where: no own rows, but nobody may try uncounted.
    "sign_in_attempt": closed_but_for(crossing(SIGNING_IN, PROVING)),
    "invitation": closed_but_for(of_agency(), wide(), crossing(JOINING)),
    "api_key": Wall(
        read=(of_agency(), _signing, crossing(REPORTING)),
        add=(of_agency(), _signing),
        change=(of_agency(), _signing),
        remove=(of_agency(), _signing),
    ),
    # Anything may be noted about anybody, nothing is ever changed; an agency reads its own.
    "audit_entry": Wall(read=(of_chain(), crossing(REPORTING)), add=(anyone(),)),
    "passkey_challenge": closed_but_for(own(), _signing),
    # Whoever applies is nobody yet: they are counted, and their link shows what became of it.
    "agency_application": Wall(
        read=(wide(), crossing(JOINING)), add=(crossing(JOINING),), change=(wide(),)
    ),
    "case_file": closed_but_for(of_agency()),
    "entry_change": closed_but_for(of_agency()),
    "entry_nudge": closed_but_for(of_agency()),
    # What staff of other agencies report is the agency's to settle.
    "fact_report": Wall(
        read=(member(),), add=(member(),), change=(of_agency(),), remove=(of_agency(),)
    ),
    "sealed_place": closed_but_for(of_place("location_id")),
    # Messages to people: whoever acts puts them in, only the worker takes them out.
    "outbox": Wall(add=(anyone(),)),
}

OPEN: frozenset[str] = frozenset(
    {
        # the registry; its tiers are kept by the queries that read it
        *("agency", "agency_name", "service", "service_need", "location", "offer", "schedule"),
        *("phone", "contact", "language", "cost_option", "required_document", "service_area"),
        *("accessibility", "pool", "directory_words"),
        *("find_entry", "find_generation", "find_change"),
        # places and answers of geocoders
        *("place", "place_name", "place_revision", "outline", "geocoded_address"),
        # when facts were confirmed, and where people are met: part of the registry
        *("fact_check", "meeting_point"),
        # number and hash of each chain's end: nothing of what happened
        "audit_head",
        # the house's own bookkeeping; bands and hours of searches that found nobody
        *("duty", "unmet_need"),
        # answers to repetitions: sealed, found by a hash of sender and key, and only for a day
        "kept_answer",
    }
)


def bearing_of(actor: Actor) -> Bearing:
    """What the walls need to know of an actor."""
    beyond = actor.kind is ActorKind.MEMBER and any(
        Role(grant.role) not in AGENCY_ROLES for grant in actor.grants
    )
    return Bearing(actor.kind, actor.id, actor.agencies, wide=beyond)


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
    there = sorted(set(inspect(connection).get_table_names()) & WALLS.keys() & _known())
    for name in there:
        for statement in policies(name, WALLS[name]):
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

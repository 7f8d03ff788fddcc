"""What the doctor looks at in PostgreSQL's walls: that they stand, and who is before which."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from accounts.policies import without_wall
from core.db import WEB, db
from core.doctor import Finding, register_check
from core.settings import Settings

# Of PUBLIC and of everybody: a role may see which others are connected, and under what name.
CONNECTED = """
    select distinct a.usename from pg_stat_activity a join pg_roles r on r.rolname = a.usename
    where a.datname = current_database() and a.application_name = :name
      and a.pid <> pg_backend_pid()
      and (r.rolsuper or r.rolbypassrls
           or has_function_privilege(r.oid, 'wall_cross()', 'EXECUTE'))
"""


# After an upgrade, until somebody grants anew.
UNREADABLE = """
    select relname from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
      and not has_table_privilege(oid, 'SELECT') order by relname
"""


def register_walls_check() -> None:
    """Have the doctor look at the walls."""
    register_check("walls", walls)


def walls(_settings: Settings) -> Iterator[Finding]:
    """On PostgreSQL: every wall stands, the web is before them, and the doctor behind."""
    if db.engine.dialect.name != "postgresql":
        yield Finding("SQLite has none; the program's own filter is the only one")
        return
    missing = without_wall(db.session.connection())
    if missing:
        yield Finding(
            f"row-level security is not forced on {', '.join(missing)}",
            "Run `flask walls apply` as the owner of the database.",
        )
    if not db.session.scalar(text("select has_function_privilege('wall_cross()', 'EXECUTE')")):
        yield Finding(
            "this role is held by the walls: a worker would send nothing, a backup is refused, and"
            " much of what is said here is not seen",
            "Give worker, backup and doctor the worker's DATABASE_URL; if they have it, run `flask"
            " walls grant --web rujukan_web --worker rujukan_worker` as the owner.",
        )
        return
    closed = db.session.scalars(text(UNREADABLE)).all()
    if closed:
        yield Finding(
            f"the roles of web and worker may not use {', '.join(closed)}",
            "Run `flask walls grant --web rujukan_web --worker rujukan_worker` as the owner, as"
            " after every upgrade.",
        )
    passing = db.session.scalars(text(CONNECTED), {"name": WEB}).all()
    for role in passing:
        yield Finding(
            f"the web connects as {role}, whom no wall stops",
            "Give it a role and a DATABASE_URL of its own: `flask walls grant`, docs/operate.md.",
        )
    if not (missing or closed or passing):
        yield Finding("all stand, and no web server that is connected passes them")

"""Roles of PostgreSQL that own nothing: row-level security stops them, as it would for real."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ProgrammingError

from accounts.policies import grant_to
from core.db import WRITES, db

WEB, WORKER = "rujukan_web", "rujukan_worker"


def as_role(url: str, role: str) -> str:
    """The same database, connected to as another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def make_roles() -> None:
    """Make both roles, which belong to the whole server, and let them into this database."""
    owner = db.engine.connect().execution_options(**{WRITES: True})
    for role in (WEB, WORKER):
        try:
            with owner.begin():
                owner.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        except ProgrammingError:  # another test made it
            pass
    with owner, owner.begin():
        grant_to(owner, WEB, may_cross=False)
        grant_to(owner, WORKER, may_cross=True)

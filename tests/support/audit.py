"""An audit for tests, and an attacker who has the database file or its owner's password."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, select, text

from accounts.commands.audit import record
from accounts.commands.witness import tell_witness
from accounts.models import AuditEntry
from accounts.models.audit import chain_of
from accounts.queries.audit.health import ASKED
from accounts.queries.audit.verify import verify
from accounts.queries.witness import read_witness
from accounts.rules.chain import hash_of
from core.actors import OPERATOR, SYSTEM
from core.db import WRITES, db, write, writing

AGENCY = uuid.UUID(int=0xA6E)
CHAIN = chain_of(AGENCY)


def fill(rows: int, agency_id: uuid.UUID | None = AGENCY) -> None:
    """So many rows in a chain, in one transaction."""
    with writing():
        for number in range(rows):
            record(
                OPERATOR,
                "beds.said",
                agency_id=agency_id,
                subject=("offer", uuid.UUID(int=number)),
                free=number,
                note='Rumah "Aman" – é \u0007',
            )


def witness(folder: Path) -> int:
    """One round of the witness."""
    return write(tell_witness, SYSTEM, folder=folder)


def kinds(folder: Path | None = None, chain: str | None = None) -> set[str]:
    """The kinds of faults that verification finds."""
    db.session.rollback()
    seen = read_witness([folder] if folder else [])
    return {str(found.kind) for one in verify(seen, chain) for found in one.found}


def run(app: Flask, *arguments: str) -> Result:
    """`flask ARGUMENTS`."""
    return app.test_cli_runner().invoke(args=list(arguments))


@contextmanager
def attacker() -> Iterator[Connection]:
    """Somebody with the file (or the owner's role), who first removes what is in the way."""
    db.session.rollback()
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        kind = db.engine.dialect.name
        for name in connection.scalars(text(ASKED[kind])).all():
            if name.startswith("audit_"):
                table = " on " + name.rpartition("_")[0] if kind == "postgresql" else ""
                connection.execute(text(f"drop trigger {name}{table}"))
        yield connection
        connection.commit()


def sql(statement: str, **values: object) -> None:
    """One statement of the attacker."""
    with attacker() as connection:
        connection.execute(text(statement), values)


def rewrite_from(number: int, *, head: bool, **changes: object) -> None:
    """Change a row and compute it and all that follow anew, as somebody who read our code would."""
    with attacker() as connection:
        if changes:
            which = ", ".join(f"{name} = :{name}" for name in changes)
            connection.execute(
                text(f"update audit_entry set {which} where chain = :c and number = :n"),
                {**changes, "c": CHAIN, "n": number},
            )
        connection.commit()
    db.session.rollback()
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.chain == CHAIN, AuditEntry.number >= number)
        .order_by(AuditEntry.number)
    ).all()
    before = rows[0].before_hash
    new = []
    for row in rows:
        said = row.covered()
        said[0] = before
        new.append((row.number, before, own := hash_of(said)))
        before = own
    with attacker() as connection:
        for n, before_hash, own_hash in new:
            connection.execute(
                text(
                    "update audit_entry set before_hash = :b, own_hash = :o"
                    " where chain = :c and number = :n"
                ),
                {"b": before_hash, "o": own_hash, "c": CHAIN, "n": n},
            )
        if head:
            connection.execute(
                text("update audit_head set own_hash = :o, number = :n where chain = :c"),
                {"o": new[-1][2], "n": new[-1][0], "c": CHAIN},
            )

"""Verify a long audit: `python -m benchmarks audit [--rows 1000000]`."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from accounts.commands.witness import tell_witness
from accounts.models.audit import chain_of
from accounts.queries.audit.verify import verify
from accounts.queries.witness import read_witness
from accounts.rules.chain import COLUMNS, FIRST, hash_of, spelt_facts
from core.actors import SYSTEM
from core.db import db, write
from core.settings import Settings
from wsgi import create_app

CHAINS = 20
GOAL_SECONDS = 30
TOGETHER = 20_000  # rows written at once

Line = tuple[str | int | None, ...]


def measure(rows: int) -> str:
    """A section of the page: how long the verification of so many rows takes on SQLite."""
    with tempfile.TemporaryDirectory(prefix="rujukan-bench-") as folder:
        place = Path(folder)
        app = create_app(Settings(data_dir=place, secret_key="benchmark", log_level="ERROR"))
        with app.app_context():
            upgrade()
            write(_fill, rows)
            write(tell_witness, SYSTEM, folder=place / "witness")
            started = time.perf_counter()
            checked = list(verify(read_witness([place / "witness"])))
            seconds = time.perf_counter() - started
            db.session.remove()
            db.engine.dispose()
    if sum(one.rows for one in checked) != rows or any(one.found for one in checked):
        raise SystemExit("The verification found faults in a whole audit.")
    return "\n".join(
        [
            f"## Verify an audit of {rows:,} rows",
            "",
            f"{len(checked)} chains on SQLite, checked against hashes, links, heads and witness:"
            f" {seconds:.1f} s, {seconds / rows * 1e6:.1f} µs a row. The goal for a million is"
            f" {GOAL_SECONDS} s.",
            "",
        ]
    )


def _fill(rows: int) -> None:
    """Rows as `record` writes them, but many at a time."""
    names = ", ".join([*COLUMNS, "own_hash"])
    statement = f"insert into audit_entry ({names}) values ({', '.join('?' * 11)})"
    raw = db.session.connection().connection.dbapi_connection
    assert raw is not None
    cursor = raw.cursor()
    for index in range(CHAINS):
        chain = chain_of(uuid.UUID(int=index + 1))
        count = rows // CHAINS + (index < rows % CHAINS)
        last: Line = ()
        part: list[Line] = []
        for last in _lines(chain, count):
            part.append(last)
            if len(part) == TOGETHER:
                cursor.executemany(statement, part)
                part = []
        cursor.executemany(statement, part)
        db.session.execute(
            text("insert into audit_head (chain, number, own_hash, at) values (:c, :n, :h, :a)"),
            {"c": chain, "n": count, "h": last[-1], "a": last[3]},
        )


def _lines(chain: str, count: int) -> Iterator[Line]:
    before = FIRST
    for number in range(1, count + 1):
        said: Line = (
            before,
            chain,
            number,
            f"2026-11-21 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000001",
            "member",
            uuid.UUID(int=number % 97).hex,
            "case.read",
            "case",
            str(uuid.UUID(int=number % 9973)),
            spelt_facts({"fields": ["name", "age"], "reason": "hand-over"}),
        )
        before = hash_of(said)
        yield (*said, before)

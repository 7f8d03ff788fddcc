"""What both loads share: who may, one at a time, in batches, and telling the other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select, text

from agencies.models.place import PlaceRevision
from core.actors import Actor, ActorKind
from core.db import Base, db
from core.errors import refused
from core.i18n import _
from core.ids import new_id

BATCH = 5_000
T = TypeVar("T")
Progress = Callable[[int], object]  # is told how many more rows were done


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were new, had changed, and were known already."""

    added: int
    changed: int
    unchanged: int


def begin(actor: Actor, kind: str) -> PlaceRevision:
    """Refuse everybody but the operator, and let one load after the other happen."""
    if actor.kind is not ActorKind.OPERATOR:
        raise refused("actor", _("Only the operator may load places."))
    if db.engine.dialect.name == "postgresql":
        # A row to lock may not be there yet. SQLite has one writer anyhow.
        db.session.execute(text("select pg_advisory_xact_lock(hashtext('place_revision'))"))
    known = db.session.scalar(select(PlaceRevision).where(PlaceRevision.kind == kind))
    return known or PlaceRevision(kind=kind)


def settle(revision: PlaceRevision, tables: Sequence[type[Base]]) -> None:
    """Something changed: what processes keep is old, and so are the planner's statistics."""
    revision.token = new_id()
    db.session.add(revision)
    db.session.flush()
    if db.engine.dialect.name == "postgresql":
        for table in tables:
            db.session.execute(text(f"analyze {table.__tablename__}"))


def put(table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, all with the same columns, as fast as the database takes them."""
    real = table.__table__
    if not rows or not isinstance(real, Table):
        return
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        # Into the table, not through the mapper: nobody looks at the objects.
        connection.execute(insert(real), list(rows))
        return
    columns = list(rows[0])
    # Row by row it takes ten seconds for the whole country, by COPY two.
    statement = f"copy {real.name} ({', '.join(columns)}) from stdin"
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[name] for name in columns])


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows, so many at a time."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def nobody(_count: int) -> Any:
    """Progress that nobody watches."""

"""Write records into rows: new ones many at a time, known ones where they differ."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from agencies.models import ServiceNeed
from agencies.models.records import PoolRecord
from agencies.queries.export import PARTS, Part, plain_fields
from core.db import Base, db
from core.ids import new_id

Values = dict[str, Any]


_ORDER = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}


class Rows:
    """Rows to insert, collected and then written table by table."""

    def __init__(self) -> None:
        self._values: dict[type[Any], list[Values]] = defaultdict(list)

    def add(self, model: type[Any], record: Any, **more: Any) -> None:
        """Collect the row of a record and the rows of its lists; `more` are further columns."""
        kind: type = type(record)
        values = {name: getattr(record, name) for name in plain_fields(kind)} | more
        self._values[model].append(values)
        for name, part in PARTS.get(kind, {}).items():
            for position, item in enumerate(getattr(record, name)):
                self.add_part(part, item, values["id"], position)

    def add_part(self, part: Part, item: Any, owner: uuid.UUID, position: int) -> None:
        """Collect a row of a list."""
        more: Values = {"id": getattr(item, "id", None) or new_id(), part.owner: owner}
        if hasattr(part.model, "position"):
            more["position"] = position
        self.add(part.model, item, **more)

    def add_needs(self, service: uuid.UUID, needs: Sequence[str]) -> None:
        """Collect the needs that a service meets."""
        self._values[ServiceNeed] += [
            {"service_id": service, "need": need, "position": position}
            for position, need in enumerate(needs)
        ]

    def write(self) -> None:
        """Insert what was collected, each table after those that it points to."""
        for model in sorted(self._values, key=lambda m: _ORDER[m.__tablename__]):
            for alike in _alike(self._values[model]):
                db.session.execute(insert(model.__table__), alike)
        self._values.clear()


def _alike(values: list[Values]) -> list[list[Values]]:
    """Rows with the same columns together: phones of agencies, of offers, of contacts."""
    groups: dict[frozenset[str], list[Values]] = defaultdict(list)
    for one in values:
        groups[frozenset(one)].append(one)
    return list(groups.values())


def change(model: type[Any], row_id: uuid.UUID, known: Any, wanted: Any, **more: Any) -> None:
    """Make a row and its lists say what `wanted` says and `known` does not."""
    kind: type = type(wanted)
    news = {
        name: getattr(wanted, name)
        for name in plain_fields(kind)
        if getattr(wanted, name) != getattr(known, name)
    }
    if news or more:
        db.session.execute(update(model).where(model.id == row_id).values(**news, **more))
    for name, part in PARTS.get(kind, {}).items():
        if getattr(known, name) != getattr(wanted, name):
            _change_list(part, row_id, getattr(wanted, name))


def _change_list(part: Part, owner: uuid.UUID, wanted: Sequence[Any]) -> None:
    """A pool stays the same pool while its id or label does: places in it may be held."""
    if part.record is PoolRecord:
        _change_pools(part, owner, wanted)
        return
    db.session.execute(delete(part.model).where(getattr(part.model, part.owner) == owner))
    rows = Rows()
    for position, item in enumerate(wanted):
        rows.add_part(part, item, owner, position)
    rows.write()


def _change_pools(part: Part, owner: uuid.UUID, wanted: Sequence[PoolRecord]) -> None:
    pool = part.model
    known = db.session.execute(select(pool.label, pool.id).where(pool.offer_id == owner))
    ids = {row[0]: row[1] for row in known}
    # A renamed pool comes with its id; a file knows the label alone.
    same = [item.id if item.id in ids.values() else ids.get(item.label) for item in wanted]
    for gone in set(ids.values()) - set(same):
        db.session.execute(delete(pool).where(pool.id == gone))
    rows = Rows()
    for position, (item, own_id) in enumerate(zip(wanted, same, strict=True)):
        if own_id is not None:
            values = {name: getattr(item, name) for name in plain_fields(PoolRecord)}
            changed = update(pool).where(pool.id == own_id)
            db.session.execute(changed.values(position=position, **values))
        else:
            rows.add_part(part, item, owner, position)
    rows.write()


def change_needs(service: uuid.UUID, needs: Sequence[str]) -> None:
    """Make a service meet these needs, in their order."""
    db.session.execute(delete(ServiceNeed).where(ServiceNeed.service_id == service))
    rows = Rows()
    rows.add_needs(service, needs)
    rows.write()

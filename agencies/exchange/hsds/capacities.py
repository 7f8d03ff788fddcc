"""HSDS capacities as pools of places, where they are beds, places, rooms or families."""

from __future__ import annotations

from datetime import UTC, datetime

from agencies.exchange import messages as says
from agencies.exchange.cells import MOST, OLDEST
from agencies.exchange.hsds.source import Owner, Source
from agencies.models import PoolSex, PoolUnit
from agencies.models.records import PoolRecord

UNITS = {
    "bed": PoolUnit.PERSON,
    "beds": PoolUnit.PERSON,
    "place": PoolUnit.PERSON,
    "places": PoolUnit.PERSON,
    "person": PoolUnit.PERSON,
    "people": PoolUnit.PERSON,
    "tempat": PoolUnit.PERSON,
    "tempat tidur": PoolUnit.PERSON,
    "orang": PoolUnit.PERSON,
    "room": PoolUnit.ROOM,
    "rooms": PoolUnit.ROOM,
    "kamar": PoolUnit.ROOM,
    "family": PoolUnit.FAMILY,
    "families": PoolUnit.FAMILY,
    "keluarga": PoolUnit.FAMILY,
}


def pools(
    service: Source, owner: Owner, offer: Owner | None, now: datetime
) -> tuple[PoolRecord, ...]:
    """The pools of a service with one place; what is not understood stays with the service."""
    found: dict[str, PoolRecord] = {}
    for part in service.each("capacities"):
        pool = _pool(part, offer, now) if offer else None
        if pool is None or pool.label in found or offer is None:
            owner.keep_whole("capacities", part)
            service.notes.warn("capacities", says.UNUSED_CAPACITY)
            continue
        found[pool.label] = pool
        offer.keep_rest(str(pool.id), part)
    return tuple(found.values())


def _pool(part: Source, offer: Owner | None, now: datetime) -> PoolRecord | None:
    unit = part.given.get("unit")
    name = str(unit.get("name", "")).strip().lower() if isinstance(unit, dict) else ""
    most, free = _count(part.given.get("maximum")), _count(part.given.get("available"))
    said_at = _moment(part.given.get("updated"))
    if name not in UNITS or most is None or free is None or offer is None:
        return None
    if said_at is None or said_at > now or free > most:
        return None
    label = part.text("description") or name.capitalize()
    part.drop("maximum", "available", "description", "updated")
    return PoolRecord(
        label=label,
        sex=PoolSex.ANY,
        minimum_age=0,
        maximum_age=OLDEST,
        unit=UNITS[name],
        capacity=most,
        occupied=most - free,
        held=0,
        closed=0,
        said_at=said_at,
        id=offer.part_id(part),
    )


def _count(value: object) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value <= MOST and float(value).is_integer() else None


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

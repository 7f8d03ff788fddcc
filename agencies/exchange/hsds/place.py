"""HSDS services at locations: a place, and what is offered there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.coordinates import check_point
from agencies.exchange.hsds import parts
from agencies.exchange.hsds.said import PLACED, said_by
from agencies.exchange.hsds.source import Owner, Source
from agencies.exchange.hsds.task import Task
from agencies.exchange.messages import Notes
from agencies.exchange.placing import put
from agencies.models import LocationType, Precision
from agencies.models.records import LocationRecord, OfferRecord
from core.actors import Tier


def read_offer(
    task: Task, source: Source, service_key: str
) -> tuple[LocationRecord, Owner, OfferRecord]:
    """A place, and the offer there with what is left of it."""
    owner = Owner(source, source.key())
    source.drop("service_id", "location_id")
    inner = source.inner("location")
    if inner is None:
        task.notes.refuse(source.where("location"), says.NO_PLACE_GIVEN)
        inner = Source({"id": "missing"}, source.where("location"), Notes())
    location = _location(task, inner)
    offer = OfferRecord(
        service_key=service_key,
        location_key=location.key,
        id=owner.id,
        description=source.text("description"),
        phones=parts.phones(owner, source),
        contacts=parts.contacts(owner, source),
        schedules=parts.schedules(owner, source, location.timezone),
        said=said_by(OfferRecord, source),
    )
    return location, owner, offer


def _location(task: Task, source: Source) -> LocationRecord:
    owner = Owner(source, source.key())
    source.drop("organization_id")
    guarded = task.tier is Tier.SECRET or owner.key in task.context.secret_places
    task.parsed.guarded = task.parsed.guarded or guarded
    kind = task.word(source, "location_type", tuple(LocationType), LocationType.PHYSICAL)
    record = LocationRecord(
        key=owner.key,
        id=owner.id,
        name=source.text("name"),
        type=LocationType(kind),
        tier=Tier.SECRET if guarded else task.tier,
        timezone=task.context.timezone,
        transportation=source.text("transportation"),
        accessibility=parts.accessibilities(owner, source),
        schedules=parts.schedules(owner, source, task.context.timezone),
        phones=parts.phones(owner, source),
        contacts=parts.contacts(owner, source),
        languages=parts.languages(owner, source),
        **_point(task, source),
        **_address(owner, source),
        said=_said(task, source),
    )
    record = replace(record, extra=owner.extra())
    if task.notes.refused:
        return record
    return put(record, task.context.gazetteer, task.notes, never_by_name=False)


def _said(task: Task, source: Source) -> frozenset[str]:
    tier = ("tier",) if task.tier is not Tier.PUBLIC else ()
    has_position = "latitude" in source.given or "addresses" in source.given
    return said_by(LocationRecord, source, *tier, *(PLACED if has_position else ()))


def _point(task: Task, source: Source) -> dict[str, Any]:
    latitude, longitude = source.number("latitude"), source.number("longitude")
    if latitude is None and longitude is None:
        return {}
    notes, point = Notes(), None
    if latitude is None or longitude is None:
        notes.refuse("latitude", says.HALF_A_POINT)
    else:
        point = check_point(latitude, longitude, notes)
    for trouble in notes.refused:
        task.notes.refuse(source.where(trouble.field), trouble.message)
    if point is None:
        return {}
    return {"latitude": point[0], "longitude": point[1], "precision": Precision.POINT}


def _address(owner: Owner, source: Source) -> dict[str, Any]:
    """The first address as columns; what is left of it, and all others, stay with the place."""
    columns: dict[str, Any] = {}
    for part in source.each("addresses"):
        if columns:
            owner.keep_whole("addresses", part)
            continue
        columns = {
            "address": part.text("address_1"),
            "village": part.text("address_2"),
            "district": part.text("region"),
            "city": part.text("city"),
            "province": part.text("state_province"),
            "postal_code": part.text("postal_code"),
        }
        part.drop("location_id")
        owner.keep_rest("address", part)
    return columns

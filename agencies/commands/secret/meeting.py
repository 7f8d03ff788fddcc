"""Meeting points: made, changed, removed by the agency."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.commands.audit import record
from agencies.commands.index import refresh_offers
from agencies.models import MeetingPoint
from agencies.queries.secret.around import names_around
from agencies.queries.secret.meeting import (
    agency_with_points,
    cell_of_secret,
    offers_at_secret_places,
    point_of_agency,
    secret_places_of,
)
from core.actors import Actor
from core.db import db
from core.errors import refused
from core.geometry import LatLon, is_in_published
from core.i18n import _

NO_NAME = _("Write what people call this point")
NO_POINT = _("Give the point as two numbers, such as -6.3253, 106.9036")
TOO_NEAR = _(
    "This lies in the published area of one of your secret places. Choose a point farther away"
    " where many people come and go."
)


@dataclass(frozen=True, slots=True)
class PointWanted:
    """What a manager says of a meeting point; `point` is (latitude, longitude) in degrees."""

    name: str
    point: LatLon | None
    address: str = ""
    escort_needed: bool | None = None
    times: str = ""


def say_meeting_point(
    actor: Actor, *, agency_id: uuid.UUID, point_id: uuid.UUID | None, wanted: PointWanted
) -> MeetingPoint:
    """Command: add a meeting point (`point_id` None) or change one.

    `PermissionError` without the right in a strong session, or for another agency's point.
    `RefusedError` without name or point, or inside the published cell of a secret place of the
    agency: a point in it would say in which part of the cell to look.
    """
    row = _row(actor, agency_id, point_id)
    if not wanted.name.strip():
        raise refused("name", NO_NAME)
    if wanted.point is None:
        raise refused("point", NO_POINT)
    cells = [cell_of_secret(place) for place in secret_places_of(agency_id)]
    if any(cell is not None and is_in_published(wanted.point, cell) for cell in cells):
        raise refused("point", TOO_NEAR)
    row.name, row.address = wanted.name.strip(), wanted.address.strip() or None
    row.latitude, row.longitude = wanted.point
    names = names_around(wanted.point)
    row.district = ", ".join(n for n in (names.district, names.city) if n) or None
    row.escort_needed, row.times = wanted.escort_needed, wanted.times.strip() or None
    db.session.add(row)
    db.session.flush()
    action = "meeting_point.added" if point_id is None else "meeting_point.changed"
    record(actor, action, agency_id=agency_id, subject=("meeting_point", row.id))
    refresh_offers(offers_at_secret_places(agency_id))
    return row


def remove_meeting_point(actor: Actor, *, agency_id: uuid.UUID, point_id: uuid.UUID) -> None:
    """Command: nobody is met there any more. `PermissionError` as in `say_meeting_point`."""
    db.session.delete(_row(actor, agency_id, point_id))
    db.session.flush()
    db.session.expire_all()
    record(actor, "meeting_point.removed", agency_id=agency_id, subject=("meeting_point", point_id))
    refresh_offers(offers_at_secret_places(agency_id))


def _row(actor: Actor, agency_id: uuid.UUID, point_id: uuid.UUID | None) -> MeetingPoint:
    if agency_with_points(actor, agency_id) is None:
        raise PermissionError
    if point_id is None:
        return MeetingPoint(agency_id=agency_id)
    found = point_of_agency(agency_id, point_id)
    if found is None:
        raise PermissionError
    return found

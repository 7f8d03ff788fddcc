"""Who is on duty, for an agency and for an area; and when nobody is."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from accounts.models import Account, Membership
from accounts.queries.registry import agency_known
from accounts.queries.staff import told_of
from accounts.rules.rights import Role
from core.db import db
from referral.models import DutyShift, Post
from referral.rules.rosters import Gap, Hours, gaps, is_on
from referral.rules.zones import WIB, zone_of_area


@dataclass(frozen=True, slots=True)
class Roster:
    """Whose roster: of an agency, or of coordinators for an area (None: the whole network)."""

    agency_id: uuid.UUID | None = None
    area: str | None = None

    @property
    def key(self) -> str:
        """How forms spell it."""
        return str(self.agency_id) if self.agency_id else f"area:{self.area or ''}"


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is reached now. `shifts`: those on duty, the nearest roster first. `account_ids`: who is
    told; where nobody is on duty (`is_fallback`), whoever stands in for them."""

    shifts: tuple[DutyShift, ...]
    account_ids: tuple[uuid.UUID, ...]
    is_fallback: bool


def shifts_of(roster: Roster) -> list[DutyShift]:
    """The shifts of a roster, by their hours."""
    return list(db.session.scalars(_current().where(_on(roster)).order_by(*_BY_HOURS)))


def on_duty(roster: Roster, moment: datetime) -> list[DutyShift]:
    """Whose shifts of a roster are under way: first ones before deputies."""
    found = [shift for shift in shifts_of(roster) if is_on(hours_of(shift), moment)]
    return sorted(found, key=lambda shift: shift.post is Post.DEPUTY)


def gaps_of(roster: Roster) -> tuple[Gap, ...]:
    """When nobody is on duty, in the roster's own time; the whole week where there is no shift."""
    return gaps(map(hours_of, shifts_of(roster)), zone_of_roster(roster))


def zone_of_roster(roster: Roster) -> str:
    """The time zone in which a roster is kept."""
    if roster.agency_id is None:
        return zone_of_area(roster.area)
    known = agency_known(roster.agency_id)
    return zone_of_area(known.areas[0]) if known and known.areas else WIB


def deputies_of(agency_id: uuid.UUID, moment: datetime) -> OnCall:
    """Whom to tell when the first on duty is silent: the deputy on duty, else every manager."""
    shifts = on_duty(Roster(agency_id), moment)
    deputies = [shift for shift in shifts if shift.post is Post.DEPUTY]
    told = _working(deputies, Membership.agency_id == agency_id)
    if told:
        return OnCall(tuple(shifts), told, is_fallback=False)
    managers = select(Membership.account_id).where(
        Membership.agency_id == agency_id,
        Membership.role == Role.MANAGER,
        Membership.ended_at.is_(None),
    )
    return OnCall(tuple(shifts), tuple(db.session.scalars(managers.distinct())), is_fallback=True)


def coordinators_on_duty(areas: Collection[str], moment: datetime) -> OnCall:
    """The coordinators on duty for places in these areas: of the district, else of the network.

    Where none of them is on duty: every coordinator of the area, else the administrators.
    """
    shifts: dict[uuid.UUID, DutyShift] = {}
    for area in areas or (None,):
        shifts |= {shift.id: shift for shift in _nearest(area, moment)}
    told = _working(shifts.values(), Membership.role == Role.COORDINATOR)
    if told:
        return OnCall(tuple(shifts.values()), told, is_fallback=False)
    everyone = {one.id for area in areas or (None,) for one in told_of(area)}
    return OnCall(tuple(shifts.values()), tuple(sorted(everyone)), is_fallback=True)


def people_for(roster: Roster) -> list[tuple[uuid.UUID, str]]:
    """Who may stand on a roster: staff of the agency, or coordinators whose area spans it."""
    held = select(Account, Membership).join(Membership, Membership.account_id == Account.id)
    held = held.where(Membership.ended_at.is_(None), Account.closed_at.is_(None))
    if roster.agency_id is not None:
        held = held.where(Membership.agency_id == roster.agency_id)
    else:
        held = held.where(Membership.role == Role.COORDINATOR)
    rows = db.session.execute(held.order_by(Account.name, Account.id)).all()
    near = [one for one, row in rows if roster.agency_id or _spans(row.area, roster.area)]
    return list({one.id: one.name for one in near}.items())


def hours_of(shift: DutyShift) -> Hours:
    """The hours of a shift, for the rules."""
    return Hours(shift.weekdays, shift.begins, shift.ends, shift.timezone)


_BY_HOURS = (DutyShift.begins, DutyShift.name, DutyShift.id)


def _current() -> Select[DutyShift]:
    return select(DutyShift).where(DutyShift.ended_at.is_(None))


def _on(roster: Roster) -> ColumnElement[bool]:
    return and_(DutyShift.agency_id == roster.agency_id, DutyShift.area == roster.area)


def _nearest(area: str | None, moment: datetime) -> list[DutyShift]:
    """The shifts under way of the smallest area around a place that has any: first ones first."""
    around = [None, *_around(area)]
    places = [value for value in around if value is not None]
    wanted = _current().where(
        DutyShift.agency_id.is_(None), or_(DutyShift.area.is_(None), DutyShift.area.in_(places))
    )
    found = [one for one in db.session.scalars(wanted) if is_on(hours_of(one), moment)]
    if not found:
        return []
    nearest = max(len(one.area or "") for one in found)
    near = [one for one in found if len(one.area or "") == nearest]
    return sorted(near, key=lambda one: (one.post is Post.DEPUTY, one.name))


def _around(area: str | None) -> list[str]:
    """An area and those that it lies in: 31.75.10 lies in 31.75, and that in 31."""
    parts = area.split(".") if area else []
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _spans(wide: str | None, area: str | None) -> bool:
    return wide is None or wide in _around(area)


def _working(shifts: Collection[DutyShift], where: ColumnElement[bool]) -> tuple[uuid.UUID, ...]:
    """The accounts of shifts whose people still work there, in the order of the shifts."""
    ids = [shift.account_id for shift in shifts if shift.account_id]
    if not ids:
        return ()
    held = select(Membership.account_id).where(
        Membership.account_id.in_(ids), where, Membership.ended_at.is_(None)
    )
    working = set(db.session.scalars(held))
    return tuple(dict.fromkeys(one for one in ids if one in working))

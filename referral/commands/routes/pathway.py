"""The declared routes, as coordinators keep them; loaded from the project's list or a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds, holds_in
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from referral.commands.routes.route_version import note_routes_changed
from referral.models import RouteRow
from referral.rules.routes import DeclaredRoute, Prerequisite, Standing, columns_of

NOT_THE_NETWORKS = _("The pathway is the whole network's: its coordinators change it")
NO_TIME = _("A time such as 45 minutes, 3 working days, or none")
LONGEST_MINUTES, MOST_DAYS = 366 * 24 * 60, 250


@dataclass(frozen=True, slots=True)
class WantedRoute:
    """A declared route as a coordinator wants it. `minutes` by the clock, or working days."""

    prerequisites: tuple[Prerequisite, ...]
    minutes: int | None = None
    working_days: int | None = None
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did: how many were new, brought up to date, or left as somebody changed them."""

    new: int = 0
    renewed: int = 0
    kept: int = 0


def may_change_pathway(actor: Actor) -> bool:
    """Whether the actor is a coordinator of the whole network, or has a shell on the server."""
    if actor.kind is ActorKind.OPERATOR:
        return True
    return holds_in(actor.grants, Right.KEEP_ROUTES, area=None)


def switch_route(actor: Actor, *, route_id: uuid.UUID, is_off: bool) -> None:
    """Command: switch a declared route off (or on): it is no known way any more. `HiddenError` for
    who keeps no routes, or a route that is not there; `RefusedError` for a district's coordinator.
    """
    row = _route(actor, route_id)
    if row.is_off != is_off:
        row.is_off = is_off
        _changed(actor, row, "route.switched_off" if is_off else "route.switched_on")


def change_route(actor: Actor, *, route_id: uuid.UUID, wanted: WantedRoute) -> None:
    """Command: say what a declared route needs first and within what time. `HiddenError` and
    `RefusedError` as `switch_route`; `RefusedError` for a time that is none.
    """
    row = _route(actor, route_id)
    check_time(wanted.minutes, wanted.working_days)
    before = (row.prerequisites, row.limit_minutes, row.limit_working_days, row.is_off)
    row.prerequisites = [one.value for one in Prerequisite if one in wanted.prerequisites]
    if (row.limit_minutes, row.limit_working_days) != (wanted.minutes, wanted.working_days):
        row.limit_minutes, row.limit_working_days = wanted.minutes, wanted.working_days
        # What the source said is not true of it any more, and nobody verified the new one.
        row.limit_emergency_minutes = row.limit_start_minutes = row.limit_when = None
        row.limit_standing, row.limit_said = _PROPOSED
    row.is_off = wanted.is_off
    if before != (row.prerequisites, row.limit_minutes, row.limit_working_days, row.is_off):
        _changed(actor, row, "route.changed")


def load_routes(actor: Actor, *, routes: Sequence[DeclaredRoute]) -> Loaded:
    """Command of the operator: bring the declared routes to a list; the same list twice is the same
    as once. What a coordinator changed stays, and what is not in the list stays too. `HiddenError`
    for anybody else; `RefusedError` for a list that names a route twice.
    """
    if actor.kind is not ActorKind.OPERATOR:
        raise HiddenError
    twice = _twice(route.key for route in routes)
    if twice:
        raise refused("key", _("Named twice: %(key)s"), key=twice)
    known = {row.key: row for row in db.session.scalars(select(RouteRow))}
    new = renewed = kept = 0
    for position, route in enumerate(routes):
        columns, row = columns_of(route, position), known.get(route.key)
        if row is None:
            db.session.add(RouteRow(**columns))
            new += 1
        elif row.changed_at is not None:
            kept += 1
        elif _bring(row, columns):
            renewed += 1
    if new or renewed:
        note_routes_changed()
        record(actor, "route.loaded", subject=("pathway", "declared"), new=new, renewed=renewed)
    return Loaded(new, renewed, kept)


def check_time(minutes: int | None, working_days: int | None) -> None:
    """`RefusedError` unless it is one of both or neither, and sensible."""
    both = minutes is not None and working_days is not None
    wild = not 0 <= (minutes or 0) <= LONGEST_MINUTES or not 0 <= (working_days or 0) <= MOST_DAYS
    if both or wild:
        raise refused("limit", NO_TIME)


_PROPOSED = (Standing.PROPOSED, "")


def _route(actor: Actor, route_id: uuid.UUID) -> RouteRow:
    row = db.session.get(RouteRow, route_id)
    may_try = actor.kind is ActorKind.OPERATOR or holds(actor.grants, Right.KEEP_ROUTES)
    if row is None or not may_try:
        raise HiddenError
    if not may_change_pathway(actor):
        raise refused("route", NOT_THE_NETWORKS)
    return row


def _changed(actor: Actor, row: RouteRow, action: str) -> None:
    row.changed_at, row.changed_by = now(), actor.account_id
    note_routes_changed()
    record(actor, action, subject=("route", row.id), key=row.key)


def _bring(row: RouteRow, columns: dict[str, object]) -> bool:
    """Put a list's values into a row; whether any was another."""
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _twice(keys: Iterable[str]) -> str:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return ""

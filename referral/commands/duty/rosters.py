"""Rosters: who is on duty, and what a shift gives to the next."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time

from accounts.commands.audit import record
from accounts.queries.registry import agency_known
from accounts.rules.rights import Right, holds_for, holds_in
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble
from core.i18n import _
from core.phones import is_number
from referral.models import DutyShift, Post
from referral.queries.duty import Roster, people_for, zone_of_roster

NO_NAME = _("Say who is on duty")
NO_WAY = _("Say how to reach them: a number, an e-mail address or an account")
NO_NUMBER = _("This is no telephone number")
NO_ADDRESS = _("This is no e-mail address")
NO_DAYS = _("Choose at least one day")
NOT_ONE_OF_THEM = _("Choose somebody of this roster")
NEEDS_ACCOUNT = _("A coordinator on duty needs an account, so that alarms reach them")


@dataclass(frozen=True, slots=True)
class WantedShift:
    """A shift as it is to stand: weekdays 1 (Monday) to 7, local times; up to `begins` of the next
    day where `ends` is not later."""

    post: Post
    name: str
    weekdays: str
    begins: time
    ends: time
    account_id: uuid.UUID | None = None
    phone: str = ""
    email: str = ""


def add_shift(actor: Actor, *, roster: Roster, wanted: WantedShift) -> DutyShift:
    """Command: put somebody on a roster. `HiddenError` for a roster that the actor does not keep,
    `RefusedError` without a name, a day, or a way to reach them."""
    _must_keep(actor, roster)
    name = wanted.name.strip() or _name_of(roster, wanted.account_id)
    troubles = _troubles(roster, wanted, name)
    if troubles:
        raise RefusedError(*troubles)
    shift = DutyShift(
        agency_id=roster.agency_id,
        area=roster.area,
        account_id=wanted.account_id,
        post=wanted.post,
        name=name,
        phone=wanted.phone.strip() or None,
        email=wanted.email.strip() or None,
        weekdays="".join(sorted(set(wanted.weekdays))),
        begins=wanted.begins,
        ends=wanted.ends,
        timezone=zone_of_roster(roster),
    )
    db.session.add(shift)
    db.session.flush()
    _note(actor, "roster.added", shift)
    return shift


def end_shift(actor: Actor, *, shift_id: uuid.UUID) -> None:
    """Command: take somebody off a roster. `HiddenError` for one that the actor does not keep."""
    shift = db.session.get(DutyShift, shift_id)
    if shift is None:
        raise HiddenError
    _must_keep(actor, Roster(shift.agency_id, shift.area))
    if shift.ended_at is None:
        shift.ended_at = now()
        db.session.flush()
        _note(actor, "roster.ended", shift)


def may_keep(actor: Actor, roster: Roster) -> bool:
    """Whether the actor says who is on duty there: its manager, or the area's coordinator."""
    if roster.agency_id is None:
        return holds_in(actor.grants, Right.KEEP_ROSTER, area=roster.area)
    known = agency_known(roster.agency_id)
    return known is not None and holds_for(
        actor.grants, Right.KEEP_ROSTER, agency_id=known.id, areas=known.areas
    )


def _must_keep(actor: Actor, roster: Roster) -> None:
    if not may_keep(actor, roster):
        raise HiddenError


def _name_of(roster: Roster, account_id: uuid.UUID | None) -> str:
    return dict(people_for(roster)).get(account_id, "") if account_id else ""


def _troubles(roster: Roster, wanted: WantedShift, name: str) -> list[Trouble]:
    found = []
    if not name:
        found.append(Trouble("name", NO_NAME))
    if wanted.account_id and wanted.account_id not in dict(people_for(roster)):
        found.append(Trouble("account", NOT_ONE_OF_THEM))
    if roster.agency_id is None and wanted.account_id is None:
        found.append(Trouble("account", NEEDS_ACCOUNT))
    if not (wanted.phone.strip() or wanted.email.strip() or wanted.account_id):
        found.append(Trouble("phone", NO_WAY))
    if wanted.phone.strip() and not is_number(wanted.phone):
        found.append(Trouble("phone", NO_NUMBER))
    if wanted.email.strip() and "@" not in wanted.email.strip()[1:-1]:
        found.append(Trouble("email", NO_ADDRESS))
    if not wanted.weekdays or set(wanted.weekdays) - set("1234567"):
        found.append(Trouble("weekdays", NO_DAYS))
    return found


def _note(actor: Actor, action: str, shift: DutyShift) -> None:
    record(
        actor,
        action,
        agency_id=shift.agency_id,
        subject=("duty_shift", shift.id),
        area=shift.area,
        post=shift.post.value,
        weekdays=shift.weekdays,
    )

"""Agreements between agencies: proposed by one side, confirmed by both, ended by either.

A coordinator of one of the two areas may say yes for a side, where it was said on paper (an agency
without people here, all agencies of a type): the row and the audit keep whose word it was.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.models import Agency
from agencies.queries.registry import STOPPED
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from referral.commands.notices.telling import tell
from referral.commands.routes.pathway import check_time
from referral.commands.routes.route_version import note_routes_changed
from referral.models import Agreement
from referral.queries.agreements import agreement_seen_by, is_open, keeps, keeps_agency, sides_of
from referral.queries.routes import house_day
from referral.rules.agreements import GROUNDS, Side
from referral.rules.notices import What
from referral.rules.routes import Ground, Prerequisite

LONGEST = {"title": 200, "number": 100}
NO_OTHER = _("Say with whom: an agency, or all of a type")
NO_TITLE = _("Say what the agreement is called")
TOO_LONG = _("At most %(most)s letters")
NO_GROUND = _("Choose one")
NO_NEED = _("There is no such need")
WRONG_DAYS = _("The last day is before the first")
OVER_ALREADY = _("That day is over")
NOT_OPEN = _("Nothing can be said of this agreement any more")
SAID_ALREADY = _("You said yes to this already")
NOT_YOURS = _("Only the side that has not said yes yet can decline")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed. No needs: whatever the need. Days are the house's, both included."""

    basis: Ground | None
    title: str
    valid_from: date
    needs: tuple[str, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    minutes: int | None = None
    working_days: int | None = None
    number: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """From which agency to which, or to all of a type."""

    from_agency: uuid.UUID
    to_agency: uuid.UUID | None = None
    to_type: str = ""


def propose_agreement(actor: Actor, *, between: Between, terms: Terms) -> Agreement:
    """Command: propose an agreement; whoever proposes for a side has said yes for it.

    `HiddenError` for who speaks for neither side and keeps neither; `RefusedError`, by field, for
    terms that are none.
    """
    side = _proposing_side(actor, between)
    _check(between, terms)
    moment = now()
    row = Agreement(
        from_agency_id=between.from_agency,
        to_agency_id=between.to_agency,
        to_type=between.to_type or None,
        proposed_at=moment,
        proposed_by=actor.account_id,
        proposed_side=side,
        **_columns(terms),
    )
    db.session.add(row)
    if side is not None:
        _say_yes(actor, row, side)
    _changed(actor, row, "agreement.proposed")
    for waiting in _waiting_sides(row):
        _tell(row, waiting, What.AGREEMENT_PROPOSED)
    return row


def confirm_agreement(actor: Actor, *, agreement_id: uuid.UUID, side: Side | None = None) -> None:
    """Command: say yes for a side: one's own, or as a coordinator any (`side`).

    `HiddenError` for what one may not see, `RefusedError` where there is nothing to say yes to.
    """
    row = _open_row(actor, agreement_id)
    waiting = [one for one in _waiting_sides(row) if _may_speak(actor, row, one)]
    wanted = [one for one in waiting if side in (None, one)]
    if not wanted:
        raise refused("agreement", SAID_ALREADY)
    _say_yes(actor, row, wanted[0])
    _changed(actor, row, "agreement.confirmed", side=wanted[0].value)
    _tell(row, wanted[0].other, What.AGREEMENT_NEWS)


def decline_agreement(actor: Actor, *, agreement_id: uuid.UUID) -> None:
    """Command: say no for a side that has not said yes. Errors as `confirm_agreement`."""
    row = _open_row(actor, agreement_id)
    waiting = [one for one in _waiting_sides(row) if _may_speak(actor, row, one)]
    if not waiting:
        raise refused("agreement", NOT_YOURS)
    row.declined_at, row.declined_by = now(), actor.account_id
    _changed(actor, row, "agreement.declined", side=waiting[0].value)
    _tell(row, waiting[0].other, What.AGREEMENT_NEWS)


def end_agreement(actor: Actor, *, agreement_id: uuid.UUID) -> None:
    """Command: end an agreement, or take a proposal back. Errors as `confirm_agreement`."""
    row = _open_row(actor, agreement_id)
    sides = sides_of(actor, row)
    row.ended_at, row.ended_by = now(), actor.account_id
    _changed(actor, row, "agreement.ended")
    for side in Side:
        if side not in sides:
            _tell(row, side, What.AGREEMENT_NEWS)


def change_agreement(actor: Actor, *, agreement_id: uuid.UUID, terms: Terms) -> None:
    """Command of a coordinator: change what was agreed. Where more changed than title and number,
    both sides are asked again. `HiddenError` for others, `RefusedError` by field.
    """
    row = _open_row(actor, agreement_id)
    if not keeps(actor, row):
        raise HiddenError
    _check(Between(row.from_agency_id, row.to_agency_id, row.to_type or ""), terms)
    columns = _columns(terms)
    changed = {name for name, value in columns.items() if getattr(row, name) != value}
    if not changed:
        return
    for name in changed:
        setattr(row, name, columns[name])
    if changed - LONGEST.keys():
        row.from_confirmed_at = row.from_confirmed_by = None
        row.to_confirmed_at = row.to_confirmed_by = None
        row.announced_days = None
    _changed(actor, row, "agreement.changed", changed=sorted(changed))
    for side in Side:
        what = What.AGREEMENT_PROPOSED if side in _waiting_sides(row) else What.AGREEMENT_NEWS
        _tell(row, side, what)


def _proposing_side(actor: Actor, between: Between) -> Side | None:
    """For which side the actor proposes; None for a coordinator, who says yes for nobody yet."""
    for side, agency_id in ((Side.FROM, between.from_agency), (Side.TO, between.to_agency)):
        if agency_id and holds_for(actor.grants, Right.PROPOSE_ROUTES, agency_id=agency_id):
            return side
    if keeps_agency(actor, between.from_agency):
        return None
    if between.to_agency and keeps_agency(actor, between.to_agency):
        return None
    raise HiddenError


def _open_row(actor: Actor, agreement_id: uuid.UUID) -> Agreement:
    row = agreement_seen_by(actor, agreement_id)
    if row is None:
        raise HiddenError
    if not is_open(row, house_day(now())):
        raise refused("agreement", NOT_OPEN)
    return row


def _waiting_sides(row: Agreement) -> list[Side]:
    """The sides that have not said yes."""
    said = {Side.FROM: row.from_confirmed_at, Side.TO: row.to_confirmed_at}
    return [side for side, at in said.items() if at is None]


def _may_speak(actor: Actor, row: Agreement, side: Side) -> bool:
    return side in sides_of(actor, row) or keeps(actor, row)


def _say_yes(actor: Actor, row: Agreement, side: Side) -> None:
    if side is Side.FROM:
        row.from_confirmed_at, row.from_confirmed_by = now(), actor.account_id
    else:
        row.to_confirmed_at, row.to_confirmed_by = now(), actor.account_id


def _check(between: Between, terms: Terms) -> None:
    """`RefusedError` with everything that is wrong."""
    found = [*_troubles_between(between), *_troubles_of(terms)]
    if found:
        raise RefusedError(*found)
    check_time(terms.minutes, terms.working_days)


def _troubles_between(between: Between) -> list[Trouble]:
    other = db.session.get(Agency, between.to_agency) if between.to_agency else None
    works = other is not None and other.status not in STOPPED
    is_agency = works and between.to_agency != between.from_agency and not between.to_type
    is_type = between.to_agency is None and between.to_type in AGENCY_TYPES
    return [] if is_agency or is_type else [Trouble("to", NO_OTHER)]


def _troubles_of(terms: Terms) -> list[Trouble]:
    found = []
    if terms.basis not in GROUNDS:
        found.append(Trouble("basis", NO_GROUND))
    if not terms.title.strip():
        found.append(Trouble("title", NO_TITLE))
    for name, most in LONGEST.items():
        if len(getattr(terms, name)) > most:
            found.append(Trouble(name, TOO_LONG, (("most", most),)))
    if any(code not in all_needs() for code in terms.needs):
        found.append(Trouble("need", NO_NEED))
    if terms.valid_until is not None:
        if terms.valid_until < terms.valid_from:
            found.append(Trouble("valid_until", WRONG_DAYS))
        elif terms.valid_until < house_day(now()):
            found.append(Trouble("valid_until", OVER_ALREADY))
    return found


def _columns(terms: Terms) -> dict[str, object]:
    return {
        "basis": terms.basis,
        "title": terms.title.strip(),
        "number": terms.number.strip() or None,
        "needs": [code for code in all_needs() if code in terms.needs],
        "prerequisites": [one.value for one in Prerequisite if one in terms.prerequisites],
        "limit_minutes": terms.minutes,
        "limit_working_days": terms.working_days,
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
    }


def _changed(actor: Actor, row: Agreement, action: str, **facts: object) -> None:
    note_routes_changed()
    for agency_id in (row.from_agency_id, row.to_agency_id):
        if agency_id is not None:
            record(actor, action, agency_id=agency_id, subject=("agreement", row.id), **facts)


def _tell(row: Agreement, side: Side, what: What) -> None:
    """Tell a side, unless it is all agencies of a type: nobody speaks for those."""
    agency_id = row.from_agency_id if side is Side.FROM else row.to_agency_id
    if agency_id is not None:
        cause = f"agreement/{row.id}/{what.value}/{now().isoformat()}"
        tell(agency_id=agency_id, what=what, cause=cause, urgency=None)

"""What a hand-over leads to: both sides confirm it, a transferred case moves, the receiver has one.

To refer keeps the case; to transfer moves it, and only when the receiver itself says that the
person is there (design.md §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from accounts.walls import HANDING
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from core.walls import cross
from referral.commands.case.cases import open_case
from referral.commands.case.sealing import open_facts, person_of, put_person
from referral.commands.hand_over.follow_ups import move_follow_ups
from referral.commands.notices.telling import tell_about
from referral.commands.record.reading import seen_at
from referral.models import Arrival, CaseFile, ClockMark, HandOver, Kind, Referral, ReferralMove
from referral.queries.handing import is_secret
from referral.queries.referrals import (
    any_referral_by_code,
    live_consent,
    locked_referral,
    sides_of,
)
from referral.rules.consent import OF_CASE, Stage
from referral.rules.follow_ups import CONFIRM_WITHIN
from referral.rules.moves import Party
from referral.rules.notices import What
from referral.rules.states import ARRIVED, State

SAY_WHEN = _("Say when you took them over at the meeting point")
NOT_YET = _("This time is still to come")
TOO_EARLY = _("This is before the last thing that happened here")
NOT_THERE = _("There is no arrival to confirm")
NO_BASIS = _("Without a live consent or another legal basis nothing may be handed over.")
OWN_NOT_NOW = _("A case of your own can be opened once the person is with you")
MARK = "hand_over_unconfirmed"


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over as the reader may know it. `words` are empty when the person was erased."""

    row: HandOver
    words: dict[str, str]


def taken_over_at(referral: Referral, met_at: datetime | None, moment: datetime) -> datetime:
    """The instant of a hand-over; see `moves.handing.hand_over`."""
    if met_at is None and is_secret(referral):
        row = db.session.get(Arrival, referral.id)
        if row is None or row.expected_at is None:
            raise refused("met_at", SAY_WHEN)
        return min(max(row.expected_at, referral.moved_at), moment)
    if met_at is None:
        return moment
    if met_at > moment:
        raise refused("met_at", NOT_YET)
    last = _last_move_at(referral)
    # A field of minutes may say the minute in which the last move was made.
    if met_at < last.replace(second=0, microsecond=0):
        raise refused("met_at", TOO_EARLY)
    return max(met_at, last)


def _last_move_at(referral: Referral) -> datetime:
    """Of the log: `moved_at` is later where a consent was said again since."""
    moves = select(func.max(ReferralMove.at)).where(ReferralMove.referral_id == referral.id)
    return db.session.scalar(moves) or referral.moved_at


def confirm_hand_over(actor: Actor, *, code: str, party: Party) -> HandOver:
    """Command: a side confirms for itself that the person was handed over; twice is once.

    `HiddenError` for whoever does not act on that side; `RefusedError` where nobody arrived.
    """
    referral = _on_side(actor, code, party)
    row = db.session.get(HandOver, referral.id)
    if row is None or referral.state not in ARRIVED | {State.COMPLETED, State.CLOSED}:
        raise refused("state", NOT_THERE)
    moment = now()
    if party is Party.SENDER and row.sender_confirmed_at is None:
        row.sender_confirmed_at, row.sender_confirmed_by = moment, actor.account_id
    elif party is Party.RECEIVER and row.receiver_confirmed_at is None:
        row.receiver_confirmed_at, row.receiver_confirmed_by = moment, actor.account_id
    else:
        return row
    db.session.flush()
    ours = referral.sender_agency_id if party is Party.SENDER else referral.receiver_agency_id
    record(
        actor,
        "hand_over.confirmed",
        agency_id=ours,
        subject=("referral", referral.id),
        side=party.value,
    )
    pass_on_case(actor, referral, row, moment=moment)
    return row


def pass_on_case(actor: Actor, referral: Referral, row: HandOver, *, moment: datetime) -> bool:
    """Part of commands: move a transferred case to the receiver; whether it moved.

    Only once the receiver said that the person is there, and only if the consent releases every
    field that the case has of the person: what they kept back cannot be taken along. The sender's
    own notes never go along; they are removed. The page of the referral says both beforehand.
    """
    receiver_id = referral.receiver_agency_id
    if referral.kind is not Kind.TRANSFER or receiver_id is None:
        return False
    if row.receiver_confirmed_at is None or row.case_moved_at is not None:
        return False
    if kept_back(referral, moment):
        return False
    with cross(HANDING):
        wanted = select(CaseFile).where(CaseFile.id == referral.case_id).with_for_update()
        case = db.session.scalars(wanted.execution_options(populate_existing=True)).one()
        if case.agency_id != referral.sender_agency_id or case.closed_at is not None:
            return False
        case.agency_id = receiver_id
        try:
            # Sealed anew: its phone is found among the receiver's cases from now on.
            put_person(case, {k: v for k, v in person_of(case).items() if k != "notes"})
        except ErasedKeyError:
            return False
        row.case_moved_at = moment
        db.session.flush()
        move_follow_ups(referral, receiver_id)
        for agency_id in (referral.sender_agency_id, receiver_id):
            record(
                actor,
                "case.moved",
                agency_id=agency_id,
                subject=("case", case.id),
                referral=referral.code,
            )
    return True


def kept_back(referral: Referral, moment: datetime) -> list[str]:
    """The fields that a case has of the person and the consent does not release, by name.

    With no live basis at all every field is kept back.
    """
    with cross(HANDING):
        case = db.session.get(CaseFile, referral.case_id)
    consent = live_consent(referral, moment)
    released = frozenset(consent.fields) if consent is not None else frozenset()
    if case is None:
        return []
    has = {name for name in OF_CASE if getattr(case, f"{name}_sealed") is not None}
    return sorted(has - released)


def open_own_case(actor: Actor, *, code: str) -> str:
    """Command: the receiver opens a case of its own from what the consent releases; its code.

    Once for a referral: the second time it is the same case. `HiddenError` for others than the
    receiver; `RefusedError` before the person is there or without a live basis.
    """
    found = any_referral_by_code(code)
    receiver_id = found.receiver_agency_id if found is not None else None
    if found is None or found.state is State.DRAFT or receiver_id is None or not actor.strong:
        raise HiddenError
    if not holds_for(actor.grants, Right.SEE_CASES, agency_id=receiver_id):
        raise HiddenError
    referral = locked_referral(found.id)
    row = db.session.get(HandOver, referral.id)
    moved = row is not None and row.case_moved_at is not None
    if row is None or moved or referral.state not in ARRIVED:
        raise refused("state", OWN_NOT_NOW)
    if live_consent(referral, now()) is None or not referral.identity_open:
        raise refused("state", NO_BASIS)
    known = db.session.get(CaseFile, row.own_case_id) if row.own_case_id else None
    if known is not None:
        return known.code
    seen = seen_at(referral, Stage.AFTER)
    person = {name: str(seen.fields[name]) for name in OF_CASE if name in seen.fields}
    own = open_case(actor, agency_id=receiver_id, person=person, although_same_phone=True)
    row.own_case_id = db.session.scalar(select(CaseFile.id).where(CaseFile.code == own))
    db.session.flush()
    record(
        actor,
        "case.opened_from_referral",
        agency_id=receiver_id,
        subject=("referral", referral.id),
        fields=sorted(person),
    )
    return own


def hand_over_of(referral: Referral) -> Handed | None:
    """The hand-over; the caller has just read the referral, which is recorded."""
    row = db.session.get(HandOver, referral.id)
    if row is None:
        return None
    try:
        where = f"referral/{referral.id}/hand_over"
        words = open_facts(referral.case_id, where, row.words_sealed)
    except ErasedKeyError:
        words = {}
    return Handed(row, words)


def remind_unconfirmed() -> int:
    """Command of the worker: tell whoever has not confirmed an arrival for a day; once each."""
    moment = now()
    told = exists().where(
        ClockMark.referral_id == Referral.id,
        ClockMark.round == Referral.moves_made,
        ClockMark.what == MARK,
    )
    wanted = (
        select(HandOver, Referral)
        .join(Referral, Referral.id == HandOver.referral_id)
        .where(
            Referral.state.in_(ARRIVED),
            HandOver.arrived_at <= moment - CONFIRM_WITHIN,
            or_(HandOver.sender_confirmed_at.is_(None), HandOver.receiver_confirmed_at.is_(None)),
            ~told,
        )
    )
    rows = db.session.execute(wanted).all()
    for row, referral in rows:
        late = (
            referral.sender_agency_id
            if row.sender_confirmed_at is None
            else referral.receiver_agency_id
        )
        mark = ClockMark(referral_id=referral.id, round=referral.moves_made, what=MARK, at=moment)
        db.session.add(mark)
        db.session.flush()
        tell_about(
            late,
            referral=referral,
            what=What.UNCONFIRMED,
            cause=f"unconfirmed/{referral.id}",
        )
    return len(rows)


def _on_side(actor: Actor, code: str, party: Party) -> Referral:
    found = any_referral_by_code(code)
    if found is None or party not in sides_of(actor, found) or not actor.may_write:
        raise HiddenError
    return locked_referral(found.id)

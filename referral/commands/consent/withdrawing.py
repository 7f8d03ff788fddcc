"""Withdraw a consent, or all of a case; and end what has come to its end by time.

A withdrawal closes every door at once, in one transaction: what is on the way is called off and
its places are freed; where the person has arrived the view closes; links of those who answer
without an account end. The rows stay, as the proof (domain.md §2.2 I, §2.7).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from accounts.commands.audit import record
from accounts.walls import HANDING
from core.actors import SYSTEM, Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError
from core.events import publish, subscribe
from core.walls import cross
from referral.commands.consent.consents import own_case
from referral.commands.moves.step import MOVED, begin_on, finish
from referral.commands.notices.links import end_links_of
from referral.models import Consent, Referral, ReferralMove
from referral.queries.consents import consents_ended, referrals_under, taken_abroad
from referral.queries.referrals import locked_referrals, sides_of
from referral.rules.moves import Name, Party
from referral.rules.reasons import Cancel
from referral.rules.states import BEFORE_ARRIVAL, State

# Event: actor, referral, consent_id, why (a `Cancel`); in the same transaction. The receiver is
# to be told that what it saw is closed.
WITHDRAWN = "referral.withdrawn"


@dataclass(frozen=True, slots=True)
class Closed:
    """What a withdrawal did: how many bases ended, and the codes of the referrals."""

    consents: int
    called_off: tuple[str, ...] = ()
    view_closed: tuple[str, ...] = ()


def withdraw_consent(actor: Actor, *, case_code: str, consent_id: uuid.UUID) -> Closed:
    """Command: the survivor takes back one consent. A second time nothing happens.

    `HiddenError` for a case of another agency, or a consent of another case.
    """
    case = own_case(actor, case_code)
    found = db.session.get(Consent, consent_id)
    if found is None or found.case_id != case.id:
        raise HiddenError
    return _withdraw(actor, Consent.id == consent_id)


def withdraw_all(actor: Actor, *, case_code: str) -> Closed:
    """Command: the survivor takes back everything that was released of their case."""
    case = own_case(actor, case_code)
    return _withdraw(actor, Consent.case_id == case.id)


def withdraw_from_agency(actor: Actor, *, case_code: str, agency_id: uuid.UUID) -> Closed:
    """Command: take back everything that was released to one agency."""
    case = own_case(actor, case_code)
    return _withdraw(
        actor, (Consent.case_id == case.id) & (Consent.receiver_agency_id == agency_id)
    )


def end_on_arrival(actor: Actor, *, case_id: uuid.UUID, moment: datetime) -> int:
    """Command: the person is in the country: consents taken abroad end now (domain.md §6B 1).

    Views close until it is said again (`renew_consent`); what is promised stays promised, for the
    person is on the way. Returns how many ended.
    """
    with cross(HANDING):
        with db.session.no_autoflush:  # no consent waits to be written
            abroad = taken_abroad(case_id, moment)
        if not abroad:
            return 0
        found = _locked_consents(
            Consent.id.in_(abroad),
            Consent.withdrawn_at.is_(None),
            or_(Consent.ends_at.is_(None), Consent.ends_at > moment),
        )
        for consent in found:
            consent.ends_at = moment
        db.session.flush()
        for referral in locked_referrals(referrals_under([one.id for one in found])):
            _close_view(actor, referral, Cancel.CONSENT_ENDED)
    for consent in found:
        record(
            actor,
            "consent.ended_on_arrival",
            agency_id=consent.agency_id,
            subject=("case", case_id),
            consent=str(consent.id),
        )
    return len(found)


def end_what_ended() -> int:
    """Duty of the worker: bases whose time is over close their views; what is on the way ends.

    What was taken abroad closes its view only: it is said again on arrival. Killed in between,
    the next round finds what is left.
    """
    moment = now()
    ids = consents_ended(moment)
    done = 0
    for consent in _locked_consents(Consent.id.in_(ids)) if ids else []:
        cancels = not consent.ends_on_arrival
        done += len(_end_under(SYSTEM, consent, Cancel.CONSENT_ENDED, cancels=cancels).touched)
    return done


@dataclass(slots=True)
class _Ended:
    called_off: list[str]
    view_closed: list[str]

    @property
    def touched(self) -> list[str]:
        return self.called_off + self.view_closed


def listen() -> None:
    """Consents taken abroad end when the person arrives."""
    subscribe(MOVED, _arrived)


def _arrived(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    if move.name is Name.HAND_OVER:
        end_on_arrival(actor, case_id=referral.case_id, moment=move.at)


def _locked_consents(*conditions: ColumnElement[bool]) -> list[Consent]:
    """Consents before referrals: whoever moves a referral meanwhile gives way (`has_firm_consent`).

    Their keys are not locked: the database looks at them for whoever writes a referral twice.
    """
    wanted = select(Consent).where(*conditions).order_by(Consent.id)
    wanted = wanted.with_for_update(key_share=True)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def _withdraw(actor: Actor, of_them: ColumnElement[bool]) -> Closed:
    # Of a case that was taken over the bases are still rows of whoever recorded them.
    with cross(HANDING):
        live = _locked_consents(of_them, Consent.withdrawn_at.is_(None))
        moment = now()
        for consent in live:
            # Never before it was given, whatever the clocks of two machines say.
            consent.withdrawn_at = max(moment, consent.given_at)
            consent.withdrawn_by = actor.account_id
        db.session.flush()
        locked_referrals(referrals_under(one.id for one in live))  # all, before any is moved
    called_off: list[str] = []
    view_closed: list[str] = []
    for consent in live:
        ended = _end_under(actor, consent, Cancel.WITHDRAWN, cancels=True)
        called_off += ended.called_off
        view_closed += ended.view_closed
        record(
            actor,
            "consent.withdrawn",
            agency_id=consent.agency_id,
            subject=("case", consent.case_id),
            consent=str(consent.id),
            referrals=sorted(ended.touched),
        )
    return Closed(len(live), tuple(sorted(called_off)), tuple(sorted(view_closed)))


def _end_under(actor: Actor, consent: Consent, why: Cancel, *, cancels: bool) -> _Ended:
    """Close what stands under a basis that is over."""
    ended = _Ended([], [])
    # Places, links and the view are the receiver's rows.
    with cross(HANDING):
        rows = locked_referrals(referrals_under([consent.id]))
        for referral in rows:
            if referral.consent_id != consent.id:
                continue  # said again meanwhile
            if referral.state is State.DRAFT:
                referral.consent_id = None
            elif referral.state in BEFORE_ARRIVAL and cancels:
                finish(begin_on(_mover(actor, referral), referral, Name.CANCEL), reason=why.value)
                _tell(actor, referral, consent.id, why)
                ended.called_off.append(referral.code)
            elif _close_view(actor, referral, why):
                ended.view_closed.append(referral.code)
        db.session.flush()
    end_links_of([referral.id for referral in rows])
    return ended


def _mover(actor: Actor, referral: Referral) -> Actor:
    """Who calls it off: the actor; the clock for a referral that another agency had sent."""
    return actor if Party.SENDER in sides_of(actor, referral) else SYSTEM


def _close_view(actor: Actor, referral: Referral, why: Cancel) -> bool:
    if not referral.identity_open:
        return False
    referral.identity_open = False
    db.session.flush()
    record(
        actor,
        "referral.view_closed",
        agency_id=referral.receiver_agency_id,
        subject=("referral", referral.id),
        reason=why.value,
    )
    _tell(actor, referral, referral.consent_id, why)
    return True


def _tell(actor: Actor, referral: Referral, consent_id: uuid.UUID | None, why: Cancel) -> None:
    publish(WITHDRAWN, actor=actor, referral=referral, consent_id=consent_id, why=why)

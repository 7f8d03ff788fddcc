"""Referrals as the API says them: codes and instants, and the few words in the asked language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.actors import Actor
from core.clock import now
from core.i18n import language, say
from referral.commands.record.desk import Promised
from referral.commands.record.programs import ForProgram, LoggedMove
from referral.models import Arrival, HandOver, Referral, ReturnReferral
from referral.queries.hanging import arrival_known, case_of, hand_over_known, return_known
from referral.queries.listed import Listed, dues_of
from referral.queries.referrals import live_consent
from referral.queries.story import agency_names
from referral.rules.due import Due
from referral.rules.moves import Party, moves_open_to
from referral.rules.states import STATE_WORDS, State

Plain = dict[str, Any]


def state_label(state: State) -> str:
    """A state in the asked language."""
    return say(language())(STATE_WORDS[state])


def state_view(referral: Referral, side: Party) -> Plain:
    """Where a referral stands, and what may be done now."""
    return {
        "code": referral.code,
        "state": referral.state.value,
        "state_label": state_label(referral.state),
        "side": side.value,
        "moved_at": referral.moved_at,
        "moves": [name.value for name in moves_open_to(referral.state, side)],
    }


def referral_view(actor: Actor, seen: ForProgram) -> Plain:
    """A referral as a program reads it."""
    referral = seen.referral
    moment = now()
    names = agency_names(
        {one for one in (referral.sender_agency_id, referral.receiver_agency_id) if one}
    )
    receiver = referral.receiver_agency_id
    return {
        **state_view(referral, seen.side),
        "case_code": _case_code(actor, referral),
        "kind": referral.kind.value,
        "urgency": referral.urgency.value,
        "urgency_sign": referral.urgency_sign,
        "sender": {
            "id": referral.sender_agency_id,
            "name": names.get(referral.sender_agency_id, ""),
        },
        "receiver": {"id": receiver, "name": names.get(receiver, "")} if receiver else None,
        "offer": referral.offer_id,
        "needs": [link.need for link in referral.needs],
        "facts": seen.facts,
        "is_erased": seen.is_erased,
        "is_sealed": seen.is_sealed,
        "has_basis": live_consent(referral, moment) is not None,
        "requested_by": referral.requested_by,
        "started_at": referral.started_at,
        "asked_at": referral.asked_at,
        "expires_at": referral.expires_at,
        "dues": [_due(due, moment) for due in dues_of(referral)],
        "by_phone": referral.is_by_phone,
        "promise": _promise(seen.promise),
        "arrival": arrival_view(arrival_known(referral)),
        "hand_over": hand_over_view(hand_over_known(referral)),
        "return_referral": _returned(return_known(referral)),
        "log": [_logged(one) for one in seen.log],
    }


def listed_view(row: Listed, moment: datetime) -> Plain:
    """A line of a list."""
    return {
        "code": row.code,
        "state": row.state.value,
        "state_label": state_label(row.state),
        "urgency": row.urgency.value,
        "needs": list(row.needs),
        "sender": row.sender_id,
        "receiver": row.receiver_id,
        "other": row.other or None,
        "service_name": row.service,
        "dues": [_due(due, moment) for due in row.dues],
        "asked_at": row.asked_at,
        "moved_at": row.moved_at,
        "by_phone": row.is_by_phone,
    }


def arrival_view(row: Arrival | None) -> Plain | None:
    """The way there, without its words."""
    if row is None:
        return None
    return {
        "expected_at": row.expected_at,
        "meeting_point": row.meeting_point_id,
        "said_at": row.said_at,
    }


def hand_over_view(row: HandOver | None) -> Plain | None:
    """A hand-over, and whether each side confirmed. When, of a secret place would tell too much."""
    if row is None:
        return None
    return {
        "arrived_at": row.arrived_at,
        "sender_confirmed": row.sender_confirmed_at is not None,
        "receiver_confirmed": row.receiver_confirmed_at is not None,
        "case_moved": row.case_moved_at is not None,
    }


def _returned(row: ReturnReferral | None) -> Plain | None:
    if row is None:
        return None
    return {
        "outcome": row.outcome.value,
        "next_date": row.next_date,
        "is_read": row.read_at is not None,
    }


def _promise(promise: Promised | None) -> Plain | None:
    if promise is None:
        return None
    return {
        "person": promise.person,
        "conditions": promise.conditions,
        "at": promise.at,
        "pool": promise.pool,
        "places": promise.places,
        "until": promise.until,
    }


def _due(due: Due, moment: datetime) -> Plain:
    return {"clock": due.clock.value, "at": due.at, "is_late": due.is_late(moment)}


def _logged(one: LoggedMove) -> Plain:
    move = one.move
    return {
        "number": move.number,
        "at": move.at,
        "name": move.name.value,
        "from_state": move.from_state.value,
        "to_state": move.to_state.value,
        "party": move.party.value,
        "agency": one.agency,
        "reason": move.reason,
        "detail": move.detail,
        "words": one.words,
        "due_at": move.due_at,
        "in_time": move.in_time,
        "by_phone": move.by_phone_from_sealed is not None,
        "confirmed": move.confirmed_at is not None,
    }


def _case_code(actor: Actor, referral: Referral) -> str | None:
    """The code of a case of one's own; the other side's codes are its own affair."""
    case = case_of(referral)
    return case.code if case is not None and case.agency_id in actor.agencies else None

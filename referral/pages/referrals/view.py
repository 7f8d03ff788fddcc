"""What the page of a referral shows, prepared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agencies.rules.needs import all_needs
from agencies.wording.times import ago, say_date
from agencies.wording.times import clock as say_clock
from core.actors import Actor
from core.clock import now
from core.i18n import Say, _, language, say
from core.ids import parse_id
from referral.commands.record.desk import (
    PoolChoice,
    Promised,
    Returned,
    Told,
    pools_for_party,
    promise_of,
    return_of,
    story_of,
)
from referral.commands.record.reading import Seen
from referral.models import Kind, Referral
from referral.pages.referrals.common import settings, state_view
from referral.queries.listed import dues_of
from referral.queries.referrals import zone_of_receiver
from referral.queries.story import agency_names
from referral.rules.consent import Stage
from referral.rules.facts import Facts
from referral.rules.moves import Name, Party
from referral.rules.reasons import (
    CANCEL_WORDS,
    DECLINE_WORDS,
    DETAIL_WORDS,
    OUTCOME_WORDS,
    Cancel,
    Decline,
    Detail,
    Outcome,
)
from referral.rules.states import UNANSWERED
from referral.rules.urgency import SIGNS_BY_NAME
from referral.wording.facts import Reader, lines_of
from referral.wording.moments import due_view
from referral.wording.states import MOVE_WORDS, URGENCY_SHAPES, URGENCY_WORDS

Plain = dict[str, Any]
BEFORE = _("What identifies the person opens when you accept, as far as they consented.")
AFTER = _("What identifies the person is open to you as far as they consented.")
CLOSED = _("What identified the person is closed to you.")


class Telling:
    """The reader's language and the zone of the place that is asked."""

    def __init__(self, referral: Referral) -> None:
        self.zone: ZoneInfo = zone_of_receiver(referral)
        self.language = language()
        self.tell: Say = say(self.language)
        self.moment = now()

    def when(self, moment: datetime | None) -> str:
        """An instant in words; the day is said when it is not today."""
        if moment is None:
            return ""
        return say_clock(moment, self.moment, self.zone.key, self.language)

    def facts(self, fields: Facts) -> list[tuple[str, str, str]]:
        """Label and words of every field, as lists of facts are drawn."""
        reader = Reader(self.language, self.tell, self.zone.key, self.moment)
        return [(line.label, line.text, "") for line in lines_of(fields, reader)]


def referral_view(actor: Actor, seen: Seen, sides: frozenset[Party]) -> Plain:
    """Everything but the forms. The referral was just read by `read_referral`."""
    referral = seen.referral
    said = Telling(referral)
    tell = said.tell
    reader = Party.SENDER if seen.stage is None else Party.RECEIVER
    names = agency_names(
        {one for one in (referral.sender_agency_id, referral.receiver_agency_id) if one}
    )
    promise, returned = promise_of(seen), return_of(seen)
    sign = SIGNS_BY_NAME.get(referral.urgency_sign or "")
    return {
        "code": referral.code,
        "state": state_view(referral.state, tell),
        "urgency": tell(URGENCY_WORDS[referral.urgency]),
        "urgency_kind": URGENCY_SHAPES[referral.urgency],
        "sign": tell(sign.words) if sign else "",
        "needs": [_need(need.need, said.language) for need in referral.needs],
        "sender": names.get(referral.sender_agency_id, ""),
        "sender_id": referral.sender_agency_id,
        "receiver": names.get(referral.receiver_agency_id) if referral.receiver_agency_id else "",
        "receiver_id": referral.receiver_agency_id,
        "is_transfer": referral.kind is Kind.TRANSFER,
        "asked": said.when(referral.asked_at),
        "requested_by": said.when(referral.requested_by),
        "dues": [
            due_view(due, said.moment, said.zone.key, said.language, tell)
            for due in dues_of(referral)
        ],
        "is_by_phone": referral.is_by_phone,
        "is_erased": seen.is_erased,
        "is_sealed": seen.is_sealed,
        "facts": said.facts(seen.fields),
        "stage_note": tell(_stage_note(seen)) if seen.stage is not None else "",
        "promise": _promise(promise, said) if promise else None,
        "returned": _returned(returned, said) if returned else None,
        "story": [_entry(told, said) for told in story_of(seen, actor, reader)],
        "is_sender": reader is Party.SENDER,
        "is_receiver": Party.RECEIVER in sides,
    }


def _stage_note(seen: Seen) -> str:
    if seen.stage is Stage.AFTER:
        return AFTER
    return BEFORE if seen.referral.state in UNANSWERED else CLOSED


def _need(code: str, wanted: str) -> str:
    known = all_needs().get(code)
    return known.label(wanted) if known else code


def _promise(promise: Promised, said: Telling) -> Plain:
    return {
        "person": promise.person,
        "conditions": promise.conditions,
        "at": said.when(promise.at),
        "pool": promise.pool,
        "places": promise.places,
        "until": said.when(promise.until),
    }


def _returned(returned: Returned, said: Telling) -> Plain:
    return {
        "outcome": said.tell(OUTCOME_WORDS[returned.outcome]),
        "service_given": returned.service_given,
        "recommendation": returned.recommendation,
        "next_date": say_date(returned.next_date, said.language) if returned.next_date else "",
        "is_read": returned.is_read,
    }


def _entry(told: Told, said: Telling) -> Plain:
    move = told.move
    return {
        "what": said.tell(MOVE_WORDS[move.name]),
        "state": state_view(move.to_state, said.tell),
        "from": state_view(move.from_state, said.tell),
        "when": said.when(move.at),
        "iso": move.at.isoformat(),
        "agency": told.logged.agency or "",
        "by": told.by or "",
        "is_clock": move.party is Party.CLOCK,
        "reason": reason_words(move.name, move.reason, move.detail, said.tell),
        "words": told.words,
        "suggested_id": parse_id(move.detail or "") if move.name is Name.REDIRECT else None,
        "in_time": move.in_time,
        "due": said.when(move.due_at),
        "phone": told.by_phone_from,
        "is_confirmed": move.confirmed_at is not None,
    }


def reason_words(name: Name, reason: str | None, detail: str | None, tell: Say) -> str:
    """A coded reason in words."""
    if reason is None:
        return ""
    if name is Name.DECLINE:
        more = f": {tell(DETAIL_WORDS[Detail(detail)])}" if detail in set(Detail) else ""
        return f"{tell(DECLINE_WORDS[Decline(reason)])}{more}"
    if name is Name.CANCEL and reason in set(Cancel):
        return tell(CANCEL_WORDS[Cancel(reason)])
    if name is Name.COMPLETE and reason in set(Outcome):
        return tell(OUTCOME_WORDS[Outcome(reason)])
    return ""


def choices_view(referral: Referral, *, only_asked: bool) -> Plain:
    """What the forms of the answers offer: pools, reasons, rules, outcomes."""
    tell = say(language())
    fresh_for = timedelta(hours=settings().beds_fresh_hours)
    pools = pools_for_party(referral, fresh_for, only_asked=only_asked)
    return {
        "pools": [_pool(pool, tell) for pool in pools],
        "pool": next((str(p.id) for p in pools if p.fits and p.is_enough), ""),
        "declines": [(one.value, tell(words)) for one, words in DECLINE_WORDS.items()],
        "details": [(one.value, tell(words)) for one, words in DETAIL_WORDS.items()],
        "cancels": [(one.value, tell(words)) for one, words in CANCEL_WORDS.items()],
        "outcomes": [(one.value, tell(words)) for one, words in OUTCOME_WORDS.items()],
    }


def _pool(pool: PoolChoice, tell: Say) -> tuple[str, str, str]:
    free = tell(_("%(n)s free"), n=pool.free) if pool.free else tell(_("Full"))
    notes = [pool.service, tell(_("said %(when)s"), when=ago(now() - pool.said_at, tell))]
    if pool.needed > 1:
        notes.insert(0, tell(_("needs %(n)s places"), n=pool.needed))
    if not pool.fits:
        notes.insert(0, tell(_("by your entry not for this person")))
    return str(pool.id), f"{pool.label}: {free}", " · ".join(notes)

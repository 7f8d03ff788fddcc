"""An answer as plain values in one language: what the API sends and the pages show."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.hours import zone_of
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.beds import free_places
from agencies.rules.candidate import Candidate, Openness
from agencies.rules.eligibility import Verdict
from agencies.rules.facts import Reads, what_is_read
from agencies.rules.needs import all_needs
from agencies.rules.question import Question
from agencies.wording.meeting import plain_meeting
from agencies.wording.verdicts import Saying, saying_of, sentence
from core.i18n import Say, _, say

Plain = dict[str, Any]

Lasting = Callable[[Candidate, str], Plain]
MOST_SAID = 100_000
_said_of_facts: dict[Hashable, Plain] = {}


def present_answer(answer: Answer, language: str, lasting: Lasting | None = None) -> Plain:
    """Results, near misses, what is uncovered, and the next steps.

    `lasting` may give what is said of an offer whoever asks in another form than `whoever_asks`.
    """
    tell = say(language)
    present = present_entries(answer.results, answer.question, language, tell, lasting)
    near = present_entries(answer.near_misses, answer.question, language, tell, lasting)
    return {
        "results": present,
        "near_misses": near,
        "uncovered": [need_label(code, language) for code in answer.uncovered],
        "next_steps": [_present_step(step, language, tell) for step in answer.next_steps],
    }


def present_entries(
    entries: Iterable[Entry],
    question: Question,
    language: str,
    tell: Say,
    lasting: Lasting | None = None,
) -> list[Plain]:
    """Offers, each: who, where, when, how many, and what every rule said."""
    reads = what_is_read(question)
    whoever = lasting or whoever_asks
    return [
        whoever(entry.candidate, language) | _asked(entry, question, reads, language, tell)
        for entry in entries
    ]


def _asked(entry: Entry, question: Question, reads: Reads, language: str, tell: Say) -> Plain:
    saying = saying_of(entry, question, language, tell)
    candidate, found = entry.candidate, entry.judgement
    return {
        "distance_km": entry.distance_km,
        "travel_minutes": entry.travel_minutes,
        "open": _openness(entry.openness, candidate.timezone),
        "capacity": _capacity(candidate, question),
        "covers": list(entry.needs_met),
        "reasons": _sentences(found.fits, Verdict.FITS, saying, reads),
        "ask_first": _sentences(found.asks, Verdict.ASK, saying, reads),
        "fails": _sentences(found.fails, Verdict.FAILS, saying, reads),
        "bring": list(_bring(candidate, "at_once" in found.fails, language)),
    }


@lru_cache(maxsize=20_000)
def whoever_asks(candidate: Candidate, language: str) -> Plain:
    """What is said of an offer whoever asks. A candidate is read anew when its offer changes."""
    card, tell = candidate.card, say(language)
    return {
        "service": {"id": card.service_id, "name": card.service_name, "alert": card.alert},
        "agency": {
            "id": card.agency_id,
            "name": card.agency_name,
            "type": card.agency_type,
            "type_label": tell(AGENCY_TYPES.get(card.agency_type, card.agency_type)),
            "phones": list(card.phones),
            "whatsapp": card.whatsapp,
            "sample": card.is_sample,
        },
        "offer": _dashed(candidate.offer_id),
        "place": card.place,
        "tier": card.tier,
        "by_phone": candidate.by_phone,
        "position": _position(candidate),
        "verified_at": card.verified_at.isoformat() if card.verified_at else None,
        "meeting_points": [plain_meeting(met) for met in card.meetings],
    }


def _dashed(own_id: str) -> str:
    return f"{own_id[:8]}-{own_id[8:12]}-{own_id[12:16]}-{own_id[16:20]}-{own_id[20:]}"


def _sentences(
    rules: tuple[str, ...], verdict: Verdict, saying: Saying, reads: Reads
) -> list[Plain]:
    return [_said(rule, verdict, saying, reads) for rule in rules]


def _said(rule: str, verdict: Verdict, saying: Saying, reads: Reads) -> Plain:
    """A rule in words; of an offer's facts they are found once for each kind of person."""
    if rule not in reads:
        return {"rule": rule, "text": sentence(rule, verdict, saying)}
    key = (rule, verdict, reads[rule], saying.candidate, saying.language)
    known = _said_of_facts.get(key)
    if known is None:
        if len(_said_of_facts) >= MOST_SAID:
            _said_of_facts.clear()
        known = _said_of_facts[key] = {"rule": rule, "text": sentence(rule, verdict, saying)}
    return known


def _position(candidate: Candidate) -> Plain | None:
    if candidate.position is None:
        return None
    lat, lon = candidate.position
    return {"lat": lat, "lon": lon, "precision": candidate.card.precision}


@lru_cache(maxsize=4_000)
def _openness(found: Openness, timezone: str) -> Plain:
    zone = zone_of(timezone)
    return {
        "now": found.now,
        "until": _iso(found.until, zone),
        "next": _iso(found.next, zone),
    }


def _iso(moment: datetime | None, zone: Any) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _capacity(candidate: Candidate, question: Question) -> Plain | None:
    if not candidate.is_roof:
        return None
    found = free_places(candidate.pools, question.person)
    if found is None:
        return None
    return {"free": found[0], "as_of": found[1].isoformat(timespec="seconds")}


@lru_cache(maxsize=20_000)
def _bring(candidate: Candidate, letter_is_the_fault: bool, language: str) -> list[str]:
    """What is needed before or along: letter, clearance, papers."""
    card, tell = candidate.card, say(language)
    needed = []
    named = any("surat rujukan" in document.casefold() for document in card.documents)
    if candidate.needs_letter and not named and not letter_is_the_fault:
        needed.append(tell(_("Referral letter")))
    if card.needs_medical_clearance:
        needed.append(tell(_("Medical clearance")))
    return [*needed, *card.documents]


def need_label(code: str, language: str) -> Plain:
    """A need's code and name."""
    return {"code": code, "label": all_needs()[code].label(language)}


def _present_step(step: NextStep, language: str, tell: Say) -> Plain:
    (nearest,) = present_entries((step.entry,), step.question, language, tell)
    need = need_label(step.need, language) if step.need else None
    label = need["label"] if need else ""
    text = tell(_STEP_TEXTS[step.kind], count=step.count, need=label)
    return {"kind": step.kind, "text": text, "need": need, "nearest": nearest}


_STEP_TEXTS = {
    "any_time": _("At another time: %(count)s can take this person"),
    "any_person": _("Without the facts about the person: %(count)s; call and ask"),
    "need": _("Related need, %(need)s: %(count)s"),
    "hotline": _("Call somebody who can find a way"),
}

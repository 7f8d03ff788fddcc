"""An answer as plain values in one language: what the API sends and the pages show."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.hours import zone_of
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.beds import free_places
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Verdict
from agencies.rules.needs import all_needs
from agencies.rules.question import Question
from agencies.wording.meeting import plain_meeting
from agencies.wording.verdicts import Saying, saying_of, sentence
from core.i18n import Say, _, say

Plain = dict[str, Any]


def present_answer(answer: Answer, language: str) -> Plain:
    """Results, near misses, what is uncovered, and the next steps."""
    tell = say(language)
    present = [present_entry(e, answer.question, language, tell) for e in answer.results]
    near = [present_entry(e, answer.question, language, tell) for e in answer.near_misses]
    return {
        "results": present,
        "near_misses": near,
        "uncovered": [need_label(code, language) for code in answer.uncovered],
        "next_steps": [_present_step(step, language, tell) for step in answer.next_steps],
    }


def present_entry(entry: Entry, question: Question, language: str, tell: Say) -> Plain:
    """One offer: who, where, when, how many, and what every rule said."""
    saying = saying_of(entry, question, language, tell)
    found = entry.judgement
    return {
        **_unchanging(entry.candidate, language),
        "distance_km": entry.distance_km,
        "travel_minutes": entry.travel_minutes,
        "open": _openness(entry),
        "capacity": _capacity(entry, question),
        "covers": list(entry.needs_met),
        "reasons": _sentences(found.fits, Verdict.FITS, saying),
        "ask_first": _sentences(found.asks, Verdict.ASK, saying),
        "fails": _sentences(found.fails, Verdict.FAILS, saying),
        "bring": _bring(entry, tell),
    }


@lru_cache(maxsize=20_000)
def _unchanging(candidate: Candidate, language: str) -> Plain:
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
        "place": card.place,
        "tier": card.tier,
        "by_phone": candidate.by_phone,
        "position": _position(candidate),
        "verified_at": card.verified_at.isoformat() if card.verified_at else None,
        "meeting_points": [plain_meeting(met) for met in card.meetings],
    }


def _sentences(rules: tuple[str, ...], verdict: Verdict, saying: Saying) -> list[Plain]:
    return [{"rule": rule, "text": sentence(rule, verdict, saying)} for rule in rules]


def _position(candidate: Candidate) -> Plain | None:
    if candidate.position is None:
        return None
    lat, lon = candidate.position
    return {"lat": lat, "lon": lon, "precision": candidate.card.precision}


def _openness(entry: Entry) -> Plain:
    found, zone = entry.openness, zone_of(entry.candidate.timezone)
    return {
        "now": found.now,
        "until": _iso(found.until, zone),
        "next": _iso(found.next, zone),
    }


def _iso(moment: datetime | None, zone: Any) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _capacity(entry: Entry, question: Question) -> Plain | None:
    if not entry.candidate.is_roof:
        return None
    found = free_places(entry.candidate.pools, question.person)
    if found is None:
        return None
    return {"free": found[0], "as_of": found[1].isoformat(timespec="seconds")}


def _bring(entry: Entry, tell: Say) -> list[str]:
    """What is needed before or along: letter, clearance, papers."""
    candidate, card = entry.candidate, entry.candidate.card
    needed = []
    named = any("surat rujukan" in document.casefold() for document in card.documents)
    if candidate.needs_letter and not named and "at_once" not in entry.judgement.fails:
        needed.append(tell(_("Referral letter")))
    if card.needs_medical_clearance:
        needed.append(tell(_("Medical clearance")))
    return [*needed, *card.documents]


def need_label(code: str, language: str) -> Plain:
    """A need's code and name."""
    return {"code": code, "label": all_needs()[code].label(language)}


def _present_step(step: NextStep, language: str, tell: Say) -> Plain:
    nearest = present_entry(step.entry, step.question, language, tell)
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

"""An answer as plain values in one language: what the API sends and the pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.hops import Hops, SaidOfHop, no_hops
from agencies.queries.hours import zone_of
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.beds import free_places
from agencies.rules.candidate import Candidate
from agencies.rules.needs import all_needs
from agencies.rules.question import Question
from agencies.wording.meeting import plain_meeting
from agencies.wording.told import Numbers, Told
from agencies.wording.verdicts import ASK, FAILS, FITS, Saying, saying_of
from core.i18n import LANGUAGES, _, say

Plain = dict[str, Any]


class Shape(NamedTuple):
    """In which form an answer is wanted: how an entry is put together, and what keeps sentences.

    `whole` is given the candidate, the language, and what is said to this question.
    """

    whole: Callable[[Candidate, str, Plain], Any]
    told: Callable[[str], Told]


def present_answer(
    answer: Answer, language: str, shape: Shape | None = None, hops: Hops = no_hops
) -> Plain:
    """Results, near misses, what is uncovered, and the next steps; as plain values, or shaped.

    `hops` says what the way to an entry's agency needs first.
    """
    shape, question = shape or PLAIN, answer.question
    shown = (*answer.results, *answer.near_misses)
    entries = present_entries(shown, question, language, shape, hops)
    return {
        "results": entries[: len(answer.results)],
        "near_misses": entries[len(answer.results) :],
        "uncovered": [need_label(code, language) for code in answer.uncovered],
        "next_steps": [_present_step(step, language, hops) for step in answer.next_steps],
    }


def present_entries(
    entries: tuple[Entry, ...],
    question: Question,
    language: str,
    shape: Shape,
    hops: Hops = no_hops,
) -> list[Any]:
    """Offers, each: who, where, when, how many, and what every rule said."""
    if not entries:
        return []
    told, tell = shape.told(language), say(language)
    numbers, whole = told.numbers(question.person), shape.whole
    return [
        whole(
            entry.candidate,
            language,
            _asked(entry, saying_of(entry, question, language, tell), told, numbers, hops),
        )
        for entry in entries
    ]


def _asked(entry: Entry, saying: Saying, told: Told, numbers: Numbers, hops: Hops) -> Plain:
    candidate, found, opened = entry.candidate, entry.judgement, entry.openness
    card, memory, say_all = candidate.card, told.of(candidate), told.sentences
    return {
        "distance_km": entry.distance_km,
        "travel_minutes": entry.travel_minutes,
        "open": _openness(opened.now, opened.until, opened.next, candidate.timezone),
        "capacity": _capacity(candidate, saying.question) if candidate.is_roof else None,
        "covers": list(entry.needs_met),
        "reasons": say_all(found.fits, FITS, saying, numbers, memory),
        "ask_first": say_all(found.asks, ASK, saying, numbers, memory) if found.asks else [],
        "fails": say_all(found.fails, FAILS, saying, numbers, memory) if found.fails else [],
        "bring": list(_bring(candidate, "at_once" in found.fails, saying.language)),
        "hop": _hop(hops(card.agency_id, card.agency_type, entry.needs_met, card.area)),
    }


@lru_cache(maxsize=4_000)
def _hop(said: SaidOfHop) -> Plain:
    """The same object for the same words: nobody may change it."""
    return {
        "known": said.known,
        "first": [{"code": code, "label": label} for code, label in said.first],
        "note": said.note or None,
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


@lru_cache(maxsize=len(LANGUAGES))
def _told(_language: str) -> Told:
    return Told(lambda plain: plain)


PLAIN = Shape(
    whole=lambda candidate, language, asked: whoever_asks(candidate, language) | asked, told=_told
)


def _position(candidate: Candidate) -> Plain | None:
    if candidate.position is None:
        return None
    lat, lon = candidate.position
    return {"lat": lat, "lon": lon, "precision": candidate.card.precision}


@lru_cache(maxsize=4_000)
def _openness(
    now: bool | None, until: datetime | None, then: datetime | None, timezone: str
) -> Plain:
    zone = zone_of(timezone)
    return {"now": now, "until": _iso(until, zone), "next": _iso(then, zone)}


def _iso(moment: datetime | None, zone: Any) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _capacity(candidate: Candidate, question: Question) -> Plain | None:
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


def _present_step(step: NextStep, language: str, hops: Hops) -> Plain:
    tell = say(language)
    (nearest,) = present_entries((step.entry,), step.question, language, PLAIN, hops)
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

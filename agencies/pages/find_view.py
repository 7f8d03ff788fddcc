"""What the find pages show, prepared: templates only lay it out."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import url_for

from agencies.doors import Found, settings
from agencies.queries.find.answer import Entry
from agencies.queries.hops import Hops, no_hops
from agencies.queries.hours import zone_of
from agencies.rules.freshness import Fact, is_verification_old
from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import Certainty, Disability, Person, Sex
from agencies.rules.question import Question
from agencies.wording.checks import confirmed, reported_remark
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.meeting import say_meeting
from agencies.wording.places import place_label
from agencies.wording.present import present_answer
from agencies.wording.times import ago, say_date
from agencies.wording.verdicts import KINDS, say_closed, say_open, saying_of
from core.i18n import Say, _, decimal, say
from core.phones import chat_url, dial_url, spell

SHOWN_AS_FACTS = ("hours", "place")  # the card has a line of its own for these
CLOSING_SOON = timedelta(hours=1)
FREQUENT_NEEDS = ("S1", "K1", "K2", "P5", "H1", "S4", "S3", "H4")

SEX_WORDS = {Sex.FEMALE: _("Female"), Sex.MALE: _("Male"), Sex.OTHER: _("Another")}
CERTAINTY_WORDS = {
    Certainty.STATED: _("The person says so"),
    Certainty.ESTIMATED: _("Estimated"),
    Certainty.DOCUMENT: _("By a document"),
}
URGENCY_WORDS = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.ROUTINE: _("Routine"),
}


@lru_cache(maxsize=2)
def form_choices(language: str) -> dict[str, Any]:
    """The choices of the form, in a language."""
    tell = say(language)
    needs = list(all_needs().values())
    return {
        "frequent_needs": [(c, _short(all_needs()[c].label(language))) for c in FREQUENT_NEEDS],
        "need_labels": [n.label(language) for n in needs],
        "sexes": [(s.value, tell(word)) for s, word in SEX_WORDS.items()],
        "certainties": [(c.value, tell(word)) for c, word in CERTAINTY_WORDS.items()],
        "disabilities": [(d.value, tell(KINDS[d])) for d in Disability],
        "urgencies": [(u.value, tell(word)) for u, word in URGENCY_WORDS.items()],
        "spoken": list(LANGUAGE_WORDS.items()),
        "need_label": {n.code: n.label(language) for n in needs},
    }


def _short(label: str) -> str:
    """A label for a tile: without its remark; a slash and a long word may end a line."""
    short = label.split(" (")[0].replace("/", "/\u200b")
    return short.replace("pascaperkosaan", "pasca\u00adperkosaan")


def answer_view(found: Found, language: str, hops: Hops = no_hops) -> dict[str, Any]:
    """Everything that the page of an answer shows."""
    answer = found.answer
    if answer is None:
        raise ValueError("an ambiguous place has no answer")
    tell = say(language)
    view = present_answer(answer, language, hops=hops)
    question = answer.question
    cards = _cards(answer.results, view["results"], question, language, 1)
    misses = _cards(answer.near_misses, view["near_misses"], question, language, len(cards) + 1)
    for step, shown in zip(answer.next_steps, view["next_steps"], strict=True):
        shown["card"] = _card(step.entry, shown["nearest"], step.question, language, "")
    place = found.understood.place
    label = place_label(place, language) if place else ""
    return {
        "asked": _asked(found, language, tell),
        "cards": cards,
        "misses": misses,
        "uncovered": view["uncovered"],
        "next_steps": view["next_steps"],
        "points": [
            *_points(view["results"], 1, is_miss=False),
            *_points(view["near_misses"], len(cards) + 1, is_miss=True),
        ],
        "origin": answer.origin,
        "place_label": label,
        # What the field shows: a name that is found again, which a point's is not.
        "place_said": label if place and place.code else "",
        "with_origin": answer.origin is not None,
    }


def _cards(
    entries: tuple[Entry, ...], plain: list[Any], question: Question, language: str, first: int
) -> list[dict[str, Any]]:
    return [
        _card(entry, shown, question, language, rank)
        for rank, (entry, shown) in enumerate(zip(entries, plain, strict=True), first)
    ]


def _card(
    entry: Entry | None, shown: dict[str, Any], question: Question, language: str, rank: Any
) -> dict[str, Any]:
    """The parameters of the macro `result_card`."""
    assert entry is not None
    tell = say(language)
    card = entry.candidate.card
    phone = card.phones[0] if card.phones else ""
    return {
        "title": card.service_name,
        "href": url_for("directory.service", service_id=card.service_id),
        "agency": card.agency_name,
        "type": shown["agency"]["type_label"],
        "rank": rank,
        "tier": card.tier,
        "area": card.precision != "point",
        "place": shown["place"] if card.tier != "secret" else "",
        "sample": card.is_sample,
        **_distance(entry, shown, language, tell),
        **_open(entry, question, language, tell),
        **_places(entry, shown, question, tell),
        "fits": [
            *_needs_met(entry, question, language),
            *(s["text"] for s in shown["reasons"] if s["rule"] not in SHOWN_AS_FACTS),
        ],
        "meetings": [say_meeting(met, tell) for met in card.meetings],
        "bring": shown["bring"],
        "first": [one["label"] for one in shown["hop"]["first"]],
        "way": shown["hop"]["note"] or "",
        "alert": shown["service"]["alert"] or "",
        "asks": [s["text"] for s in shown["ask_first"]],
        "fails": [s["text"] for s in shown["fails"]],
        "phone": spell(phone),
        "tel": dial_url(phone).removeprefix("tel:"),
        "chat": spell(card.whatsapp or ""),
        "chat_href": chat_url(card.whatsapp or ""),
        **_verified(card, question, language, tell),
        "id": f"r{rank}" if rank else "",
        "offer": entry.candidate.offer_id,
        "reported": reported_remark(card.dates, language, tell),
        "remarks": _remarks(entry, question, language, tell),
    }


def _remarks(entry: Entry, question: Question, language: str, tell: Say) -> list[str]:
    """Which of the facts that somebody is about to rely on nobody confirmed lately."""
    dates, today = entry.candidate.card.dates, question.now.date()
    if entry.candidate.card.verified_at is None and not dates.own:
        return []  # the foot of the card says that nothing is verified
    facts = [Fact.PHONE] if entry.candidate.card.phones else []
    facts += [Fact.HOURS] if entry.candidate.hours else []
    said = [confirmed(fact, dates, today, language, tell) for fact in facts]
    return [f"{one.fact}: {one.words}" for one in said if one.is_old]


def _needs_met(entry: Entry, question: Question, language: str) -> list[str]:
    """Which of several asked needs it meets; of one it goes without saying."""
    if len(question.needs) == 1:
        return []
    return [all_needs()[code].label(language) for code in entry.needs_met]


def _distance(entry: Entry, shown: dict[str, Any], language: str, tell: Say) -> dict[str, str]:
    if entry.candidate.by_phone:
        return {"distance": tell(_("By phone, from everywhere")), "distance_note": ""}
    if entry.distance_km is None:
        return {"distance": "", "distance_note": ""}
    kilometres = decimal(entry.distance_km, 1, language)
    if entry.travel_minutes is not None:
        note = tell(_("about %(n)s min by road"), n=round(entry.travel_minutes))
    elif entry.candidate.card.precision == "point":
        note = tell(_("in a straight line"))
    else:
        note = tell(_("to the middle of its area"))
    return {"distance": f"{kilometres} km", "distance_note": note}


def _open(entry: Entry, question: Question, language: str, tell: Say) -> dict[str, str]:
    saying = saying_of(entry, question, language, tell)
    found = entry.openness
    if found.now is None:
        return {"open_state": "unknown", "open_text": tell(_("Hours not known"))}
    if found.now:
        closing = found.until is not None and found.until - question.at <= CLOSING_SOON
        return {"open_state": "closing" if closing else "open", "open_text": say_open(saying)}
    if "hours" in entry.judgement.fits:
        return {"open_state": "open", **_at_night(entry, tell)}
    return {"open_state": "closed", "open_text": say_closed(saying)}


def _at_night(entry: Entry, tell: Say) -> dict[str, str]:
    decider = entry.candidate.card.night_decider
    note = tell(_("who decides: %(who)s"), who=decider) if decider else ""
    return {"open_text": tell(_("Admits at night")), "open_note": note}


def _places(entry: Entry, shown: dict[str, Any], question: Question, tell: Say) -> dict[str, str]:
    if not question.asks_for_roof or not entry.candidate.is_roof:
        return {}
    capacity = shown["capacity"]
    if capacity is None:
        return {"places_state": "ask", "places_text": tell(_("Free places not known"))}
    state = "late" if "place" in entry.judgement.asks else "good"
    if "place" in entry.judgement.fails:
        state = "bad"
    text = tell(_("%(n)s free"), n=capacity["free"]) if capacity["free"] else tell(_("Full"))
    said = min(pool.said_at for pool in entry.candidate.pools)
    return {
        "places_state": state,
        "places_text": text,
        "places_note": tell(_("said %(when)s"), when=ago(question.now - said, tell)),
    }


def _verified(card: Any, question: Question, language: str, tell: Say) -> dict[str, Any]:
    if card.verified_at is None:
        return {"verified": tell(_("Not verified yet")), "verified_late": True}
    day = say_date(card.verified_at, language)
    old = is_verification_old(card.verified_at, question.now.date())
    return {"verified": tell(_("Verified %(day)s"), day=day), "verified_late": old}


def _points(plain: list[Any], first: int, *, is_miss: bool) -> list[dict[str, Any]]:
    """What the map needs of the cards: it reads names from the cards themselves."""
    return [
        {**shown["position"], "rank": rank, "miss": is_miss}
        for rank, shown in enumerate(plain, first)
        if shown["position"]
    ]


def _asked(found: Found, language: str, tell: Say) -> list[tuple[str, str]]:
    """What was asked, as it was understood: label and text."""
    question, place = found.understood.question, found.understood.place
    needs = ", ".join(all_needs()[code].label(language) for code in question.needs)
    asked = [(tell(_("Need")), needs)]
    if place:
        asked.append((tell(_("Place")), place_label(place, language)))
    elif found.understood.origin:
        asked.append((tell(_("Place")), tell(_("The chosen point on the map"))))
    about = _about(question.person, tell)
    if about:
        asked.append((tell(_("Person")), about))
    local = question.at.astimezone(zone_of(settings().timezone))
    time = f"{local:%H.%M}" if language == "id" else f"{local:%H:%M}"
    urgency = tell(URGENCY_WORDS[question.urgency])
    when = (
        tell(_("now"))
        if not question.at_was_given
        else f"{say_date(local.date(), language)} {time}"
    )
    asked.append((tell(_("When")), f"{urgency}, {when}"))
    return asked


def _about(person: Person, tell: Say) -> str:
    words = []
    if person.sex:
        words.append(tell(SEX_WORDS[person.sex]))
    if person.age is not None:
        words.append(tell(_("%(n)s years"), n=person.age))
    for child in person.children:
        kind = _("boy of %(n)s") if child.sex is Sex.MALE else _("girl of %(n)s")
        words.append(tell(kind, n=child.age))
    words += [tell(KINDS[d]) for d in person.disability]
    if person.is_foreign:
        words.append(tell(_("foreign national")))
    if person.id_document is False:
        words.append(tell(_("no identity papers")))
    return ", ".join(words)

"""One place of a service as pages show it: where, when, how many, how to reach it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from accounts.current import who
from accounts.rules.rights import Right, holds_for
from agencies.doors import settings
from agencies.models import Offer, Phone, PhoneKind, Pool
from agencies.pages.facts_view import place_facts
from agencies.queries.card import precision_word, spell_place
from agencies.queries.entries.dates import FactDates
from agencies.queries.find.load import candidate_of
from agencies.queries.hours import openness
from agencies.queries.weekly import first_stated
from agencies.rules.candidate import Openness
from agencies.rules.freshness import Fact, is_verification_old
from agencies.wording.checks import confirmed, reported_remark
from agencies.wording.hours import hours_table
from agencies.wording.meeting import say_meeting
from agencies.wording.times import ago, clock, say_date
from core.actors import Tier
from core.clock import now
from core.i18n import Say, _
from core.phones import chat_url, dial_url, spell

Plain = dict[str, Any]


def offer_view(offer: Offer, language: str, tell: Say) -> Plain:
    """Where, when, how many: one place of a service. Of a secret place neither name nor way."""
    candidate = candidate_of(offer)
    moment = now()
    found = openness(candidate, moment)
    location = offer.location
    is_secret = location.tier >= Tier.SECRET.value
    rows = first_stated(offer.schedules, location.schedules, offer.service.schedules)
    return {
        "name": None if is_secret else location.name,
        "place": spell_place(location),
        "virtual": candidate.by_phone,
        "tier": Tier(location.tier).word,
        "precision": precision_word(location),
        "transportation": None if is_secret else location.transportation,
        **_open_words(found, moment, candidate.timezone, language, tell),
        "hours": hours_table(rows, candidate.timezone, language),
        "pools": [_pool(p, moment, tell) for p in offer.pools],
        "facts": place_facts(offer, tell),
        **reach(offer.phones or offer.service.phones or offer.service.agency.phones),
        **_said_of_facts(offer, candidate.card.dates, moment, language, tell),
        "verified": verified(offer, language, tell),
        "verified_late": is_verification_old(offer.verified_at, moment.date()),
        "point": point_of(offer),
        "meetings": [say_meeting(m, tell, with_address=True) for m in candidate.card.meetings],
        "manage_href": _manage_href(offer),
    }


def _manage_href(offer: Offer) -> str:
    """Where its manager says where it is; empty for everybody else."""
    actor, agency_id = who(), offer.service.agency_id
    if not actor.strong or not holds_for(actor.grants, Right.EDIT_ENTRY, agency_id=agency_id):
        return ""
    return url_for("secret_places.edit", location_id=offer.location_id)


def _said_of_facts(
    offer: Offer, dates: FactDates, moment: datetime, language: str, tell: Say
) -> Plain:
    """When the facts of this place were last confirmed, each by itself, and reports."""
    shown = [Fact.PHONE, Fact.ACCESS]
    if first_stated(offer.schedules, offer.location.schedules, offer.service.schedules):
        shown.insert(0, Fact.HOURS)
    today = moment.date()
    return {
        "id": str(offer.id),
        "key": offer.id.hex,
        "reported": reported_remark(dates, language, tell),
        "confirmed": [confirmed(fact, dates, today, language, tell) for fact in shown],
    }


def _open_words(
    found: Openness, moment: datetime, timezone: str, language: str, tell: Say
) -> Plain:
    if found.now is None:
        return {"open_state": "unknown", "open_text": tell(_("Hours not known")), "open_note": ""}
    if found.now:
        until = found.until and clock(found.until, moment, timezone, language)
        note = tell(_("until %(time)s"), time=until) if until else tell(_("24 hours"))
        return {"open_state": "open", "open_text": tell(_("Open now")), "open_note": note}
    opens = found.next and clock(found.next, moment, timezone, language)
    note = tell(_("opens %(time)s"), time=opens) if opens else ""
    return {"open_state": "closed", "open_text": tell(_("Closed now")), "open_note": note}


def _pool(pool: Pool, moment: datetime, tell: Say) -> Plain:
    """A pool's free places, with the age of the figure and whether it is too old to trust."""
    age = moment - pool.said_at
    return {
        "label": pool.label,
        "free": pool.free,
        "capacity": pool.capacity,
        "said": ago(age, tell),
        "late": age > timedelta(hours=settings().beds_fresh_hours),
    }


def verified(offer: Offer, language: str, tell: Say) -> str:
    """When the entry was last verified, and by whom."""
    if offer.verified_at is None:
        return tell(_("Not verified yet"))
    day = say_date(offer.verified_at, language)
    if offer.verified_by:
        return tell(_("Verified %(day)s by %(who)s"), day=day, who=offer.verified_by)
    return tell(_("Verified %(day)s"), day=day)


def point_of(offer: Offer) -> Plain | None:
    """The shown position on a map; None without one."""
    location = offer.location
    if location.latitude is None:
        return None
    return {
        "lat": location.latitude,
        "lon": location.longitude,
        "precision": precision_word(location),
        "title": offer.service.name,
    }


def reach(phones: list[Phone]) -> Plain:
    """The number to call and the number to chat with."""
    voice = next((p.number for p in phones if p.kind is PhoneKind.VOICE), None)
    chat = next((p.number for p in phones if p.kind is PhoneKind.WHATSAPP), None)
    voice = voice or chat
    return {
        "phone": spell(voice) if voice else "",
        "tel": dial_url(voice).removeprefix("tel:") if voice else "",
        "chat": spell(chat) if chat else "",
        "chat_href": chat_url(chat) if chat else "",
    }


def phones_view(phones: list[Phone], tell: Say) -> list[Plain]:
    """Every number, with what it is for."""
    kinds = {PhoneKind.FAX: _("fax"), PhoneKind.SMS: _("SMS"), PhoneKind.WHATSAPP: "WhatsApp"}
    return [
        {
            "number": spell(p.number),
            "href": dial_url(p.number),
            "kind": tell(kinds[p.kind]) if p.kind in kinds else "",
            "description": p.description or "",
        }
        for p in phones
    ]

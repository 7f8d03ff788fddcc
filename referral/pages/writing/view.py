"""What the form shows, prepared: templates only lay it out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from agencies.doors import settings
from agencies.models import Offer
from agencies.queries.card import card_of
from agencies.queries.find.one import judged
from agencies.rules.eligibility import Verdict
from agencies.rules.needs import Urgency, all_needs, matching_codes
from agencies.rules.person import Disability, with_what_the_need_says
from agencies.rules.question import Question
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.verdicts import KINDS, saying_of, sentence
from core.actors import Actor
from core.i18n import Say, _
from core.ids import parse_id
from core.phones import dial_url, spell
from referral.commands.case.sealing import open_cases_with_phone
from referral.forms.referral.form import TICKED, ReferralForm
from referral.forms.referral.said import CONSENT_DAYS, Said
from referral.pages.writing.ways import way_to
from referral.queries.drafts import (
    agencies_that_refer,
    offers_called,
    offers_of_agency,
    open_case_codes,
)
from referral.queries.story import agency_names
from referral.rules.careful import TEXTS, careful
from referral.rules.consent import SHARED_BY_NAME, Stage
from referral.rules.facts import FACTS, person_in
from referral.rules.needed import folded
from referral.rules.time_critical import read_time_fact
from referral.rules.urgency import SIGNS, Suggestion
from referral.wording.consent import ASSENTS, BASES, CARES, GIVERS, MODES
from referral.wording.facts import (
    CERTAINTIES,
    CRITICALS,
    DANGERS,
    LABELS,
    NATIONALITIES,
    SEXES,
    Reader,
    say_fact,
)

URGENCIES = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.ROUTINE: _("Routine"),
}
# Where the field of the form is called otherwise than the fact, or is no fact.
FIELD_LABELS = {
    **LABELS,
    "to": _("Whom do you ask?"),
    "need": _("Needs"),
    "case_code": _("Code of the open case"),
    "agency": _("Agency"),
    "basis": _("Consent"),
    "mode": _("How was it given?"),
    "purpose": _("Purpose"),
    "official": _("Official who decides"),
    "witness": _("Witness"),
    "assent": _("What does the child say?"),
    "unaccompanied": _("Without a caregiver?"),
    "critical_hours": _("Hours"),
    "requested_by": _("Answer wanted by"),
}
DAYS_WORDS = {"1": _("1 day"), "7": _("7 days"), "30": _("30 days"), "90": _("90 days")}


def form_view(
    actor: Actor, form: ReferralForm, said: Said, offer: Offer | None, reader: Reader
) -> dict[str, Any]:
    """Everything that the page of the form shows."""
    tell, agencies = reader.tell, agencies_that_refer(actor)
    return {
        "said": said,
        "is_folded": folded(said.urgency),
        "needed": frozenset(said.needed()),
        "suggestion": suggestion_view(said.suggestion, tell),
        "time_words": _time_words(said, reader),
        "asked": asked_view(actor, form, said, offer, reader),
        "choices": _choices(actor, form, offer),
        "cares": cares_of(form, tell),
        "same_phone": _same_phone(agencies, form, said),
        "agencies": agencies,
        "case_codes": open_case_codes([agency_id for agency_id, _name in agencies]),
        "field_label": lambda name: tell(FIELD_LABELS[name]) if name in FIELD_LABELS else "",
        "limits": {name: most for name, most in FACTS.items() if most is not None},
        **_lists(form, offer, reader),
    }


def _lists(form: ReferralForm, offer: Offer | None, reader: Reader) -> dict[str, Any]:
    tell, needs = reader.tell, all_needs()

    def options(words: dict[Any, str]) -> list[tuple[str, str]]:
        return [(str(getattr(k, "value", k)), tell(word)) for k, word in words.items()]

    offered = [link.need for link in offer.service.needs] if offer is not None else []
    first = [c for c in dict.fromkeys([*form.chosen("need"), *offered]) if c in needs]
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, need in needs.items():
        if code not in first:
            groups.setdefault(need.group, []).append((code, need.label(reader.language)))
    return {
        "first_needs": [(code, needs[code].label(reader.language)) for code in first],
        "other_needs": [option for members in groups.values() for option in members],
        "signs": [(sign.name, tell(sign.words)) for sign in SIGNS],
        "urgencies": options(URGENCIES),
        "sexes": options(SEXES),
        "certainties": options(CERTAINTIES),
        "dangers": options(DANGERS),
        "nationalities": options(NATIONALITIES),
        "disabilities": [(d.value, tell(KINDS[d])) for d in Disability],
        "spoken": list(LANGUAGE_WORDS.items()),
        "criticals": options(CRITICALS),
        "bases": options(BASES),
        "givers": options(GIVERS),
        "modes": options(MODES),
        "assents": options(ASSENTS),
        "days": [(days, tell(DAYS_WORDS[days])) for days in CONSENT_DAYS],
        "releases": [
            (name, tell(LABELS[name]).rstrip("?"), _stage_words(name, tell)) for name in TICKED
        ],
    }


def _stage_words(name: str, tell: Say) -> str:
    return tell(_("at once")) if SHARED_BY_NAME[name].stage is Stage.BEFORE else ""


def suggestion_view(suggestion: Suggestion, tell: Say) -> dict[str, str]:
    """The suggested urgency and the sign that asks for it."""
    return {
        "urgency": suggestion.urgency.value,
        "label": tell(URGENCIES[suggestion.urgency]),
        "because": tell(suggestion.sign.words) if suggestion.sign else "",
    }


def _time_words(said: Said, reader: Reader) -> str:
    kept = said.facts.get("time_critical", "")
    return say_fact("time_critical", kept, reader) if read_time_fact(kept) else ""


def asked_view(
    actor: Actor, form: ReferralForm, said: Said, offer: Offer | None, reader: Reader
) -> dict[str, Any] | None:
    """Whom the referral asks, and what its rules say of this person: warnings, never a refusal."""
    if offer is None:
        agency_id = parse_id(form.get("receiver"))
        name = agency_names({agency_id}).get(agency_id) if agency_id else None
        return (
            {"agency": name, "service": "", "fails": [], "asks": [], "first": [], "ways": []}
            if name
            else None
        )
    entry = judged(offer, _question(said, reader))
    saying = saying_of(entry, _question(said, reader), reader.language, reader.tell)
    card = card_of(offer)
    phone = card.phones[0] if card.phones else ""
    fails = [sentence(rule, Verdict.FAILS, saying) for rule in entry.judgement.fails]
    missing = [n for n in said.needs if not matching_codes(n) & entry.candidate.needs]
    fails += [
        reader.tell(_("Does not list this need: %(need)s"), need=_label(code, reader))
        for code in missing
    ]
    way = way_to(actor, parse_id(form.get("agency")), offer, said.needs, reader)
    return {
        "agency": card.agency_name,
        "service": card.service_name,
        "service_id": card.service_id,
        "place": card.place if card.tier != "secret" else "",
        "tier": card.tier,
        "phone": spell(phone),
        "tel": dial_url(phone),
        "is_own": offer.service.agency_id in actor.agencies,
        "fails": fails,
        "asks": [sentence(rule, Verdict.ASK, saying) for rule in entry.judgement.asks],
        **way,
    }


def _label(code: str, reader: Reader) -> str:
    return all_needs()[code].label(reader.language)


def _question(said: Said, reader: Reader) -> Question:
    needs = said.needs
    return Question(
        needs=needs,
        person=with_what_the_need_says(person_in(said.facts), needs),
        at=reader.now,
        now=reader.now,
        urgency=said.urgency,
        beds_fresh_for=timedelta(hours=settings().beds_fresh_hours),
    )


def _choices(actor: Actor, form: ReferralForm, offer: Offer | None) -> list[tuple[str, str, str]]:
    """Whom one may pick: what was looked up by words, or the services of the named agency."""
    if offer is not None:
        return []
    agency_id = parse_id(form.get("receiver"))
    found = offers_called(actor, form.text("to"))
    if not found and agency_id is not None:
        found = offers_of_agency(actor, agency_id)
    return [(str(one.id), one.service.name, one.service.agency.name) for one in found]


def cares_of(form: ReferralForm, tell: Say) -> dict[str, list[str]]:
    """A gentle word for texts that seem to hold what does not belong there."""
    return {name: [tell(CARES[c]) for c in careful(name, form.get(name))] for name in TEXTS}


def _same_phone(agencies: list[tuple[uuid.UUID, str]], form: ReferralForm, said: Said) -> list[str]:
    """Codes of one's open cases with the phone that was typed: perhaps it is the same person."""
    phone = said.person.get("phone", "")
    if not phone or form.get("case_mode") != "new":
        return []
    return [code for one, _name in agencies for code in open_cases_with_phone(one, phone)]

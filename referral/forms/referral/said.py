"""The whole form, read: the wanted referral, the basis, and what is still missing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask_babel import gettext

from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import may_be_child
from core.clock import now
from core.i18n import language, say
from core.ids import parse_id
from core.validation import whole_number
from referral.commands.asking.drafts import Wanted
from referral.commands.consent.consents import (
    ASSAULT,
    FLAW_WORDS,
    POST_RAPE_CARE,
    Given,
    grounds_of,
)
from referral.forms.referral.facts import facts_of, person_of
from referral.forms.referral.form import TICKED, ReferralForm
from referral.models import Bond, Kind
from referral.rules.consent import FIELD_OF, Assent, Basis, Giver, Mode, flaws, usual_giver
from referral.rules.facts import Facts, person_in
from referral.rules.needed import needed
from referral.rules.person import Person
from referral.rules.time_critical import is_assault_within_pep, read_time_fact
from referral.rules.urgency import SIGNS_BY_NAME, Suggestion, suggest

CONSENT_DAYS = ("1", "7", "30", "90")
LONGEST_NOTE = 300  # letters of purpose, witness, official, why
NOTES = ("purpose", "witness", "official", "caregiver_why")
E_ = TypeVar("E_", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Said:
    """What the form says, as far as it is valid."""

    facts: Facts
    person: Person
    needs: tuple[str, ...]
    suggestion: Suggestion
    urgency: Urgency
    requested_by: datetime | None
    basis: Basis | None

    @property
    def may_be_child(self) -> bool:
        """Whether the person is, or in doubt is treated as, under 18."""
        return may_be_child(person_in(self.facts))

    @property
    def is_assault(self) -> bool:
        """Whether signs or needs already say that it is about sexual violence."""
        sign = self.suggestion.sign
        return POST_RAPE_CARE in self.needs or (sign is not None and sign.name == ASSAULT)

    def needed(self) -> tuple[str, ...]:
        """The fields that must be filled in before this may be sent."""
        by_consent = None if self.basis is None else self.basis is Basis.CONSENT
        return needed(self.urgency, by_consent=by_consent, may_be_child=self.may_be_child)


def read(form: ReferralForm, moment: datetime) -> Said:
    """Everything that is valid; what is not is noted in the form's errors."""
    facts = facts_of(form, moment)
    needs = tuple(code for code in dict.fromkeys(form.chosen("need")) if code in all_needs())
    suggestion = suggested(form, needs, facts.get("time_critical", ""), moment)
    return Said(
        facts=facts,
        person=person_of(form, moment),
        needs=needs,
        suggestion=suggestion,
        urgency=_of(Urgency, form.get("urgency")) or suggestion.urgency,
        requested_by=_requested_by(form, moment),
        basis=_of(Basis, form.get("basis")),
    )


def suggested(
    form: ReferralForm, needs: tuple[str, ...], critical: str, moment: datetime
) -> Suggestion:
    """The urgency that signs, needs and the time-critical fact suggest."""
    signs = [name for name in form.chosen("sign") if name in SIGNS_BY_NAME]
    fact = read_time_fact(critical)
    if fact is not None and is_assault_within_pep(fact, moment):
        signs.append("assault")
    return suggest(tuple(signs), needs)


def wanted_of(form: ReferralForm, said: Said) -> Wanted:
    """The referral that the form wants."""
    follows = said.suggestion.sign is not None and said.urgency is said.suggestion.urgency
    return Wanted(
        needs=said.needs,
        facts=said.facts,
        urgency=said.urgency,
        urgency_sign=said.suggestion.sign.name if said.suggestion.sign and follows else None,
        receiver_agency_id=parse_id(form.get("receiver")),
        offer_id=parse_id(form.get("offer")),
        kind=_of(Kind, form.get("kind")) or Kind.REFER,
        requested_by=said.requested_by,
        parent_id=parse_id(form.get("parent")),
        bond=_of(Bond, form.get("bond")),
        typed=form.typed(),
    )


def given_of(
    form: ReferralForm, said: Said, receiver_agency_id: uuid.UUID, moment: datetime
) -> Given:
    """The basis as it is about to be recorded. Call it once nothing is missing."""
    basis = said.basis or Basis.CONSENT
    days = whole_number(form.get("consent_days"), most_digits=3)
    by_consent = basis is Basis.CONSENT
    mode = _of(Mode, form.get("mode")) or Mode.VERBAL
    giver = _of(Giver, form.get("giver")) if by_consent else None
    return Given(
        receiver_agency_id=receiver_agency_id,
        basis=basis,
        giver=giver or usual_giver(basis, may_be_child=said.may_be_child),
        mode=mode if by_consent else Mode.NONE,
        language=form.get("consent_language") or "id",
        fields=tuple(name for name in form.chosen("release") if name in TICKED),
        ends_at=moment + timedelta(days=days) if days and str(days) in CONSENT_DAYS else None,
        ends_on_arrival=bool(form.get("ends_on_arrival")),
        copy_given=bool(form.get("copy_given")),
        assent=_of(Assent, form.get("assent")),
        caregiver_informed=said.facts.get("caregiver_informed"),
        notes={name: form.text(name) for name in NOTES if form.text(name)},
        may_be_child=said.may_be_child if "age" in said.facts else None,
        is_sexual_violence=bool(form.get("is_sexual_violence")) or said.is_assault or None,
    )


def note_missing(form: ReferralForm, said: Said, *, has_receiver: bool) -> None:
    """Note what must still be said before this may be sent."""
    for name in said.needed():
        if not _is_said(form, said, name, has_receiver=has_receiver):
            field = "to" if name == "receiver" else name
            form.wrong(field, gettext("This is needed before it can be sent"))
    for name in NOTES:
        if len(form.text(name)) > LONGEST_NOTE:
            form.wrong(name, gettext("At most %(most)s letters", most=LONGEST_NOTE))
    if said.basis is not None and "mode" not in form.errors:
        _note_flaws(form, said)


def _note_flaws(form: ReferralForm, said: Said) -> None:
    """What keeps the basis from holding, in words, next to its fields."""
    given = given_of(form, said, uuid.UUID(int=0), now())
    tell = say(language())
    for flaw in flaws(grounds_of(given, may_be_child=said.may_be_child)):
        form.wrong(FIELD_OF[flaw], tell(FLAW_WORDS[flaw]))


def _is_said(form: ReferralForm, said: Said, name: str, *, has_receiver: bool) -> bool:
    if name == "receiver":
        return has_receiver
    if name == "need":
        return bool(said.needs)
    if name == "basis":
        return said.basis is not None
    if name == "mode":
        return _of(Mode, form.get("mode")) is not None
    if name == "assent":
        return _of(Assent, form.get("assent")) is not None
    if name == "contact":  # "no message, and no way" is an answer too
        return "contact" in said.facts or said.facts.get("may_leave_message") is not None
    return name in said.facts or bool(form.text(name) and name in NOTES)


def _requested_by(form: ReferralForm, moment: datetime) -> datetime | None:
    found = form.moment("requested_by", ZoneInfo(form.timezone))
    if found is not None and found <= moment:
        form.wrong("requested_by", gettext("This is past already"))
        return None
    return found


def _of(kind: type[E_], word: str) -> E_ | None:
    return kind(word) if word in set(kind) else None

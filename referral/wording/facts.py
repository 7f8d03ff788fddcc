"""The fields of a referral and what stands in them, in words: for the preview and other readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.rules.person import Certainty, Disability, Sex, parse_children
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.times import clock
from agencies.wording.verdicts import KINDS
from core.i18n import Say, _
from referral.rules.facts import GOES_WITH, Facts
from referral.rules.time_critical import Critical, Window, read_time_fact

# In words, by the names of rules/consent.py and of the facts that go with them.
LABELS: dict[str, str] = {
    "sex": _("Sex"),
    "age": _("Age"),
    "age_certainty": _("How is the age known?"),
    "children": _("Children who come along"),
    "unaccompanied": _("A child alone"),
    "disability": _("Disability"),
    "languages": _("Languages"),
    "interpreter": _("Interpreter needed"),
    "pregnant": _("Pregnant"),
    "nationality": _("Nationality"),
    "id_document": _("Any identity paper?"),
    "province": _("Province of origin"),
    "danger": _("Danger"),
    "escort": _("Escort needed"),
    "transport": _("Transport"),
    "reason": _("Reason"),
    "time_critical": _("Runs against the clock"),
    "done": _("Done so far"),
    "not_again": _("Do not ask again"),
    "alias": _("Alias or initials"),
    "name": _("Name"),
    "birth_year": _("Year of birth"),
    "phone": _("Phone"),
    "address": _("Address"),
    "caregiver": _("Caregiver"),
    "caregiver_informed": _("Caregiver informed"),
    "must_not_know": _("Who must not know"),
    "contact": _("Safe contact"),
    "may_leave_message": _("May a message be left?"),
    "code_word": _("Code word"),
    "health": _("Health, for whoever treats"),
    "attachments": _("Papers"),
}
SEXES = {Sex.FEMALE: _("Female"), Sex.MALE: _("Male"), Sex.OTHER: _("Another")}
CERTAINTIES = {
    Certainty.STATED: _("The person says so"),
    Certainty.ESTIMATED: _("Estimated"),
    Certainty.DOCUMENT: _("By a document"),
}
DANGERS = {"low": _("Low"), "medium": _("Medium"), "high": _("High")}
NATIONALITIES = {"ID": _("Indonesian"), "XX": _("Foreign")}
CRITICALS = {
    Critical.ASSAULT: _("Assault, about so many hours ago"),
    Critical.PLACEMENT_ENDS: _("The present place ends in so many hours"),
    Critical.HEARING: _("Hearing or examination in so many hours"),
    Critical.MEDICATION_ENDS: _("Medication runs out in so many hours"),
}
_HAPPENED = {
    Critical.ASSAULT: _("Assault about %(when)s"),
    Critical.PLACEMENT_ENDS: _("The present place ends %(when)s"),
    Critical.HEARING: _("Hearing or examination %(when)s"),
    Critical.MEDICATION_ENDS: _("Medication runs out %(when)s"),
}
_CLOSES = {
    Window.PEP: _("HIV prevention (PEP, 72 h) closes %(when)s"),
    Window.CONTRACEPTION: _("Emergency contraception (120 h) closes %(when)s"),
}
_CLOSED = {
    Window.PEP: _("The 72 h for HIV prevention (PEP) were over %(when)s"),
    Window.CONTRACEPTION: _("The 120 h for emergency contraception were over %(when)s"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: language, time zone, and when."""

    language: str
    tell: Say
    timezone: str
    now: datetime

    def when(self, moment: datetime) -> str:
        """A moment in this reader's words."""
        return clock(moment, self.now, self.timezone, self.language)


@dataclass(frozen=True, slots=True)
class Line:
    """One field in words."""

    name: str
    label: str
    text: str


def lines_of(fields: Facts, reader: Reader) -> list[Line]:
    """The fields in their order; one that goes with another stands in its line."""
    tell = reader.tell
    shown = [name for name in fields if name not in GOES_WITH or GOES_WITH[name] not in fields]
    return [
        Line(name, tell(LABELS.get(name, name)), _with_companions(name, fields, reader))
        for name in shown
    ]


def _with_companions(name: str, fields: Facts, reader: Reader) -> str:
    text = say_fact(name, fields[name], reader)
    for other, leader in GOES_WITH.items():
        if leader != name or other not in fields:
            continue
        word = say_fact(other, fields[other], reader)
        if other == "age_certainty":
            text += f" ({word[:1].lower()}{word[1:]})"
        else:
            text += f". {reader.tell(LABELS[other]).rstrip('?')}: {word[:1].lower()}{word[1:]}"
    return text


def say_fact(name: str, value: Any, reader: Reader) -> str:
    """One fact in words; free text stays as it is."""
    if isinstance(value, bool):
        return reader.tell(_("Yes") if value else _("No"))
    speak = _SPEAKERS.get(name)
    try:
        return speak(value, reader) if speak else str(value)
    except (KeyError, ValueError, TypeError):  # an old or foreign value: better shown than lost
        return str(value)


def _age(value: Any, reader: Reader) -> str:
    band = str(value).replace("-", "–")
    return reader.tell(_("%(n)s years"), n=band)


def _children(value: str, reader: Reader) -> str:
    words = {Sex.MALE: _("boy of %(n)s"), Sex.FEMALE: _("girl of %(n)s")}
    return ", ".join(reader.tell(words[c.sex], n=c.age) for c in parse_children(value))


def _time_critical(value: str, reader: Reader) -> str:
    fact = read_time_fact(value)
    if fact is None:
        return value
    said = [reader.tell(_HAPPENED[fact.kind], when=reader.when(fact.at))]
    for window, closes in fact.closes():
        words = _CLOSES if closes > reader.now else _CLOSED
        said.append(reader.tell(words[window], when=reader.when(closes)))
    return ". ".join(said)


_SPEAKERS: dict[str, Callable[[Any, Reader], str]] = {
    "sex": lambda value, reader: reader.tell(SEXES[Sex(value)]),
    "age": _age,
    "age_certainty": lambda value, reader: reader.tell(CERTAINTIES[Certainty(value)]),
    "children": _children,
    "disability": lambda value, reader: ", ".join(reader.tell(KINDS[Disability(k)]) for k in value),
    "languages": lambda value, _reader: ", ".join(LANGUAGE_WORDS.get(k, k) for k in value),
    "nationality": lambda value, reader: reader.tell(NATIONALITIES[value]),
    "danger": lambda value, reader: reader.tell(DANGERS[value]),
    "time_critical": _time_critical,
}

"""From the fields to facts about the person: what is valid is taken, the rest stays typed."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from agencies.rules.person import ADULT, OLDEST, Certainty, Disability, Sex
from agencies.wording.languages import LANGUAGE_WORDS
from core.phones import is_number
from core.validation import whole_number
from referral.forms.referral.form import ReferralForm
from referral.rules.facts import DANGERS, FACTS, MOST_CHILDREN, Facts, tidy_facts, too_long_facts
from referral.rules.person import FIELDS, Person, is_birth_year, tidy, too_long
from referral.rules.time_critical import Critical, TimeFact, from_hours, spell_time_fact

YES, NO = "yes", "no"
YES_OR_NO = (
    *("interpreter", "pregnant", "id_document", "escort", "may_leave_message"),
    *("caregiver_informed", "unaccompanied"),
)
OF_NEW_CASE = ("name", "birth_year", "phone", "address")
_CHOICES: dict[str, frozenset[str]] = {
    "sex": frozenset(Sex),
    "age_certainty": frozenset(Certainty),
    "danger": frozenset(DANGERS),
    "nationality": frozenset({"ID", "XX"}),
}


def facts_of(form: ReferralForm, moment: datetime) -> Facts:
    """The valid facts; what is wrong is noted in the form's errors."""
    said: Facts = {name: form.text(name) for name, most in FACTS.items() if most is not None}
    said |= {name: _choice(form, name) for name in _CHOICES}
    said |= {name: _yes(form, name) for name in YES_OR_NO}
    said["age"] = _age(form)
    said["children"] = _children(form)
    said["disability"] = [one for one in form.chosen("disability") if one in set(Disability)]
    said["languages"] = [one for one in form.chosen("languages") if one in LANGUAGE_WORDS]
    critical = time_fact_of(form, moment)
    said["time_critical"] = spell_time_fact(critical) if critical else ""
    if said["age"] is None:
        said["age_certainty"] = None
    facts = tidy_facts(said)
    for name, most in too_long_facts(facts):
        form.wrong(name, gettext("At most %(most)s letters", most=most))
        del facts[name]
    return facts


def person_of(form: ReferralForm, moment: datetime) -> Person:
    """What the form says of a new case's person, as far as it is valid; empty texts are kept."""
    given = {name: form.text(name) for name in OF_NEW_CASE}
    longest = {known.name: known.longest for known in FIELDS}
    for known in too_long(tidy(given)):
        form.wrong(known.name, gettext("At most %(most)s letters", most=longest[known.name]))
    if given["birth_year"] and not is_birth_year(given["birth_year"], moment.date()):
        form.wrong("birth_year", gettext("A year of four figures, such as 1998"))
    if given["phone"] and not is_number(given["phone"]):
        form.wrong("phone", gettext("This is no phone number. Example: 0812-3456-7890"))
    return {name: text for name, text in given.items() if name not in form.errors}


def time_fact_of(form: ReferralForm, moment: datetime) -> TimeFact | None:
    """The time-critical fact. Hours count from when they were typed, not from each saving."""
    kind, hours = form.text("critical"), form.text("critical_hours")
    if kind not in set(Critical):
        return None
    number = whole_number(hours, most_digits=4)
    said_at = _said_at(form, f"{kind}:{hours}", moment)
    try:
        if number is None:
            raise ValueError(hours)
        return from_hours(Critical(kind), number, said_at)
    except ValueError:
        form.wrong("critical_hours", gettext("About how many hours? A guess will do"))
        return None


def _said_at(form: ReferralForm, said: str, moment: datetime) -> datetime:
    if form.get("critical_was") == said:
        try:
            return min(moment, datetime.fromisoformat(form.get("critical_at")))
        except (ValueError, TypeError):  # somebody changed it
            pass
    form.values["critical_was"] = said
    form.values["critical_at"] = moment.isoformat()
    return moment


def _choice(form: ReferralForm, name: str) -> str:
    return form.get(name) if form.get(name) in _CHOICES[name] else ""


def _yes(form: ReferralForm, name: str) -> bool | None:
    return {YES: True, NO: False}.get(form.get(name))


def _age(form: ReferralForm) -> int | None:
    typed = form.text("age")
    if not typed:
        return None
    years = whole_number(typed, most_digits=3)
    if years is None or years > OLDEST:
        form.wrong("age", gettext("Age in years; a guess will do"))
        return None
    return years


def _children(form: ReferralForm) -> str:
    found = []
    for number in range(1, MOST_CHILDREN + 1):
        sex, age = form.get(f"child_sex_{number}"), form.text(f"child_age_{number}")
        years = whole_number(age, most_digits=2)
        if age and sex not in ("M", "F"):
            form.wrong(f"child_age_{number}", gettext("Say whether a boy or a girl"))
        elif age and (years is None or years >= ADULT):
            form.wrong(f"child_age_{number}", gettext("Age in years, under 18"))
        elif sex in ("M", "F") and not age:
            form.wrong(f"child_age_{number}", gettext("Say the age too; a guess will do"))
        elif age:
            found.append(f"{sex}{years}")
    return ",".join(found)

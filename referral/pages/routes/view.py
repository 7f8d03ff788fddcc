"""What the pages of routes and agreements show, prepared: templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from accounts.queries.names import people
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from agencies.wording.times import say_date
from core.actors import Actor
from core.clock import now
from core.i18n import Say, language, say
from referral.forms.routes import UNITS
from referral.models import Agreement, RouteRow
from referral.pages.referrals.common import house_zone
from referral.queries.agreements import Standing, keeps, sides_of
from referral.queries.routes import limit_of, prerequisites_of, route_of
from referral.rules.agreements import GROUNDS, OPEN, AgreementState, Side
from referral.rules.routes import Prerequisite
from referral.wording import routes as words

SOON = 30  # days


def choices(tell: Say) -> dict[str, Any]:
    """The choices of the forms and filters."""
    spoken = language()
    groups: dict[str, list[tuple[str, str]]] = {}
    for need in all_needs().values():
        groups.setdefault(need.group, []).append((need.code, words.need_words(need.code, spoken)))
    return {
        "types": [(code, words.type_label(code, tell)) for code in AGENCY_TYPES],
        "needs": list(groups.items()),
        "need_ticks": [option for members in groups.values() for option in members],
        "prerequisites": [(one.value, tell(words.PREREQUISITES[one])) for one in Prerequisite],
        "grounds": [(one.value, tell(words.GROUNDS[one])) for one in GROUNDS],
        "units": [(code, tell(word)) for code, word in UNITS.items()],
    }


def route_view(row: RouteRow) -> dict[str, Any]:
    """A declared route."""
    tell, route = say(language()), route_of(row)
    limit = words.say_limit(route.limit, tell)
    standing = tell(words.STANDINGS[route.limit.standing])
    return {
        "id": str(row.id),
        "from": words.type_label(row.from_type, tell),
        "to": words.type_label(row.to_type, tell),
        "need": words.need_words(row.need, language()),
        "first": [tell(words.PREREQUISITES[one]) for one in route.prerequisites],
        "limit": f"{limit} ({standing})" if limit else "",
        "basis": ", ".join(tell(words.GROUNDS[one]) for one in route.basis),
        "pathway": row.pathway,
        "is_off": row.is_off,
        "is_changed": row.changed_at is not None,
    }


def agreement_view(one: Standing) -> dict[str, Any]:
    """An agreement as a list shows it."""
    tell, spoken, row = say(language()), language(), one.row
    return {
        "id": str(row.id),
        "href": url_for("agreements.show", agreement_id=row.id),
        "title": row.title,
        "number": row.number or "",
        "from": one.from_name,
        "to": one.to_name or words.type_label(row.to_type or "", tell),
        "state": tell(words.STATES[one.state]),
        "shape": words.STATE_SHAPES[one.state],
        "needs": [words.need_words(code, spoken) for code in row.needs or [None]],
        "until": say_date(row.valid_until, spoken) if row.valid_until else "",
        "days_left": one.days_left if one.state is AgreementState.LIVE else None,
        "is_soon": one.state is AgreementState.LIVE
        and one.days_left is not None
        and one.days_left <= SOON,
    }


def agreement_facts(one: Standing) -> list[tuple[str, str]]:
    """Everything that an agreement says, as labels and texts."""
    tell, spoken, row = say(language()), language(), one.row
    shown = agreement_view(one)
    names = people([row.from_confirmed_by, row.to_confirmed_by, row.proposed_by])
    first = [tell(words.PREREQUISITES[p]) for p in prerequisites_of(row)]
    return [
        (tell(words.SIDES[Side.FROM]), shown["from"]),
        (tell(words.SIDES[Side.TO]), shown["to"]),
        (gettext("Needs"), ", ".join(shown["needs"])),
        (gettext("Basis"), tell(words.GROUNDS[row.basis])),
        (gettext("Number"), row.number or gettext("Without a number")),
        (gettext("Needed first"), ", ".join(first) or gettext("Nothing")),
        (gettext("Decided within"), words.say_limit(limit_of(row), tell) or gettext("Not agreed")),
        (gettext("First day"), say_date(row.valid_from, spoken)),
        (gettext("Last day"), shown["until"] or gettext("Without an end")),
        (gettext("Yes of %(agency)s", agency=shown["from"]), _said(row, Side.FROM, names)),
        (gettext("Yes of %(agency)s", agency=shown["to"]), _said(row, Side.TO, names)),
    ]


def _said(row: Agreement, side: Side, names: Mapping[Any, str]) -> str:
    at = getattr(row, f"{side.value}_confirmed_at")
    if at is None:
        return str(gettext("Not yet"))
    day: str = say_date(at.astimezone(house_zone()).date(), language())
    name = names.get(getattr(row, f"{side.value}_confirmed_by"))
    return f"{day} ({name})" if name else day


def what_may_be_done(actor: Actor, one: Standing) -> dict[str, Any]:
    """Which buttons the page of an agreement has, and for which sides one may say yes."""
    row, sides = one.row, sides_of(actor, one.row)
    is_open, keeper = one.state in OPEN, keeps(actor, one.row)
    said = {Side.FROM: row.from_confirmed_at, Side.TO: row.to_confirmed_at}
    waiting = [s for s, at in said.items() if at is None and (s in sides or keeper)]
    names = {Side.FROM: one.from_name, Side.TO: one.to_name}
    type_name = words.type_label(row.to_type or "", say(language()))
    return {
        "yes": [(s.value, names[s] or type_name) for s in waiting] if is_open else [],
        "may_end": is_open,
        "may_change": is_open and keeper,
    }


def now_day() -> date:
    """Today, by the house's calendar."""
    return now().astimezone(house_zone()).date()

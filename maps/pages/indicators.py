"""`/network/indicators`: the 37 indicators, by agency, need or district, of a closed period."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for

from accounts.current import who
from agencies.rules.agency_types import AGENCY_TYPES
from core.clock import now
from core.i18n import language, say
from core.ids import parse_id
from maps.exchange.tables import XLSX, Table, as_csv, as_xlsx
from maps.pages.answers import saved
from maps.pages.common import chosen, page, period_of, to_choose
from maps.queries.called import MOST_TO_CHOOSE, Called, agencies_called
from maps.queries.holding import held_once_read
from maps.queries.indicators.all import Asked, Told, told_of
from maps.queries.indicators.now import Slice
from maps.queries.indicators.published import decline_reasons, searches_by_hour, urgencies
from maps.queries.picture import listed_agencies
from maps.rules.indicators import GROUP_WORDS, INDICATORS, Group, Indicator, of_group
from maps.wording.indicators import (
    HEAD,
    hours_view,
    indicator_view,
    reasons_view,
    table_row,
    urgencies_view,
)

ENDINGS = ("csv", "xlsx")
LONGEST_NAME = 200
TIMED = ("acknowledge", "decide", "hand-over")

blueprint = Blueprint("indicators", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/indicators")
def index() -> Any:
    """All of them, in their groups, each with its definition."""
    wanted, tell = chosen(), say(language())
    typed = _typed()
    found = agencies_called(listed_agencies(who()), typed)
    if found.number == 1:
        wanted["agency"] = found.some[0].key
        return redirect(url_for("indicators.index", **_kept(wanted)), 303)
    asked = _asked(wanted)
    told = told_of(who(), asked, now(), held_once_read)
    return page(
        "maps/indicators.html",
        wanted=wanted,
        period=asked.period,
        groups=[(tell(GROUP_WORDS[g]), [_view(one, told) for one in of_group(g)]) for g in Group],
        agencies=_to_choose(asked.of.agency_id, typed),
        called=_called(found, wanted) if typed else None,
        files={
            ending: url_for("indicators.file", ending=ending, **_kept(wanted)) for ending in ENDINGS
        },
        **_details(told, asked),
        **to_choose(),
    )


@blueprint.get("/agencies/called")
def called() -> Any:
    """Names for a half typed one, as choices of a field."""
    found = agencies_called(listed_agencies(who()), _typed())
    return page("maps/_called.html", names=list(dict.fromkeys(one.name for one in found.some)))


@blueprint.get("/indicators.<ending>")
def file(ending: str) -> Response:
    """The same as a file, `csv` or `xlsx`."""
    if ending not in ENDINGS:
        abort(404)
    tell = say(language())
    told = told_of(who(), _asked(chosen()), now()).for_files()
    rows = [table_row(one, told.readings[one.code], tell) for one in INDICATORS]
    table = Table("Rujukan", [tell(word) for word in HEAD], rows)
    if ending == "csv":
        return saved(as_csv(table), "text/csv; charset=utf-8", "indicators.csv")
    return saved(as_xlsx([table]), XLSX, "indicators.xlsx")


def _typed() -> str:
    """The name of an agency as somebody typed it; empty where one was chosen by its id, or can be
    chosen from a list."""
    if len(listed_agencies(who())) <= MOST_TO_CHOOSE:
        return ""
    typed = request.args.get("agency", "").strip()
    plain = typed.isprintable() and len(typed) <= LONGEST_NAME and parse_id(typed) is None
    return typed if plain else ""


def _to_choose(agency_id: uuid.UUID | None, typed: str) -> dict[str, Any]:
    """All agencies by name; of many the field for a name, and what stands in it."""
    listed = listed_agencies(who())
    if len(listed) > MOST_TO_CHOOSE:
        chosen_one = listed[str(agency_id)].knot.name if agency_id else typed
        return {"all": [], "name": chosen_one, "names": url_for("indicators.called")}
    named = sorted((one.knot.name, key) for key, one in listed.items())
    return {"all": [(key, name) for name, key in named], "name": "", "names": ""}


def _called(found: Called, wanted: dict[str, str]) -> dict[str, Any]:
    """Whom a name may mean, each with the way to its figures."""
    of = {name: value for name, value in _kept(wanted).items() if name == "period"}
    return {
        "some": [
            {
                "name": one.name,
                "type": say(language())(AGENCY_TYPES.get(one.type, one.type)),
                "url": url_for("indicators.index", agency=one.key, **of),
            }
            for one in found.some
        ],
        "more": found.number - len(found.some),
    }


def _asked(wanted: dict[str, str]) -> Asked:
    period = period_of(wanted)
    agency_id = parse_id(wanted.get("agency", ""))
    if agency_id is not None and str(agency_id) in listed_agencies(who()):
        return Asked(period, Slice(agency_id=agency_id))
    if wanted.get("need"):
        return Asked(period, Slice(need=wanted["need"]))
    return Asked(period, Slice(district=wanted.get("area")))


def _view(one: Indicator, told: Told) -> dict[str, Any]:
    return indicator_view(one, told.readings[one.code], say(language()))


def _details(told: Told, asked: Asked) -> dict[str, Any]:
    """What does not fit into one figure: times by urgency, reasons, searches by the hour."""
    found, tell = told.published, say(language())
    if found is None or found.is_withheld:
        return {"times": [], "reasons": [], "hours": []}
    whole = asked.of == Slice()
    return {
        "times": [urgencies_view(c, urgencies(found, c), tell) for c in TIMED] if whole else [],
        "reasons": reasons_view(decline_reasons(found, asked.of), tell),
        "hours": hours_view(searches_by_hour(found, asked.of), tell),
    }


def _kept(wanted: dict[str, str]) -> dict[str, Any]:
    return {k: v for k, v in wanted.items() if k in ("period", "agency", "need", "area")}

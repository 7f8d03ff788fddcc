"""`/network/indicators`: the 37 indicators, by agency, need or district, of a closed period."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, url_for

from accounts.current import who
from core.clock import now
from core.i18n import language, say
from core.ids import parse_id
from maps.exchange.tables import XLSX, Table, as_csv, as_xlsx
from maps.pages.answers import saved
from maps.pages.common import chosen, page, period_of, to_choose
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
TIMED = ("acknowledge", "decide", "hand-over")

blueprint = Blueprint("indicators", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/indicators")
def index() -> Any:
    """All of them, in their groups, each with its definition."""
    wanted, tell = chosen(), say(language())
    asked = _asked(wanted)
    told = told_of(who(), asked, now(), held_once_read)
    agencies = sorted((one.knot.name, key) for key, one in listed_agencies(who()).items())
    return page(
        "maps/indicators.html",
        wanted=wanted,
        period=asked.period,
        groups=[(tell(GROUP_WORDS[g]), [_view(one, told) for one in of_group(g)]) for g in Group],
        agencies=[(key, name) for name, key in agencies],
        files={
            ending: url_for("indicators.file", ending=ending, **_kept(wanted)) for ending in ENDINGS
        },
        **_details(told, asked),
        **to_choose(),
    )


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

"""The report of a period: on a page, as one HTML file, and as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.current import who
from core.clock import now
from core.i18n import language, say
from maps.drawings.network import network_picture
from maps.forms.network import Wish
from maps.pages.answers import saved
from maps.pages.common import chosen, page, period_of, to_choose
from maps.pages.network_view import heading_of
from maps.pages.summary_view import Wished, summary
from maps.queries.holding import Held, held_now, held_once_read
from maps.queries.indicators.all import Told
from maps.queries.indicators.now import Slice
from maps.queries.indicators.published import decline_reasons, searches_by_hour
from maps.queries.shown import Asked, shown
from maps.rules.indicators import GROUP_WORDS, Group, of_group
from maps.wording.indicators import hours_view, indicator_view, reasons_view
from referral.pages.pdf import as_pdf, can_make_pdf, offers_pdf

WISHED = Wished(gaps=25, cards=10, hops=15)
STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "report.css"

blueprint = Blueprint("report", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/report")
def index() -> Response:
    """The report, with the ways to take it along."""
    period = _period()
    files = {"html": url_for("report.file", period=period)}
    if offers_pdf():
        files["pdf"] = url_for("report.pdf", period=period)
    return page(
        "maps/report.html",
        wanted=chosen(),
        files=files,
        **_report(period, held_once_read),
        **to_choose(),
    )


@blueprint.get("/report.html")
def file() -> Response:
    """One file with everything in it: it opens offline and asks nobody."""
    body = _document(_period()).encode()
    return saved(body, "text/html; charset=utf-8", _name("html"))


@blueprint.get("/report.pdf")
def pdf() -> Response:
    """The same on A4; 404 where this Rujukan makes no PDF."""
    if not can_make_pdf():
        abort(404)
    body = as_pdf(_document(_period()), f"report {_period()} {language()}", STYLE)
    return saved(body, "application/pdf", _name("pdf"))


def _document(period: str) -> str:
    style = Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 (our own file)
    return render_template("maps/report_paper.html", style=style, **_report(period))


def _report(period: str, hold: Callable[[str | None], Held | None] = held_now) -> dict[str, Any]:
    tell, moment = say(language()), now()
    view = summary(period, moment, WISHED, for_file=True, hold=hold)
    told: Told = view["told"]
    return {
        "period": period,
        "made": moment.date().isoformat(),
        "map": Markup(_picture(period)),  # noqa: S704 (drawn by us, names escaped)
        "groups": [
            (
                tell(GROUP_WORDS[group]),
                [indicator_view(one, told.readings[one.code], tell) for one in of_group(group)],
            )
            for group in Group
        ],
        **_plots(told),
        **view,
    }


def _picture(period: str) -> str:
    wish = Wish(period=period)
    what = shown(who(), Asked("", "", period, "", ""))
    return network_picture(what, heading_of(wish, what, now(), language()), say(language()))


def _plots(told: Told) -> dict[str, Any]:
    found, tell = told.published, say(language())
    if found is None or found.is_withheld:
        return {"reasons": [], "hours": []}
    return {
        "reasons": reasons_view(decline_reasons(found, Slice()), tell),
        "hours": hours_view(searches_by_hour(found, Slice()), tell),
    }


def _period() -> str:
    return period_of(chosen())


def _name(ending: str) -> str:
    return f"rujukan-report-{_period() or now().date().isoformat()}.{ending}"

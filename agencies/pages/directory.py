"""The directory pages: search, an agency, a service, and the printed booklet."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, abort, render_template, request, url_for

from accounts.current import who
from agencies.pages.directory_view import (
    agency_rows,
    agency_view,
    booklet_view,
    filters_view,
    service_view,
)
from agencies.queries.directory import (
    Page,
    Wanted,
    agencies_matching,
    agency_by_id,
    areas_with_agencies,
    offers_of_service,
)
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.i18n import _, language
from core.pages import add_nav
from core.validation import whole_number

blueprint = Blueprint("directory", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)
    add_nav("directory.index", _("Directory"))


@blueprint.get("/directory")
def index() -> str:
    """Agencies by name, type, district and need."""
    wanted = _wanted()
    page = agencies_matching(who(), wanted, _number())
    return render_template(
        "directory/index.html",
        wanted=wanted,
        page=page,
        rows=agency_rows(who(), page.agencies, wanted, language()),
        urls=_page_urls(page),
        filters=filters_view(areas_with_agencies(who()), language()),
    )


@blueprint.get("/directory/booklet")
def booklet() -> str:
    """The whole directory by district, to print for desks without internet."""
    area = request.args.get("area", "")
    return render_template(
        "directory/booklet.html",
        districts=booklet_view(who(), area, language()),
        filters=filters_view(areas_with_agencies(who()), language()),
        area=area,
    )


@blueprint.get("/agencies/<uuid:agency_id>")
def agency(agency_id: uuid.UUID) -> str:
    """One agency: who it is, its former names, its services."""
    found = agency_by_id(who(), agency_id) or abort(404)
    return render_template("directory/agency.html", view=agency_view(who(), found, language()))


@blueprint.get("/services/<uuid:service_id>")
def service(service_id: uuid.UUID) -> str:
    """One service: whom it takes, when, where, how to get in."""
    offers = offers_of_service(who(), service_id) or abort(404)
    return render_template("directory/service.html", view=service_view(offers, language()))


def _wanted() -> Wanted:
    """What was asked for; an unknown type or need in the address is as if not asked."""
    kind, need = request.args.get("type", ""), request.args.get("need", "")
    return Wanted(
        words=request.args.get("q", "")[:100],
        type=kind if kind in AGENCY_TYPES else "",
        area=request.args.get("area", "")[:13],
        need=need if need in all_needs() else "",
    )


def _number() -> int:
    return whole_number(request.args.get("page", ""), most_digits=4) or 1


def _page_urls(page: Page) -> dict[int, str]:
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "page" and v}
    near = {1, page.number - 1, page.number, page.number + 1, page.pages}
    return {n: url_for("directory.index", **kept, page=n) for n in near if 1 <= n <= page.pages}

"""What the pages of the network share."""

from __future__ import annotations

from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.pages.directory_view import filters_view
from agencies.queries.directory import areas_with_agencies
from core.forms import Protection
from core.i18n import _, language
from referral.queries.flows import published_periods

# The pages whose choices may be saved. Choices speak of the network, never of a person.
VIEWS: dict[str, str] = {
    "network_map.show": _("Map"),
    "picture.index": _("Picture of the network"),
    "picture.pathway": _("The pathway, designed and walked"),
    "gaps.index": _("Gaps"),
    "gaps.worst": _("The worst gaps"),
    "matrix.index": _("Who is where"),
    "holding.index": _("What holds it together"),
    "indicators.index": _("Indicators"),
    "scorecards.index": _("How agencies answer"),
    "report.index": _("Report for a meeting"),
}
CHOICES = (
    *("period", "need", "kind", "urgency", "type", "district", "area", "in", "agency"),
    *("layout", "ways", "view"),
)
LONGEST_CHOICE = 80

TABS: dict[str, str] = {
    "network.index": _("Overview"),
    "network_map.show": _("Map"),
    "picture.index": _("Picture"),
    "picture.pathway": _("Pathway"),
    "holding.index": _("What holds it together"),
    "gaps.index": _("Gaps"),
    "matrix.index": _("Who is where"),
    "routes.network": _("Routes"),
    "indicators.index": _("Indicators"),
    "scorecards.index": _("How agencies answer"),
    "report.index": _("Report for a meeting"),
    "saved_views.index": _("Saved views"),
}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that is not kept: a coordinator's figures are not for the next one at the screen."""
    values |= {"protection": Protection(formdata=None)}
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def chosen() -> dict[str, str]:
    """What was chosen on this page, as its address holds it."""
    said = {name: request.args.get(name, "").strip() for name in CHOICES}
    return {name: value for name, value in said.items() if value and len(value) <= LONGEST_CHOICE}


def to_choose() -> dict[str, Any]:
    """What the forms above the pictures offer: periods, needs in groups, types, districts."""
    filters = filters_view(areas_with_agencies(who()), language())
    return {
        "periods": [(period, period) for period in published_periods()],
        "needs": filters["needs"],
        "types": filters["types"],
        "districts": filters["areas"],
    }

"""What the pages of the network share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.pages.directory_view import filters_view
from agencies.queries.directory import areas_with_agencies
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from agencies.rules.place_codes import is_code
from core.forms import Protection
from core.i18n import _, language, say
from core.ids import parse_id
from referral.queries.published import publication, published_periods

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
    *("period", "need", "kind", "urgency", "type", "area", "agency"),
    *("layout", "ways", "view"),
)
LONGEST_CHOICE = 80
_PERIOD = re.compile(r"\d{4}(-Q[1-4])?", re.ASCII)
_KNOWN: dict[str, Callable[[str], bool]] = {
    "need": lambda code: code in all_needs(),
    "type": lambda code: code in AGENCY_TYPES,
    "area": is_code,
    "agency": lambda typed: parse_id(typed) is not None,  # what is typed is not kept
}

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


def _anything(_value: str) -> bool:
    return True


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that is not kept: a coordinator's figures are not for the next one at the screen."""
    values |= {"protection": Protection(formdata=None)}
    response = make_response(render_template(template, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def soon(heading: str) -> Response:
    """The page while what it needs is read for the first time; it looks again by itself.

    `heading`: the page's own, as a message id.
    """
    url = request.full_path if request.query_string else request.path
    return page("maps/soon.html", heading=say(language())(heading), url=url)


def chosen() -> dict[str, str]:
    """What was chosen on this page, as its address holds it."""
    return kept({name: request.args.get(name, "") for name in CHOICES})


def kept(said: Mapping[str, str]) -> dict[str, str]:
    """The choices that say something; an unknown need, type or place is as if not
    chosen."""
    given = {name: said.get(name, "").strip() for name in CHOICES}
    return {
        name: value
        for name, value in given.items()
        if value
        and value.isprintable()
        and len(value) <= LONGEST_CHOICE
        and _KNOWN.get(name, _anything)(value)
    }


def period_of(wanted: Mapping[str, str]) -> str:
    """The chosen period if it is published, else the newest; empty while nothing is."""
    periods = published_periods()
    asked = wanted.get("period", "")
    return asked if asked in periods else next(iter(periods), "")


def period_without_data() -> str:
    """The period in the address of a page that shows the newest one instead; empty for none."""
    asked = request.args.get("period", "")
    if request.blueprint == "network_map" or not _PERIOD.fullmatch(asked):
        return ""
    periods = published_periods()
    return asked if periods and asked not in periods else ""


def withheld(period: str) -> bool:
    """Whether of a published period nothing can be shown."""
    found = publication(period) if period else None
    return found is not None and found.is_withheld


def to_choose() -> dict[str, Any]:
    """What the forms above the pictures offer: periods, needs in groups, types, districts."""
    filters = filters_view(areas_with_agencies(who()), language())
    return {
        "periods": [(period, period) for period in published_periods()],
        "needs": filters["needs"],
        "types": filters["types"],
        "districts": filters["areas"],
    }

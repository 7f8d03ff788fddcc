"""Adds the maps to the app."""

from __future__ import annotations

from flask import Flask, request

from accounts.current import who
from accounts.rules.rights import Right, holds
from core import hooks
from core.forms import Protection
from maps.pages import (
    gaps,
    ground,
    holding,
    indicators,
    matrix,
    network_layers,
    network_map,
    overview,
    picture,
    report,
    saved_views,
    scorecards,
)
from maps.pages.common import TABS, VIEWS, chosen, period_of, period_without_data, withheld
from maps.queries.ahead import read_ahead
from maps.queries.gaps.demand import publish_from
from maps.queries.gaps.published import PublishedDemand
from referral.queries.flows import tells_all_ways

# In the order in which the navigation shows them.
PAGES = (
    ground, overview, network_layers, network_map, picture, holding, gaps, matrix, indicators,
    scorecards, report, saved_views,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register every door of the package."""
    publish_from(app, PublishedDemand())
    app.jinja_env.globals.update(
        network_tabs=TABS,
        network_views=VIEWS,
        network_choices=chosen,
        network_period=lambda: period_of(chosen()),
        period_without_data=period_without_data,
        network_is_withheld=_is_withheld,
        network_tells_all_ways=lambda: tells_all_ways(period_of(chosen())),
        network_protection=lambda: Protection(formdata=None),
    )
    for pages in PAGES:
        pages.register(app)
    hooks.before(app, _read_ahead, pages_only=True)


def _read_ahead() -> None:
    """Somebody is there who may look at the network as a whole."""
    actor = who()
    if actor.id is not None and holds(actor.grants, Right.SEE_WHOLE):
        read_ahead(actor)


def _is_withheld() -> bool:
    """Whether nothing can be shown of the period of this page. The map says it in its own words."""
    here = request.endpoint in VIEWS and request.blueprint != "network_map"
    return here and withheld(period_of(chosen()))

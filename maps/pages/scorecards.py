"""How agencies answer: each its own card at once, coordinators all of them two weeks later."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app, url_for
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right, holds_for
from agencies.queries.hours import zone_of
from core.clock import now
from core.i18n import _, language, say
from core.pages import add_nav
from maps.pages.common import chosen, page, period_of, to_choose
from maps.queries.indicators.scorecards import Card, cards, is_for_all, own_card
from maps.queries.picture import listed_agencies
from maps.wording.scorecards import card_view
from referral.queries.published import Published, publication

MOST_CARDS = 60  # on a page: the most silent first

blueprint = Blueprint("scorecards", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("scorecards.own", _("How we answer"))
    app.register_blueprint(blueprint)


@blueprint.get("/network/scorecards")
def index() -> Response:
    """Every agency's, the most silent first, once the agencies had their first look."""
    wanted, tell = chosen(), say(language())
    found = _chosen(wanted)
    names = {uuid.UUID(k).hex: one.knot.name for k, one in listed_agencies(who()).items()}
    is_open = found is not None and is_for_all(found, now())
    shown = cards(found) if found is not None and is_open else {}
    listed = [card for card in shown.values() if card.agency in names]
    known = sorted((card for card in listed if card.says_anything), key=_worst_first)
    return page(
        "maps/scorecards.html",
        wanted=wanted,
        waits=found is not None and not is_open,
        cards=[card_view(c, names[c.agency], _entry(c.agency), tell) for c in known[:MOST_CARDS]],
        more=max(0, len(known) - MOST_CARDS),
        quiet=len(listed) - len(known),
        **to_choose(),
    )


@blueprint.get("/scorecard")
def own() -> Response:
    """One's own agency's."""
    wanted, tell = chosen(), say(language())
    found = _chosen(wanted)
    names = {k: one.knot.name for k, one in listed_agencies(who()).items()}
    actor = who()
    mine = [
        agency_id
        for agency_id in sorted(actor.agencies)
        if holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=agency_id)
    ]
    told = [
        card_view(card, names.get(str(agency_id), ""), _entry(agency_id.hex), tell)
        for agency_id in mine
        if found is not None and (card := own_card(found, agency_id, _zone()))
    ]
    return page(
        "maps/scorecard.html",
        wanted=wanted,
        cards=told,
        waits=found is not None and not is_for_all(found, now()),
        **to_choose(),
    )


def _chosen(wanted: dict[str, str]) -> Published | None:
    period = period_of(wanted)
    found = publication(period) if period else None
    return None if found is None or found.is_withheld else found


def _worst_first(card: Card) -> tuple[Any, ...]:
    return (-(card.silent.fair if card.silent else -1.0), -(card.received or 0), card.agency)


def _entry(agency: str) -> str:
    return url_for("directory.agency", agency_id=uuid.UUID(agency))


def _zone() -> ZoneInfo:
    return ZoneInfo(zone_of(current_app.config["RUJUKAN"].timezone).key)

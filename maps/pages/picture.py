"""The network without geography: the picture, one agency's surroundings, and the pathway."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, abort, url_for
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.rules.needs import all_needs
from core.clock import now
from core.i18n import _, language, say
from maps.pages.answers import saved
from maps.pages.common import chosen, page, period_of, to_choose, withheld
from maps.queries.picture import (
    chosen_agencies,
    designed_in,
    designed_ways,
    listed_agencies,
    near_to,
    ties_between,
    walked_between_types,
    walked_in,
    with_degrees,
)
from maps.rules.layouts import COLUMNS, by_pathway, by_type, middle_in_columns
from maps.rules.pathway import Hop, Trace, compared
from maps.rules.picture import MOST_AGENCIES, Knot, Tie, TieKind, most_tied
from maps.wording.picture import (
    KIND_WORDS,
    TRACE_WORDS,
    hops_view,
    picture_view,
    tie_words,
    type_word,
    volume,
)
from maps.wording.signs import signs_of
from referral.exchange.graph_files import FORMATS, as_zip
from referral.graph import graph
from referral.graph.flows import NO_FLOWS, Flows
from referral.queries.flows import published_flows
from referral.queries.routes import live_routes
from referral.rules.routes import LiveRoute

LAYOUTS = {"type": (_("By type"), by_type), "pathway": (_("Along the pathway"), by_pathway)}
KINDS = {
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "json": "application/json",
}
SHOWN = 25  # lines of a table before the rest is folded

blueprint = Blueprint("picture", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/picture")
def index() -> Response:
    """All agencies and the ties between them."""
    wanted = chosen()
    listed = listed_agencies(who())
    some = chosen_agencies(
        listed, type_code=wanted.get("type", ""), district=wanted.get("area", "")
    )
    flows = _flows(wanted)
    knots = most_tied(with_degrees(some, flows))
    ties = _ties(flows, knots, live_routes(now()))
    return _picture("maps/picture.html", knots, ties, wanted, total=len(some))


@blueprint.get("/picture/<uuid:agency_id>")
def ego(agency_id: uuid.UUID) -> Response:
    """One agency, whom it refers to and gets from, and the ties among these."""
    everybody = {key: one.knot for key, one in listed_agencies(who()).items()}
    agency = everybody.get(str(agency_id))
    if agency is None:
        abort(404)
    wanted, routes = chosen(), live_routes(now())
    flows = _flows(wanted)
    knots = with_degrees(near_to(agency.key, everybody, flows, _agreements(routes)), flows)
    ties = _ties(flows, knots, routes)
    return _picture("maps/ego.html", knots, ties, wanted, total=len(knots), agency=agency)


@blueprint.get("/pathway")
def pathway() -> Response:
    """The pathway as designed beside the pathway as it happens."""
    wanted, tell = chosen(), say(language())
    listed = listed_agencies(who())
    types = {key: one.knot.type for key, one in listed.items()}
    need = wanted.get("need")
    designed = [way for way in designed_ways(now()) if need is None or way.need in (None, need)]
    if need:
        walked, tells_all = walked_between_types(_flows(wanted), types), False
    else:
        walked, tells_all = walked_in(who(), period_of(wanted))
    hops = compared(designed, walked, frozenset(types.values()), tells_all=tells_all)
    places = {code: middle_in_columns(code) for column in COLUMNS for code in column}
    known = [hop for hop in hops if hop.from_type in places and hop.to_type in places]
    return page(
        "maps/pathway.html",
        picture=hops_view(known, places, tell),
        hops=[_hop(hop) for hop in hops],
        counts={trace.value: sum(h.trace is trace for h in hops) for trace in Trace},
        traces=[(trace.value, tell(words)) for trace, words in TRACE_WORDS.items()],
        signs=signs_of({code for h in known for code in (h.from_type, h.to_type)}, tell),
        shown=SHOWN,
        wanted=wanted,
        **to_choose(),
    )


@blueprint.get("/graph.<ending>")
def graph_file(ending: str) -> Response:
    """The graph of a published period for other programs (docs/graph.md); `csv` is two, zipped."""
    if ending not in (*KINDS, "csv"):
        abort(404)
    made = graph(period_of(chosen()) or None)
    if ending == "csv":
        return saved(as_zip(made), "application/zip", "network.zip")
    return saved(FORMATS[ending](made), KINDS[ending], f"network.{ending}")


def _picture(
    template: str, knots: list[Knot], ties: list[Tie], wanted: dict[str, str], **more: Any
) -> Response:
    tell = say(language())
    layout = wanted.get("layout", "type")
    place = LAYOUTS.get(layout, LAYOUTS["type"])[1]
    names = {knot.key: knot.name for knot in knots}
    return page(
        template,
        picture=picture_view(knots, ties, place(knots), tell, _surroundings),
        ties=[_tie(tie, names) for tie in _by_volume(ties)],
        alone=[_linked(knot) for knot in knots if not knot.degree] if _is_of_all(wanted) else [],
        signs=signs_of({knot.type for knot in knots}, tell),
        kinds=[(kind.value, tell(KIND_WORDS[kind])) for kind in TieKind],
        layouts=[(code, tell(label)) for code, (label, _place) in LAYOUTS.items()],
        layout=layout if layout in LAYOUTS else "type",
        most=MOST_AGENCIES,
        files=_files(wanted),
        shown=SHOWN,
        wanted=wanted,
        **more,
        **to_choose(),
    )


def _ties(flows: Flows, knots: list[Knot], routes: tuple[LiveRoute, ...]) -> list[Tie]:
    designed = frozenset((way.from_type, way.to_type) for way in designed_in(routes))
    types = {knot.key: knot.type for knot in knots}
    return ties_between(flows, _agreements(routes), designed, types)


def _agreements(routes: tuple[LiveRoute, ...]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Those between two agencies."""
    return [
        (route.from_agency, route.to_agency)
        for route in routes
        if route.from_agency is not None and route.to_agency is not None
    ]


def _flows(wanted: dict[str, str]) -> Flows:
    period = period_of(wanted)
    return published_flows(period, need=wanted.get("need")) if period else NO_FLOWS


def _is_of_all(wanted: dict[str, str]) -> bool:
    """Whether an agency without a way says something: of one need most ways are not shown."""
    period = period_of(wanted)
    return bool(period) and not withheld(period) and "need" not in wanted


def _files(wanted: dict[str, str]) -> dict[str, str]:
    of: dict[str, Any] = {"period": wanted["period"]} if "period" in wanted else {}
    return {e: url_for("picture.graph_file", ending=e, **of) for e in (*KINDS, "csv")}


def _by_volume(ties: list[Tie]) -> list[Tie]:
    return sorted(ties, key=lambda t: (-(t.sent or 0), t.sent == 0, t.sender, t.receiver))


def _tie(tie: Tie, names: dict[str, str]) -> dict[str, Any]:
    tell = say(language())
    return {
        "sender": names[tie.sender],
        "sender_url": _surroundings(tie.sender),
        "receiver": names[tie.receiver],
        "receiver_url": _surroundings(tie.receiver),
        "kind": tell(KIND_WORDS[tie.kind]),
        "sent": "" if tie.kind is TieKind.UNUSED else volume(tie.sent, tell),
        "accepted": None if tie.accepted is None else round(100 * tie.accepted),
        "words": tie_words(tie, names, tell),
    }


def _hop(hop: Hop) -> dict[str, Any]:
    tell, spoken = say(language()), language()
    needs = all_needs()
    return {
        "from": type_word(hop.from_type, tell),
        "to": type_word(hop.to_type, tell),
        "trace": hop.trace.value,
        "word": tell(TRACE_WORDS[hop.trace]),
        "sent": volume(None if hop.has_hidden and not hop.sent else hop.sent, tell),
        "at_least": hop.has_hidden and hop.sent > 0,
        "needs": [needs[code].label(spoken) for code in hop.needs if code in needs],
    }


def _linked(knot: Knot) -> dict[str, str]:
    return {"name": knot.name, "url": _surroundings(knot.key)}


def _surroundings(key: str) -> str:
    return url_for("picture.ego", agency_id=key)

"""`/network/map`: who is there, who refers to whom, as a map, a picture, a file and in words.

The page draws with our own script and fetches what it shows; folium's document (the same data in
one file) is shown in a sandboxed frame when it is asked for, and taken along as a file. The live
map is the default: on a cheap phone it needs a tenth of what the document weighs.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, g, make_response, render_template, request, url_for

from accounts.current import who
from agencies.pages.directory_view import filters_view
from agencies.queries.directory import areas_with_agencies
from core.clock import now
from core.i18n import language, say
from core.pages import CONTENT_SECURITY_POLICY
from maps.drawings.document import policy
from maps.drawings.network import (
    LAYERS,
    Heading,
    network_document,
    network_picture,
    opening_of,
)
from maps.forms.network import Wish, read_wish
from maps.pages.network_view import heading_of, told_view
from maps.queries.flows import periods
from maps.queries.shown import Asked, Shown, shown
from maps.queries.telling import told
from maps.wording.network import URGENCIES, legend, map_words, period_words

DRAWING, LIVE = "drawing", "live"

blueprint = Blueprint("network_map", __name__, url_prefix="/network/map")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


def asked_for() -> tuple[Wish, Shown]:
    """What the address asks for, and what of it this actor sees."""
    wish = read_wish(request.args, periods())
    return wish, shown(who(), Asked(wish.need, wish.urgency, wish.period, wish.type, wish.area))


@blueprint.get("")
def show() -> Response:
    """The page."""
    wish, what = asked_for()
    view = DRAWING if request.args.get("view") == DRAWING else LIVE
    tell, figures = say(language()), told(what)
    page = render_template(
        "maps/network.html",
        wish=wish,
        view=view,
        choices=_choices(wish),
        has_periods=bool(periods()),
        drawable=bool(len(what.on_map)),
        told=told_view(what, figures, tell),
        legend=legend(tell),
        layers=[(name, tell(word), on) for name, word, on in LAYERS],
        settings=_settings(wish, what),
        links=_links(wish),
    )
    response = make_response(page)
    if view == DRAWING:
        _let_frame(response)
    return response


@blueprint.get("/drawing")
def drawing() -> Response:
    """folium's document, for the frame: its scripts reach neither the page nor a server."""
    html = _document()
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        f"{policy(html)}; frame-ancestors 'self'; sandbox allow-scripts"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/file")
def file() -> Response:
    """The same document to take along: one file, which opens offline and asks nobody."""
    html = _document()
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        f"{policy(html)}; frame-ancestors 'none'; sandbox allow-scripts"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name("html")}"'
    return response


@blueprint.get("/picture.svg")
def picture() -> Response:
    """The same as a picture, for paper and for who has no JavaScript."""
    wish, what = asked_for()
    tell = say(language())
    response = make_response(network_picture(what, _heading(wish, what), tell))
    response.content_type = "image/svg+xml"
    return response


def _document() -> str:
    wish, what = asked_for()
    tell = say(language())
    return network_document(what, _heading(wish, what), language(), tell)


def _heading(wish: Wish, what: Shown) -> Heading:
    return heading_of(wish, what, now(), language())


def _file_name(ending: str) -> str:
    return f"rujukan-network-{now():%Y-%m-%d}.{ending}"


def _let_frame(response: Response) -> None:
    """This page alone holds a frame, of our own."""
    usual = CONTENT_SECURITY_POLICY.format(nonce=g.nonce)
    response.headers["Content-Security-Policy"] = f"{usual}; frame-src 'self'"


def _choices(wish: Wish) -> dict[str, Any]:
    tell = say(language())
    known = list(periods())
    if wish.period and wish.period not in known:
        known.insert(0, wish.period)
    return {
        **filters_view(areas_with_agencies(who()), language()),
        "periods": [(period, period_words(period, tell)) for period in known],
        "urgencies": [(urgency.value, tell(word)) for urgency, word in URGENCIES.items()],
    }


def _links(wish: Wish) -> dict[str, str]:
    asked: dict[str, Any] = dict(wish.values)
    return {
        "drawing": url_for("network_map.drawing", **asked),
        "file": url_for("network_map.file", **asked),
        "picture": url_for("network_map.picture", **asked),
        "live_view": url_for("network_map.show", **asked),
        "drawing_view": url_for("network_map.show", **asked, view=DRAWING),
        **{
            name: url_for(f"network_layers.{name}", **asked, download=1)
            for name in ("agencies", "flows", "beds", "coverage")
        },
    }


def _settings(wish: Wish, what: Shown) -> dict[str, Any]:
    """What `static/js/network_map.js` reads."""
    return {
        "query": wish.values,
        "box": opening_of(what),
        "words": map_words(say(language())),
        "legend": legend(say(language())),
        "paths": {
            "ground": url_for("maps.ground_geojson"),
            **{
                name: url_for(f"network_layers.{name}")
                for name in ("agencies", "flows", "coverage", "points", "names")
            },
        },
    }

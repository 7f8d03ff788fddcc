"""Suggestions while somebody types a place: a list for the page, or JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, json, make_response, render_template, request

from agencies.queries.places import Found, PlaceChoice
from agencies.queries.places.suggest import SHORTEST, suggest
from agencies.wording.places import place_label
from core.i18n import language

blueprint = Blueprint("places", __name__)


def register(app: Flask) -> None:
    """Add the page to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/places/suggest")
def suggestions() -> Response:
    """Places for the half typed name `q` (or `place`, as the find form's field is called)."""
    typed = (request.args.get("q") or request.args.get("place") or "").strip()
    found = suggest(typed)
    answer = _json(found) if _wants_json() else _page(found, typed)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(("Accept", "Accept-Language", "Cookie"))
    return answer


def _wants_json() -> bool:
    kinds = ["text/html", "application/json"]
    return request.accept_mimetypes.best_match(kinds, "text/html") == "application/json"


def _page(found: Found, typed: str) -> Response:
    options = [(choice.value, place_label(choice, language())) for choice in found]
    page = render_template(
        "places/suggestions.html",
        options=options,
        more=found.total > len(found),
        similar=not found.certain and found.how in ("similar", "old spelling", "elsewhere"),
        asked=len(typed) > SHORTEST,
    )
    return make_response(page)


def _json(found: Found) -> Response:
    body = {
        "match": found.how.value if found else None,
        "certain": found.certain,
        "total": found.total,
        "places": [_plain(choice) for choice in found],
    }
    return Response(json.dumps(body), content_type="application/json")


def _plain(choice: PlaceChoice) -> dict[str, Any]:
    return {
        "value": choice.value,
        "code": choice.code,
        "level": choice.level,
        "kind": choice.kind,
        "name": choice.name,
        "label": place_label(choice, language()),
        "parents": list(choice.parents),
        "lat": choice.latitude,
        "lon": choice.longitude,
    }

"""Who did what in an agency, and who saw one subject: for those who may see the audit."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)

from accounts.commands.audit_reports import note_trail_read, open_access_report
from accounts.current import who
from accounts.queries.audit.names import names_of
from accounts.queries.audit.trail import Happened, may_see_audit, trail_of
from accounts.wording.audit import moment_words, sentence
from core.db import write
from core.i18n import language, say
from core.settings import Settings

blueprint = Blueprint("audit", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/audit/<uuid:agency_id>")
def trail(agency_id: uuid.UUID) -> Response:
    """What happened in an agency, newest first."""
    _guard(agency_id)
    number = _number()
    rows, pages = trail_of(agency_id, number)
    if not rows:
        abort(404)
    write(note_trail_read, who(), agency_id=agency_id)
    near = {1, number - 1, number, number + 1, pages}
    urls = {n: url_for("audit.trail", agency_id=agency_id, page=n) for n in near if 1 <= n <= pages}
    view = _view(agency_id, rows)
    return _private(
        render_template("audit/trail.html", view=view, page=number, pages=pages, urls=urls)
    )


@blueprint.get("/audit/<uuid:agency_id>/<kind>/<subject_id>")
def seen(agency_id: uuid.UUID, kind: str, subject_id: str) -> Response:
    """Who saw and changed the data of one subject."""
    _guard(agency_id)
    rows = write(
        open_access_report, who(), agency_id=agency_id, kind=kind, subject_id=subject_id
    ) or abort(404)
    name = names_of(kind, [subject_id])[subject_id]
    view = _view(agency_id, rows)
    return _private(render_template("audit/seen.html", view=view, subject=name))


def _guard(agency_id: uuid.UUID) -> None:
    if not may_see_audit(who(), agency_id):
        abort(404)


def _view(agency_id: uuid.UUID, rows: list[Happened]) -> dict[str, Any]:
    settings: Settings = current_app.config["RUJUKAN"]
    tell, here = say(language()), str(agency_id)
    return {
        "agency": names_of("agency", [here])[here],
        "agency_id": agency_id,
        "rows": [
            {
                "when": moment_words(row.at, settings.timezone, language()),
                "what": sentence(row, tell),
                "href": url_for(
                    "audit.seen",
                    agency_id=agency_id,
                    kind=row.subject[0],
                    subject_id=row.subject[1],
                )
                if row.subject
                else "",
            }
            for row in rows
        ],
    }


def _number() -> int:
    given = request.args.get("page", "1")
    return int(given) if given.isdigit() and 0 < int(given) < 1_000_000 else 1


def _private(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response

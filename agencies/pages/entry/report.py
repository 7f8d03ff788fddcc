"""Something is wrong here: from a result and from an agency's page. Ids travel in the body."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right, holds
from agencies.commands.entries.reports import MOST_WORDS, report_fact
from agencies.models import FactReport
from agencies.pages.entry.common import blueprint, is_forged, sentences
from agencies.rules.entries import ReportKind
from agencies.wording.fields import REPORT_WORDS
from core.db import write
from core.errors import RefusedError
from core.forms import Protection
from core.i18n import language, say
from core.ids import parse_id

NO_SCRIPT_PAGE, FRAGMENT = "entry/report.html", "entry/_report_box.html"


def register(app: Flask) -> None:
    """Let every page draw the form for those who may report."""
    app.context_processor(lambda: {"reporting": reporting})


def reporting() -> dict[str, Any] | None:
    """What the form needs; None for those who may not report."""
    if not holds(who().grants, Right.REPORT_FACT):
        return None
    tell = say(language())
    return {
        "kinds": [(kind.value, tell(word)) for kind, word in REPORT_WORDS.items()],
        "protection": Protection(),
        "most": MOST_WORDS,
    }


@blueprint.post("/report")
def report() -> Response | tuple[str, int] | str:
    """Save a report; the same address answers htmx with the box alone."""
    if reporting() is None:
        abort(404)
    about = {
        "offer_id": parse_id(request.form.get("offer", "")),
        "agency_id": parse_id(request.form.get("agency", "")),
    }
    kind = request.form.get("what", "")
    if not any(about.values()):
        abort(404)
    if is_forged():
        return _again({}), 422
    if kind not in set(ReportKind):
        return _again({"what": gettext("Choose what is wrong")}), 422
    try:
        made: FactReport = write(
            report_fact,
            who(),
            kind=ReportKind(kind),
            words=request.form.get("words", ""),
            **about,
        )
    except RefusedError as refusal:
        troubles = sentences(refusal)
        if "entry" in troubles:
            abort(404)
        return _again(troubles), 422
    return render_template(
        _template(),
        done=True,
        values=request.form,
        errors={},
        back=url_for("directory.agency", agency_id=made.agency_id),
    )


def _again(errors: dict[str, str]) -> str:
    return render_template(_template(), done=False, values=request.form, errors=errors, back="")


def _template() -> str:
    return FRAGMENT if request.headers.get("HX-Request") else NO_SCRIPT_PAGE

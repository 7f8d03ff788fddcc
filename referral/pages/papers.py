"""Papers: the list, a number, the print view and the PDF; how an agency's letters look."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right
from core.actors import Actor
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, Typed, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from referral.commands.record.papers import (
    LONGEST,
    Sheet,
    may_print,
    number_paper,
    read_paper,
    say_letterhead,
)
from referral.commands.record.reading import Seen
from referral.pages.pdf import as_pdf, can_make_pdf
from referral.pages.referrals.common import page
from referral.pages.referrals.panels import add_panel
from referral.pages.sheets import PAPER_WORDS, rendered
from referral.queries.listed import agencies_with
from referral.queries.papers import letter_of, letterhead_of
from referral.queries.referrals import referral_by_code
from referral.queries.story import agency_names
from referral.rules.papers import USUAL_PATTERN, Copy, Paper

Plain = dict[str, Any]
blueprint = Blueprint("papers", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app, and the way to them on the page of a referral."""
    app.register_blueprint(blueprint)
    add_panel(papers_panel)


@blueprint.get("/referrals/<ruj>/letters")
def index(ruj: str) -> Response:
    """The papers of a referral that one may print."""
    actor = who()
    referral = referral_by_code(actor, ruj)
    papers = may_print(actor, referral) if referral is not None and actor.strong else []
    if referral is None or not papers:
        raise HiddenError
    tell = say(language())
    ours = referral.sender_agency_id
    if ours not in agencies_with(actor, Right.REFER) and referral.receiver_agency_id:
        ours = referral.receiver_agency_id
    numbers = {paper: letter_of(ours, referral.id, paper) for paper in papers}
    return page(
        "papers/index.html",
        code=referral.code,
        papers=[
            (paper.value, tell(PAPER_WORDS[paper]), letter.spelt if letter else "")
            for paper, letter in numbers.items()
        ],
        has_letterhead=letterhead_of(ours) is not None,
        keeps=ours in agencies_with(actor, Right.KEEP_CHANNELS),
        can_pdf=can_make_pdf(),
    )


@blueprint.post("/referrals/<ruj>/letters")
def number(ruj: str) -> Response:
    """Give a paper its number."""
    if referral_by_code(who(), ruj) is None:
        abort(404)
    wanted = request.form.get("paper", "")
    if wanted not in set(Paper):
        raise HiddenError
    if not Protection().validate():
        flash(why_not_taken(), "bad")
    else:
        try:
            letter = write(number_paper, who(), code=ruj, paper=Paper(wanted))
            flash(gettext("Numbered: %(number)s", number=letter.spelt), "good")
        except RefusedError as refusal:
            flash(say(language())(refusal.troubles[0].message), "bad")
    return redirect(url_for("papers.index", ruj=ruj), 303)


@blueprint.get("/referrals/<ruj>/letters/<paper>")
def show(ruj: str, paper: str) -> Response:
    """A paper to be printed by the browser; that it was is recorded."""
    sheet = _read(ruj, paper)
    response = make_response(rendered(sheet, pdf=False))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/referrals/<ruj>/letters/<paper>/pdf")
def pdf(ruj: str, paper: str) -> Response:
    """The same as PDF; where it cannot be made, the print view says so."""
    if not can_make_pdf():
        _read(ruj, paper)
        flash(gettext("PDF is not set up here. Print this page with the browser instead."), "ask")
        return redirect(url_for("papers.index", ruj=ruj), 303)
    sheet = _read(ruj, paper)
    response = make_response(as_pdf(rendered(sheet, pdf=True), sheet.referral.code))
    response.headers["Content-Type"] = "application/pdf"
    # By its code alone: the name of a file is seen by others too.
    response.headers["Content-Disposition"] = f'inline; filename="{sheet.referral.code}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/letterhead")
def letterhead() -> Response:
    """How the letters of one's agencies look."""
    agency_id = _kept()
    head = letterhead_of(agency_id)
    known = {name: (getattr(head, name) or "") if head else "" for name in LONGEST}
    if head is None:
        known |= {
            "lines": agency_names({agency_id}).get(agency_id, ""),
            "number_pattern": USUAL_PATTERN,
        }
    return _letterhead_page(agency_id, Typed(MultiDict(known)))


@blueprint.post("/letterhead")
def save_letterhead() -> Response:
    """Say it anew."""
    agency_id = _kept()
    form = Typed(MultiDict(request.form))
    if not form.is_protected():
        return _letterhead_page(agency_id, form, 422)
    try:
        wanted = {name: form.get(name) for name in LONGEST}
        write(say_letterhead, who(), agency_id=agency_id, wanted=wanted)
    except RefusedError as refusal:
        form.note(refusal)
        return _letterhead_page(agency_id, form, 422)
    flash(gettext("Saved. Letters look so from now on."), "good")
    return redirect(url_for("papers.letterhead", agency=agency_id), 303)


def papers_panel(actor: Actor, seen: Seen) -> tuple[str, Plain] | None:
    """The way to the papers, on the page of a referral."""
    if seen.is_erased or not actor.strong or not may_print(actor, seen.referral):
        return None
    return "referrals/_papers.html", {"code": seen.referral.code}


def _kept() -> uuid.UUID:
    """The agency that is meant: the one of the address, else the first whose letters one keeps."""
    mine = agencies_with(who(), Right.KEEP_CHANNELS)
    asked = request.values.get("agency", "")
    wanted = parse_id(asked) if asked else next(iter(mine), None)
    if wanted is None or wanted not in mine:
        raise HiddenError
    return wanted


def _letterhead_page(agency_id: uuid.UUID, form: Typed, status: int = 200) -> Response:
    mine = agencies_with(who(), Right.KEEP_CHANNELS)
    return page(
        "papers/letterhead.html",
        status,
        form=form,
        agency_id=agency_id,
        agencies=sorted(agency_names(set(mine)).items(), key=lambda one: one[1]),
    )


def _read(ruj: str, paper: str) -> Sheet:
    if paper not in set(Paper):
        raise HiddenError
    wanted = request.args.get("copy", "")
    copy = Copy(wanted) if wanted in set(Copy) else Copy.RECEIVER
    return write(read_paper, who(), code=ruj, paper=Paper(paper), copy=copy)

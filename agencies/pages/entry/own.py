"""The overview of an own entry: what is getting old, what was reported, what was changed."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right
from agencies.commands.entries.change import confirm_fact
from agencies.commands.entries.proposals import take_over
from agencies.commands.entries.reports import settle_report
from agencies.commands.entries.undo import NO_CHANGE, undo_change
from agencies.pages.entry.common import (
    blueprint,
    is_forged,
    own_agencies,
    sent_id,
    tell_refusal,
)
from agencies.pages.entry.own_view import history_view, overview, reports_view
from agencies.queries.entries.history import history_of
from agencies.queries.entries.overview import own_entries, waiting_reports
from agencies.rules.entries import Kind
from agencies.rules.freshness import Fact
from core.db import write
from core.errors import RefusedError
from core.forms import Protection
from core.i18n import language


@blueprint.get("/entry")
def own() -> str:
    """Everything of the own entry that can be changed, and how old it is."""
    mine = own_agencies(Right.EDIT_ENTRY)
    return render_template(
        "entry/own.html",
        agencies=[overview(agency, language()) for agency in own_entries(mine)],
        reports=reports_view(waiting_reports(mine), language()),
        protection=Protection(),
    )


@blueprint.post("/entry/confirm")
def confirm() -> Response:
    """A fact is still right."""
    own_agencies(Right.EDIT_ENTRY)
    kind, fact = _kind_and_fact()
    subject_id = sent_id("id")
    if not is_forged():
        try:
            write(confirm_fact, who(), kind=kind, subject_id=subject_id, fact=fact)
        except RefusedError:
            abort(404)
        flash(gettext("Confirmed: it is dated today."), "good")
    return redirect(url_for("entry.own"), 303)


def _kind_and_fact() -> tuple[Kind, Fact]:
    kind, fact = request.form.get("kind", ""), request.form.get("fact", "")
    if kind not in set(Kind) or fact not in set(Fact):
        abort(404)
    return Kind(kind), Fact(fact)


@blueprint.post("/entry/settle")
def settle() -> Response:
    """A report was looked into."""
    own_agencies(Right.EDIT_ENTRY)
    report_id = sent_id("report")
    if not is_forged():
        outcome = request.form.get("outcome")
        try:
            if outcome == "take":
                write(take_over, who(), report_id=report_id)
            else:
                write(settle_report, who(), report_id=report_id, was_right=outcome == "right")
        except RefusedError:
            abort(404)
        flash(gettext("Settled. Thank you."), "good")
    return redirect(url_for("entry.own"), 303)


@blueprint.get("/entry/history")
def history() -> str:
    """What was changed, latest first, each with a way back."""
    mine = own_agencies(Right.EDIT_ENTRY)
    given = request.args.get("page", "1")
    number = int(given) if given.isdigit() and 0 < int(given) < 10_000 else 1
    found = history_of(mine, number)
    return render_template(
        "entry/history.html",
        changes=history_view(found, language()),
        page=found,
        urls=_page_urls(found),
        protection=Protection(),
    )


def _page_urls(found: Any) -> dict[int, str]:
    near = {1, found.number - 1, found.number, found.number + 1, found.pages}
    return {n: url_for("entry.history", page=n) for n in near if 1 <= n <= found.pages}


@blueprint.post("/entry/undo")
def undo() -> Response:
    """Put back what a change replaced."""
    own_agencies(Right.EDIT_ENTRY)
    change_id = sent_id("change")
    if not is_forged():
        try:
            write(undo_change, who(), change_id=change_id)
        except RefusedError as refusal:
            if refusal.troubles[0].message == NO_CHANGE:
                abort(404)
            tell_refusal(refusal)
        else:
            flash(gettext("Undone. What was there before is there again."), "good")
    return redirect(url_for("entry.history"), 303)

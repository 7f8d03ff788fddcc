"""The messages on a referral: a panel on its page, and a page of their own."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.wording.times import clock as say_clock
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Typed
from core.i18n import language
from referral.commands.record.reading import Seen
from referral.commands.record.thread import Thread, read_thread, unread_notes, write_note
from referral.pages.referrals.common import blueprint, page
from referral.pages.referrals.panels import add_panel
from referral.queries.referrals import zone_of_receiver
from referral.queries.story import agency_names


def register(_app: Flask) -> None:
    """Show the messages on the page of a referral."""
    add_panel(_panel)


@blueprint.get("/<ruj>/thread")
def thread(ruj: str) -> Response:
    """What both sides said; the other side's is read now."""
    return _page(ruj, Typed())


@blueprint.post("/<ruj>/thread")
def note(ruj: str) -> Response:
    """Say something to the other side."""
    typed = Typed.sent()
    if not typed.errors:
        try:
            write(write_note, who(), code=ruj, words=typed.get("words"))
            flash(gettext("Sent. The other side is told that a message waits."), "good")
            return redirect(url_for("referrals.thread", ruj=ruj), 303)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(ruj, typed, 422)


def _page(ruj: str, typed: Typed, status: int = 200) -> Response:
    found: Thread = write(read_thread, who(), code=ruj)
    return page("referrals/thread.html", status, thread=_view(found), form=typed)


def _view(found: Thread) -> dict[str, Any]:
    referral = found.referral
    zone, moment = zone_of_receiver(referral), now()
    names = agency_names({one.agency_id for one in found.said})
    return {
        "code": referral.code,
        "may_write": found.may_write,
        "said": [
            {
                "agency": names.get(one.agency_id, ""),
                "when": say_clock(one.at, moment, zone.key, language()),
                "iso": one.at.isoformat(),
                "words": one.words,
                "is_mine": one.is_mine,
                "is_new": one.was_unread,
                "is_read": one.read_at is not None,
            }
            for one in found.said
        ],
    }


def _panel(actor: Actor, seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """That there are messages; they are opened on their own page, which is recorded."""
    if not actor.strong:
        return None
    try:
        total, unread = unread_notes(actor, seen.referral)
    except HiddenError:
        return None
    values = {"code": seen.referral.code, "total": total, "unread": unread}
    return "referrals/_thread.html", values

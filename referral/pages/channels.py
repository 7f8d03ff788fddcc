"""`/channels`: how an agency learns that something waits. `/network/channels`: who does not."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.attempts import HeldBackError
from accounts.current import who
from accounts.pages.common import wait_text
from accounts.pages.places_of_work import Group, agency_group
from accounts.rules.rights import Right
from agencies.wording.times import clock as say_clock
from core.channels import is_set_up
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.i18n import LANGUAGES, _, language
from core.ids import parse_id
from core.pages import add_footer
from core.phones import spell
from referral.commands.notices.channels import (
    WRONG_CODE,
    Proof,
    Times,
    add_channel,
    change_times,
    end_channel,
    prove_channel,
    send_code_again,
    send_test,
)
from referral.models import Channel, ChannelKind
from referral.pages.referrals.common import house_zone, page, settings
from referral.queries.channels import channels_of, dead_channels
from referral.queries.listed import agencies_with

blueprint = Blueprint("channels", __name__)

KINDS: dict[ChannelKind, str] = {
    ChannelKind.EMAIL: _("E-mail"),
    ChannelKind.SMS: _("SMS"),
    ChannelKind.WHATSAPP: _("WhatsApp"),
}
NO_HOUR = _("An hour such as 21:00")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("channels.index", _("Channels for messages"))
    add_footer("channels.network", _("Where no message gets through"))
    app.register_blueprint(blueprint)


@blueprint.get("/channels")
def index() -> Response:
    """The channels of the agencies that the reader manages, and a form for a new one."""
    return _page(Typed())


@blueprint.post("/channels")
def add() -> Response:
    """A new channel; a code is on its way there."""
    typed = Typed.sent()
    agencies = _agencies()
    wanted = parse_id(typed.get("agency")) if typed.get("agency") else agencies[0].agency_id
    if wanted not in {one.agency_id for one in agencies}:
        abort(404)
    kind = next((one for one in ChannelKind if one.value == typed.get("kind")), None)
    if kind is None:
        typed.errors["kind"] = gettext("Choose one")
    if typed.errors or kind is None or wanted is None:
        return _page(typed, 422)
    try:
        write(
            add_channel,
            who(),
            agency_id=wanted,
            kind=kind,
            address=typed.get("address"),
            language=typed.get("language"),
            settings=settings(),
        )
    except RefusedError as refusal:
        typed.note(refusal)
        return _page(typed, 422)
    flash(gettext("A code is on its way there. Type it below: then the channel is proved."), "good")
    return _back()


@blueprint.post("/channels/<uuid:channel_id>/code")
def again(channel_id: uuid.UUID) -> Response:
    """Another code."""
    typed = Typed.sent()
    if not _refused(typed, lambda: write(send_code_again, who(), channel_id=channel_id)):
        flash(gettext("A new code is on its way there."), "good")
        return _back()
    return _page(typed, 422, at=channel_id)


@blueprint.post("/channels/<uuid:channel_id>/prove")
def prove(channel_id: uuid.UUID) -> Response:
    """The code that came there."""
    typed = Typed.sent()
    if not typed.errors:
        try:
            proof = write(
                prove_channel,
                who(),
                channel_id=channel_id,
                code=typed.get("code"),
                address=request.remote_addr or "",
            )
        except HeldBackError as held:
            typed.errors["code"] = wait_text(held.until)
            return _page(typed, 429, at=channel_id)
        if proof is Proof.RIGHT:
            flash(gettext("The channel is proved: messages go there from now on."), "good")
            return _back()
        typed.errors["code"] = gettext(WRONG_CODE)
    return _page(typed, 422, at=channel_id)


@blueprint.post("/channels/<uuid:channel_id>/test")
def test(channel_id: uuid.UUID) -> Response:
    """Send a test message."""
    typed = Typed.sent()
    if not _refused(typed, lambda: write(send_test, who(), channel_id=channel_id)):
        flash(
            gettext("A test is on its way. If nothing comes, look here again in a minute."), "good"
        )
        return _back()
    return _page(typed, 422, at=channel_id)


@blueprint.post("/channels/<uuid:channel_id>/hours")
def hours(channel_id: uuid.UUID) -> Response:
    """Quiet hours and the digest."""
    typed = Typed.sent()
    times = Times(
        quiet_from=_hour(typed, "quiet_from"),
        quiet_to=_hour(typed, "quiet_to"),
        digest_at=_hour(typed, "digest_at"),
        is_digest=bool(typed.get("is_digest")),
    )
    done = lambda: write(  # noqa: E731
        change_times, who(), channel_id=channel_id, times=times, language=typed.get("language")
    )
    if not _refused(typed, done):
        flash(gettext("Saved."), "good")
        return _back()
    return _page(typed, 422, at=channel_id)


@blueprint.post("/channels/<uuid:channel_id>/end")
def end(channel_id: uuid.UUID) -> Response:
    """Nothing is sent there any more."""
    typed = Typed.sent()
    if not _refused(typed, lambda: write(end_channel, who(), channel_id=channel_id)):
        flash(gettext("The channel has ended: nothing is sent there any more."), "good")
        return _back()
    return _page(typed, 422, at=channel_id)


@blueprint.get("/network/channels")
def network() -> Response:
    """For coordinators: whose channels fail, and who has none. Never an address."""
    zone, moment = house_zone(), now()

    def when(since: datetime | None) -> str:
        return say_clock(since, moment, zone.key, language()) if since else ""

    rows = [
        {
            "agency": dead.agency,
            "kind": gettext(KINDS[dead.kind]) if dead.kind else "",
            "since": when(dead.since),
        }
        for dead in dead_channels(who())
    ]
    return page("channels/network.html", rows=rows)


def _refused(typed: Typed, done: Any) -> bool:
    """Whether something is wrong with what was sent; else it is done."""
    if typed.errors:
        return True
    try:
        done()
    except RefusedError as refusal:
        typed.note(refusal)
    return bool(typed.errors)


def _hour(typed: Typed, name: str) -> time | None:
    said = typed.get(name).strip().replace(".", ":")
    if not said:
        return None
    try:
        return time.fromisoformat(said).replace(tzinfo=None)
    except ValueError:
        typed.errors[name] = gettext(NO_HOUR)
        return None


def _agencies() -> list[Group]:
    found = [agency_group(one) for one in agencies_with(who(), Right.KEEP_CHANNELS)]
    return [one for one in found if one] or abort(404)


def _page(typed: Typed, status: int = 200, *, at: uuid.UUID | None = None) -> Response:
    """`at`: the channel whose form was sent; None: that of a new one."""
    agencies = _agencies()
    return page(
        "channels/index.html",
        status,
        agencies=[
            (one, [_row(row) for row in channels_of(one.agency_id)])
            for one in agencies
            if one.agency_id
        ],
        form=typed if at is None else Typed(),
        at=str(at) if at else "",
        sent=typed,
        kinds=[
            (kind.value, gettext(name))
            for kind, name in KINDS.items()
            if is_set_up(settings(), kind.value)
        ],
        speaks=list(LANGUAGES.items()),
    )


def _row(row: Channel) -> dict[str, Any]:
    is_mail = row.kind is ChannelKind.EMAIL
    return {
        "id": str(row.id),
        "kind": gettext(KINDS[row.kind]),
        "address": row.address if is_mail else spell(row.address),
        "language": row.language,
        "is_proved": row.proved_at is not None,
        "fails_since": say_clock(row.failing_since, now(), row.timezone, language())
        if row.failing_since
        else "",
        "quiet_from": f"{row.quiet_from:%H:%M}" if row.quiet_from else "",
        "quiet_to": f"{row.quiet_to:%H:%M}" if row.quiet_to else "",
        "digest_at": f"{row.digest_at:%H:%M}" if row.digest_at else "",
        "is_digest": row.is_digest,
    }


def _back() -> Response:
    return redirect(url_for("channels.index"), 303)

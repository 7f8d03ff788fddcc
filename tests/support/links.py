"""Answering by link in tests: a proved channel, the link that went there, the code it gets."""

from __future__ import annotations

import uuid
from typing import Any

from flask.testing import FlaskClient

from core.clock import now
from core.db import db, write, writing
from referral.commands.notices.codes import code_of_link
from referral.commands.notices.links import link_for
from referral.models import AnswerLink, Channel, ChannelKind
from referral.queries.referrals import any_referral_by_code
from tests.support.sending import send


def make_channel(
    agency_id: uuid.UUID, kind: ChannelKind = ChannelKind.EMAIL, **more: object
) -> Channel:
    """A proved channel of an agency, in English."""
    is_mail = kind is ChannelKind.EMAIL
    said = {
        "agency_id": agency_id, "kind": kind, "language": "en", "timezone": "Asia/Jakarta",
        "address": "jaga@example.org" if is_mail else "+6281200002222",
        "made_at": now(), "proved_at": now(), **more,
    }  # fmt: skip
    with writing():
        channel = Channel(**said)
        db.session.add(channel)
    return channel


def link_to(code: str, channel: Channel) -> str:
    """The token of the link that the worker writes into the channel's message."""

    def make() -> str | None:
        referral = any_referral_by_code(code)
        assert referral is not None
        return link_for(referral, db.session.get_one(Channel, channel.id))

    token = write(make)
    assert token
    return token


def code_sent() -> str:
    """The code that is on its way, of the only link that has one."""
    db.session.rollback()
    link = db.session.query(AnswerLink).filter(AnswerLink.code_hash.is_not(None)).one()
    return code_of_link(link.id, link.codes_sent)


def open_link(client: FlaskClient, token: str) -> Any:
    """Ask for a code, show it, and open the decision page."""
    page = f"/answer/{token}"
    assert send(client, page, f"{page}/code").status_code == 303
    assert send(client, page, f"{page}/open", code=code_sent()).status_code == 303
    return client.get(f"{page}/decide")

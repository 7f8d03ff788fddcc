"""What the worker does with a notice: say it, mark it sent, or try the next channel."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from accounts.queries.own import own_account
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.channels import Message
from core.clock import now
from core.db import db
from core.i18n import say
from core.mail import link_to
from referral.commands.notices.letters import Letter
from referral.commands.notices.links import link_for
from referral.commands.notices.telling import put_on_channel
from referral.models import Channel, Notice, Referral
from referral.models.telling import ChannelKind
from referral.queries.channels import LiveChannel, live_channels
from referral.rules import notice_words as words
from referral.rules.notices import What, may_answer

NOTICES = "/notices"  # where everything that waits is seen, after signing in


def write_letter(_actor: Actor, *, notice_id: uuid.UUID) -> Letter | None:
    """Command of the worker: what is to be sent now for a notice; None: nothing any more.

    What is no emergency and due on the same channel goes along, as one message. The message's id is
    the notice's: the same however often it is tried.
    """
    row = db.session.get(Notice, notice_id)
    channel = db.session.get(Channel, row.channel_id) if row and row.channel_id else None
    if row is None or channel is None or channel.ended_at is not None or _is_settled(row):
        return None
    together = [row] if row.is_emergency else _due_together(row)
    said = _said_alone(row, channel) if len(together) == 1 else _said_together(together, channel)
    message = Message(row.id.hex, channel.address, *said)
    return Letter(channel.kind, message, tuple(one.id for one in together))


def mark_sent(_actor: Actor, *, notice_ids: Sequence[uuid.UUID]) -> None:
    """Command of the worker: the gateway took it; the channel is sound."""
    moment = now()
    for row in db.session.scalars(select(Notice).where(Notice.id.in_(notice_ids))):
        row.sent_at = row.sent_at or moment
        channel = db.session.get(Channel, row.channel_id) if row.channel_id else None
        if channel is not None:
            channel.failing_since = None


def note_failure(_actor: Actor, *, notice_id: uuid.UUID) -> None:
    """Command of the worker: it was not taken. The next channel is tried at once; the outbox tries
    this one again. The coordinator sees the channel until something gets through.
    """
    row = db.session.get_one(Notice, notice_id)
    moment = now()
    row.failed_at = moment
    channel = db.session.get(Channel, row.channel_id) if row.channel_id else None
    if channel is None:
        return
    channel.failing_since = channel.failing_since or moment
    following = _next_channel(row)
    if following is not None:
        put_on_channel(row, following, urgency=_urgency_of(row), moment=moment)


def account_letter(_actor: Actor, *, notice_id: uuid.UUID) -> Letter | None:
    """Command of the worker: the e-mail for a notice to one person; None: seen already."""
    row = db.session.get(Notice, notice_id)
    if row is None or row.account_id is None or row.sent_at or row.seen_at:
        return None
    account = own_account(row.account_id)
    if account.closed_at:
        return None
    tell = say(account.language or "id")
    said = words.sentence(row.what, _urgency_of(row), tell)
    subject = tell(words.SUBJECT_EMERGENCY if row.is_emergency else words.SUBJECT)
    text = words.mail_text(said, words.SIGN_IN, link_to(NOTICES), tell)
    return Letter(ChannelKind.EMAIL, Message(row.id.hex, account.email, subject, text), (row.id,))


def _is_settled(row: Notice) -> bool:
    """Sent, or of no use: seen on the platform, or it got through on another channel."""
    if row.sent_at is not None:
        return True
    if row.is_emergency:
        return False  # in an emergency every channel says it
    others = select(Notice).where(
        Notice.agency_id == row.agency_id, Notice.cause == row.cause, Notice.account_id.is_(None)
    )
    return any(one.seen_at or one.sent_at for one in db.session.scalars(others))


def _due_together(row: Notice) -> list[Notice]:
    wanted = select(Notice).where(
        Notice.channel_id == row.channel_id,
        Notice.sent_at.is_(None),
        Notice.is_emergency.is_(False),
        Notice.due_at <= now(),
        Notice.id != row.id,
    )
    others = db.session.scalars(wanted.order_by(Notice.id))
    return [row, *(one for one in others if not _is_settled(one))]


def _said_alone(row: Notice, channel: Channel) -> tuple[str, str]:
    tell = say(channel.language)
    referral = db.session.get(Referral, row.referral_id) if row.referral_id else None
    said = words.sentence(row.what, referral.urgency if referral else None, tell)
    path, lead = NOTICES, words.SIGN_IN
    if referral is not None and may_answer(What(row.what), referral.state):
        token = link_for(referral, channel)
        path, lead = (f"/answer/{token}", words.ANSWER) if token else (path, lead)
    subject = tell(words.SUBJECT_EMERGENCY if row.is_emergency else words.SUBJECT)
    form = words.mail_text if channel.kind is ChannelKind.EMAIL else words.short_text
    return subject, form(said, lead, link_to(path), tell)


def _said_together(rows: Sequence[Notice], channel: Channel) -> tuple[str, str]:
    tell = say(channel.language)
    said = tell(words.SEVERAL, number=len(rows))
    form = words.mail_text if channel.kind is ChannelKind.EMAIL else words.short_text
    return tell(words.SUBJECT), form(said, words.SIGN_IN, link_to(NOTICES), tell)


def _next_channel(row: Notice) -> LiveChannel | None:
    told = select(Notice.channel_id).where(
        Notice.agency_id == row.agency_id,
        Notice.cause == row.cause,
        Notice.channel_id.is_not(None),
    )
    tried = set(db.session.scalars(told))
    return next((one for one in live_channels(row.agency_id) if one.id not in tried), None)


def _urgency_of(row: Notice) -> Urgency | None:
    referral = db.session.get(Referral, row.referral_id) if row.referral_id else None
    return referral.urgency if referral else None

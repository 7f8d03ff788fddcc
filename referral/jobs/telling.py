"""Send what was told: the jobs behind the outbox rows of `commands/notices/telling.py`.

A row is done when the message was taken and marked. A worker that dies in between sends it again,
with the same id. No transaction waits for a gateway.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import current_app

from agencies.rules.needs import Urgency
from core import channels, outbox
from core.actors import SYSTEM
from core.db import write
from core.settings import Settings
from referral.commands.notices import codes, messages, telling
from referral.commands.notices.letters import Letter
from referral.rules.notices import What


def register() -> None:
    """Let the worker send."""
    outbox.register_job(telling.SEND, send_notice)
    outbox.register_job(telling.SEND_TO_ACCOUNT, send_to_account)
    outbox.register_job(telling.TO_COORDINATORS, tell_coordinators)
    outbox.register_job(codes.SEND_LINK_CODE, send_link_code)
    outbox.register_job(codes.SEND_CHANNEL_CODE, send_channel_code)
    outbox.register_job(codes.SEND_TEST, send_test)


def send_notice(notice: str) -> None:
    """Job: one notice over its channel."""
    notice_id = uuid.UUID(notice)
    letter = write(messages.write_letter, SYSTEM, notice_id=notice_id)
    if letter is None:
        return
    try:
        _send(letter)
    except channels.NotSentError:
        write(messages.note_failure, SYSTEM, notice_id=notice_id)
        raise
    write(messages.mark_sent, SYSTEM, notice_ids=letter.notices)


def send_to_account(notice: str) -> None:
    """Job: one notice to one person, by e-mail."""
    letter = write(messages.account_letter, SYSTEM, notice_id=uuid.UUID(notice))
    if letter is not None:
        _send(letter)
        write(messages.mark_sent, SYSTEM, notice_ids=letter.notices)


def tell_coordinators(
    agency: str, what: str, cause: str, urgency: str | None, referral: str | None
) -> None:
    """Job: find whoever coordinates, and tell each of them."""
    write(
        telling.tell_each_coordinator,
        SYSTEM,
        agency_id=uuid.UUID(agency),
        what=What(what),
        cause=cause,
        urgency=Urgency(urgency) if urgency else None,
        referral_id=uuid.UUID(referral) if referral else None,
    )


def send_link_code(link: str, number: int) -> None:
    """Job: the code that opens an answering page, to the channel that got the link."""
    _send_if_any(
        lambda: write(codes.link_code_letter, SYSTEM, link_id=uuid.UUID(link), number=number)
    )


def send_channel_code(channel: str, step: int) -> None:
    """Job: the code that proves a channel."""
    _send_if_any(
        lambda: write(codes.channel_code_letter, SYSTEM, channel_id=uuid.UUID(channel), step=step)
    )


def send_test(channel: str, mark: str) -> None:
    """Job: a test message."""
    channel_id = uuid.UUID(channel)
    letter = write(codes.letter_of_test, SYSTEM, channel_id=channel_id, mark=mark)
    if letter is None:
        return
    try:
        _send(letter)
    except channels.NotSentError:
        write(codes.note_channel, SYSTEM, channel_id=channel_id, works=False)
        raise
    write(codes.note_channel, SYSTEM, channel_id=channel_id, works=True)


def _send_if_any(write_it: Callable[[], Letter | None]) -> None:
    letter = write_it()
    if letter is not None:
        _send(letter)


def _send(letter: Letter) -> None:
    settings: Settings = current_app.config["RUJUKAN"]
    channels.send(settings, letter.kind.value, letter.message)

"""One-time codes: made from a key and a number, so that neither is kept nor waits in the outbox.

A code is sent to a channel to prove it, or to open an answering page in a browser.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from accounts.commands.attempts import count_within_hour
from core.actors import Actor
from core.channels import Message
from core.clock import now
from core.db import db
from core.errors import refused
from core.hashing import keyed_hash
from core.i18n import _, say
from referral.commands.notices.letters import Letter
from referral.models import AnswerLink, Channel
from referral.queries.links import KEY
from referral.rules import notice_words as words
from referral.rules.answer_links import CODE_FOR

SEND_LINK_CODE = "answer.code"  # kinds of outbox rows
SEND_CHANNEL_CODE = "channel.code"
SEND_TEST = "channel.test"
THROTTLED = "throttle"  # the field of a refusal that asks to wait
TOO_MANY = _("Too many codes were asked for. Please try again later.")


def code_of_link(link_id: uuid.UUID, number: int) -> str:
    """The `number`th code of an answering link: six digits."""
    return _six_digits(f"code/{link_id}/{number}")


def code_of_channel(channel_id: uuid.UUID, step: int) -> str:
    """The code that proves a channel within a step of ten minutes."""
    return _six_digits(f"channel/{channel_id}/{step}")


def step_now() -> int:
    """The number of the ten minutes that it is now."""
    return int(now().timestamp() // CODE_FOR.total_seconds())


def hash_of_code(link_id: uuid.UUID, code: str) -> str:
    """What is kept of a code."""
    return keyed_hash(KEY, f"typed/{link_id}/{code}")


def count_codes(limits: Mapping[str, int]) -> None:
    """Part of commands: count a code that is about to be sent, for each key with its hourly limit.

    `RefusedError` on `throttle` when one limit is reached. Whoever counts holds a lock.
    """
    if not count_within_hour(limits):
        raise refused(THROTTLED, TOO_MANY)


def link_code_letter(_actor: Actor, *, link_id: uuid.UUID, number: int) -> Letter | None:
    """Command of the worker: the message with a link's code; None for one that is over."""
    link = db.session.get(AnswerLink, link_id)
    channel = db.session.get(Channel, link.channel_id) if link else None
    is_over = link is None or link.codes_sent != number or (link.code_ends_at or now()) <= now()
    if link is None or channel is None or is_over or channel.ended_at is not None:
        return None
    return _code_letter(channel, code_of_link(link.id, number), f"{link.id.hex}-{number}")


def channel_code_letter(_actor: Actor, *, channel_id: uuid.UUID, step: int) -> Letter | None:
    """Command of the worker: the message with the code that proves a channel."""
    channel = db.session.get(Channel, channel_id)
    if channel is None or channel.ended_at is not None or step < step_now() - 1:
        return None
    return _code_letter(channel, code_of_channel(channel.id, step), f"{channel.id.hex}-{step}")


def letter_of_test(_actor: Actor, *, channel_id: uuid.UUID, mark: str) -> Letter | None:
    """Command of the worker: a test message."""
    channel = db.session.get(Channel, channel_id)
    if channel is None or channel.ended_at is not None:
        return None
    tell = say(channel.language)
    message = Message(mark, channel.address, tell(words.SUBJECT), tell(words.TEST))
    return Letter(channel.kind, message)


def note_channel(_actor: Actor, *, channel_id: uuid.UUID, works: bool) -> None:
    """Command of the worker: a test got through, or did not."""
    channel = db.session.get_one(Channel, channel_id)
    channel.failing_since = None if works else channel.failing_since or now()


def _code_letter(channel: Channel, code: str, own_id: str) -> Letter:
    tell = say(channel.language)
    text = tell(words.CODE, code=code)
    return Letter(channel.kind, Message(own_id, channel.address, tell(words.CODE_SUBJECT), text))


def _six_digits(what: str) -> str:
    return f"{int(keyed_hash(KEY, what)[:15], 16) % 1_000_000:06d}"

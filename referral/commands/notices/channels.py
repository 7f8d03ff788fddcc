"""The channels of an agency: added, proved by a code that comes back, tested, quiet, ended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import select

from accounts.commands.attempts import mark_right, start_attempt
from accounts.commands.audit import record
from accounts.queries.attempts import source_of
from accounts.queries.registry import agency_known
from accounts.rules.emails import as_address
from accounts.rules.rights import Right, holds_for
from core import outbox
from core.actors import Actor
from core.channels import is_set_up
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import LANGUAGES, _
from core.ids import new_id
from core.phones import e164
from core.settings import Settings
from referral.commands.notices.codes import (
    SEND_CHANNEL_CODE,
    SEND_TEST,
    code_of_channel,
    count_codes,
    step_now,
)
from referral.commands.notices.links import end_links_of_channel
from referral.models import Channel, ChannelKind
from referral.rules.answer_links import MOST_PROVING
from referral.rules.zones import zone_of_area

NO_EMAIL = _("Write one e-mail address, such as ani@example.org")
NO_NUMBER = _("Write one mobile number, such as 0812-0000-1111")
NOT_SET_UP = _("Messages cannot be sent this way here. Ask whoever runs this Rujukan.")
THERE = _("This channel is there already")
WRONG_CODE = _("This is not the code, or it is too old. Ask for a new one.")
BOTH_HOURS = _("Say both when it is quiet and until when, or neither")
NO_DIGEST_HOUR = _("Say at which hour")


@dataclass(frozen=True, slots=True)
class Times:
    """When a channel is left alone, and when routine messages come together; local times."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time | None = None
    is_digest: bool = False


class Proof(StrEnum):
    """What became of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"


def add_channel(
    actor: Actor,
    *,
    agency_id: uuid.UUID,
    kind: ChannelKind,
    address: str,
    language: str,
    settings: Settings,
) -> uuid.UUID:
    """Command: a new way to tell the agency; a code is sent there and must come back.

    One that had ended begins again, unproved. `HiddenError` for an agency that is not the actor's
    to keep; `RefusedError` for a wrong address, a way that is not set up, one that is there, or too
    many codes within the hour.
    """
    _check_right(actor, agency_id)
    if not is_set_up(settings, kind.value):
        raise refused("kind", NOT_SET_UP)
    spelt = as_address(address) if kind is ChannelKind.EMAIL else e164(address)
    if spelt is None:
        raise refused("address", NO_EMAIL if kind is ChannelKind.EMAIL else NO_NUMBER)
    channel = _known(agency_id, kind, spelt)
    if channel is not None and channel.ended_at is None:
        raise refused("address", THERE)
    zone = _zone(agency_id)
    if channel is None:
        channel = Channel(id=new_id(), agency_id=agency_id, kind=kind, address=spelt)
    channel.language = language if language in LANGUAGES else "id"
    channel.timezone, channel.made_at = zone, now()
    channel.proved_at = channel.ended_at = channel.failing_since = None
    db.session.add(channel)
    db.session.flush()
    _send_code(channel)
    _note(actor, "channel.added", channel)
    return channel.id


def send_code_again(actor: Actor, *, channel_id: uuid.UUID) -> None:
    """Command: another code to a channel that is not proved yet."""
    channel = _own(actor, channel_id)
    if channel.proved_at is None:
        _send_code(channel)


def prove_channel(actor: Actor, *, channel_id: uuid.UUID, code: str, address: str) -> Proof:
    """Command: the code came back, so the channel reaches the agency. `address`: of the network.

    `HeldBackError` after several wrong ones. A wrong code is an answer: its count is committed.
    """
    channel = _own(actor, channel_id)
    attempt = start_attempt(actor, source=source_of(f"channel:{channel_id}", address, None))
    typed = "".join(sign for sign in code if sign.isdigit())
    step = step_now()
    right = (code_of_channel(channel.id, one) for one in (step, step - 1))
    if not any(compare_digest(one, typed) for one in right):
        return Proof.WRONG
    mark_right(attempt)
    channel.proved_at = channel.proved_at or now()
    channel.failing_since = None
    db.session.flush()
    _note(actor, "channel.proved", channel)
    return Proof.RIGHT


def send_test(actor: Actor, *, channel_id: uuid.UUID) -> None:
    """Command: send a test message. `RefusedError` after too many within the hour."""
    channel = _own(actor, channel_id)
    count_codes({f"proving/{channel.agency_id}": MOST_PROVING})
    outbox.put(SEND_TEST, channel=str(channel.id), mark=new_id().hex)
    _note(actor, "channel.tested", channel)


def change_times(actor: Actor, *, channel_id: uuid.UUID, times: Times, language: str) -> None:
    """Command: quiet hours (emergencies come anyway) and the daily digest of what is routine."""
    channel = _own(actor, channel_id)
    if (times.quiet_from is None) != (times.quiet_to is None):
        raise refused("quiet_to", BOTH_HOURS)
    if times.is_digest and times.digest_at is None:
        raise refused("digest_at", NO_DIGEST_HOUR)
    channel.quiet_from, channel.quiet_to = times.quiet_from, times.quiet_to
    channel.is_digest, channel.digest_at = times.is_digest, times.digest_at
    channel.language = language if language in LANGUAGES else channel.language
    db.session.flush()
    _note(actor, "channel.changed", channel)


def end_channel(actor: Actor, *, channel_id: uuid.UUID) -> None:
    """Command: nothing is sent there any more, and its links open nothing."""
    channel = _own(actor, channel_id)
    channel.ended_at = now()
    db.session.flush()
    end_links_of_channel(channel.id)
    _note(actor, "channel.ended", channel)


def _own(actor: Actor, channel_id: uuid.UUID) -> Channel:
    channel = db.session.get(Channel, channel_id, with_for_update=True, populate_existing=True)
    if channel is None or channel.ended_at is not None:
        raise HiddenError
    _check_right(actor, channel.agency_id)
    return channel


def _check_right(actor: Actor, agency_id: uuid.UUID) -> None:
    if not holds_for(actor.grants, Right.KEEP_CHANNELS, agency_id=agency_id):
        raise HiddenError


def _known(agency_id: uuid.UUID, kind: ChannelKind, address: str) -> Channel | None:
    same = select(Channel).where(
        Channel.agency_id == agency_id, Channel.kind == kind, Channel.address == address
    )
    return db.session.scalars(same.with_for_update()).one_or_none()


def _send_code(channel: Channel) -> None:
    count_codes({f"proving/{channel.agency_id}": MOST_PROVING})
    outbox.put(SEND_CHANNEL_CODE, channel=str(channel.id), step=step_now())


def _zone(agency_id: uuid.UUID) -> str:
    known = agency_known(agency_id)
    return zone_of_area(known.areas[0] if known and known.areas else None)


def _note(actor: Actor, action: str, channel: Channel) -> None:
    record(
        actor,
        action,
        agency_id=channel.agency_id,
        subject=("channel", channel.id),
        way=channel.kind.value,
    )

"""Tell an agency, or somebody, that something waits: rows now, sent by the worker.

`tell` is a part of commands: whatever causes it calls it in its own transaction, so a message is
never without its cause nor a cause without its message. One notice for each cause and channel; the
one without a channel is what people see when they are signed in.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from accounts.queries.registry import agency_known
from accounts.walls import HANDING
from agencies.rules.needs import Urgency
from core import outbox
from core.actors import Actor
from core.clock import now
from core.db import db
from core.mail import sends_mail
from core.rows import add_row
from core.walls import cross
from referral.models import Channel, Notice, Referral
from referral.queries.channels import LiveChannel, live_channels
from referral.queries.duty import coordinators_on_duty
from referral.rules.notices import Hours, What, due_at, first_tried, is_emergency

SEND = "notice"  # kinds of outbox rows; facts: the notice's id
SEND_TO_ACCOUNT = "notice.account"
TO_COORDINATORS = "notice.coordinators"


def tell(
    *,
    agency_id: uuid.UUID,
    what: What,
    cause: str,
    urgency: Urgency | None,
    referral_id: uuid.UUID | None = None,
    account_id: uuid.UUID | None = None,
    is_new: bool = False,
) -> None:
    """Part of commands: tell an agency, or one account, that something waits.

    `cause` names what happened, such as `late/<referral>/1`: the same cause is told once.
    `urgency` of the referral, None without one. With `account_id` that person alone is told, about
    `agency_id`; by e-mail, and on `/notices`. `is_new`: of a cause
    that nobody can have told yet it is not asked whether somebody did.
    """
    moment = now()
    emergency = is_emergency(what, urgency)
    with cross(HANDING):
        if not is_new and _is_told(agency_id, account_id, cause):
            return
        row = add_row(
            Notice,
            agency_id=agency_id,
            referral_id=referral_id,
            account_id=account_id,
            cause=cause,
            what=what.value,
            is_emergency=emergency,
            due_at=moment,
        )
        if account_id is not None:
            if sends_mail():
                outbox.put(SEND_TO_ACCOUNT, notice=str(row.id))
            return
        with db.session.no_autoflush:  # no channel hangs on what waits to be written
            channels = [] if outbox.is_held_back() else live_channels(agency_id)
        tried = first_tried(
            [one.failing_since is not None for one in channels], emergency=emergency
        )
        for number in tried:
            put_on_channel(row, channels[number], urgency=urgency, moment=moment)


def tell_about(
    agency_id: uuid.UUID | None,
    *,
    referral: Referral,
    what: What,
    cause: str,
    is_new: bool = False,
) -> None:
    """Part of commands: `tell` an agency that something waits on a referral; nobody without one."""
    if agency_id is not None:
        tell(
            agency_id=agency_id,
            what=what,
            cause=cause,
            urgency=referral.urgency,
            referral_id=referral.id,
            is_new=is_new,
        )


def put_on_channel(
    first: Notice, channel: Channel | LiveChannel, *, urgency: Urgency | None, moment: datetime
) -> None:
    """Send a notice over one channel too, when the channel wants it; once."""
    hours = Hours(
        channel.quiet_from, channel.quiet_to, channel.digest_at if channel.is_digest else None
    )
    due = due_at(
        moment,
        hours,
        ZoneInfo(channel.timezone),
        emergency=first.is_emergency,
        routine=urgency is Urgency.ROUTINE,
    )
    row = add_row(
        Notice,
        agency_id=first.agency_id,
        referral_id=first.referral_id,
        channel_id=channel.id,
        cause=first.cause,
        what=first.what,
        is_emergency=first.is_emergency,
        due_at=due,
    )
    outbox.put(SEND, due_at=due, notice=str(row.id))


def tell_coordinators(
    *,
    agency_id: uuid.UUID,
    what: What,
    cause: str,
    urgency: Urgency | None,
    referral_id: uuid.UUID | None = None,
) -> None:
    """Part of commands: tell the coordinator on duty for the agency's district.

    Who that is, a clerk may not see: the worker looks it up.
    """
    outbox.put(
        TO_COORDINATORS,
        agency=str(agency_id),
        what=what.value,
        cause=cause,
        urgency=urgency.value if urgency else None,
        referral=str(referral_id) if referral_id else None,
    )


def tell_each_coordinator(
    _actor: Actor,
    *,
    agency_id: uuid.UUID,
    what: What,
    cause: str,
    urgency: Urgency | None,
    referral_id: uuid.UUID | None,
) -> None:
    """Command of the worker: the same, to each of them; told twice is the same as once."""
    known = agency_known(agency_id)
    for account_id in coordinators_on_duty(known.areas if known else (), now()).account_ids:
        tell(
            agency_id=agency_id,
            what=what,
            cause=f"{cause}/{account_id}",
            urgency=urgency,
            referral_id=referral_id,
            account_id=account_id,
        )


def see_notices(actor: Actor) -> None:
    """Command: what waits for the actor and their agencies was seen."""
    mine = (Notice.account_id == actor.id) | (
        Notice.agency_id.in_(actor.agencies) & Notice.account_id.is_(None)
    )
    db.session.execute(
        update(Notice)
        .where(mine, Notice.seen_at.is_(None))
        .values(seen_at=now())
        .execution_options(synchronize_session=False)
    )


def _is_told(agency_id: uuid.UUID, account_id: uuid.UUID | None, cause: str) -> bool:
    same = select(Notice.id).where(
        Notice.agency_id == agency_id,
        Notice.account_id == account_id,
        Notice.channel_id.is_(None),
        Notice.cause == cause,
    )
    return db.session.scalars(same).first() is not None

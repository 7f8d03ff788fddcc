"""The clocks of an asked agency: begun when it is asked, and anew when its promise lapses."""

from __future__ import annotations

from datetime import datetime

from core.db import db
from referral.commands.moves.step import Step
from referral.models import Asking, Batch, Bond, Referral
from referral.queries.referrals import is_working_day, zone_of_receiver
from referral.rules.clocks import Deadlines, deadlines


def wind_clocks(step: Step) -> None:
    """Begin the clocks of the asked agency; the original start is inherited."""
    referral, moment = step.referral, step.moment
    referral.started_at = referral.started_at or _original_start(step) or moment
    referral.asked_at = moment
    times = _times(referral, moment, referral.started_at)
    _set_answering(referral, times)
    referral.start_by = times.start


def wind_again(step: Step) -> None:
    """The promise fell through: the time to decide begins anew, the start of the service not."""
    referral, moment = step.referral, step.moment
    _set_answering(referral, _times(referral, moment, referral.started_at or moment))


def _times(referral: Referral, moment: datetime, started_at: datetime) -> Deadlines:
    with db.session.no_autoflush:  # where a place is hangs on nothing that waits to be written
        return deadlines(
            referral.urgency,
            asked_at=moment,
            started_at=max(started_at, _lands_at(referral) or started_at),
            zone=zone_of_receiver(referral),
            is_working_day=is_working_day,
            requested_by=referral.requested_by,
        )


def wind_start(referral: Referral) -> None:
    """A group comes at another time: the start of the service counts from then. Flushed by the
    caller."""
    started_at = referral.started_at
    if started_at is not None:
        referral.start_by = _times(referral, started_at, started_at).start


def _lands_at(referral: Referral) -> datetime | None:
    """When the flight lands, if it is still to come: nobody can be served before."""
    batch = db.session.get(Batch, referral.batch_id) if referral.batch_id else None
    return batch.expected_at if batch is not None and batch.arrived_at is None else None


def _set_answering(referral: Referral, times: Deadlines) -> None:
    referral.acknowledge_by, referral.decide_by = times.acknowledge, times.decide
    referral.escalate_at, referral.expires_at = times.escalate, times.expires


# These go on for the same person where another agency left off: the person has waited since then.
GOES_ON = frozenset({Bond.DIVERTED, Bond.REDIRECTED})


def _original_start(step: Step) -> datetime | None:
    referral = step.referral
    parent = db.session.get(Referral, referral.parent_id) if referral.parent_id else None
    if parent is None or referral.bond not in GOES_ON or parent.case_id != referral.case_id:
        parent = None
    asking = db.session.get(Asking, referral.asking_id) if referral.asking_id else None
    if asking is None:
        return parent.started_at if parent is not None else None
    asking.started_at = asking.started_at or (parent and parent.started_at) or step.moment
    return asking.started_at

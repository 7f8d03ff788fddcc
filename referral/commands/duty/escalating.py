"""Who is told when a clock has run out (domain.md §1.5, §6A 3): one function for each duty."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import datetime

from accounts.queries.registry import agency_known
from referral.commands.notices.telling import tell, tell_about
from referral.models import Referral
from referral.queries.duty import (
    OnCall,
    Roster,
    coordinators_on_duty,
    deputies_of,
    on_duty,
    shifts_of,
)
from referral.rules.duties import Act
from referral.rules.notices import What

Escalation = Callable[[Referral, str, datetime], None]


def _remind(referral: Referral, cause: str, moment: datetime) -> None:
    """Whoever is on duty at the receiver, and its office."""
    _tell_receiver(referral, What.REMINDER, cause)
    receiver = referral.receiver_agency_id
    if receiver is not None:
        first = [s.account_id for s in on_duty(Roster(receiver), moment) if s.account_id]
        _tell_people(referral, receiver, What.REMINDER, cause, first[:1])


def _silent(referral: Referral, cause: str, moment: datetime) -> None:
    """An emergency that nobody read: the deputy and the coordinator on duty."""
    _remind(referral, cause, moment)
    _tell_deputies(referral, cause, moment)
    _tell_coordinators(referral, cause, moment)


def _late(referral: Referral, cause: str, moment: datetime) -> None:
    """Office and deputy of the receiver; the sender, who may ask the next."""
    _tell_receiver(referral, What.LATE, cause)
    _tell_deputies(referral, cause, moment)
    _tell_sender(referral, What.LATE, cause)


def _start(referral: Referral, cause: str, moment: datetime) -> None:
    _tell_receiver(referral, What.LATE, cause)
    _tell_sender(referral, What.LATE, cause)
    _tell_coordinators(referral, cause, moment)


def _lapses_soon(referral: Referral, cause: str, _moment: datetime) -> None:
    _tell_receiver(referral, What.LAPSES_SOON, cause)
    _tell_sender(referral, What.LAPSES_SOON, cause)


def _free(referral: Referral, cause: str, _moment: datetime) -> None:
    _tell_receiver(referral, What.LAPSED, cause)
    _tell_sender(referral, What.LAPSED, cause)


def _told_by_the_move(_referral: Referral, _cause: str, _moment: datetime) -> None:
    """Every move tells both sides by itself."""


def _to_receiver(what: What) -> Escalation:
    return lambda referral, cause, _moment: _tell_receiver(referral, what, cause)


def _tell_deputies(referral: Referral, cause: str, moment: datetime) -> None:
    receiver = referral.receiver_agency_id
    if receiver is None:
        return
    found = deputies_of(receiver, moment)
    _tell_people(referral, receiver, What.LATE, cause, found.account_ids)
    # Somebody keeps a roster there, and it has a hole now.
    if not found.shifts and shifts_of(Roster(receiver)):
        tell(
            agency_id=receiver,
            what=What.NOBODY_ON_DUTY,
            cause=f"nobody/{receiver}/{moment:%Y%m%d}",
            urgency=referral.urgency,
        )


def _tell_coordinators(referral: Referral, cause: str, moment: datetime) -> None:
    receiver = referral.receiver_agency_id
    if receiver is None:
        return
    found = _coordinators(receiver, moment)
    _tell_people(referral, receiver, What.LATE, cause, found.account_ids)
    if found.is_fallback:
        for account_id in found.account_ids:
            tell(
                agency_id=receiver,
                what=What.NOBODY_ON_DUTY,
                cause=f"nobody/coordinator/{moment:%Y%m%d}/{account_id}",
                urgency=referral.urgency,
                account_id=account_id,
            )


def _coordinators(agency_id: uuid.UUID, moment: datetime) -> OnCall:
    known = agency_known(agency_id)
    return coordinators_on_duty(known.areas if known else (), moment)


def _tell_receiver(referral: Referral, what: What, cause: str) -> None:
    tell_about(referral.receiver_agency_id, referral=referral, what=what, cause=cause)


def _tell_sender(referral: Referral, what: What, cause: str) -> None:
    tell_about(referral.sender_agency_id, referral=referral, what=what, cause=cause)


def _tell_people(
    referral: Referral,
    agency_id: uuid.UUID,
    what: What,
    cause: str,
    account_ids: Collection[uuid.UUID],
) -> None:
    for account_id in account_ids:
        tell(
            agency_id=agency_id,
            what=what,
            cause=f"{cause}/{account_id}",
            urgency=referral.urgency,
            referral_id=referral.id,
            account_id=account_id,
        )


ESCALATIONS: dict[Act, Escalation] = {
    Act.REMIND: _remind,
    Act.SILENT: _silent,
    Act.LATE: _late,
    Act.ESCALATE: _tell_coordinators,
    Act.START: _start,
    Act.COME: _to_receiver(What.DID_THEY_COME),
    Act.LAPSES_SOON: _lapses_soon,
    Act.LAPSE: _told_by_the_move,
    Act.FREE: _free,
    Act.EXPIRE: _told_by_the_move,
    Act.PHONE: _to_receiver(What.BY_PHONE),
    Act.UNREAD: lambda referral, cause, _moment: _tell_sender(referral, What.RETURNED, cause),
}

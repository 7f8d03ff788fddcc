"""Papers: how an agency's letters look, their numbers, and what each holds; every print recorded.

A paper is made of the referral whenever it is printed and kept nowhere: what consent no longer
releases is on no new print. The address of a place is on none, secret or not: the person is
brought to whoever is named, or to the meeting point.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.queries.secret.meeting import Meeting
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_facts
from referral.commands.hand_over.arrivals import arrival_of
from referral.commands.hand_over.hand_overs import hand_over_of
from referral.commands.record.reading import seen_at, stage_for
from referral.models import Consent, Letter, Letterhead, Referral
from referral.queries.handing import agency_side, is_secret, points_for
from referral.queries.papers import letter_of, letterhead_of
from referral.queries.referrals import (
    any_referral_by_code,
    live_consent,
    locked_referral,
    may_see,
    zone_of_receiver,
)
from referral.queries.story import agency_names
from referral.rules.consent import Stage
from referral.rules.facts import Facts
from referral.rules.moves import Party
from referral.rules.papers import Copy, Paper, is_nip, is_pattern, spelt_number
from referral.rules.states import State

LONGEST = {
    "lines": 500,
    "city": 80,
    "number_pattern": 60,
    "signer": 120,
    "signer_title": 120,
    "signer_nip": 30,
    "copies_to": 500,
}
NEEDED = _("This is needed")
TOO_LONG = _("At most %(most)s letters")
NOT_A_PATTERN = _("It needs {number} and {year}, once each; {month} may stand in it too")
NOT_A_NIP = _("A NIP has 18 figures")
NO_LETTERHEAD = _("First say how your letters look: the numbers follow its pattern")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one paper holds for one copy of it.

    `fields` are what the copy may say of the person; `record` and `consent` are empty where the
    paper has no business with them.
    """

    referral: Referral
    paper: Paper
    copy: Copy
    side: Party
    head: Letterhead | None
    number: str | None
    issued_at: datetime | None
    sender: str
    receiver: str | None  # None: not to be named on this copy
    fields: Facts
    stage: Stage
    record: Mapping[str, str] = field(default_factory=dict)
    handed_at: datetime | None = None
    meeting: Meeting | None = None
    consent: Consent | None = None
    consent_notes: Mapping[str, Any] = field(default_factory=dict)


def read_paper(actor: Actor, *, code: str, paper: Paper, copy: Copy) -> Sheet:
    """Command: what a paper holds now. That it is printed is recorded.

    `HiddenError` for what the actor may not see: the letter and the consent form are the sender's
    to print, the hand-over record both sides'; nothing without a second factor.
    """
    referral, side = _on_a_side(actor, code, paper)
    agency_id = _agency(referral, side)
    sheet = _sheet(actor, referral, side, paper, copy)
    record(
        actor,
        "paper.printed",
        agency_id=agency_id,
        subject=("case", referral.case_id),
        paper=paper.value,
        copy=copy.value,
        referral=referral.code,
        fields=sorted(sheet.fields),
    )
    return sheet


def may_print(actor: Actor, referral: Referral) -> list[Paper]:
    """The papers of a referral that the actor may print."""
    return [paper for paper in Paper if _side(actor, referral, paper) is not None]


def number_paper(actor: Actor, *, code: str, paper: Paper) -> Letter:
    """Command: give a paper the agency's next number; the second time it keeps the first.

    Numbers of one agency and year have no gap and none is given twice: whoever asks at once waits
    for the letterhead's row. `RefusedError` without a letterhead.
    """
    referral, side = _on_a_side(actor, code, paper)
    agency_id = _agency(referral, side)
    locked = select(Letterhead).where(Letterhead.agency_id == agency_id).with_for_update()
    head = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if head is None:
        raise refused("letterhead", NO_LETTERHEAD)
    known = letter_of(agency_id, referral.id, paper)
    if known is not None:
        return known
    moment = now()
    local = moment.astimezone(zone_of_receiver(referral))
    last = db.session.scalar(
        select(func.max(Letter.number)).where(
            Letter.agency_id == agency_id, Letter.year == local.year
        )
    )
    number = (last or 0) + 1
    letter = Letter(
        agency_id=agency_id,
        referral_id=referral.id,
        paper=paper,
        year=local.year,
        number=number,
        spelt=spelt_number(head.number_pattern, number, local.month, local.year),
        issued_at=moment,
        issued_by=actor.account_id,
    )
    db.session.add(letter)
    db.session.flush()
    record(
        actor,
        "paper.numbered",
        agency_id=agency_id,
        subject=("referral", referral.id),
        paper=paper.value,
        number=number,
    )
    return letter


def say_letterhead(actor: Actor, *, agency_id: uuid.UUID, wanted: Mapping[str, str]) -> Letterhead:
    """Command: how the letters of an agency look from now on.

    `HiddenError` for whoever does not keep them; `RefusedError` for what cannot be.
    """
    if not actor.strong or not holds_for(actor.grants, Right.KEEP_CHANNELS, agency_id=agency_id):
        raise HiddenError
    said = {name: wanted.get(name, "").replace("\r\n", "\n").strip() for name in LONGEST}
    wrong = [
        Trouble(name, TOO_LONG, (("most", most),))
        for name, most in LONGEST.items()
        if len(said[name]) > most
    ]
    wrong += [Trouble(n, NEEDED) for n in ("lines", "city", "number_pattern") if not said[n]]
    if said["number_pattern"] and not is_pattern(said["number_pattern"]):
        wrong.append(Trouble("number_pattern", NOT_A_PATTERN))
    if said["signer_nip"] and not is_nip(said["signer_nip"]):
        wrong.append(Trouble("signer_nip", NOT_A_NIP))
    if wrong:
        raise RefusedError(*wrong)
    row = db.session.get(Letterhead, agency_id) or Letterhead(agency_id=agency_id)
    for name, text in said.items():
        setattr(row, name, text or None)
    row.changed_at = now()
    db.session.add(row)
    db.session.flush()
    record(actor, "letterhead.said", agency_id=agency_id, subject=("agency", agency_id))
    return row


def _on_a_side(actor: Actor, code: str, paper: Paper) -> tuple[Referral, Party]:
    found = any_referral_by_code(code)
    if found is None or not may_see(actor, found) or not actor.strong:
        raise HiddenError
    referral = locked_referral(found.id)
    side = _side(actor, referral, paper)
    if side is None:
        raise HiddenError
    return referral, side


def _side(actor: Actor, referral: Referral, paper: Paper) -> Party | None:
    """The letter and the consent form are the sender's; the record is of both."""
    if holds_for(actor.grants, Right.REFER, agency_id=referral.sender_agency_id):
        return Party.SENDER
    if paper is not Paper.RECORD or referral.state is State.DRAFT:
        return None
    return Party.RECEIVER if agency_side(actor, referral) is Party.RECEIVER else None


def _agency(referral: Referral, side: Party) -> uuid.UUID:
    if side is Party.RECEIVER and referral.receiver_agency_id is not None:
        return referral.receiver_agency_id
    return referral.sender_agency_id


def _sheet(actor: Actor, referral: Referral, side: Party, paper: Paper, copy: Copy) -> Sheet:
    agency_id, receiver_id = _agency(referral, side), referral.receiver_agency_id
    stage = _stage(actor, referral, copy)
    names = agency_names({one for one in (referral.sender_agency_id, receiver_id) if one})
    less = copy is Copy.NOTICE
    letter = letter_of(agency_id, referral.id, paper)
    hides_name = less and is_secret(referral)
    open_words = not less and stage is Stage.AFTER
    handed = hand_over_of(referral) if paper is Paper.RECORD else None
    consent = live_consent(referral, now()) if paper is Paper.CONSENT else None
    return Sheet(
        referral=referral,
        paper=paper,
        copy=copy,
        side=side,
        head=letterhead_of(agency_id),
        number=letter.spelt if letter else None,
        issued_at=letter.issued_at if letter else None,
        sender=names.get(referral.sender_agency_id, ""),
        receiver=names.get(receiver_id) if receiver_id and not hides_name else None,
        fields=seen_at(referral, stage).fields if not less and paper is Paper.LETTER else {},
        stage=stage,
        record=handed.words if handed is not None and open_words else {},
        handed_at=handed.row.arrived_at if handed is not None else None,
        meeting=_meeting(referral) if open_words and paper is Paper.RECORD else None,
        consent=consent if not less else None,
        consent_notes=_notes(consent) if consent is not None and not less else {},
    )


def _stage(actor: Actor, referral: Referral, copy: Copy) -> Stage:
    """What a receiver may see now; never more than whoever prints it may."""
    opened = referral.identity_open and live_consent(referral, now()) is not None
    if copy is Copy.NOTICE or not opened or stage_for(actor, referral) is Stage.BEFORE:
        return Stage.BEFORE
    return Stage.AFTER


def _meeting(referral: Referral) -> Meeting | None:
    point_id = arrival_of(referral).meeting_point_id
    return dict(points_for(referral)).get(point_id) if point_id else None


def _notes(consent: Consent) -> dict[str, Any]:
    try:
        return open_facts(consent.case_id, f"consent/{consent.id}/notes", consent.notes_sealed)
    except ErasedKeyError:
        return {}

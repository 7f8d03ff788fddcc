"""The messages on a referral: questions and answers between its two sides, sealed as all of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.commands.audit import record
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.ids import new_id
from core.keystore import ErasedKeyError
from core.text import lines
from referral.commands.case.sealing import open_words, seal_words
from referral.commands.notices.telling import tell
from referral.models import Note, Referral
from referral.queries.referrals import any_referral_by_code, live_consent, may_see
from referral.rules.moves import Party
from referral.rules.notices import What
from referral.rules.threads import MOST_LETTERS, may_read_thread, may_write_thread

NOTHING = _("Write something")
TOO_LONG = _("At most %(most)s letters")


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the actor reads it. `words` None: the person was erased."""

    agency_id: uuid.UUID
    at: datetime
    words: str | None
    is_mine: bool
    was_unread: bool
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Heading:
    """That there is a message: nothing of what it says."""

    id: uuid.UUID
    at: datetime
    is_mine: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said, the oldest first, and whether the actor may say more."""

    referral: Referral
    said: tuple[Said, ...]
    may_write: bool

    @property
    def unread(self) -> int:
        """How many messages of the other side were not read before."""
        return sum(one.was_unread for one in self.said)


def unread_notes(actor: Actor, referral: Referral) -> tuple[int, int]:
    """How many messages there are for the actor's side, and how many it has not read yet.

    Opens nothing. `HiddenError` for somebody to whom the thread is closed.
    """
    party = _side(actor, referral)
    notes = _notes(referral)
    mine = _agency(referral, party)
    return len(notes), sum(one.agency_id != mine and one.read_at is None for one in notes)


def notes_on(actor: Actor, *, code: str) -> tuple[Heading, ...]:
    """When somebody wrote, and for which side; no message is opened, so none counts as read.

    `HiddenError` as for reading. What a program sees of the thread.
    """
    referral = _seen(actor, code, allowed=True)
    mine = _agency(referral, _side(actor, referral))
    return tuple(
        Heading(note.id, note.at, note.agency_id == mine, note.read_at is not None)
        for note in _notes(referral)
    )


def read_thread(actor: Actor, *, code: str) -> Thread:
    """Command: open the messages of a referral; the other side's are read now, and it is recorded.

    `HiddenError` for a referral that the actor may not see, or whose thread is closed to them.
    """
    # A message may name the person: a second factor, as for the identity.
    referral = _seen(actor, code, allowed=actor.strong)
    party = _side(actor, referral)
    mine, moment = _agency(referral, party), now()
    said = []
    for note in _notes(referral):
        unread = note.agency_id != mine and note.read_at is None
        if unread:
            note.read_at = moment
        words = _open(referral, note)
        said.append(
            Said(note.agency_id, note.at, words, note.agency_id == mine, unread, note.read_at)
        )
    if said:
        record(
            actor,
            "note.read",
            agency_id=mine,
            subject=("case", referral.case_id),
            number=len(said),
        )
    may_write = may_write_thread(party, referral.state, has_basis=_has_basis(referral))
    return Thread(referral, tuple(said), may_write)


def write_note(actor: Actor, *, code: str, words: str) -> uuid.UUID:
    """Command: say something to the other side, which is told that something waits.

    `HiddenError` as for reading, and where nobody on the other side may read it any more;
    `RefusedError` without words or with too many.
    """
    referral = _seen(actor, code, allowed=actor.may_write)
    party = _side(actor, referral)
    if not may_write_thread(party, referral.state, has_basis=_has_basis(referral)):
        raise HiddenError
    said = lines(words)
    if not said:
        raise refused("words", NOTHING)
    if len(said) > MOST_LETTERS:
        raise refused("words", TOO_LONG, most=MOST_LETTERS)
    own_id, mine = new_id(), _agency(referral, party)
    sealed = seal_words(referral.case_id, f"note/{own_id}", said)
    assert sealed is not None
    assert mine is not None
    db.session.add(
        Note(
            id=own_id,
            referral_id=referral.id,
            agency_id=mine,
            at=now(),
            by=actor.account_id,
            words_sealed=sealed,
        )
    )
    db.session.flush()
    record(actor, "note.written", agency_id=mine, subject=("case", referral.case_id))
    other = _agency(referral, Party.RECEIVER if party is Party.SENDER else Party.SENDER)
    if other is not None and other != mine:
        tell(
            agency_id=other,
            what=What.NOTE,
            cause=f"note/{own_id}",
            urgency=referral.urgency,
            referral_id=referral.id,
        )
    return own_id


def _seen(actor: Actor, code: str, *, allowed: bool) -> Referral:
    referral = any_referral_by_code(code)
    if referral is None or not may_see(actor, referral) or not allowed:
        raise HiddenError
    return referral


def _side(actor: Actor, referral: Referral) -> Party:
    """On which side the actor reads: the sender's where they are of both."""
    has_basis = _has_basis(referral)
    for party in (Party.SENDER, Party.RECEIVER):
        if _agency(referral, party) in actor.agencies and may_read_thread(
            party, referral.state, has_basis=has_basis
        ):
            return party
    raise HiddenError


def _agency(referral: Referral, party: Party) -> uuid.UUID | None:
    sender = party is Party.SENDER
    return referral.sender_agency_id if sender else referral.receiver_agency_id


def _has_basis(referral: Referral) -> bool:
    return live_consent(referral, now()) is not None


def _notes(referral: Referral) -> list[Note]:
    wanted = select(Note).where(Note.referral_id == referral.id).order_by(Note.at, Note.id)
    return list(db.session.scalars(wanted))


def _open(referral: Referral, note: Note) -> str | None:
    try:
        return open_words(referral.case_id, f"note/{note.id}", note.words_sealed)
    except ErasedKeyError:
        return None

"""Papers attached to a referral: sealed with the key of the case, each with its own release.

The receiver opens one after acceptance, when its flag and the consent release it; every opening
is recorded. What a paper is, its bytes say (`rules/attachments.py`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.ids import new_id
from referral.commands.case.sealing import open_bytes, seal_bytes
from referral.commands.record.reading import released_by, stage_for
from referral.models import Attachment, AttachmentKind, Referral
from referral.queries.referrals import any_referral_by_code, locked_referral, may_see
from referral.rules.attachments import download_name, harmless_name, media_type_of
from referral.rules.consent import Stage
from referral.rules.states import OPEN, State

NOTHING = _("Choose a file")
TOO_LARGE = _("The file may have at most %(most)s MB")
TOO_MANY = _("A referral has at most %(most)s papers")
NO_PAPER = _("Only PDF, JPEG and PNG are taken, and this file is none, or not whole")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as a list shows it; `size` in bytes."""

    id: uuid.UUID
    kind: AttachmentKind
    is_released: bool
    name: str
    size: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper that was opened, with a name for the download that tells nobody's."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """How many papers, and how many megabytes each."""

    most: int
    megabytes: int


def attach(
    actor: Actor,
    *,
    code: str,
    kind: AttachmentKind,
    name: str,
    content: bytes,
    limits: Limits,
    is_released: bool = False,
) -> uuid.UUID:
    """Command: attach a paper to a referral of one's agency; returns its id.

    `HiddenError` for another agency's referral or one that is over; `RefusedError` on `file` for
    what is no paper, too large, or one too many.
    """
    referral = _own(actor, code)
    if not content:
        raise refused("file", NOTHING)
    if len(content) > limits.megabytes * MEGABYTE:
        raise refused("file", TOO_LARGE, most=limits.megabytes)
    media_type = media_type_of(content)
    if media_type is None:
        raise refused("file", NO_PAPER)
    counted = select(func.count()).where(Attachment.referral_id == referral.id)
    if (db.session.scalar(counted) or 0) >= limits.most:
        raise refused("file", TOO_MANY, most=limits.most)
    own_id = new_id()
    shown = harmless_name(name, media_type)
    db.session.add(
        Attachment(
            id=own_id,
            referral_id=referral.id,
            kind=kind,
            is_released=is_released,
            media_type=media_type,
            size=len(content),
            name_sealed=_seal(referral, own_id, "name", shown.encode()),
            content_sealed=_seal(referral, own_id, "content", content),
            made_at=now(),
            made_by=actor.account_id,
        )
    )
    db.session.flush()
    _record(actor, "attachment.added", referral, kind=kind.value, released=is_released)
    return own_id


def release(actor: Actor, *, code: str, attachment_id: uuid.UUID, is_released: bool) -> None:
    """Command: say whether a paper goes to the receiver. Of a sent one it is taken back at once."""
    referral, paper = _own_paper(actor, code, attachment_id)
    if paper.is_released is not is_released:
        paper.is_released = is_released
        db.session.flush()
        _record(actor, "attachment.released", referral, kind=paper.kind.value, released=is_released)


def remove(actor: Actor, *, code: str, attachment_id: uuid.UUID) -> None:
    """Command: take a paper away for good."""
    referral, paper = _own_paper(actor, code, attachment_id)
    db.session.delete(paper)
    db.session.flush()
    _record(actor, "attachment.removed", referral, kind=paper.kind.value)


def list_papers(actor: Actor, *, code: str) -> list[Listed]:
    """Command: the papers of a referral that the actor may open now; that they look is recorded."""
    referral, stage = _seen(actor, code)
    found = papers_at(referral, stage, released_by(referral))
    _record(actor, "attachment.listed", referral, stage=stage, number=len(found))
    return found


def open_paper(actor: Actor, *, code: str, attachment_id: uuid.UUID) -> Opened:
    """Command: open a paper, and record who did. `HiddenError` for what is closed to the actor."""
    referral, stage = _seen(actor, code)
    numbered = {
        paper.id: number
        for number, paper in enumerate(papers_at(referral, stage, released_by(referral)), 1)
    }
    paper = db.session.get(Attachment, attachment_id)
    if paper is None or attachment_id not in numbered:
        raise HiddenError
    content = open_bytes(referral.case_id, _where(paper.id, "content"), paper.content_sealed)
    _record(actor, "attachment.read", referral, stage=stage, kind=paper.kind.value)
    name = download_name(referral.code, numbered[attachment_id], paper.media_type)
    return Opened(name, paper.media_type, content)


def papers_at(referral: Referral, stage: Stage | None, released: frozenset[str]) -> list[Listed]:
    """The papers that a receiver sees at a stage; None: one's own, all of them."""
    if stage is Stage.BEFORE or (stage is not None and "attachments" not in released):
        return []
    wanted = select(Attachment).where(Attachment.referral_id == referral.id)
    if stage is not None:
        wanted = wanted.where(Attachment.is_released.is_(True))
    return [
        Listed(
            paper.id,
            paper.kind,
            paper.is_released,
            open_bytes(referral.case_id, _where(paper.id, "name"), paper.name_sealed).decode(),
            paper.size,
            paper.made_at,
        )
        for paper in db.session.scalars(wanted.order_by(Attachment.id))
    ]


def _seal(referral: Referral, own_id: uuid.UUID, field: str, content: bytes) -> bytes:
    return seal_bytes(referral.case_id, _where(own_id, field), content)


def _where(own_id: uuid.UUID, field: str) -> str:
    return f"attachment/{own_id}/{field}"


def _own(actor: Actor, code: str) -> Referral:
    found = any_referral_by_code(code)
    if found is None:
        raise HiddenError
    referral = locked_referral(found.id)
    mine = holds_for(actor.grants, Right.REFER, agency_id=referral.sender_agency_id)
    if not mine or not actor.strong or referral.state not in OPEN | {State.DRAFT}:
        raise HiddenError
    return referral


def _own_paper(actor: Actor, code: str, attachment_id: uuid.UUID) -> tuple[Referral, Attachment]:
    referral = _own(actor, code)
    paper = db.session.get(Attachment, attachment_id)
    if paper is None or paper.referral_id != referral.id:
        raise HiddenError
    return referral, paper


def _seen(actor: Actor, code: str) -> tuple[Referral, Stage | None]:
    referral = any_referral_by_code(code)
    if referral is None or not may_see(actor, referral):
        raise HiddenError
    return referral, stage_for(actor, referral)


def _record(
    actor: Actor,
    action: str,
    referral: Referral,
    *,
    stage: Stage | None = None,
    **facts: object,
) -> None:
    agency_id = referral.sender_agency_id if stage is None else referral.receiver_agency_id
    record(actor, action, agency_id=agency_id, subject=("case", referral.case_id), **facts)

"""Reads for the form: drafts of one's agencies, and whom one may ask. Nothing sealed is opened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Offer
from agencies.queries.directory import Wanted as Looked
from agencies.queries.directory import agencies_matching, agency_by_id, visible_offers
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.db import db
from referral.models import CaseFile, Referral
from referral.rules.states import State

MOST_DRAFTS = 200
MOST_CHOICES = 12


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft as the list shows it: codes, and whom it asks."""

    code: str
    case_code: str
    agency: str
    receiver: str
    urgency: Urgency
    needs: tuple[str, ...]
    made_at: datetime


def drafts_of(actor: Actor) -> list[ListedDraft]:
    """The drafts of the agencies for which the actor refers, the latest first."""
    receiver, sender = Agency.__table__.alias("receiver"), Agency.__table__.alias("sender")
    rows = db.session.execute(
        select(Referral, CaseFile.code, sender.c.name, receiver.c.name)
        .join(CaseFile, CaseFile.id == Referral.case_id)
        .join(sender, sender.c.id == Referral.sender_agency_id)
        .outerjoin(receiver, receiver.c.id == Referral.receiver_agency_id)
        .where(
            Referral.state == State.DRAFT,
            Referral.asking_id.is_(None),  # waits to be asked next: on the page of the first
            Referral.sender_agency_id.in_([own_id for own_id, _name in agencies_that_refer(actor)]),
        )
        .order_by(Referral.made_at.desc(), Referral.id)
        .limit(MOST_DRAFTS)
    )
    return [
        ListedDraft(
            found.code,
            case_code,
            agency,
            asked or "",
            found.urgency,
            tuple(link.need for link in found.needs),
            found.made_at,
        )
        for found, case_code, agency, asked in rows
    ]


def agencies_that_refer(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Id and name of the agencies for which the actor may refer, by name."""
    mine = [one for one in actor.agencies if holds_for(actor.grants, Right.REFER, agency_id=one)]
    rows = db.session.execute(
        select(Agency.id, Agency.name).where(Agency.id.in_(mine)).order_by(Agency.name)
    )
    return [(agency_id, name) for agency_id, name in rows]


def open_case_codes(agency_ids: list[uuid.UUID], *, most: int = 50) -> list[str]:
    """Codes of the open cases of some agencies, the latest first."""
    return list(
        db.session.scalars(
            select(CaseFile.code)
            .where(
                CaseFile.agency_id.in_(agency_ids),
                CaseFile.closed_at.is_(None),
                CaseFile.erased_at.is_(None),
            )
            .order_by(CaseFile.opened_at.desc(), CaseFile.id)
            .limit(most)
        )
    )


def offers_called(actor: Actor, words: str) -> list[Offer]:
    """Offers of agencies that are called so, as far as the actor sees them; the best first."""
    if not words.strip():
        return []
    found = agencies_matching(actor, Looked(words=words.strip()[:100])).agencies
    return [offer for agency in found for offer in _offers(actor, agency)][:MOST_CHOICES]


def offers_of_agency(actor: Actor, agency_id: uuid.UUID) -> list[Offer]:
    """The offers of one agency, as far as the actor sees them."""
    agency = agency_by_id(actor, agency_id)
    return _offers(actor, agency)[:MOST_CHOICES] if agency is not None else []


def _offers(actor: Actor, agency: Agency) -> list[Offer]:
    return [offer for service in agency.services for offer in visible_offers(actor, service)]

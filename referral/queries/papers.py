"""Reads for papers: how an agency's letters look, and which numbers they have."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.db import db
from referral.models import Letter, Letterhead
from referral.rules.papers import Paper


def letterhead_of(agency_id: uuid.UUID) -> Letterhead | None:
    """How the letters of an agency look, if it said so."""
    return db.session.get(Letterhead, agency_id)


def letter_of(agency_id: uuid.UUID, referral_id: uuid.UUID, paper: Paper) -> Letter | None:
    """The number that an agency gave to a paper, if it did."""
    wanted = select(Letter).where(
        Letter.agency_id == agency_id, Letter.referral_id == referral_id, Letter.paper == paper
    )
    return db.session.scalars(wanted).one_or_none()

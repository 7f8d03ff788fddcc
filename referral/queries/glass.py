"""Reads of broken glass: whose is open now, what waits for its review."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from accounts.queries.names import people
from accounts.rules.rights import Right, holds_for
from agencies.models import Agency
from agencies.queries.registry import areas_of
from core.actors import Actor, ActorKind
from core.db import db
from referral.models import GlassBreak, Referral
from referral.rules.states import UNANSWERED


@dataclass(frozen=True, slots=True)
class ListedGlass:
    """Broken glass as the list of reviews shows it: nothing of the person, no reason yet."""

    id: uuid.UUID
    code: str
    agency: str
    who: str
    at: datetime
    until: datetime
    reviewed_at: datetime | None
    was_right: bool | None


def is_open_for(actor: Actor, referral: Referral, moment: datetime) -> bool:
    """Whether this very person has broken the glass of a referral, and the hour is not over."""
    if actor.kind is not ActorKind.MEMBER or actor.id is None or not actor.strong:
        return False
    if referral.state not in UNANSWERED:
        return False  # accepted it is open anyway; declined or called off it is nobody's any more
    wanted = exists().where(
        GlassBreak.referral_id == referral.id,
        GlassBreak.by == actor.id,
        GlassBreak.agency_id == referral.receiver_agency_id,
        GlassBreak.at <= moment,
        GlassBreak.until > moment,
    )
    return bool(db.session.scalar(select(wanted)))


def marked_by_glass(referral_ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of these referrals whose glass was broken: a mark on the lists of both sides."""
    wanted = select(GlassBreak.referral_id).where(GlassBreak.referral_id.in_(list(referral_ids)))
    return frozenset(db.session.scalars(wanted))


def glass_of(referral_id: uuid.UUID) -> list[GlassBreak]:
    """Every time the glass of a referral was broken, the latest first."""
    wanted = select(GlassBreak).where(GlassBreak.referral_id == referral_id)
    return list(db.session.scalars(wanted.order_by(GlassBreak.at.desc())))


def glass_to_review(actor: Actor, *, most: int = 100) -> list[ListedGlass]:
    """Broken glass of the agencies in the actor's area: what waits first, the oldest first."""
    wanted = (
        select(GlassBreak, Referral.code, Agency.name)
        .join(Referral, Referral.id == GlassBreak.referral_id)
        .join(Agency, Agency.id == GlassBreak.agency_id)
        .order_by(GlassBreak.reviewed_at.is_not(None), GlassBreak.at, GlassBreak.id)
        .limit(most)
    )
    rows = [found for found in db.session.execute(wanted) if may_review(actor, found[0])]
    names = people(row.by for row, _code, _agency in rows)
    return [
        ListedGlass(
            row.id,
            code,
            agency,
            names.get(row.by, ""),
            row.at,
            row.until,
            row.reviewed_at,
            row.was_right,
        )
        for row, code, agency in rows
    ]


def may_review(actor: Actor, glass: GlassBreak) -> bool:
    """Whether the actor coordinates where it was broken; nobody reviews their own."""
    if actor.id is None or actor.id == glass.by:
        return False
    areas = areas_of(glass.agency_id)
    return holds_for(actor.grants, Right.REVIEW_GLASS, agency_id=glass.agency_id, areas=areas)


def unreviewed(made_before: datetime) -> list[GlassBreak]:
    """What was broken before an instant and nobody has looked at."""
    wanted = select(GlassBreak).where(
        GlassBreak.reviewed_at.is_(None), GlassBreak.at <= made_before
    )
    return list(db.session.scalars(wanted.order_by(GlassBreak.at, GlassBreak.id)))

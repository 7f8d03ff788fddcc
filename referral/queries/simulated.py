"""Reads of the simulator: the sample agencies that it plays, and what it wrote before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import selectinload

from accounts.models import Account
from accounts.rules.samples import SAMPLE_DOMAIN
from agencies.models import Agency, Location, Offer, Pool, Service, Status
from agencies.queries.find.load import candidate_of
from agencies.queries.hours import is_open
from agencies.queries.places.lookup import place
from core.actors import Tier
from core.db import db
from referral.models import (
    CaseFile,
    FollowUp,
    Hold,
    Holding,
    Notice,
    Referral,
    ReferralMove,
    UnmetNeed,
)
from referral.queries.clocks import clocks_of
from referral.rules.duties import duties

STAFF = f".{SAMPLE_DOMAIN}"  # how the addresses of the simulator's staff end


@dataclass(frozen=True, slots=True)
class PlayedOffer:
    """An offer of a sample agency."""

    id: uuid.UUID
    key: str
    agency_key: str
    needs: tuple[str, ...]
    is_secret: bool


@dataclass(frozen=True, slots=True)
class PlayedAgency:
    """A sample agency; `on_call`: somebody is there at night and on Sundays."""

    id: uuid.UUID
    key: str
    type: str
    on_call: bool
    areas: tuple[str, ...]  # codes of districts in which it has places
    offers: tuple[PlayedOffer, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs that it serves, each once."""
        return tuple(sorted({need for offer in self.offers for need in offer.needs}))


_SERVICE = selectinload(Offer.service)
# What a candidate is made of: read at once, not offer by offer.
_WITH_IT = (
    selectinload(Offer.pools),
    selectinload(Offer.phones),
    selectinload(Offer.schedules),
    selectinload(Offer.location).selectinload(Location.schedules),
    _SERVICE.selectinload(Service.needs),
    _SERVICE.selectinload(Service.areas),
    _SERVICE.selectinload(Service.languages),
    _SERVICE.selectinload(Service.schedules),
    _SERVICE.selectinload(Service.phones),
    _SERVICE.selectinload(Service.documents),
    _SERVICE.selectinload(Service.agency),
)


def played_agencies(nights: tuple[datetime, ...]) -> tuple[PlayedAgency, ...]:
    """The sample agencies that offer something, by key. `nights`: instants outside office hours."""
    wanted = (
        select(Offer)
        .join(Service, Service.id == Offer.service_id)
        .join(Agency, Agency.id == Service.agency_id)
        .join(Location, Location.id == Offer.location_id)
        .where(Agency.is_sample, Agency.status == Status.ACTIVE, Service.status == Status.ACTIVE)
        .options(*_WITH_IT)
        .order_by(Agency.key, Service.key, Location.key)
    )
    grouped: dict[Agency, list[Offer]] = {}
    for offer in db.session.scalars(wanted):
        grouped.setdefault(offer.service.agency, []).append(offer)
    return tuple(_played(agency, offers, nights) for agency, offers in grouped.items())


def _played(agency: Agency, offers: list[Offer], nights: tuple[datetime, ...]) -> PlayedAgency:
    areas = {o.location.area_code for o in offers if o.location.area_code}
    return PlayedAgency(
        id=agency.id,
        key=agency.key,
        type=agency.type,
        on_call=any(_serves_at_night(offer, nights) for offer in offers),
        areas=tuple(sorted(area for area in areas if place(area) is not None)),
        offers=tuple(
            PlayedOffer(
                id=offer.id,
                key=f"{offer.service.key}@{offer.location.key}",
                agency_key=agency.key,
                needs=tuple(link.need for link in offer.service.needs),
                is_secret=offer.location.tier == Tier.SECRET.value,
            )
            for offer in offers
        ),
    )


def _serves_at_night(offer: Offer, nights: tuple[datetime, ...]) -> bool:
    candidate = candidate_of(offer)
    return offer.service.night_intake is True or all(is_open(candidate, at) for at in nights)


def of_staff(column: SQLColumnExpression[uuid.UUID | None]) -> ColumnElement[bool]:
    """Whether a row names an account of the simulator's staff."""
    return column.in_(select(Account.id).where(Account.email.endswith(STAFF)))


def simulated_cases() -> list[uuid.UUID]:
    """The cases that the simulator's staff opened, the oldest first."""
    wanted = select(CaseFile.id).where(of_staff(CaseFile.opened_by))
    return list(db.session.scalars(wanted.order_by(CaseFile.id)))


def has_cases() -> bool:
    """Whether there is any case at all."""
    return bool(db.session.scalar(select(func.count()).select_from(CaseFile)))


def holder_of(case_code: str) -> uuid.UUID | None:
    """The agency that keeps a case now; None when it is closed or gone."""
    wanted = select(CaseFile.agency_id).where(
        CaseFile.code == case_code, CaseFile.closed_at.is_(None)
    )
    return db.session.scalar(wanted)


def follow_ups_of(referral_id: uuid.UUID) -> list[FollowUp]:
    """The tasks of a referral that are still to be done."""
    wanted = select(FollowUp).where(FollowUp.referral_id == referral_id, FollowUp.done_at.is_(None))
    return list(db.session.scalars(wanted.order_by(FollowUp.due_at)))


def next_duty_at(referral: Referral) -> datetime | None:
    """When the clocks of a referral have something to do next, however far away."""
    clocks = clocks_of(referral)
    due = (duty.at for duty in duties(clocks.facts) if duty.mark not in clocks.done)
    return next(due, None)


LOG_COLUMNS = (
    "case", "referral", "from", "to", "needs", "urgency", "number", "at", "move", "from_state",
    "to_state", "party", "reason", "in_time",
)  # fmt: skip


def log_of_simulation() -> Iterator[tuple[str, ...]]:
    """Every simulated move, oldest referral first, by ordinal numbers instead of codes and ids."""
    keys = dict(db.session.execute(select(Agency.id, Agency.key)).all())
    cases = {own_id: number for number, own_id in enumerate(simulated_cases(), 1)}
    referrals = db.session.scalars(
        select(Referral).where(Referral.case_id.in_(cases)).order_by(Referral.id)
    )
    for number, referral in enumerate(referrals, 1):
        head = (
            str(cases[referral.case_id]),
            str(number),
            keys[referral.sender_agency_id],
            keys[referral.receiver_agency_id] if referral.receiver_agency_id else "",
            " ".join(link.need for link in referral.needs),
            referral.urgency.value,
        )
        for move in moves_of(referral.id):
            yield (*head, *_spelt(move))


def moves_of(referral_id: uuid.UUID) -> list[ReferralMove]:
    """The log of a referral."""
    wanted = select(ReferralMove).where(ReferralMove.referral_id == referral_id)
    return list(db.session.scalars(wanted.order_by(ReferralMove.number)))


def _spelt(move: ReferralMove) -> tuple[str, ...]:
    return (
        str(move.number),
        move.at.isoformat(timespec="seconds"),
        move.name.value,
        move.from_state.value,
        move.to_state.value,
        move.party.value,
        move.reason or "",
        "" if move.in_time is None else str(move.in_time).lower(),
    )


def referral_with(referral_id: uuid.UUID) -> Referral | None:
    """The referral as it is now."""
    return db.session.get(Referral, referral_id)


def pools_of_holds(referral_id: uuid.UUID) -> list[tuple[Pool, int]]:
    """The pools of which somebody took places on arrival, and how many."""
    wanted = (
        select(Pool, Hold.places)
        .join(Hold, Hold.pool_id == Pool.id)
        .where(Hold.referral_id == referral_id, Hold.state == Holding.TAKEN)
        .order_by(Pool.id)
    )
    return [(pool, places) for pool, places in db.session.execute(wanted)]


def agencies_with_news() -> list[uuid.UUID]:
    """The agencies for which notices wait that nobody has seen."""
    wanted = select(Notice.agency_id).where(Notice.seen_at.is_(None)).distinct()
    return sorted(db.session.scalars(wanted))


def newest_unmet(number: int) -> list[uuid.UUID]:
    """The rows of the register of unmet needs that were written last."""
    wanted = select(UnmetNeed.id).order_by(UnmetNeed.id.desc()).limit(number)
    return list(db.session.scalars(wanted))

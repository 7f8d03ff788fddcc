"""Forget what the simulator wrote; what people did meanwhile on real cases stays."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, select, update

from accounts.commands.audit import record
from agencies.commands.index import refresh_offers
from agencies.commands.nights import forget_nights
from agencies.models import Cause, EntryChange, FactReport, Pool
from core.actors import Actor
from core.db import db
from core.keystore import keystore
from referral.commands.beds.pools import figures_changed
from referral.commands.routes.route_version import note_routes_changed
from referral.models import (
    Agreement,
    CaseFile,
    Consent,
    FollowUp,
    Hold,
    Holding,
    Notice,
    Publication,
    Referral,
    UnmetNeed,
)
from referral.queries.simulated import of_staff, simulated_cases
from referral.rules.notices import What
from referral.rules.person import key_name
from referral.rules.states import ARRIVED

OF_NO_REFERRAL = (
    What.NOBODY_ON_DUTY.value, What.AGREEMENT_PROPOSED.value, What.AGREEMENT_NEWS.value,
)  # fmt: skip
AT_ONCE = 200  # ids in one statement


def forget_simulation(
    actor: Actor,
    *,
    unmet: Sequence[uuid.UUID] = (),
    spans: Sequence[tuple[datetime, datetime]] = (),
    published_too: bool = False,
) -> int:
    """Command of the operator: remove simulated cases and all that hangs on them; how many.

    `unmet`: the rows of the register of unmet needs that the simulator noted, for nothing in them
    says whose they are. `spans`: the simulated times; of them the reminders that nobody was on duty
    and the news of agreements go too, and what was free at night, and the agreements of the
    simulated staff. `published_too`:
    in a demo, where nothing but fiction was published, what was counts cases that are gone, and
    goes. Places that simulated people have are free again. The staff's accounts and the audit
    stay: what was recorded is never taken out of it. The keys of the cases are erased, so that no
    backup opens them either.
    """
    cases = simulated_cases()
    for some in _batches(cases):
        _forget_cases(some)
    for some in _batches(unmet):
        db.session.execute(delete(UnmetNeed).where(UnmetNeed.id.in_(some)))
    for first, last in spans:
        db.session.execute(
            delete(Notice).where(
                Notice.referral_id.is_(None),
                Notice.what.in_(OF_NO_REFERRAL),
                Notice.due_at.between(first, last),
            )
        )
        # In Indonesia 22:00 is of the same day in UTC.
        forget_nights(actor, first.date(), (last + timedelta(days=1)).date())
    _forget_reports()
    db.session.execute(
        delete(EntryChange).where(EntryChange.cause == Cause.BEDS, of_staff(EntryChange.actor_id))
    )
    db.session.execute(delete(Agreement).where(of_staff(Agreement.proposed_by)))
    note_routes_changed()
    if published_too:
        db.session.execute(delete(Publication))
    record(actor, "simulation.forgotten", cases=len(cases))
    return len(cases)


def erase_simulated_keys(case_ids: Sequence[uuid.UUID]) -> None:
    """The keys of forgotten cases, once the rows are gone."""
    for case_id in case_ids:
        keystore().erase(key_name(case_id))


def _forget_cases(ids: list[uuid.UUID]) -> None:
    referrals = list(db.session.scalars(select(Referral.id).where(Referral.case_id.in_(ids))))
    for some in _batches(referrals):
        _free_places(some)
        db.session.execute(delete(Hold).where(Hold.referral_id.in_(some)))
        db.session.execute(delete(Notice).where(Notice.referral_id.in_(some)))
        db.session.execute(delete(FollowUp).where(FollowUp.referral_id.in_(some)))
        db.session.execute(delete(Referral).where(Referral.id.in_(some)))
    db.session.execute(delete(Consent).where(Consent.case_id.in_(ids)))
    db.session.execute(delete(CaseFile).where(CaseFile.id.in_(ids)))


def _free_places(referrals: list[uuid.UUID]) -> None:
    """What is held is free again, and what is occupied by those who are still there."""
    wanted = (
        select(Hold, Referral.state)
        .join(Referral, Referral.id == Hold.referral_id)
        .where(Hold.referral_id.in_(referrals), Hold.state.in_([Holding.HELD, Holding.TAKEN]))
    )
    pools = set()
    for hold, state in db.session.execute(wanted):
        if hold.state is Holding.HELD:
            change = {"held": Pool.held - hold.places}
        elif state in ARRIVED:
            change = {"occupied": Pool.occupied - hold.places}
        else:
            continue
        enough = Pool.held if hold.state is Holding.HELD else Pool.occupied
        db.session.execute(
            update(Pool)
            .where(Pool.id == hold.pool_id, enough >= hold.places)
            .values(**change)
            .execution_options(synchronize_session=False)
        )
        pools.add(hold.pool_id)
    figures_changed(pools)


def _forget_reports() -> None:
    """What declines said of the entries of sample agencies."""
    mine = of_staff(FactReport.reported_by)
    offers = set(db.session.scalars(select(FactReport.offer_id).where(mine)))
    db.session.execute(delete(FactReport).where(mine))
    refresh_offers({offer for offer in offers if offer is not None})


def _batches(ids: Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    left = iter(ids)
    while some := list(islice(left, AT_ONCE)):
        yield some

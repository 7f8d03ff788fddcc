"""Corrections that an answer to a referral proposes: the manager takes one over in one tap."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right
from agencies.commands.entries.change import put
from agencies.commands.entries.reports import NO_REPORT, settle_report
from agencies.commands.index import refresh_offers
from agencies.models import Cause, FactReport, Offer, Service
from agencies.queries.entries.own import item_of, may, offers_showing
from agencies.queries.export import services_where
from agencies.rules.entries import PARTS, Kind, ReportKind
from agencies.rules.freshness import Fact
from core.actors import Actor, ActorKind
from core.db import db
from core.errors import refused

MAY_SAY = frozenset(PARTS[Kind.SERVICE, Fact.ELIGIBILITY])


def propose(
    actor: Actor,
    *,
    offer_id: uuid.UUID,
    says: Mapping[str, bool],
    look_at: Sequence[str] = (),
) -> FactReport | None:
    """Command: the entry of an offer's service should say something else about admission.

    `says` are values of `rules.entries` fields of eligibility; `look_at` names fields that nobody
    but the agency can fill. None when the entry says so already, and the waiting one when the
    same is proposed again. The caller sees to whose word it is.
    """
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        return None
    known = services_where(Service.id == offer.service_id)[0]
    news = {n: v for n, v in says.items() if n in MAY_SAY and getattr(known, n) is not v}
    if not news and not look_at:
        return None
    proposal: dict[str, Any] = {"says": news, "look_at": list(look_at)}
    waiting = _waiting(offer_id, proposal)
    if waiting is not None:
        return waiting
    report = FactReport(
        agency_id=offer.service.agency_id,
        offer_id=offer_id,
        kind=ReportKind.OTHER,
        proposal=proposal,
        reported_by=actor.id if actor.kind is ActorKind.MEMBER else None,
    )
    db.session.add(report)
    db.session.flush()
    record(
        actor,
        "fact.proposed",
        agency_id=report.agency_id,
        subject=("report", report.id),
        fields=sorted([*news, *look_at]),
    )
    return report


def take_over(actor: Actor, *, report_id: uuid.UUID) -> FactReport:
    """Command: the entry says what was proposed from now on, and the proposal is settled.

    Nothing else of the entry counts as confirmed by it. `RefusedError` without the right to edit
    that agency's entry (as for a report that is not there), and for one that proposes no value.
    """
    report = db.session.scalar(
        select(FactReport).where(FactReport.id == report_id).with_for_update()
    )
    if report is None or report.settled_at or not may(actor, Right.EDIT_ENTRY, report.agency_id):
        raise refused("report", NO_REPORT)
    offer = db.session.get(Offer, report.offer_id) if report.offer_id else None
    says = (report.proposal or {}).get("says", {})
    if offer is None or not says:
        raise refused("report", NO_REPORT)
    service_id = offer.service_id
    item = item_of(actor, Right.EDIT_ENTRY, Kind.SERVICE, service_id, lock=True)
    if item is None:
        raise refused("report", NO_REPORT)
    put(actor, item, says, cause=Cause.EDIT)
    refresh_offers(offers_showing(Kind.SERVICE, service_id))
    return settle_report(actor, report_id=report_id, was_right=True)


def _waiting(offer_id: uuid.UUID, proposal: dict[str, Any]) -> FactReport | None:
    rows = db.session.scalars(
        select(FactReport).where(
            FactReport.offer_id == offer_id,
            FactReport.proposal.is_not(None),
            FactReport.settled_at.is_(None),
        )
    )
    return next((row for row in rows if row.proposal == proposal), None)

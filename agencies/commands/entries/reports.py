"""A worker reports a wrong fact; the agency's manager settles it."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds
from agencies.commands.index import refresh_offers
from agencies.models import Agency, FactReport, Location, Offer, Service
from agencies.queries.entries.own import may, offers_showing
from agencies.rules.entries import Kind, ReportKind
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import refused
from core.i18n import _

MOST_WORDS = 300
NO_SUCH = _("There is no such entry")
NO_REPORT = _("There is no such report")
SAY_WHAT = _("Say in a few words what is wrong")
TOO_LONG = _("At most %(most)d letters")


def report_fact(
    actor: Actor,
    *,
    kind: ReportKind,
    words: str = "",
    offer_id: uuid.UUID | None = None,
    agency_id: uuid.UUID | None = None,
) -> FactReport:
    """Command: something about an offer, or about a whole agency, is wrong.

    `words` are about the service and never about a person; for another fault they are needed.
    The same kind again from the same account, while the first waits, is the same report.
    `RefusedError` for an entry that is not there or that the actor may not see, and without the
    right to report.
    """
    owner = _visible_owner(actor, offer_id, agency_id)
    if owner is None or not holds(actor.grants, Right.REPORT_FACT):
        raise refused("entry", NO_SUCH)
    words = words.strip()
    if kind is ReportKind.OTHER and not words:
        raise refused("words", SAY_WHAT)
    if len(words) > MOST_WORDS:
        raise refused("words", TOO_LONG, most=MOST_WORDS)
    known = _waiting_one(actor, owner, offer_id, kind)
    if known is not None:
        known.words = words or known.words
        return known
    report = FactReport(
        agency_id=owner, offer_id=offer_id, kind=kind, words=words or None, reported_by=actor.id
    )
    db.session.add(report)
    db.session.flush()
    record(actor, "fact.reported", agency_id=owner, subject=("report", report.id), kind=kind.value)
    refresh_offers(_shown_at(report))
    return report


def settle_report(actor: Actor, *, report_id: uuid.UUID, was_right: bool) -> FactReport:
    """Command: the agency looked into a report; it is shown no longer.

    `was_right` says whether the entry was wrong. `RefusedError` without the right to edit that
    agency's entry, as for a report that is not there or is settled already.
    """
    report = db.session.scalar(
        select(FactReport).where(FactReport.id == report_id).with_for_update()
    )
    if report is None or report.settled_at or not may(actor, Right.EDIT_ENTRY, report.agency_id):
        raise refused("report", NO_REPORT)
    report.settled_at, report.settled_by, report.was_right = now(), actor.id, was_right
    record(
        actor,
        "report.settled",
        agency_id=report.agency_id,
        subject=("report", report.id),
        was_right=was_right,
    )
    refresh_offers(_shown_at(report))
    return report


def _visible_owner(
    actor: Actor, offer_id: uuid.UUID | None, agency_id: uuid.UUID | None
) -> uuid.UUID | None:
    """The agency, when the actor may see what is spoken of."""
    if offer_id is None:
        seen = select(Agency.id).where(Agency.id == agency_id, Agency.tier <= actor.sees.value)
        return db.session.scalar(seen)
    return db.session.scalar(
        select(Service.agency_id)
        .join(Offer, Offer.service_id == Service.id)
        .join(Location, Location.id == Offer.location_id)
        .where(Offer.id == offer_id, Location.tier <= actor.sees.value)
    )


def _waiting_one(
    actor: Actor, agency_id: uuid.UUID, offer_id: uuid.UUID | None, kind: ReportKind
) -> FactReport | None:
    """What the same account reported already: pressed thrice is not three reports."""
    return db.session.scalar(
        select(FactReport)
        .where(
            FactReport.agency_id == agency_id,
            FactReport.offer_id == offer_id if offer_id else FactReport.offer_id.is_(None),
            FactReport.kind == kind,
            FactReport.reported_by == actor.id,
            FactReport.proposal.is_(None),
            FactReport.settled_at.is_(None),
        )
        .limit(1)
    )


def _shown_at(report: FactReport) -> list[uuid.UUID]:
    if report.offer_id:
        return [report.offer_id]
    return offers_showing(Kind.AGENCY, report.agency_id)

"""What hangs on a referral, one row each; None where there is none or the walls hide it."""

from __future__ import annotations

import uuid

from core.db import db
from referral.models import Arrival, CaseFile, Consent, HandOver, Referral, ReturnReferral


def case_of(referral: Referral) -> CaseFile | None:
    """The case of its person."""
    return db.session.get(CaseFile, referral.case_id)


def consent_known(consent_id: uuid.UUID) -> Consent | None:
    """A basis."""
    return db.session.get(Consent, consent_id)


def arrival_known(referral: Referral) -> Arrival | None:
    """Where, when and how the person comes."""
    return db.session.get(Arrival, referral.id)


def hand_over_known(referral: Referral) -> HandOver | None:
    """Who brought and who received them."""
    return db.session.get(HandOver, referral.id)


def return_known(referral: Referral) -> ReturnReferral | None:
    """What came of it."""
    return db.session.get(ReturnReferral, referral.id)

"""Show what was released of a case: to whoever keeps it, and to the survivor."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.commands.audit import record
from agencies.models import Agency
from core.actors import Actor
from core.clock import now
from core.db import db
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_facts
from referral.commands.consent.consents import OVER, own_case
from referral.models import Consent, Referral
from referral.queries.consents import consents_of
from referral.rules.consent import (
    ALWAYS,
    SHARED_BY_NAME,
    Assent,
    Basis,
    Giver,
    Mode,
    Stage,
    visible,
)
from referral.rules.states import State


@dataclass(frozen=True, slots=True)
class ShownConsent:
    """A basis with what the agency may see, and what of it it sees at this instant.

    `notes` are opened: who was witness, who decided. `referrals`: codes of what was sent under it.
    `to_ask_again`: the fields to choose from when it is said again; None where nothing would go
    on under it.
    """

    id: uuid.UUID
    agency: str
    basis: Basis
    giver: Giver
    mode: Mode
    assent: Assent | None
    given_at: datetime
    ends_at: datetime | None
    ends_on_arrival: bool
    withdrawn_at: datetime | None
    is_live: bool
    may_see: tuple[str, ...]
    sees_now: tuple[str, ...]
    knows_who: bool
    referrals: tuple[str, ...]
    notes: Mapping[str, str]
    to_ask_again: tuple[str, ...] | None


def show_consents(actor: Actor, *, case_code: str) -> list[ShownConsent]:
    """Command: every basis of a case, the latest first; that it was opened is recorded.

    `HiddenError` for a case of another agency.
    """
    case = own_case(actor, case_code)
    moment = now()
    under = _referrals_by_consent(case.id)
    found = consents_of(case.id)
    wanted = select(Agency.id, Agency.name, Agency.type).where(
        Agency.id.in_({one.receiver_agency_id for one in found})
    )
    agencies = {own_id: (name, kind) for own_id, name, kind in db.session.execute(wanted)}
    record(
        actor,
        "consent.shown",
        agency_id=case.agency_id,
        subject=("case", case.id),
        number=len(found),
    )
    return [_shown(one, under[one.id], *agencies[one.receiver_agency_id], moment) for one in found]


def _shown(
    consent: Consent, referrals: list[Referral], agency: str, kind: str, moment: datetime
) -> ShownConsent:
    ended = consent.ends_at is not None and consent.ends_at <= moment
    is_live = consent.withdrawn_at is None and not ended
    released = frozenset(consent.fields)
    sent = [one for one in referrals if one.state is not State.DRAFT]
    knows_who = is_live and any(one.identity_open for one in sent)
    stage = Stage.AFTER if knows_who else Stage.BEFORE
    return ShownConsent(
        id=consent.id,
        agency=agency,
        basis=consent.basis,
        giver=consent.giver,
        mode=consent.mode,
        assent=consent.assent,
        given_at=consent.given_at,
        ends_at=consent.ends_at,
        ends_on_arrival=consent.ends_on_arrival,
        withdrawn_at=consent.withdrawn_at,
        is_live=is_live,
        may_see=visible(Stage.AFTER, released, kind),
        sees_now=visible(stage, released, kind) if is_live and sent else (),
        knows_who=knows_who,
        referrals=tuple(one.code for one in sent),
        notes=_notes(consent),
        to_ask_again=_to_ask_again(consent, sent),
    )


def _to_ask_again(consent: Consent, sent: list[Referral]) -> tuple[str, ...] | None:
    if all(one.state in OVER for one in sent):
        return None
    return tuple(name for name in SHARED_BY_NAME if name in consent.fields and name not in ALWAYS)


def _notes(consent: Consent) -> dict[str, str]:
    try:
        return open_facts(consent.case_id, f"consent/{consent.id}/notes", consent.notes_sealed)
    except ErasedKeyError:
        return {}


def _referrals_by_consent(case_id: uuid.UUID) -> dict[uuid.UUID, list[Referral]]:
    found: dict[uuid.UUID, list[Referral]] = defaultdict(list)
    wanted = select(Referral).where(Referral.case_id == case_id).order_by(Referral.made_at)
    for referral in db.session.scalars(wanted):
        if referral.consent_id is not None:
            found[referral.consent_id].append(referral)
    return found

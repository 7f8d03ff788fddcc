"""Legal bases: recorded, one for each receiving agency, and said again before they end."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.models import Agency
from agencies.rules.person import may_be_child
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from referral.commands.case.sealing import open_facts, person_of, seal_facts
from referral.commands.notices.telling import tell_about
from referral.models import CaseFile, Consent, Referral, ReferralNeed
from referral.queries.cases import any_case_by_code
from referral.queries.consents import referrals_under
from referral.queries.exclusions import is_agency_excluded
from referral.queries.referrals import locked_referrals
from referral.rules.consent import (
    FIELD_OF,
    SHARED_BY_NAME,
    Assent,
    Basis,
    Flaw,
    Giver,
    Grounds,
    Mode,
    flaws,
    releasable,
)
from referral.rules.facts import person_in
from referral.rules.notices import What
from referral.rules.states import IDENTITY_OPEN, State

ASSAULT, POST_RAPE_CARE = "assault", "K2"  # a sign and a need that speak of sexual violence

NOT_A_FIELD = _("There is no such field to release")
ENDS_BEFORE = _("It must end after it was given")
NO_SUCH_AGENCY = _("There is no such agency")
EXCLUDED = _("This agency is excluded for this case")
ANOTHER_AGENCY = _("A consent is said again for the same agency")
FLAW_WORDS: dict[Flaw, str] = {
    Flaw.NO_WITNESS: _("Name the witness of what was said aloud"),
    Flaw.NO_OFFICIAL: _("Name the official who decided"),
    Flaw.NOT_ASKED: _("Say how consent was given"),
    Flaw.NOT_THE_SURVIVOR: _("An adult consents for themselves"),
    Flaw.NOT_THE_CAREGIVER: _(
        "For a child the caregiver consents. Is the caregiver not to know? Then the basis is the"
        " child's best interest, decided by a named official."
    ),
    Flaw.NOT_AN_OFFICIAL: _("On this basis an official or the court answers for it"),
    Flaw.NO_ASSENT: _("Ask the child, and say what they answered"),
    Flaw.CHILD_SAID_NO: _("The child said no. Only another basis can carry this referral."),
    Flaw.NO_CHILD: _("The best interest of a child is no basis for an adult"),
    Flaw.WHY_NOT_TOLD: _("Say why the caregiver was not told"),
    Flaw.NOT_MANDATORY: _(
        "A report is mandatory for sexual violence and for children only. This adult decides."
    ),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A basis as it was given. `fields` are names of `rules/consent.py`; `notes` are sealed:
    `purpose`, `witness`, `official`, `caregiver_why`.

    `may_be_child` and `is_sexual_violence`: None for what the latest referral of the case says.
    """

    receiver_agency_id: uuid.UUID
    basis: Basis = Basis.CONSENT
    giver: Giver = Giver.SURVIVOR
    mode: Mode = Mode.WRITTEN
    language: str = "id"
    fields: Collection[str] = ()
    ends_at: datetime | None = None
    ends_on_arrival: bool = False
    copy_given: bool = False
    assent: Assent | None = None
    caregiver_informed: bool | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    may_be_child: bool | None = None
    is_sexual_violence: bool | None = None


def record_consent(actor: Actor, *, case_code: str, given: Given) -> uuid.UUID:
    """Command: record the basis to hand fields of a case to one agency; returns its id.

    Fields that the agency's kind never sees are left out (`rules/consent.py`); the audit says how
    many. `HiddenError` for a case of another agency; `RefusedError` for an unknown field, an end
    that is past, an excluded agency, and for everything that keeps the basis from holding.
    """
    case = own_case(actor, case_code)
    moment = now()
    receiver = _check(case, given, moment)
    fields, left_out = releasable(given.fields, receiver.type)
    consent = Consent(
        case_id=case.id,
        agency_id=case.agency_id,
        receiver_agency_id=given.receiver_agency_id,
        basis=given.basis,
        giver=given.giver,
        mode=given.mode,
        language=given.language,
        fields=sorted(fields),
        copy_given=given.copy_given,
        given_at=moment,
        ends_at=given.ends_at,
        ends_on_arrival=given.ends_on_arrival,
        recorded_by=actor.account_id,
        assent=given.assent,
        caregiver_informed=given.caregiver_informed,
    )
    db.session.add(consent)
    db.session.flush()
    where = f"consent/{consent.id}/notes"
    consent.notes_sealed = seal_facts(case.id, where, dict(given.notes))
    db.session.flush()
    record(
        actor,
        "consent.recorded",
        agency_id=case.agency_id,
        subject=("case", case.id),
        consent=str(consent.id),
        basis=given.basis.value,
        fields=len(consent.fields),
        left_out=left_out,
    )
    return consent.id


def renew_consent(
    actor: Actor, *, case_code: str, consent_id: uuid.UUID, given: Given
) -> uuid.UUID:
    """Command: said again, as a new row; the referrals under the old one go on under the new.

    The old row stays as it is: it proves what held until now. Whose view was closed meanwhile is
    told that it is open again. `HiddenError` for a consent of
    another case; `RefusedError` for another agency, and as `record_consent`.
    """
    case = own_case(actor, case_code)
    old = db.session.get(Consent, consent_id)
    if old is None or old.case_id != case.id:
        raise HiddenError
    if old.receiver_agency_id != given.receiver_agency_id:
        raise refused("receiver", ANOTHER_AGENCY)
    new_id = record_consent(actor, case_code=case_code, given=given)
    moment = now()
    for referral in locked_referrals(referrals_under([old.id])):
        if referral.state in OVER:
            continue
        was_open = referral.identity_open
        referral.consent_id, referral.moved_at = new_id, moment
        referral.identity_open = referral.state in IDENTITY_OPEN
        db.session.flush()
        if referral.identity_open and not was_open:
            cause = f"{What.OPEN_AGAIN.value}/{referral.id}/{new_id}"
            receiver = referral.receiver_agency_id
            tell_about(receiver, referral=referral, what=What.OPEN_AGAIN, cause=cause)
    db.session.flush()
    return new_id


# What a new consent opens no more.
OVER = frozenset(
    {State.CANCELLED, State.DECLINED, State.EXPIRED, State.REDIRECTED, State.DIVERTED,
     State.CLOSED, State.IN_ERROR}
)  # fmt: skip


def own_case(actor: Actor, code: str) -> CaseFile:
    """The case, for whoever refers for its agency; `HiddenError` for anybody else."""
    case = any_case_by_code(code)
    if case is None or not holds_for(actor.grants, Right.REFER, agency_id=case.agency_id):
        raise HiddenError
    return case


def _check(case: CaseFile, given: Given, moment: datetime) -> Agency:
    receiver = db.session.get(Agency, given.receiver_agency_id)
    if receiver is None:
        raise refused("receiver", NO_SUCH_AGENCY)
    wrong = []
    if not set(given.fields) <= SHARED_BY_NAME.keys():
        wrong.append(Trouble("fields", NOT_A_FIELD))
    if given.ends_at is not None and given.ends_at <= moment:
        wrong.append(Trouble("ends_at", ENDS_BEFORE))
    if is_agency_excluded(case.id, receiver.id):
        wrong.append(Trouble("receiver", EXCLUDED))
    found = flaws(_grounds(case, given, moment))
    wrong += [Trouble(FIELD_OF[flaw], FLAW_WORDS[flaw]) for flaw in found]
    if wrong:
        raise RefusedError(*wrong)
    return receiver


def _grounds(case: CaseFile, given: Given, moment: datetime) -> Grounds:
    child, violence = given.may_be_child, given.is_sexual_violence
    if child is None:
        child = _may_be_child(case, given, moment)
    if violence is None:
        violence = _says_sexual_violence(case)
    return grounds_of(given, may_be_child=child, is_sexual_violence=violence)


def grounds_of(
    given: Given, *, may_be_child: bool, is_sexual_violence: bool | None = None
) -> Grounds:
    """What the rules judge of a basis; what the basis itself does not say is given along."""
    violence = given.is_sexual_violence
    return Grounds(
        basis=given.basis,
        giver=given.giver,
        mode=given.mode,
        may_be_child=may_be_child,
        assent=given.assent,
        caregiver_informed=given.caregiver_informed,
        is_sexual_violence=is_sexual_violence if violence is None else violence,
        witness=given.notes.get("witness", ""),
        official=given.notes.get("official", ""),
        caregiver_why=given.notes.get("caregiver_why", ""),
    )


def _may_be_child(case: CaseFile, given: Given, moment: datetime) -> bool:
    """By what the case and its latest referral know of the age; in doubt a child.

    Where nobody knows, by how the basis was given: with a child's assent, or by a caregiver.
    """
    latest = db.session.scalars(_referrals_of(case).limit(1)).one_or_none()
    if latest is not None:
        where = f"referral/{latest.id}/facts"
        facts = open_facts(case.id, where, latest.facts_sealed)
        if facts.get("age") is not None:
            return may_be_child(person_in(facts))
    born = person_of(case).get("birth_year")
    if born:
        return moment.year - int(born) <= _IN_WHICH_17_MAY_BE
    return (
        given.assent is not None
        or given.giver is Giver.CAREGIVER
        or given.basis is Basis.BEST_INTEREST
    )


_IN_WHICH_17_MAY_BE = 18  # years since the year of birth: the birthday may still come


def _says_sexual_violence(case: CaseFile) -> bool | None:
    """Yes where a referral of the case was made for an assault or for post-rape care."""
    told = _referrals_of(case).where(
        (Referral.urgency_sign == ASSAULT) | Referral.needs.any(ReferralNeed.need == POST_RAPE_CARE)
    )
    return True if db.session.scalars(told.limit(1)).first() is not None else None


def _referrals_of(case: CaseFile) -> Select[Referral]:
    return select(Referral).where(Referral.case_id == case.id).order_by(Referral.made_at.desc())

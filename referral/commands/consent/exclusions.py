"""Leave an agency, or somebody in one, out of a case: family, or a conflict of interest."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from accounts.commands.audit import record
from accounts.models import Account, Membership
from accounts.walls import EXCLUDING
from agencies.models import Agency
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.ids import new_id
from core.keystore import ErasedKeyError
from core.walls import cross
from referral.commands.case.sealing import open_words, seal_words
from referral.commands.consent.consents import own_case
from referral.commands.consent.withdrawing import Closed, withdraw_from_agency
from referral.models import CaseFile, Exclusion
from referral.queries.exclusions import ListedExclusion, exclusions_of, is_agency_excluded

WORDS_LETTERS = 300
NO_SUCH_AGENCY = _("There is no such agency")
OWN_AGENCY = _("Your own agency keeps this case. Exclude the person instead.")
NOBODY = _("Nobody with this address works at that agency. Exclude the agency if you are not sure.")
NOT_YOURSELF = _("You keep this case. Somebody else must exclude you.")
TOO_LONG = _("At most %(most)s letters")


def exclude_agency(actor: Actor, *, case_code: str, agency_id: uuid.UUID, words: str) -> Closed:
    """Command: an agency is not to be asked for a case; what it was given before is taken back.

    `words` say why, sealed. `HiddenError` for a case of another agency; `RefusedError` for an
    unknown agency and the one whose case it is. A second time nothing happens.
    """
    case = own_case(actor, case_code)
    if db.session.get(Agency, agency_id) is None:
        raise refused("agency", NO_SUCH_AGENCY)
    if agency_id == case.agency_id:
        raise refused("agency", OWN_AGENCY)
    if not is_agency_excluded(case.id, agency_id):
        _write(actor, case, words, excluded_agency_id=agency_id)
    return withdraw_from_agency(actor, case_code=case_code, agency_id=agency_id)


def exclude_person(
    actor: Actor, *, case_code: str, agency_id: uuid.UUID, email: str, words: str
) -> None:
    """Command: one person of an agency (one's own too) sees nothing of a case.

    They are named by the address with which they sign in, so that nobody is excluded by a name
    that two people bear. `RefusedError` when nobody of that agency has it, and for oneself.
    """
    case = own_case(actor, case_code)
    account_id = _account_of(agency_id, email)
    if account_id is None:
        raise refused("email", NOBODY)
    if account_id == actor.id:
        raise refused("email", NOT_YOURSELF)
    _write(actor, case, words, excluded_agency_id=agency_id, excluded_account_id=account_id)


def end_exclusion(actor: Actor, *, case_code: str, exclusion_id: uuid.UUID) -> None:
    """Command: the reason is gone. What was taken back stays taken back."""
    case = own_case(actor, case_code)
    found = db.session.get(Exclusion, exclusion_id)
    if found is None or found.case_id != case.id:
        raise HiddenError
    if found.ended_at is None:
        found.ended_at = now()
        db.session.flush()
        _record(actor, "exclusion.ended", case, found)


def read_exclusions(actor: Actor, *, case_code: str) -> list[tuple[ListedExclusion, str]]:
    """Command: who is excluded, with the words; that they were opened is recorded."""
    case = own_case(actor, case_code)
    found = exclusions_of(case.id)
    if found:
        record(actor, "exclusion.read", agency_id=case.agency_id, subject=("case", case.id))
    return [(one, _words(case.id, one)) for one in found]


def _words(case_id: uuid.UUID, one: ListedExclusion) -> str:
    try:
        return open_words(case_id, f"exclusion/{one.id}/words", one.words_sealed) or ""
    except ErasedKeyError:
        return ""


def _account_of(agency_id: uuid.UUID, email: str) -> uuid.UUID | None:
    wanted = (
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            func.lower(Account.email) == email.strip().lower(),
            Membership.agency_id == agency_id,
            Membership.ended_at.is_(None),
        )
        .limit(1)
    )
    with cross(EXCLUDING):
        return db.session.scalar(wanted)


def _write(actor: Actor, case: CaseFile, words: str, **whom: uuid.UUID) -> None:
    said = words.strip()
    if len(said) > WORDS_LETTERS:
        raise refused("words", TOO_LONG, most=WORDS_LETTERS)
    own_id = new_id()
    row = Exclusion(
        id=own_id,
        case_id=case.id,
        agency_id=case.agency_id,
        words_sealed=seal_words(case.id, f"exclusion/{own_id}/words", said),
        made_at=now(),
        made_by=actor.account_id,
        **whom,
    )
    db.session.add(row)
    db.session.flush()
    _record(actor, "exclusion.made", case, row)


def _record(actor: Actor, action: str, case: CaseFile, row: Exclusion) -> None:
    record(
        actor,
        action,
        agency_id=case.agency_id,
        subject=("case", case.id),
        excluded="person" if row.excluded_account_id else "agency",
    )

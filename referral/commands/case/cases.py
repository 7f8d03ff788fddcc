"""What may be done with a case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import NoReturn

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from core.actors import Actor
from core.clock import now
from core.crypto import CannotUnsealError
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from core.phones import is_number
from referral.commands.case.sealing import open_cases_with_phone, person_of, put_person
from referral.models import CaseFile
from referral.queries.cases import any_case_by_code, case_by_code, may_see_cases_of
from referral.rules.codes import new_code
from referral.rules.person import (
    Person,
    changed,
    differing,
    is_birth_year,
    tidy,
    too_long,
)

NO_AGENCY = _("Choose your agency")
TOO_LONG = _("At most %(most)s letters")
NOT_A_YEAR = _("A year of four figures, such as 1998")
NOT_A_PHONE = _("This is no phone number. Example: 0812-3456-7890")
SAME_PHONE = _("Your agency has an open case with this phone already: %(codes)s")
ERASED = _("The person of this case was erased. Nothing about them can be written again.")
CLOSED = _("This case is closed.")
CHANGED_MEANWHILE = _(
    "Somebody else changed this case meanwhile. Compare with what is there now, then save again."
)


class NoSuchCaseError(Exception):
    """There is no such case, or it is not for this actor to know that there is."""


class SecondFactorNeededError(HiddenError):
    """The actor may do this, once they have shown their second factor; doors ask for it before."""


def open_case(
    actor: Actor,
    *,
    agency_id: uuid.UUID | None,
    person: Mapping[str, str | None],
    although_same_phone: bool = False,
) -> str:
    """Command: open a case; returns its code.

    `RefusedError` for wrong fields, an agency that is not the actor's, and, unless
    `although_same_phone`, when that agency has an open case with the same phone.
    """
    if not actor.may_write:
        raise SecondFactorNeededError
    if agency_id is None or not _may_open(actor, agency_id):
        raise refused("agency", NO_AGENCY)
    known = _checked(person)
    same = open_cases_with_phone(agency_id, known["phone"]) if "phone" in known else []
    if same and not although_same_phone:
        _say_same_phone(same)
    case = CaseFile(
        code=_free_code(), agency_id=agency_id, opened_at=now(), opened_by=actor.account_id
    )
    db.session.add(case)
    db.session.flush()
    put_person(case, known)
    db.session.flush()
    _record(actor, "case.opened", case, fields=sorted(known), same_phone=len(same))
    return case.code


def _may_open(actor: Actor, agency_id: uuid.UUID) -> bool:
    """Who sees cases; and who refers, because a referral needs one (a program sees none)."""
    refers = holds_for(actor.grants, Right.REFER, agency_id=agency_id)
    return refers or may_see_cases_of(actor, agency_id)


def read_case(actor: Actor, *, code: str) -> Person | None:
    """Command: open what is sealed, and record who did. None when the person was erased.

    `NoSuchCaseError`, `SecondFactorNeededError`; see `person_of` for a broken seal.
    """
    case = _case(actor, code)
    try:
        person = _opened(case)
    except ErasedKeyError:
        return None
    _record(actor, "case.read", case, fields=sorted(person))
    return person


def _opened(case: CaseFile) -> Person:
    try:
        return person_of(case)
    except CannotUnsealError:
        # Its key was changed between our look at the row and at the key; once, or it is broken.
        db.session.refresh(case)
        return person_of(case)


def change_person_fields(
    actor: Actor,
    *,
    code: str,
    person: Mapping[str, str | None],
    seen: str,
    although_same_phone: bool = False,
) -> None:
    """Command: write the person of a case anew; the audit keeps the names of what changed.

    `seen` are the marks of what the editor saw (`rules.person.marks`). `RefusedError` for wrong
    fields, a closed case, an erased person, when somebody else changed meanwhile what would be
    written over, and, unless `although_same_phone`, for a new phone as in `open_case`.
    """
    case = _locked(_case(actor, code))
    if case.closed_at is not None:
        raise refused("name", CLOSED)
    known = _checked(person)
    try:
        before = person_of(case)
        names = changed(before, known)
        if set(names).intersection(differing(seen, before)):
            raise refused("seen", CHANGED_MEANWHILE)
        if "phone" in names and known.get("phone") and not although_same_phone:
            _must_be_new(case, known["phone"])
        if names:
            put_person(case, known)
    except ErasedKeyError as wrong:
        raise refused("name", ERASED) from wrong
    if names:
        db.session.flush()
        _record(actor, "case.changed", case, fields=names)


def _must_be_new(case: CaseFile, phone: str) -> None:
    others = [c for c in open_cases_with_phone(case.agency_id, phone) if c != case.code]
    if others:
        _say_same_phone(others)


def _say_same_phone(codes: Sequence[str]) -> NoReturn:
    raise refused("phone", SAME_PHONE, codes=", ".join(codes))


def close_case(actor: Actor, *, code: str) -> None:
    """Command: close a case; it can be read, and no longer changed."""
    case = _locked(_case(actor, code))
    if case.closed_at is None:
        case.closed_at = now()
        db.session.flush()
        _record(actor, "case.closed", case)


def _case(actor: Actor, code: str) -> CaseFile:
    case = case_by_code(actor, code)
    if case is None:
        raise NoSuchCaseError(code)
    _must_be_strong(actor)
    return case


def _locked(case: CaseFile) -> CaseFile:
    """The case as it is now, kept for the open transaction: two who save at once come in turn."""
    db.session.refresh(case, with_for_update=True)
    return case


def _must_be_strong(actor: Actor) -> None:
    if not actor.strong:
        raise SecondFactorNeededError


def _checked(given: Mapping[str, str | None]) -> Person:
    person = tidy(given)
    wrong = [Trouble(f.name, TOO_LONG, (("most", f.longest),)) for f in too_long(person)]
    if "birth_year" in person and not is_birth_year(person["birth_year"], now().date()):
        wrong.append(Trouble("birth_year", NOT_A_YEAR))
    if "phone" in person and not is_number(person["phone"]):
        wrong.append(Trouble("phone", NOT_A_PHONE))
    if wrong:
        raise RefusedError(*wrong)
    return person


def _free_code() -> str:
    code = new_code()
    while any_case_by_code(code) is not None:
        code = new_code()
    return code


def _record(actor: Actor, action: str, case: CaseFile, **facts: object) -> None:
    record(actor, action, agency_id=case.agency_id, subject=("case", case.id), **facts)

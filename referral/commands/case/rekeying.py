"""A new key for one case: when its former key may be known to somebody."""

from __future__ import annotations

from accounts.commands.audit import record
from core.actors import Actor
from core.db import db
from core.rekeying import next_key
from referral.commands.case.cases import NoSuchCaseError
from referral.commands.case.sealing import person_of, put_person
from referral.queries.cases import any_case_by_code
from referral.rules.person import key_name


def rekey_case(actor: Actor, *, code: str) -> None:
    """Command of the operator: seal a case's person anew; the former key is gone when committed.

    What an old backup of the database holds of the person opens no more. `NoSuchCaseError`;
    `ErasedKeyError` when the person was erased.
    """
    case = any_case_by_code(code)
    if case is None:
        raise NoSuchCaseError(code)
    db.session.refresh(case, with_for_update=True)
    person = person_of(case)
    next_key(key_name(case.id))
    put_person(case, person)
    db.session.flush()
    record(actor, "case.rekeyed", agency_id=case.agency_id, subject=("case", case.id))

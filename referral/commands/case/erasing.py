"""Erase the person of a case, so that it holds against every backup, and keep it so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, inspect, select, update

from accounts.commands.audit import record
from core.actors import Actor
from core.db import db
from core.ids import parse_id
from core.keystore import keystore
from referral.commands.case.cases import NoSuchCaseError
from referral.models import CaseFile
from referral.queries.cases import any_case_by_code
from referral.rules.person import FIELDS, key_name

AT_ONCE = 500  # ids in one question
NOTHING = {f"{field.name}_sealed": None for field in FIELDS}


def erase_person(actor: Actor, *, code: str) -> None:
    """Command of the operator: erase a case's key and with it the person, for ever.

    The key and its hint go first: from then on no backup of the database opens. If what follows
    fails, the same command or `repeat_erasures` finishes it. `NoSuchCaseError`.
    """
    case = any_case_by_code(code)
    if case is None:
        raise NoSuchCaseError(code)
    keystore().erase(key_name(case.id))
    _wipe(actor, [case.id])


def repeat_erasures(actor: Actor) -> int:
    """Command: what was erased in the store of keys is erased in the rows, and the other way.

    Returns how many rows were wiped. It has something to do after a crash or a restore only.
    """
    known = keystore().erased("case")
    for case_id in db.session.scalars(select(CaseFile.id).where(CaseFile.erased_at.is_not(None))):
        if key_name(case_id) not in known:
            keystore().erase(key_name(case_id))
    ids = [found for found in map(_id_in, known) if found]
    return sum(_wipe(actor, _unwiped(ids[n : n + AT_ONCE])) for n in range(0, len(ids), AT_ONCE))


def wipe_restored(connection: Connection) -> None:
    """Wipe persons out of a database that is being restored, before anybody sees it."""
    if not inspect(connection).has_table(CaseFile.__tablename__):
        return
    for name, moment in keystore().erased("case").items():
        _wipe_row(connection, _id_in(name), moment)


def _wipe(actor: Actor, ids: Iterable[uuid.UUID]) -> int:
    cases = [case for case in map(_not_wiped, ids) if case is not None]
    for case in cases:
        moment = keystore().erased_at(key_name(case.id))
        _wipe_row(db.session.connection(), case.id, moment)
        db.session.expire(case)
        record(actor, "case.erased", agency_id=case.agency_id, subject=("case", case.id))
    return len(cases)


def _not_wiped(case_id: uuid.UUID) -> CaseFile | None:
    case = db.session.get(CaseFile, case_id, with_for_update=True)
    return case if case is not None and case.erased_at is None else None


def _wipe_row(connection: Connection, case_id: uuid.UUID | None, moment: datetime | None) -> None:
    connection.execute(
        update(CaseFile)
        .where(CaseFile.id == bindparam("erased_id"))
        .values(erased_at=moment, **NOTHING),
        {"erased_id": case_id},
    )


def _unwiped(ids: list[uuid.UUID]) -> Sequence[uuid.UUID]:
    return db.session.scalars(
        select(CaseFile.id).where(CaseFile.id.in_(ids), CaseFile.erased_at.is_(None))
    ).all()


def _id_in(name: str) -> uuid.UUID | None:
    return parse_id(name.partition("/")[2])

"""Reads of cases. What is sealed is opened by the command `read_case` alone, which is audited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, false, func, select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency
from core.actors import Actor
from core.db import db
from core.ids import parse_id
from core.keystore import keystore
from referral.models import CaseFile, HandOver
from referral.rules.codes import begins_code, read_code
from referral.rules.person import key_name

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as the list shows it: nothing of the person."""

    code: str
    agency: str
    opened_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None


class CaseState(StrEnum):
    """What the list says of a case."""

    OPEN = "open"
    CLOSED = "closed"
    ERASED = "erased"

    @classmethod
    def named(cls, text: str) -> CaseState | None:
        """The state of that name; None for any other text."""
        return cls(text) if text in set(cls) else None


@dataclass(frozen=True, slots=True)
class WantedCases:
    """What is asked of the list: the beginning of a code, and a state."""

    code: str = ""
    state: CaseState | None = None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the list, and how many cases it has in all."""

    cases: list[ListedCase]
    total: int
    number: int
    pages: int


def agencies_with_cases_of(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Id and name of the agencies whose cases the actor may see, by name."""
    rows = db.session.execute(
        select(Agency.id, Agency.name).where(Agency.id.in_(_agencies(actor))).order_by(Agency.name)
    )
    return [(agency_id, name) for agency_id, name in rows]


def cases_of(actor: Actor, wanted: WantedCases | None = None, number: int = 1) -> CasePage:
    """The wanted cases that the actor may see, 50 a page: open ones first, then the latest."""
    conditions = [CaseFile.agency_id.in_(_agencies(actor)), *_conditions(wanted or WantedCases())]
    count = select(func.count()).select_from(CaseFile).where(*conditions)
    total = db.session.scalar(count) or 0
    number = max(1, min(number, -(-total // PAGE)))
    rows = db.session.execute(
        select(CaseFile, Agency.name)
        .join(Agency, Agency.id == CaseFile.agency_id)
        .where(*conditions)
        .order_by(CaseFile.closed_at.is_not(None), CaseFile.opened_at.desc(), CaseFile.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    cases = [
        ListedCase(case.code, agency, case.opened_at, case.closed_at, case.erased_at)
        for case, agency in rows
    ]
    return CasePage(cases, total, number, max(1, -(-total // PAGE)))


def _conditions(wanted: WantedCases) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.code.strip():
        # What can begin no code finds nothing, rather than everything.
        begins = begins_code(wanted.code)
        found.append(CaseFile.code.startswith(begins) if begins else false())
    if wanted.state is CaseState.ERASED:
        found.append(CaseFile.erased_at.is_not(None))
    elif wanted.state is not None:
        closed = wanted.state is CaseState.CLOSED
        found.append(CaseFile.closed_at.is_not(None) if closed else CaseFile.closed_at.is_(None))
        found.append(CaseFile.erased_at.is_(None))
    return found


def listed_case(actor: Actor, code: str) -> ListedCase | None:
    """One case as the list shows it; None as in `case_by_code`."""
    case = case_by_code(actor, code)
    if case is None:
        return None
    # The store of keys has the last word: the row may not have heard of the erasure yet.
    erased_at = case.erased_at or keystore().erased_at(key_name(case.id))
    agency = db.session.get_one(Agency, case.agency_id).name
    return ListedCase(case.code, agency, case.opened_at, case.closed_at, erased_at)


def case_by_code(actor: Actor, code: str) -> CaseFile | None:
    """The case, if it exists and the actor may see it. The two ways of None are one."""
    found = any_case_by_code(code)
    if found is None or not may_see_cases_of(actor, found.agency_id):
        return None
    return found


def any_case_by_code(code: str) -> CaseFile | None:
    """The case of that code, whoever asks: for the operator's commands."""
    spelt = read_code(code)
    return db.session.scalars(select(CaseFile).where(CaseFile.code == (spelt or ""))).one_or_none()


def case_code_of(case_id: uuid.UUID) -> str:
    """The code of a case that the walls let be seen; empty otherwise."""
    return db.session.scalar(select(CaseFile.code).where(CaseFile.id == case_id)) or ""


def own_case_code(referral_id: uuid.UUID) -> str:
    """The code of the case that whoever received a person opened for themselves; else empty."""
    wanted = (
        select(CaseFile.code)
        .join(HandOver, HandOver.own_case_id == CaseFile.id)
        .where(HandOver.referral_id == referral_id, CaseFile.closed_at.is_(None))
    )
    return db.session.scalar(wanted) or ""


def codes_of_cases(ids: Iterable[str]) -> dict[str, str]:
    """The codes of the cases with these ids, for the audit's reports."""
    wanted = {known: text for text in ids if (known := parse_id(text))}
    rows = db.session.execute(select(CaseFile.id, CaseFile.code).where(CaseFile.id.in_(wanted)))
    return {wanted[own_id]: code for own_id, code in rows}


def open_codes_with_ids(ids: list[uuid.UUID], agency_id: uuid.UUID) -> list[str]:
    """The codes of those of these cases that are open at an agency."""
    return list(
        db.session.scalars(
            select(CaseFile.code)
            .where(
                CaseFile.id.in_(ids),
                CaseFile.agency_id == agency_id,
                CaseFile.closed_at.is_(None),
                CaseFile.erased_at.is_(None),
            )
            .order_by(CaseFile.code)
        )
    )


def may_see_cases_of(actor: Actor, agency_id: uuid.UUID) -> bool:
    """Whether the actor may see that there are these cases; opening one takes a second factor."""
    return holds_for(actor.grants, Right.SEE_CASES, agency_id=agency_id)


def _agencies(actor: Actor) -> list[uuid.UUID]:
    return [found for found in actor.agencies if may_see_cases_of(actor, found)]

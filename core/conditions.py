"""Who may pass a wall: the conditions of which `core/walls.py` is built.

Each is asked with the columns of the walled table and with who looks (`core/sight.py`), and is
written once for the filter of this process and for PostgreSQL's policies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, true

from core.db import Base
from core.sight import Columns, Sight

Condition = Callable[[Columns, Sight], ColumnElement[bool]]


def own(column: str = "account_id") -> Condition:
    """The row is the actor's own."""
    return lambda table, sight: sight.is_actor(table.c[column])


def of_agency(column: str = "agency_id") -> Condition:
    """The row belongs to an agency of the actor."""
    return lambda table, sight: sight.in_agencies(table.c[column])


def of_chain(column: str = "chain") -> Condition:
    """The row stands in the audit of an agency of the actor."""
    return lambda table, sight: sight.in_chains(table.c[column])


def of_parent(table_name: str, column: str, agency: str = "agency_id") -> Condition:
    """The row hangs on a row of `table_name` that belongs to an agency of the actor."""

    def hangs(table: Columns, sight: Sight) -> ColumnElement[bool]:
        parent = Base.metadata.tables[table_name].alias("parent")
        return exists().where(parent.c.id == table.c[column], sight.in_agencies(parent.c[agency]))

    return hangs


def of_referral(column: str = "referral_id") -> Condition:
    """The row hangs on a referral from, or (once it is no draft) to, an agency of the actor."""

    def hangs(table: Columns, sight: Sight) -> ColumnElement[bool]:
        referral = Base.metadata.tables["referral"].alias("handed")
        return exists().where(referral.c.id == table.c[column], _on_either_side(referral.c, sight))

    return hangs


def sent_or_got() -> Condition:
    """The row is a referral from, or (once it is no draft) to, an agency of the actor."""
    return lambda table, sight: _on_either_side(table.c, sight)


def got_openly(column: str, *, by: str = "case_id", flag: str | None = None) -> Condition:
    """The row hangs on a referral that an agency of the actor got, with the identity open.

    `by` is the referral's column that equals the row's `column`; `flag`: the row must say yes too.
    """

    def hangs(table: Columns, sight: Sight) -> ColumnElement[bool]:
        referral = Base.metadata.tables["referral"].alias("opened")
        open_to_us = exists().where(
            referral.c[by] == table.c[column],
            referral.c.identity_open.is_(True),
            sight.in_agencies(referral.c.receiver_agency_id),
        )
        return and_(table.c[flag].is_(True), open_to_us) if flag else open_to_us

    return hangs


def of_grouped(column: str = "id") -> Condition:
    """The row groups referrals of which an agency of the actor got one."""

    def groups(table: Columns, sight: Sight) -> ColumnElement[bool]:
        referral = Base.metadata.tables["referral"].alias("grouped")
        return exists().where(
            referral.c.batch_id == table.c[column],
            referral.c.state != "draft",
            sight.in_agencies(referral.c.receiver_agency_id),
        )

    return groups


def unless_barred(condition: Condition, column: str = "case_id") -> Condition:
    """The same, but for whoever is excluded for the case that `column` names."""
    return lambda table, sight: and_(condition(table, sight), ~_bars(table.c[column], sight))


def _on_either_side(referral: Any, sight: Sight) -> ColumnElement[bool]:
    got = and_(referral["state"] != "draft", sight.in_agencies(referral["receiver_agency_id"]))
    on_a_side = or_(sight.in_agencies(referral["sender_agency_id"]), got)
    return and_(on_a_side, ~_bars(referral["case_id"], sight))


def _bars(case_id: Any, sight: Sight) -> ColumnElement[bool]:
    """The actor themselves is excluded for a case: family, or a conflict of interest."""
    barring = Base.metadata.tables["exclusion"].alias("barring")
    return exists().where(
        barring.c.case_id == case_id,
        barring.c.ended_at.is_(None),
        sight.is_actor(barring.c.excluded_account_id),
    )


def of_place(column: str) -> Condition:
    """The row hangs on a place at which an agency of the actor offers something."""

    def hangs(table: Columns, sight: Sight) -> ColumnElement[bool]:
        offer = Base.metadata.tables["offer"].alias("offered")
        service = Base.metadata.tables["service"].alias("offering")
        return exists().where(
            offer.c.location_id == table.c[column],
            service.c.id == offer.c.service_id,
            sight.in_agencies(service.c.agency_id),
        )

    return hangs


def of_colleague(column: str = "account_id") -> Condition:
    """The row is that of somebody who is, or was, a member of an agency of the actor."""

    def works_with(table: Columns, sight: Sight) -> ColumnElement[bool]:
        member = Base.metadata.tables["membership"].alias("member")
        mine = sight.in_agencies(member.c.agency_id)
        return exists().where(member.c.account_id == table.c[column], mine)

    return works_with


def member() -> Condition:
    """The actor works, or worked, somewhere in the network."""

    def works(_table: Columns, sight: Sight) -> ColumnElement[bool]:
        given = Base.metadata.tables["membership"].alias("given")
        # Named, because for a visitor the condition is plain false and names no table.
        return exists().select_from(given).where(sight.is_actor(given.c.account_id))

    return works


def wide() -> Condition:
    """The actor's roles reach beyond agencies: coordinators and administrators."""
    return lambda _table, sight: sight.is_wide()


def crossing(*names: str) -> Condition:
    """A named crossing is under way (`cross`)."""
    return lambda _table, sight: sight.crosses(names)


def anyone() -> Condition:
    """No condition: for rows that whoever comes may add."""
    return lambda _table, _sight: true()

"""The walls around rows: the same few conditions as PostgreSQL policies and as an ORM filter.

A table is either open or has a `Wall`: who reads, adds, changes and removes its rows. The
conditions are written once. `policies()` makes PostgreSQL's row-level security of them (the
second wall: it holds even for a query that forgot to ask), and every ORM read, update and delete
is narrowed by them on both databases (`init_walls`). Which table has which: `accounts/walls.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    event,
    exists,
    false,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from core.bearing import Bearing, bearing, set_local, take
from core.db import Base, db
from core.sight import Columns, PolicySight, Sight

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
        return exists().where(sight.is_actor(given.c.account_id))

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


@dataclass(frozen=True, slots=True)
class Wall:
    """Who may do what with the rows of a table; the operator and the worker may everything."""

    read: tuple[Condition, ...] = ()
    add: tuple[Condition, ...] = ()
    change: tuple[Condition, ...] = ()
    remove: tuple[Condition, ...] = ()


def closed_but_for(*conditions: Condition) -> Wall:
    """The same conditions for reading, adding, changing and removing."""
    return Wall(conditions, conditions, conditions, conditions)


COMMANDS = {"read": "SELECT", "add": "INSERT", "change": "UPDATE", "remove": "DELETE"}


def policies(table_name: str, wall: Wall) -> list[str]:
    """The statements that raise a table's wall on PostgreSQL, again and again if need be."""
    table = Base.metadata.tables[table_name]
    statements = [
        f"ALTER TABLE {table_name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table_name} FORCE ROW LEVEL SECURITY",
    ]
    for name, command in COMMANDS.items():
        condition = _spelt(table, getattr(wall, name))
        clauses = {
            "read": f"USING ({condition})",
            "add": f"WITH CHECK ({condition})",
            "change": f"USING ({condition}) WITH CHECK ({condition})",
            "remove": f"USING ({condition})",
        }
        statements += [
            f"DROP POLICY IF EXISTS wall_{name} ON {table_name}",
            f"CREATE POLICY wall_{name} ON {table_name} FOR {command} {clauses[name]}",
        ]
    return statements


def lowering(table_name: str) -> list[str]:
    """The statements that take a table's wall away."""
    return [f"DROP POLICY IF EXISTS wall_{name} ON {table_name}" for name in COMMANDS] + [
        f"ALTER TABLE {table_name} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table_name} DISABLE ROW LEVEL SECURITY",
    ]


def _spelt(table: Table, conditions: tuple[Condition, ...]) -> str:
    sight, columns = PolicySight(), Columns(table.columns)
    allowed = or_(false(), *(condition(columns, sight) for condition in conditions))
    # As the condition of a whole statement, so that what is inside refers to this table.
    whole = select(text("1")).select_from(table).where(text("HERE"), allowed)
    compiled = whole.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    _before, _here, condition = str(compiled).partition("HERE AND ")
    # Asked once for a statement, not once for a row.
    return f"(SELECT wall_is_open()) OR {condition or 'false'}"


def init_walls(walls: Mapping[str, Wall]) -> None:
    """Narrow every ORM statement by the walls from now on, on both databases."""
    _walls.clear()
    _walls.update(walls)
    _made.clear()
    if not event.contains(Session, "do_orm_execute", _narrow):
        event.listen(Session, "do_orm_execute", _narrow)


_walls: dict[str, Wall] = {}
_SHELVES = {"is_select": "read", "is_update": "change", "is_delete": "remove"}


def _narrow(state: ORMExecuteState) -> None:
    whom = bearing()
    if whom.is_open or state.is_column_load:
        return  # what is loaded again has been seen before
    name = next((shelf for kind, shelf in _SHELVES.items() if getattr(state, kind)), None)
    if name is not None:
        state.statement = state.statement.options(*_criteria(name, whom))


# The criteria by what is done and the kind of bearing: some dozens.
_made: dict[tuple[object, ...], list[Any]] = {}


def _criteria(name: str, whom: Bearing) -> list[Any]:
    kind = (name, whom.id is None, not whom.agencies, whom.wide, whom.crossing)
    found = _made.get(kind)
    if found is None:
        found = _made[kind] = _make_criteria(name, whom)
    return found


def _make_criteria(name: str, whom: Bearing) -> list[Any]:
    sight = Sight(whom)
    found = []
    for mapper in Base.registry.mappers:
        wall = _walls.get(mapper.local_table.description)
        if wall is not None:
            columns = Columns.of_class(mapper)
            allowed = or_(false(), *(c(columns, sight) for c in getattr(wall, name)))
            found.append(with_loader_criteria(mapper.class_, allowed, include_aliases=True))
    return found


def act(whom: Bearing) -> None:
    """Ask on somebody's behalf from now on, in the transaction that is open too."""
    take(whom)
    session = db.session()
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(set_local(whom))


@contextmanager
def cross(name: str) -> Iterator[None]:
    """Cross the walls that a named crossing may cross, until the block ends."""
    before = bearing()
    act(replace(before, crossing=name))
    try:
        yield
    finally:
        act(before)

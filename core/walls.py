"""The walls around rows: the same few conditions as PostgreSQL policies and as an ORM filter.

A table is either open or has a `Wall`: who reads, adds, changes and removes its rows. The
conditions are written once. `policies()` makes PostgreSQL's row-level security of them (the
second wall: it holds even for a query that forgot to ask), and every ORM read, update and delete
is narrowed by them on both databases (`init_walls`). Which table has which: `accounts/walls.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    Alias,
    Executable,
    Select,
    SelectBase,
    Table,
    event,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.elements import True_
from sqlalchemy.sql.util import find_tables
from sqlalchemy.sql.visitors import iterate

from core.bearing import Bearing, bearing, take
from core.conditions import Condition
from core.db import Base
from core.sight import Columns, PolicySight, Sight


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


def policies(table_name: str, wall: Wall, there: frozenset[str]) -> list[str]:
    """The statements that raise a table's wall on PostgreSQL, again and again if need be.

    `there`: the tables that the database has. A condition that looks at another one lets nobody
    through yet; the migration that makes that table raises the walls again.
    """
    table = Base.metadata.tables[table_name]
    statements = [
        f"ALTER TABLE {table_name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table_name} FORCE ROW LEVEL SECURITY",
    ]
    for name, command in COMMANDS.items():
        condition = _spelt(table, getattr(wall, name), there)
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


def _spelt(table: Table, conditions: tuple[Condition, ...], there: frozenset[str]) -> str:
    sight, columns = PolicySight(), Columns(table.columns)
    said = [condition(columns, sight) for condition in conditions]
    allowed = or_(false(), *(one for one in said if _tables_in(one) <= there))
    # As the condition of a whole statement, so that what is inside refers to this table.
    whole = select(text("1")).select_from(table).where(text("HERE"), allowed)
    compiled = whole.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    _before, _here, condition = str(compiled).partition("HERE AND ")
    # Asked once for a statement, not once for a row.
    return f"(SELECT wall_is_open()) OR {condition or 'false'}"


def _tables_in(clause: Any) -> frozenset[str]:
    """The tables that a condition or statement looks at, by name."""
    found = find_tables(clause, include_aliases=True, check_columns=True, include_crud=True)
    named = (one.element if isinstance(one, Alias) else one for one in found)
    return frozenset(one.name for one in named if isinstance(one, Table))


def init_walls(walls: Mapping[str, Wall]) -> None:
    """Narrow every ORM statement by the walls from now on, on both databases."""
    _walls.clear()
    _walls.update(walls)
    _made.clear()
    _reach.clear()
    _narrowed.clear()
    if not event.contains(Session, "do_orm_execute", _narrow):
        event.listen(Session, "do_orm_execute", _narrow)


_walls: dict[str, Wall] = {}
_SHELVES = {"is_select": "read", "is_update": "change", "is_delete": "remove"}

Spelt = TypeVar("Spelt", bound=Executable)
SPELT_ONCE = "rujukan_spelt_once"  # execution option of what `core.asking.spelt_once` marked


def _narrow(state: ORMExecuteState) -> None:
    whom = bearing()
    if whom.is_open or state.is_column_load:
        return  # what is loaded again has been seen before
    name = next((shelf for kind, shelf in _SHELVES.items() if getattr(state, kind)), None)
    if name is None:
        return
    state.statement = as_asked(state.statement, name, whom)


def as_asked(statement: Spelt, name: str, whom: Bearing) -> Spelt:
    """A statement as somebody asks it: narrowed by the walls on a shelf (`read`, `change` …).

    One that is spelt once is narrowed once for each kind of bearing.
    """
    if SPELT_ONCE not in statement.get_execution_options():
        return _narrowed_by(statement, name, whom)
    key = (statement, *_kind_of(whom))
    narrowed: Spelt | None = _narrowed.get(key)
    if narrowed is None:
        narrow = _plainly_narrowed_by if _is_plain(statement) else _narrowed_by
        narrowed = _narrowed[key] = narrow(statement, name, whom)
    return narrowed


def _is_plain(statement: Any) -> bool:
    """Whether a statement is for mapped classes as they are: no join, alias or inner question."""
    if isinstance(statement, Select):
        described = statement.column_descriptions
        if not all(isinstance(one, Table) for one in statement.get_final_froms()):
            return False
    else:
        described = [statement.entity_description]
    parts = (one for one in iterate(statement) if one is not statement)
    return all(one.get("entity") is not None for one in described) and not any(
        isinstance(one, SelectBase | Alias) for one in parts
    )


def _plainly_narrowed_by(statement: Any, name: str, whom: Bearing) -> Any:
    """The same as conditions of its own. SQLAlchemy takes twice as long for what stands beside."""
    for table in sorted(_tables_in(statement) & _walls.keys()):
        for _mapper, allowed in _allowed(name, table, whom):
            statement = statement.where(allowed)
    return statement


def _narrowed_by(statement: Spelt, name: str, whom: Bearing) -> Spelt:
    criteria = [
        one for table in sorted(_walled_in(statement)) for one in _criteria(name, table, whom)
    ]
    return statement.options(*criteria) if criteria else statement


def _kind_of(whom: Bearing) -> tuple[object, ...]:
    """What of a bearing the conditions hang on; ids they ask for when they are executed."""
    return (whom.id is None, not whom.agencies, whom.wide, whom.crossing)


def _walled_in(statement: Executable) -> frozenset[str]:
    """The walled tables that a statement reads or changes, or may load along.

    Only these are narrowed: SQLAlchemy looks at every criterion of every statement, and with those
    of all tables that took longer than the statement.
    """
    if not _reach:
        _reach.update(_what_goes_along())
    named = _tables_in(statement)
    return frozenset().union(*(_reach.get(name, frozenset()) for name in named))


def _what_goes_along() -> dict[str, frozenset[str]]:
    """By table: itself and what its relationships lead to, as far as that is walled."""
    next_to: dict[str, set[str]] = {}
    for mapper in Base.registry.mappers:
        leads = {one.mapper.local_table.description for one in mapper.relationships}
        next_to.setdefault(mapper.local_table.description, set()).update(leads)
    found = {}
    for name in next_to:
        reached, waiting = {name}, [name]
        while waiting:
            new = next_to.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        found[name] = frozenset(reached & _walls.keys())
    return found


# What goes along with a table; the criteria by what is done, table, and kind of bearing; what is
# spelt once as it is asked by each kind of bearing.
_reach: dict[str, frozenset[str]] = {}
_made: dict[tuple[object, ...], list[Any]] = {}
_narrowed: dict[tuple[object, ...], Any] = {}


def _criteria(name: str, table: str, whom: Bearing) -> list[Any]:
    kind = (name, table, *_kind_of(whom))
    found = _made.get(kind)
    if found is None:
        found = _made[kind] = _make_criteria(name, table, whom)
    return found


def _make_criteria(name: str, table: str, whom: Bearing) -> list[Any]:
    return [
        with_loader_criteria(mapper.class_, allowed, include_aliases=True)
        for mapper, allowed in _allowed(name, table, whom)
    ]


def _allowed(name: str, table: str, whom: Bearing) -> Iterator[tuple[Mapper[Any], Any]]:
    """The rows of a table that may be reached, for each class that is mapped to it."""
    sight, wall = Sight(whom), _walls[table]
    for mapper in Base.registry.mappers:
        if mapper.local_table.description == table:
            columns = Columns.of_class(mapper)
            said = [condition(columns, sight) for condition in getattr(wall, name)]
            if not any(isinstance(one, True_) for one in said):
                yield mapper, or_(false(), *said)  # else whoever crosses here passes all rows


def act(whom: Bearing) -> None:
    """Ask on somebody's behalf from now on, in the transaction that is open too.

    PostgreSQL is told before the next statement, if it was told otherwise last (`core/manners.py`).
    """
    take(whom)


@lru_cache(maxsize=1000)
def _crossing(whom: Bearing, name: str) -> Bearing:
    return replace(whom, crossing=name)


@contextmanager
def cross(name: str) -> Iterator[None]:
    """Cross the walls that a named crossing may cross, until the block ends."""
    before = bearing()
    if before.crossing == name:
        yield
        return
    act(_crossing(before, name))
    try:
        yield
    finally:
        act(before)

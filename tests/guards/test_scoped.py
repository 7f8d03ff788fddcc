"""Nobody goes round the walls: where statements may be written, and who may name walled tables.

Exceptions stand here by name, each with its reason.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from accounts.walls import WALLS
from core.db import Base
from core.settings import ROOT

ROOMS = ("core", "accounts", "agencies", "referral", "maps")
# Shelves that ask queries and hand over commands, and write no statement themselves.
DOORS = {"pages", "api", "schemas", "forms", "wording", "rules"}
STATEMENTS = {"select", "insert", "update", "delete", "text"}

# Files in which a walled table may be named although they are no query or command of its room.
MAY_NAME: dict[str, set[str]] = {
    # Who changed it, by name: narrowed to colleagues like every read.
    "agencies/queries/entries/history.py": {"Account"},
    "agencies/queries/entries/overview.py": {"Membership"},
    # Who is on duty and who stands in for them; who is excluded, by agency and address.
    "referral/queries/duty.py": {"Account", "Membership"},
    "referral/commands/consent/exclusions.py": {"Account", "Membership"},
    # What people of the simulator wrote, to forget it.
    "referral/commands/simulated.py": {"EntryChange", "FactReport"},
    "referral/queries/simulated.py": {"Account"},
    # A plain value of the graph, which is called like the table.
    "referral/graph/whole.py": {"Agreement"},
    # How often somebody opened an address lately.
    "agencies/queries/secret/guarded.py": {"AuditEntry"},
}

# Past the ORM, and so past its narrowing: each crosses a wall by name, or reads the registry only.
PAST_THE_ORM = {
    "accounts/queries/who.py": "whose session is it? asked before anybody can know",
    "accounts/commands/audit.py": "where does a chain end? told for one chain, never its rows",
    "accounts/queries/audit/verify.py": "reads the whole audit as a stream, for the operator",
    "accounts/policies.py": "raises the walls",
    "accounts/cli/walls.py": "raises the walls",
    "maps/rules/indicators/answering.py": "says `from asking` in a sentence, and knows no database",
    "referral/triggers.py": "has the database itself refuse a referral without a live basis",
}


@cache
def _files() -> tuple[tuple[str, ast.Module], ...]:
    """Every file of the rooms, read once for all these tests."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    )


def _shelf(name: str) -> str:
    return Path(name).parts[1].removesuffix(".py")


def _imported(tree: ast.Module, source: str) -> set[str]:
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == source
        for alias in node.names
    }


def _attributes(tree: ast.AST) -> set[str]:
    """What is asked of what: `db.session`, `Account.__table__`, `session.query` …"""
    return {
        f"{node.value.id if isinstance(node.value, ast.Name) else ''}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }


def faults_of_door(tree: ast.Module) -> set[str]:
    """What a door does that a query or a command should do."""
    found = _imported(tree, "sqlalchemy") & STATEMENTS
    return found | (_attributes(tree) & {"db.session", "db.select", "db.engine", "db.text"})


def _walled_classes() -> dict[str, str]:
    """Class name → room, of every walled table."""
    return {
        mapper.class_.__name__: mapper.class_.__module__.split(".")[0]
        for mapper in Base.registry.mappers
        if mapper.local_table.description in WALLS
    }


RAW = re.compile(rf"\b(?:from|join|into|update)\s+(?:{'|'.join(sorted(WALLS))})\b", re.IGNORECASE)


def faults_of_naming(name: str, tree: ast.Module) -> set[str]:
    """Walled tables that are named where they may not be."""
    room, shelf = Path(name).parts[0], _shelf(name)
    # A door may name what a query gave it; it writes no statement (see above).
    inside = shelf in ("models", "queries", "commands", "jobs", "simulator", *DOORS)
    walled = _walled_classes()
    of_room = {owner: _imported(tree, owner) for owner in set(walled.values())}
    imported = {n for n, owner in walled.items() if n in of_room[owner]}
    wrong = {n for n in imported if walled[n] != room or not inside}
    if room == "core":
        wrong -= {n for n in imported if walled[n] == "core"}
    return wrong - MAY_NAME.get(name, set())


def past_the_orm(tree: ast.Module) -> set[str]:
    """What reads or writes past the ORM's narrowing."""
    found = {a for a in _attributes(tree) if a.endswith((".__table__", ".exec_driver_sql"))}
    texts = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
    return found | {t for t in texts if isinstance(t, str) and RAW.search(t) and len(t) < 2_000}


def test_doors_write_no_statements() -> None:
    """Pages, API, forms, schemas and wording ask queries and hand over commands."""
    faults = {
        name: found
        for name, tree in _files()
        if _shelf(name) in DOORS and (found := faults_of_door(tree))
    }
    assert not faults


def test_walled_tables_are_named_in_their_own_room_only() -> None:
    """In its models, queries and commands, where who may see what is asked."""
    faults = {n: found for n, tree in _files() if (found := faults_of_naming(n, tree))}
    assert not faults


def test_nobody_goes_past_the_orm() -> None:
    """`__table__`, the driver and raw SQL on a walled table are for the named exceptions."""
    registry = {"agencies", "referral", "maps"}
    for name, tree in _files():
        found = past_the_orm(tree)
        if name in PAST_THE_ORM or name.startswith("core/"):
            continue
        if (
            Path(name).parts[0] in registry
        ):  # their own tables are open, and read past it to be quick
            walled = {f"{cls}.__table__" for cls in _walled_classes()}
            found = {f for f in found if f in walled or RAW.search(f)}
        assert not found, name


def test_no_exception_is_left_over() -> None:
    """An exception that nobody needs any more is a hole."""
    trees = dict(_files())
    for name in PAST_THE_ORM:
        assert name in trees, name
    for name, classes in MAY_NAME.items():
        assert classes <= {n for s in ROOMS for n in _imported(trees[name], s)}, name


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import select",
        "from core.db import db\ndb.session.get(1, 2)",
        "from core.db import db\nx = db.engine",
    ],
)
def test_the_rule_for_doors_finds(code: str) -> None:
    """The guard can fail."""
    assert faults_of_door(ast.parse(code))


def test_the_rules_for_tables_find() -> None:
    """The guards can fail."""
    code = ast.parse("from accounts.models import Account")
    assert faults_of_naming("agencies/queries/x.py", code) == {"Account"}
    assert faults_of_naming("agencies/pages/x.py", code) == {"Account"}
    assert not faults_of_naming("accounts/queries/x.py", code)
    assert past_the_orm(ast.parse("x = 'select * from account'"))
    assert past_the_orm(ast.parse("Account.__table__.delete()"))

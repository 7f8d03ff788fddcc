"""Every action that the code writes into the audit, read from the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from referral.commands.duty.watching import Did
from referral.models import Holding
from referral.rules.duties import Act
from referral.rules.moves import Name

ROOMS = ("core", "accounts", "agencies", "referral", "maps")
# Actions that are put together, `f"referral.{step.name.value}"`: by their beginnings in a file.
FAMILIES: dict[tuple[str, str], tuple[type[StrEnum], ...]] = {
    ("referral/commands/moves/step.py", "referral."): (Name,),
    ("referral/commands/duty/clocks.py", "clock."): (Act,),
    ("referral/commands/duty/watching.py", "clock."): (Did,),
    ("referral/commands/beds/places.py", "places."): (Holding,),
}


@dataclass(frozen=True)
class Recorder:
    """A function that writes the audit, and where among its arguments the action is."""

    name: str
    position: int
    keyword: str


RECORD = Recorder("record", 1, "action")
WRITE = Recorder("write", 2, "action")  # write(record, actor, action)


def actions(root: Path) -> Iterator[tuple[str, str | None]]:
    """Where something is recorded, and as which action; None where the code does not say it."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            tree, here = _tree(path), path.relative_to(root)
            recorders = [RECORD, WRITE, *_in_file(path), *_imported(tree, root)]
            for node, action in _said(tree, recorders, root):
                for text in _family(str(here), action):
                    yield f"{here}:{node.lineno}", text


def _family(where: str, action: str | None) -> list[str | None]:
    """Every action of a family, `referral.*`; None for a family that nobody spoke of."""
    if action is None or not action.endswith("*"):
        return [action]
    start = action.removesuffix("*")
    kinds = FAMILIES.get((where, start), ())
    return [f"{start}{member.value}" for kind in kinds for member in kind] or [None]


def _said(
    tree: ast.AST, recorders: list[Recorder], root: Path
) -> Iterator[tuple[ast.Call, str | None]]:
    handed_on = {id(call) for function in _functions(tree) for call, _ in _on(function)}
    for recorder in recorders:
        for call in _calls(tree, recorder):
            if id(call) not in handed_on:
                for text in _texts(_action(call, recorder), tree, root):
                    yield call, text


def _handing_on(tree: ast.AST) -> list[Recorder]:
    """Functions of this file that hand an action on, such as a `_record` with the agency filled."""
    return [
        Recorder(function.name, names.index(name) if name in names else 99, name)
        for function in _functions(tree)
        for _, name in _on(function)
        for names in [[argument.arg for argument in function.args.args]]
    ]


def _imported(tree: ast.AST, root: Path) -> Iterator[Recorder]:
    """Functions of other files of ours that hand an action on, such as `record_batch`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        path = root / f"{(node.module or '').replace('.', '/')}.py"
        if path.exists() and path.relative_to(root).parts[0] in ROOMS:
            taken = {alias.name for alias in node.names}
            yield from (found for found in _in_file(path) if found.name in taken)


@cache
def _in_file(path: Path) -> tuple[Recorder, ...]:
    return tuple(_handing_on(_tree(path))) if "record(" in path.read_text("utf-8") else ()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _on(function: ast.FunctionDef) -> Iterator[tuple[ast.Call, str]]:
    given = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}
    for call in _calls(function, RECORD):
        action = _action(call, RECORD)
        if isinstance(action, ast.Name) and action.id in given:
            yield call, action.id


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _calls(tree: ast.AST, recorder: Recorder) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == recorder.name:
            # Something else of that name: the audit's is given an actor first.
            if recorder is RECORD and len(node.args) < 2:
                continue
            if recorder is WRITE and not (node.args and _name(node.args[0]) == RECORD.name):
                continue
            yield node


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _action(call: ast.Call, recorder: Recorder) -> ast.expr | None:
    if len(call.args) > recorder.position:
        return call.args[recorder.position]
    return next((k.value for k in call.keywords if k.arg == recorder.keyword), None)


def _texts(said: ast.expr | None, tree: ast.AST, root: Path) -> list[str | None]:
    """The texts that an expression may be: plain, one of two, by a name, or out of a table."""
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return [said.value]
    if isinstance(said, ast.JoinedStr) and isinstance(said.values[0], ast.Constant):
        return [f"{said.values[0].value!s}*"]
    parts: list[ast.expr] = []
    if isinstance(said, ast.IfExp):
        parts = [said.body, said.orelse]
    elif isinstance(said, ast.Name):
        parts = _bound_to(said.id, tree, root)
    elif isinstance(said, ast.Subscript) and isinstance(said.value, ast.Name):
        tables = _bound_to(said.value.id, tree, root)
        parts = [v for table in tables if isinstance(table, ast.Dict) for v in table.values]
    return [text for part in parts for text in _texts(part, tree, root)] or [None]


def _bound_to(name: str, tree: ast.AST, root: Path) -> list[ast.expr]:
    """What a name is set to in this file, or in the file of ours that it is imported from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            path = root / f"{(node.module or '').replace('.', '/')}.py"
            if path.exists():
                return _bound_to(name, _tree(path), root)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == name
    ]

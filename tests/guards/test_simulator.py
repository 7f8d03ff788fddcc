"""The simulator does what people do, and nobody else may say what time it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from core.settings import ROOT

SIMULATOR = ROOT / "referral" / "simulator"
OURS = {"core/clock.py", "core/outbox.py"}


def test_the_simulator_writes_nothing_itself() -> None:
    """No SQL and no session: rows come of commands, and are read by queries."""
    for path in SIMULATOR.glob("*.py"):
        for module, name in _imported(path):
            assert not module.startswith("sqlalchemy"), path
            assert module != "core.db" or name in ("write", "writing"), path


def test_the_clock_is_set_by_the_simulator_alone() -> None:
    """No door, command or job says when something happened, or keeps messages back."""
    for room in ("core", "accounts", "agencies", "referral", "maps"):
        for path in (ROOT / room).rglob("*.py"):
            if SIMULATOR in path.parents or str(path.relative_to(ROOT)) in OURS:
                continue
            for module, name in _imported(path):
                assert (module, name) != ("core", "clock"), path
                assert (module, name) != ("core.clock", "at"), path
                assert name != "holding_back", path


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)

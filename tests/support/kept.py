"""What all apps of a test process make alike is made once and kept.

Nearly every test has an app of its own, on a database of its own. Compiling its templates, spelling
its SQL and compiling its addresses took more than half of the tests' time; none of that depends on
the app. What an app remembers of its data is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from core.db import db

MOST_STATEMENTS = 5_000


class KeptTemplates(BytecodeCache):
    """Compiled templates, by their name and text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep."""
        self._kept[bucket.key, bucket.checksum] = bucket.code


class KeptStatements(dict[tuple[Any, ...], Any]):
    """SQL, by the statement and the kind of database; SQLAlchemy keeps it for each engine."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """What is kept for a statement, whose key begins with the engine's dialect."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        """Keep; all are forgotten before they are too many."""
        if len(self) >= MOST_STATEMENTS:
            self.clear()
        super().__setitem__((key[0].name, *key[1:]), compiled)


_templates, _statements = KeptTemplates(), KeptStatements()
_builders: dict[tuple[object, ...], Callable[..., Any]] = {}
_compile_builder: Any = Rule._compile_builder


def keep(app: Flask) -> None:
    """Let this app, whose context is pushed, use what others made, and leave what it makes."""
    app.jinja_env.bytecode_cache = _templates
    db.engine.update_execution_options(compiled_cache=_statements)


def keep_routes() -> None:
    """Let rules of the same address share the function by which Werkzeug builds it.

    It is given the rule when it is called, and depends on nothing but what is in the key.
    """
    Rule._compile_builder = _kept_builder  # type: ignore[assignment]


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    found = _builders.get(key)
    if found is None:
        found = _builders[key] = _compile_builder(rule, append_unknown)
    return found

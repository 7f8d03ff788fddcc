"""What all apps of a test process make alike is made once and kept.

Nearly every test has an app of its own, on a database of its own. Compiling its templates, spelling
its SQL and compiling its addresses took more than half of the tests' time; none of that depends on
the app. What an app remembers of its data is not kept.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from types import CodeType
from typing import Any
from weakref import WeakKeyDictionary

from apispec import APISpec
from flask import Flask
from flask_smorest import Blueprint
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
_described: set[Blueprint] = set()
_describe: Any = Blueprint.register_views_in_doc
_undescribed: WeakKeyDictionary[APISpec, list[Callable[[], None]]] = WeakKeyDictionary()
_spell_description: Any = APISpec.to_dict


def keep(app: Flask) -> None:
    """Let this app, whose context is pushed, use what others made, and leave what it makes."""
    app.jinja_env.bytecode_cache = _templates
    db.engine.update_execution_options(compiled_cache=_statements)


def keep_routes() -> None:
    """Let rules of the same address share the function by which Werkzeug builds it.

    It is given the rule when it is called, and depends on nothing but what is in the key.
    """
    Rule._compile_builder = _kept_builder  # type: ignore[assignment]


def describe_when_asked() -> None:
    """Let apps after the first describe their API when somebody reads the description.

    That was most of the time in which an app is made, and few tests read it.
    """
    Blueprint.register_views_in_doc = _describe_later  # type: ignore[method-assign]
    APISpec.to_dict = _spell_now  # type: ignore[method-assign, assignment]


def _describe_later(blueprint: Blueprint, api: Any, app: Any, spec: APISpec, **more: Any) -> None:
    now = partial(_describe, blueprint, api, app, spec, **more)
    if blueprint in _described:
        _undescribed.setdefault(spec, []).append(now)
        return
    _described.add(blueprint)  # the first time in a process it is done at once, for its mistakes
    now()


def _spell_now(spec: APISpec) -> dict[str, Any]:
    for now in _undescribed.pop(spec, ()):
        now()
    described: dict[str, Any] = _spell_description(spec)
    return described


def collect_seldom() -> None:
    """Look for garbage among what the tests make, not among all modules again and again.

    What was imported stays until the end. With Python's own thresholds a fifth of the time of page
    tests went into looking through it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 4)


def _kept_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    found = _builders.get(key)
    if found is None:
        found = _builders[key] = _compile_builder(rule, append_unknown)
    return found

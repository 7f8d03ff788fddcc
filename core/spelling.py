"""Texts and values of what is prepared once: found out once, filled in at each execution.

What a statement brings along, such as a constant, is turned into what the driver wants once for
all; what it has to find out, such as on whose behalf it asks, each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import BindParameter, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

MOST_SPELT = 100  # of one statement, for lists of so many different lengths

Said = Mapping[str, object]
Process = Callable[[Any], Any]


class Spelling:
    """How one statement goes to one kind of database."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        renewed = {one.key: one.onupdate for one in compiled.update_prefetch}
        self._compiled = compiled
        self._binds = {
            name: _Bind.of(bind, renewed.get(bind.key), dialect)
            for name, bind in compiled.binds.items()
        }
        self._lists = [name for name, bind in compiled.binds.items() if bind.expanding]
        self._plain: _Plain | None = None  # the only text where there are no lists
        self.texts: dict[tuple[int, ...], _Text] = {}

    def of(self, said: Said) -> tuple[str, list[Any]]:
        """Text and values, as the driver wants them. `KeyError` for a value that is not said.

        With `?` for values on SQLite and `$1` on PostgreSQL.
        """
        plain = self._plain
        if plain is not None:
            return plain.text, _values_of(plain.binds, said)
        named = dict(zip(self._binds, _values_of(self._binds.values(), said), strict=True))
        text = self._for_lists(named)
        return text.text, text.in_order(named)

    def _for_lists(self, values: dict[str, Any]) -> _Text:
        lengths = tuple(len(values[name]) for name in self._lists)
        text = self.texts.get(lengths)
        if text is None:
            if len(self.texts) >= MOST_SPELT:
                self.texts.clear()
            text = self.texts[lengths] = _Text(self._compiled, values)
            if not self._lists:
                self._plain = text.plain(self._binds)
        return text


@dataclass(frozen=True, slots=True)
class _Bind:
    """A value of a statement: what it is called, how the driver gets it, and whence if unsaid."""

    key: str
    process: Process | None
    own: Callable[[], Any]  # as the driver gets it; `KeyError` for what has to be said

    @classmethod
    def of(cls, bind: BindParameter[Any], renewed: Any, dialect: Dialect) -> _Bind:
        process = _process_in(bind, dialect)
        own, is_fixed = _own(bind, renewed)
        if process is not None:
            own = _through(process, own)
        return cls(bind.key, process, _fixed(own()) if is_fixed else own)


def _values_of(binds: Iterable[_Bind], said: Said) -> list[Any]:
    """Their values in this order: as said, else their own."""
    values = []
    for bind in binds:
        if bind.key in said:
            process = bind.process
            values.append(said[bind.key] if process is None else process(said[bind.key]))
        else:
            values.append(bind.own())
    return values


def _own(bind: BindParameter[Any], renewed: Any) -> tuple[Callable[[], Any], bool]:
    """Whence the value of what is not said, and whether that is always the same."""
    if renewed is not None and renewed.is_callable:
        return lambda: renewed.arg(None), False
    if renewed is not None:
        return lambda: renewed.arg, True
    if bind.required:
        return lambda: _missing(bind.key), False
    return lambda: bind.effective_value, bind.callable is None


def _missing(key: str) -> NoReturn:
    raise KeyError(key)


def _through(process: Process, own: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: process(own())


def _fixed(value: Any) -> Callable[[], Any]:
    return lambda: value


@dataclass(frozen=True, slots=True)
class _Plain:
    """The text of a statement without lists, and its values in the order in which they go."""

    text: str
    binds: list[_Bind]


class _Text:
    """The text for lists of certain lengths, and in which order its values go."""

    def __init__(self, compiled: SQLCompiler, values: dict[str, Any]) -> None:
        by_key = {bind.key: values[name] for name, bind in compiled.binds.items()}
        state = compiled.construct_expanded_state(by_key)
        self._lists = list(state.parameter_expansion.items())
        if state.positiontup is None:
            self.text, self._order = _numbered(state.statement)
        else:
            self.text, self._order = state.statement, list(state.positiontup)

    def in_order(self, values: dict[str, Any]) -> list[Any]:
        for name, parts in self._lists:
            values.update(zip(parts, values.pop(name), strict=True))
        return [values[name] for name in self._order]

    def plain(self, binds: dict[str, _Bind]) -> _Plain:
        """The same for a statement that has no lists."""
        return _Plain(self.text, [binds[name] for name in self._order])


def _numbered(text: str) -> tuple[str, list[str]]:
    """A text that psycopg would fill in by name, and the names in the order of their numbers."""
    names: list[str] = []

    def number(mark: re.Match[str]) -> str:
        if mark[1] is None:
            return "%"
        if mark[1] not in names:
            names.append(mark[1])
        return f"${names.index(mark[1]) + 1}"

    return _MARK.sub(number, text), names


_MARK = re.compile(r"%(?:\((\w+)\)s|%)")


def _process_in(bind: BindParameter[Any], dialect: Dialect) -> Process | None:
    process: Process | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None or not bind.expanding:
        return process
    return lambda values: [process(one) for one in values]

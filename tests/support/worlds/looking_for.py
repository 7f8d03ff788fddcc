"""Whether a page looks at what stands behind the question mark of its address."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

ANY = "*"  # all of it was looked through
# Carries the query on into the links to the other languages, on every page and whatever it is.
CARRIES_ON = "core.i18n"

_names: set[str] = set()


class _Watched(ImmutableMultiDict[str, str]):
    """Values of a query that note for which names somebody looked."""

    def __getitem__(self, key: str) -> str:
        _names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        _names.add(str(key))
        return super().__contains__(key)

    def get(self, key: str, *more: Any, **named: Any) -> Any:  # type: ignore[override]
        _names.add(key)
        return super().get(key, *more, **named)

    def getlist(self, key: str, *more: Any, **named: Any) -> Any:  # type: ignore[override]
        _names.add(key)
        return super().getlist(key, *more, **named)

    def __iter__(self) -> Iterator[str]:
        _note_all()
        return super().__iter__()

    def __len__(self) -> int:
        _note_all()
        return super().__len__()

    def keys(self) -> Any:
        _note_all()
        return super().keys()

    def values(self) -> Any:
        _note_all()
        return super().values()

    def items(self, multi: bool = False) -> Any:
        _note_all()
        return super().items(multi)

    def lists(self) -> Any:
        _note_all()
        return super().lists()

    def listvalues(self) -> Any:
        _note_all()
        return super().listvalues()

    def to_dict(self, *more: Any, **named: Any) -> Any:  # type: ignore[override]
        _note_all()
        return super().to_dict(*more, **named)


def _note_all() -> None:
    asker = sys._getframe(2)
    while asker.f_back and asker.f_globals["__name__"].startswith("werkzeug."):
        asker = asker.f_back  # who asked for the whole address, say
    if asker.f_globals["__name__"] != CARRIES_ON:
        _names.add(ANY)


class _WatchedRequest(Request):
    """A request whose query is watched, as it came and taken apart; forms and files are not."""

    @property
    def query_string(self) -> bytes:  # type: ignore[override]
        _note_all()
        return self._query

    @query_string.setter
    def query_string(self, given: bytes) -> None:
        self._query = given

    @cached_property
    def args(self) -> _Watched:
        return _Watched(parse_qsl(self._query.decode(), keep_blank_values=True))


def watch_queries(app: Flask) -> None:
    """Note from now on for which names pages look."""
    app.request_class = _WatchedRequest


@contextmanager
def looked_for() -> Iterator[set[str]]:
    """The names for which somebody looks meanwhile."""
    _names.clear()
    yield _names

"""What a process keeps of the places in memory, until a load changes them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, select

from agencies.models.place import PlaceRevision
from core.db import db

PLACES, OUTLINES, POPULATION = "places", "outlines", "population"

T = TypeVar("T")


_TOKEN = select(PlaceRevision.token).where(PlaceRevision.kind == bindparam("kind"))


def revision(kind: str) -> uuid.UUID | None:
    """The token of the last load that changed something; None before the first."""
    return db.session.scalar(_TOKEN, {"kind": kind})


class Kept(Generic[T]):
    """Something built from the places, in parts, and built again when a load changed them.

    The loader may be another process, so every use asks for the revision: one small query.
    """

    def __init__(self, kind: str, build: Callable[[str], T]) -> None:
        self._kind, self._build = kind, build
        self._lock = threading.Lock()
        self._by_database: WeakKeyDictionary[Engine, tuple[object, dict[str, T]]] = (
            WeakKeyDictionary()
        )

    def get(self, part: str = "") -> T:
        """The part, built by the first who asks; the others wait for it."""
        token = revision(self._kind)
        with self._lock:
            known = self._by_database.get(db.engine)
            if known is None or known[0] != token:
                known = self._by_database[db.engine] = (token, {})
            if part not in known[1]:
                known[1][part] = self._build(part)
            return known[1][part]

"""Column types that keep what SQLAlchemy's own would lose.

`Mapped[datetime]` comes back without its zone on SQLite, and `Mapped[SomeStrEnum]` stores the
name instead of the value; both are replaced here, once.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Enum, Integer, String, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from core.clock import aware


class Instant(TypeDecorator[datetime]):
    """A timezone-aware instant, kept in UTC on every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware → UTC; `ValueError` for a naive datetime."""
        if value is None:
            return None
        moment = aware(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What was stored, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """On SQLite the text is spelt here: it is the same, and SQLAlchemy takes long over it."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """And read here."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)


def _as_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return aware(moment).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def value_enum(kind: type[enum.StrEnum], name: str | None = None) -> Enum:
    """An enum column that stores the value, checked by the database.

    `name`: of the constraint, for the second column of one kind in a table.
    """
    return Enum(
        kind,
        values_callable=_values,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=name or kind.__name__.lower(),
    )


def _values(kind: Any) -> list[str]:
    return [member.value for member in kind]


def as_stored(column: Any) -> ColumnElement[Any]:
    """An id as the driver gives it, to look up by: text on SQLite, where making a hundred thousand
    objects of it takes longer than reading them; what `db.Snapshot.rows` gives is the same.
    """
    return type_coerce(column, String)


def as_truth(column: Any) -> ColumnElement[Any]:
    """Yes, no or unknown as the driver gives it: 1, 0, None on SQLite, True, False, None else."""
    return type_coerce(column, Integer)


def as_id(stored: Any) -> uuid.UUID:
    """The id of which this is the stored form."""
    return stored if isinstance(stored, uuid.UUID) else uuid.UUID(stored)

"""Fields of a record as plain JSON values and back: how a change is kept and undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from agencies.models.records.whole import ABOUT

# Places that the system holds are no part of what anybody says.
UNSAID = ABOUT | {"held"}


def to_plain(value: Any) -> Any:
    """A field's value in JSON's own words; ids of parts and held places are left out."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value):
        return {
            f.name: to_plain(getattr(value, f.name)) for f in fields(value) if f.name not in UNSAID
        }
    return value


def plain_values(record: Any, names: Iterable[str]) -> dict[str, Any]:
    """Some fields of a record."""
    return {name: to_plain(getattr(record, name)) for name in names}


def from_plain(kind: type, plain: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `plain_values`: values that the record of this kind takes."""
    hints = _hints(kind)
    return {name: _read(hints[name], value) for name, value in plain.items()}


@lru_cache(maxsize=32)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    choices = [choice for choice in get_args(hint) if choice is not NoneType]
    wanted = choices[0] if NoneType in get_args(hint) else hint
    return _of(wanted, value)


def _of(wanted: Any, value: Any) -> Any:
    if is_dataclass(wanted) and isinstance(wanted, type):
        missing = {"held": 0} if "held" in _hints(wanted) else {}
        return wanted(**missing, **from_plain(wanted, value))
    if wanted in (date, datetime):
        return wanted.fromisoformat(value)
    if wanted is Decimal or (isinstance(wanted, type) and issubclass(wanted, StrEnum)):
        return wanted(value)
    return value

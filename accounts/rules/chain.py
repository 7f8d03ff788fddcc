"""The hash chain of the audit: what one row's hash is made of.

The format is the project's own and is written down in docs/audit.md. A row's hash is the SHA-256
(hex) of a JSON array, compact and in UTF-8, of its columns in the order of `COLUMNS`, as texts: so
it is the same on every database, and anybody can recompute it with any tool.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64  # before the first row of a chain

# What a hash covers, in this order. `before_hash` is one of them: that makes it a chain.
COLUMNS = (
    "before_hash",
    "chain",
    "number",
    "at",
    "actor_kind",
    "actor_id",
    "action",
    "subject_kind",
    "subject_id",
    "facts",
)
NUMBER = COLUMNS.index("number")

_HOW: Mapping[str, Any] = {
    "ensure_ascii": False, "separators": (",", ":"), "allow_nan": False
}  # fmt: skip
_encode = json.JSONEncoder(**_HOW).encode
_encode_sorted = json.JSONEncoder(**_HOW, sort_keys=True).encode


def spelt(values: Sequence[str | int | None]) -> bytes:
    """The bytes that are hashed, of the values of `COLUMNS`: texts, one number, and nulls."""
    return _encode(list(values)).encode()


def hash_of(values: Sequence[str | int | None]) -> str:
    """The hash (SHA-256, hex) of a row with these values of `COLUMNS`."""
    return hashlib.sha256(spelt(values)).hexdigest()


def spelt_facts(facts: Mapping[str, Any]) -> str:
    """Facts as the one text that is stored and hashed.

    Raises `TypeError` or `ValueError` for what is no JSON (a date, an id that is not text, NaN).
    """
    return _encode_sorted(facts)


def spelt_moment(moment: datetime) -> str:
    """An aware instant in UTC to the microsecond, as `2026-11-21 20:50:00.000001`."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone names no instant")
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"

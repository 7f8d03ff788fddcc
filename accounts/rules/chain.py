"""The hash chain of the audit: what one row's hash is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

FIRST = "0" * 64  # before the first row of a chain


def hash_of(before: str, said: Sequence[Any]) -> str:
    """The hash (SHA-256, hex) of a row that follows `before` and says these plain values."""
    spelt = json.dumps([before, *said], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(spelt.encode()).hexdigest()

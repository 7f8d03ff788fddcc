"""What the witness saw: the audit's heads, as JSON lines in files outside the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from accounts.rules.faults import Head

FILES = "*.jsonl"


@dataclass(slots=True)
class Witnessed:
    """All heads that were ever seen: by chain and number. `unreadable` counts broken lines."""

    heads: dict[str, dict[int, list[Head]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    last_at: str | None = None
    unreadable: int = 0

    def last_number(self, chain: str) -> int:
        """Up to where a chain was seen; 0 for one that never was."""
        return max(self.heads[chain], default=0) if chain in self.heads else 0


def read_witness(places: Iterable[Path]) -> Witnessed:
    """What is in these files, or in all files of these folders."""
    found = Witnessed()
    for path in _files(places):
        for line in path.read_bytes().splitlines():
            head = _head(line)
            if head is None:
                found.unreadable += 1
                continue
            same = found.heads[head.chain][head.number]
            if all(known.own_hash != head.own_hash for known in same):
                same.append(head)
            found.last_at = max(found.last_at or "", head.at)
    return found


def last_heads(path: Path) -> dict[str, Head]:
    """The last line of each chain in one file."""
    if not path.exists():
        return {}
    lines = (_head(line) for line in path.read_bytes().splitlines())
    return {head.chain: head for head in lines if head is not None}


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from sorted(place.glob(FILES)) if place.is_dir() else [place]


def _head(line: bytes) -> Head | None:
    try:
        said = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return _checked(said) if isinstance(said, Mapping) else None


def _checked(said: Mapping[str, Any]) -> Head | None:
    chain, number, own_hash, at = (said.get(name) for name in ("chain", "number", "hash", "at"))
    if not (isinstance(chain, str) and isinstance(own_hash, str) and isinstance(at, str)):
        return None
    return Head(chain, number, own_hash, at) if type(number) is int and number > 0 else None

"""Pools of places in a cell.

`Kamar ibu: sex=female age=18-120 unit=person capacity=12 occupied=9 at=2026-11-20T18:00+07:00` and
further pools after semicolons. `held` and `closed` are 0 where not said; `by=…` at the end
says who gave the figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from agencies.exchange import messages as says
from agencies.exchange.cells import MOST, OLDEST
from agencies.exchange.lists import escape, split_list, split_once, unescape
from agencies.exchange.messages import CellError, quoted
from agencies.models import PoolSex, PoolUnit
from agencies.models.records import PoolRecord

SPECIAL = ";:"
NAMES = frozenset({"sex", "age", "unit", "capacity", "occupied", "held", "closed", "at"})
REQUIRED = frozenset({"capacity", "at"})

_PAIR = re.compile(r"([a-z]+)=(\S+)")
_BY = re.compile(r"(?:^|\s)by=(.*)$", re.S)
_AGES = re.compile(r"(\d{1,3})-(\d{1,3})")
_RELATIVE = re.compile(r"-(\d{1,5})([hd])")
_COUNT = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of the import, and whether figures may be said relative to it."""

    now: datetime
    relative_times: bool = False


def read_pools(text: str, clock: Clock) -> tuple[PoolRecord, ...]:
    """The pools of a cell. `CellError` says what contradicts what."""
    pools = [_read(part, clock) for part in split_list(text)]
    labels = [pool.label for pool in pools]
    for label in labels:
        if labels.count(label) > 1:
            raise CellError(says.POOL_TWICE, label=quoted(label))
    return tuple(pools)


def _read(text: str, clock: Clock) -> PoolRecord:
    halves = split_once(text, ":")
    if halves is None or not halves[0].strip():
        raise _unreadable(text)
    label = unescape(halves[0].strip(), SPECIAL)
    by = _BY.search(halves[1])
    facts = _facts(_BY.sub("", halves[1]), text)
    pool = PoolRecord(
        label=label,
        sex=_word(PoolSex, facts.get("sex", "any"), text),
        minimum_age=_ages(facts, text)[0],
        maximum_age=_ages(facts, text)[1],
        unit=_word(PoolUnit, facts.get("unit", "person"), text),
        capacity=_count(facts, "capacity", text),
        occupied=_count(facts, "occupied", text),
        held=_count(facts, "held", text),
        closed=_count(facts, "closed", text),
        said_at=_moment(facts["at"], clock, label),
        said_by=(unescape(by[1].strip(), SPECIAL) or None) if by else None,
    )
    _refuse_contradiction(pool)
    return pool


def _unreadable(text: str) -> CellError:
    return CellError(says.UNREADABLE_POOLS, value=quoted(text))


def _facts(text: str, whole: str) -> dict[str, str]:
    pairs = [_PAIR.fullmatch(word) for word in text.split()]
    facts = {pair[1]: pair[2] for pair in pairs if pair}
    if None in pairs or len(facts) != len(pairs) or not REQUIRED <= set(facts) <= NAMES:
        raise _unreadable(whole)
    return facts


def _word(words: Any, word: str, whole: str) -> Any:
    try:
        return words(word.lower())
    except ValueError:
        raise _unreadable(whole) from None


def _ages(facts: dict[str, str], whole: str) -> tuple[int, int]:
    found = _AGES.fullmatch(facts.get("age", f"0-{OLDEST}"))
    if not found:
        raise _unreadable(whole)
    return int(found[1]), int(found[2])


def _count(facts: dict[str, str], name: str, whole: str) -> int:
    text = facts.get(name, "0")
    if not _COUNT.fullmatch(text) or int(text) > MOST:
        raise _unreadable(whole)
    return int(text)


def _moment(text: str, clock: Clock, label: str) -> datetime:
    ago = _RELATIVE.fullmatch(text)
    if ago:
        if not clock.relative_times:
            raise CellError(says.POOL_RELATIVE, label=quoted(label))
        hours = int(ago[1]) * (24 if ago[2] == "d" else 1)
        return clock.now - timedelta(hours=hours)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or moment.year < 1900:
            raise ValueError(text)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(says.POOL_MOMENT, label=quoted(label), value=quoted(text)) from None
    if moment > clock.now:
        raise CellError(says.POOL_FUTURE, label=quoted(label))
    return moment


def _refuse_contradiction(pool: PoolRecord) -> None:
    if pool.minimum_age > pool.maximum_age or pool.maximum_age > OLDEST:
        raise CellError(says.POOL_AGES, label=quoted(pool.label))
    if pool.is_overfull:
        raise CellError(says.POOL_FULL, label=quoted(pool.label))


def spell_pools(pools: tuple[PoolRecord, ...]) -> str:
    """The opposite of `read_pools`, with every figure said."""
    return "; ".join(_spell(pool) for pool in pools)


def _spell(pool: PoolRecord) -> str:
    by = f" by={escape(pool.said_by, SPECIAL)}" if pool.said_by else ""
    return (
        f"{escape(pool.label, SPECIAL)}: sex={pool.sex.value}"
        f" age={pool.minimum_age}-{pool.maximum_age} unit={pool.unit.value}"
        f" capacity={pool.capacity} occupied={pool.occupied} held={pool.held}"
        f" closed={pool.closed} at={spell_moment(pool.said_at)}{by}"
    )


def spell_moment(moment: datetime) -> str:
    """An instant in UTC, as short as it can be said exactly."""
    utc = moment.astimezone(UTC)
    exact = "auto" if utc.second or utc.microsecond else "minutes"
    return utc.isoformat(timespec=exact)

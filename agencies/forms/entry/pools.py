"""The box of an offer's pools of places: for whom, how many, and how many of them are closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from agencies.forms.entry.boxes import NumberBox, Texts, Values, WrongInputError
from agencies.models import PoolSex, PoolUnit
from agencies.models.records import PoolRecord
from agencies.rules.beds import least_capacity
from agencies.rules.entries import AGES_CROSSED
from agencies.rules.person import OLDEST
from core.clock import now
from core.i18n import _

SPARE_POOLS = 1  # empty ones below those that are known
MOST_POOLS = 12
MOST_PLACES = 10_000
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class PoolsBox:
    """Pools with their structure; who is in them and what is held stays what it is."""

    name: str = "pools"
    hint: str = _(
        "Places of one kind: for the same sex and ages. A pool whose name is emptied is taken away."
        " A new pool counts as full until somebody says at Beds how many places are free."
    )
    look: str = "pools"

    def show(self, record: Any) -> Texts:
        """Eight texts for each pool."""
        found: dict[str, list[str]] = {}
        lines: list[PoolRecord | None] = [*record.pools, *([None] * SPARE_POOLS)]
        for line, pool in enumerate(lines[:MOST_POOLS], 1):
            for name, text in _texts(pool).items():
                found[f"{name}_{line}"] = [text]
        return found

    def read(self, values: Values, record: Any) -> tuple[PoolRecord, ...]:
        """The pools with a name, in their order."""
        known = {str(pool.id): pool for pool in record.pools}
        found: list[PoolRecord] = []
        for line in range(1, MOST_POOLS + 1):
            before = known.get(values.get(f"pool_{line}", ""))
            label = " ".join(values.get(f"label_{line}", "").split())
            if label:
                if label.casefold() in {pool.label.casefold() for pool in found}:
                    raise WrongInputError(
                        f"label_{line}", gettext("Another pool has this name already")
                    )
                found.append(_pool(values, line, label, before))
        return tuple(found)


def _texts(pool: PoolRecord | None) -> dict[str, str]:
    if pool is None:
        empty = dict.fromkeys(("pool", "label", "capacity"), "")
        ages = {"low": "0", "high": str(OLDEST), "closed": "0"}
        return {**empty, **ages, "sex": PoolSex.ANY.value, "unit": PoolUnit.PERSON.value}
    return {
        "pool": str(pool.id),
        "label": pool.label,
        "sex": pool.sex.value,
        "low": str(pool.minimum_age),
        "high": str(pool.maximum_age),
        "unit": pool.unit.value,
        "capacity": str(pool.capacity),
        "closed": str(pool.closed),
    }


def _pool(values: Values, line: int, label: str, before: PoolRecord | None) -> PoolRecord:
    if len(label) > LONGEST_LABEL:
        raise WrongInputError(
            f"label_{line}", gettext("At most %(most)d letters", most=LONGEST_LABEL)
        )
    low, high = (_number(values, f"{name}_{line}", OLDEST) for name in ("low", "high"))
    if low > high:
        raise WrongInputError(f"low_{line}", gettext(AGES_CROSSED))
    capacity = _number(values, f"capacity_{line}", MOST_PLACES)
    closed = _number(values, f"closed_{line}", MOST_PLACES)
    occupied = before.occupied if before else max(0, capacity - closed)
    held = before.held if before else 0
    if capacity < (least := least_capacity(occupied, held, closed)):
        raise WrongInputError(
            f"capacity_{line}", too_few(occupied=occupied, held=held, closed=closed, least=least)
        )
    said = {
        "label": label,
        "sex": _one_of(PoolSex, values.get(f"sex_{line}", ""), PoolSex.ANY),
        "minimum_age": low,
        "maximum_age": high,
        "unit": _one_of(PoolUnit, values.get(f"unit_{line}", ""), PoolUnit.PERSON),
        "capacity": capacity,
        "closed": closed,
    }
    if before is not None:
        return replace(before, **said)
    return PoolRecord(**said, occupied=occupied, held=held, said_at=now())


def too_few(*, occupied: int, held: int, closed: int, least: int) -> str:
    """Why a pool cannot be that small, in the reader's language."""
    return str(
        gettext(
            "%(occupied)d places are occupied, %(held)d held and %(closed)d closed, so there must"
            " be at least %(least)d.",
            occupied=occupied,
            held=held,
            closed=closed,
            least=least,
        )
    )


def _number(values: Values, name: str, high: int) -> int:
    found = NumberBox(name, "", high=high).read(values, None)
    if found is None:
        raise WrongInputError(name, gettext("This is needed"))
    return found


def _one_of(kind: Any, word: str, usual: Any) -> Any:
    return kind(word) if word in set(kind) else usual

"""Read what was published: the only source of counts of persons for pages, maps and files.

A publication never changes, so each process keeps what it has read. Who may read is said by the
wall of the table (whoever sees the network as a whole) and asked each time, not kept.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from core.bulk import undisturbed
from core.db import db
from referral.models import Publication
from referral.queries.publishing.body import packed_body
from referral.rules.periods import newest_first, read_period

KEPT = 12  # publications in the memory of a process
Key = tuple[str, ...]
Ints = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class Counts:
    """One table. Of each cell a count, or None where it is hidden.

    `is_quiet`: what is not named may be nobody or may be hidden; in other tables it is nobody.
    """

    columns: tuple[str, ...]
    is_quiet: bool
    cells: Mapping[Key, int | None]

    def of(self, *labels: str) -> int | None:
        """The count of a cell; None: not shown."""
        return self.cells.get(labels, None if self.is_quiet else 0)

    @cached_property
    def total(self) -> int | None:
        """The sum, where every cell that holds somebody is shown."""
        counts = list(self.cells.values())
        shown = [one for one in counts if one is not None]
        return None if self.is_quiet or len(shown) < len(counts) else sum(shown)


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """The same as columns: a label is its place in `labels`, a hidden count -1."""

    labels: tuple[list[str], ...]
    keys: tuple[Ints, ...]
    counts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class FigureCodes:
    """Figures as columns."""

    labels: tuple[list[str], ...]
    keys: tuple[Ints, ...]
    between: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians, nine tenths (minutes) or shares (0 to 1): between which steps each lies."""

    columns: tuple[str, ...]
    between: Mapping[Key, tuple[float, float]]

    def of(self, *labels: str) -> tuple[float, float] | None:
        """Lower and upper step; None: not published."""
        return self.between.get(labels)


class Published:
    """One publication."""

    def __init__(self, period: str, made_at: datetime, body: Mapping[str, Any]) -> None:
        self.period, self.made_at, self._body = period, made_at, body
        self._made: dict[str, Any] = {}

    @property
    def is_withheld(self) -> bool:
        """Whether nothing could be shown safely beside what was published before."""
        return bool(self._body.get("withheld"))

    @property
    def area_of(self) -> Mapping[str, str]:
        """The district in which each agency (its id in hex) was counted."""
        found: Mapping[str, str] = self._body.get("areas", {})
        return found

    def counts(self, name: str, *, of: str = "referrals") -> Counts:
        """A table of `rules/published.py`; `of` is `referrals` or `searches`."""
        return self._once(f"{of}/{name}", lambda: self._counts(name, of))  # type: ignore[no-any-return]

    def figures(self, name: str) -> Figures:
        """Figures such as `minutes/decided/receiver` (`queries/publishing/figures.py`)."""
        return self._once(f"figures/{name}", lambda: self._figures(name))  # type: ignore[no-any-return]

    def codes(self, name: str) -> Codes:
        """A table of referrals as columns."""
        part = self._body["referrals"]
        table = part["tables"][name]
        return Codes(*_columns(table, part["labels"]), np.asarray(table["counts"], np.int64))

    def figure_codes(self, name: str) -> FigureCodes:
        """Figures as columns."""
        part = self._body["referrals"]
        found = part["figures"][name]
        between = list(zip(found["low"], found["high"], strict=True))
        return FigureCodes(*_columns(found, part["labels"]), between)

    def names(self, of: str = "referrals") -> tuple[str, ...]:
        """The tables that there are."""
        return tuple(self._body.get(of, {}).get("tables", ()))

    def labels(self, column: str, of: str = "referrals") -> tuple[str, ...]:
        """All labels that a column could have, shown or not."""
        return tuple(self._body.get(of, {}).get("labels", {}).get(column, ()))

    def figure_names(self) -> frozenset[str]:
        """The figures that there are."""
        return frozenset(self._body.get("referrals", {}).get("figures", ()))

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What somebody makes of it, kept as long as it is: it never changes."""
        return self._once(f"made/{name}", make)  # type: ignore[no-any-return]

    def _once(self, name: str, make: Any) -> Any:
        if name not in self._made:
            with undisturbed():
                self._made[name] = make()
        return self._made[name]

    def _counts(self, name: str, of: str) -> Counts:
        part = self._body[of]
        table = part["tables"][name]
        counts = (None if one < 0 else one for one in table["counts"])
        cells = dict(zip(_keys(table, part["labels"]), counts, strict=True))
        return Counts(tuple(table["columns"]), table["quiet"], cells)

    def _figures(self, name: str) -> Figures:
        part = self._body["referrals"]
        found = part["figures"][name]
        between = zip(found["low"], found["high"], strict=True)
        keys = _keys(found, part["labels"], len(found["low"]))
        return Figures(tuple(found["columns"]), dict(zip(keys, between, strict=True)))


def _columns(
    table: Mapping[str, Any], labels: Mapping[str, list[str]]
) -> tuple[tuple[list[str], ...], tuple[Ints, ...]]:
    keys = tuple(np.asarray(codes, np.int64) for codes in table["keys"])
    return tuple(labels[column] for column in table["columns"]), keys


def _keys(
    table: Mapping[str, Any], labels: Mapping[str, list[str]], size: int | None = None
) -> Iterator[Key]:
    if not table["columns"]:
        return iter([()] * (len(table["counts"]) if size is None else size))
    words = (
        [labels[column][code] for code in codes]
        for column, codes in zip(table["columns"], table["keys"], strict=True)
    )
    return zip(*words, strict=True)


_kept: OrderedDict[uuid.UUID, Published] = OrderedDict()
_guard = Lock()


def published_periods() -> tuple[str, ...]:
    """The periods that are out, such as `2026` and `2026-Q3`; the newest first."""
    names = db.session.scalars(select(Publication.period)).all()
    return tuple(str(one) for one in newest_first([read_period(name) for name in names]))


def is_out(period: str) -> bool:
    """Whether a period was published."""
    return db.session.scalar(select(Publication.id).where(Publication.period == period)) is not None


def publication(period: str) -> Published | None:
    """What was published of a period; None where nothing was, or for whom it is not."""
    row = db.session.execute(
        select(Publication.id, Publication.made_at).where(Publication.period == period)
    ).one_or_none()
    if row is None:
        return None
    with _guard:
        found = _kept.get(row.id)
    return found or _read(row.id, period, row.made_at)


def _read(row_id: uuid.UUID, period: str, made_at: datetime) -> Published:
    packed = db.session.scalar(select(Publication.body).where(Publication.id == row_id))
    with undisturbed():
        found = Published(period, made_at, packed_body(packed or b""))
    with _guard:
        _kept[row_id] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found

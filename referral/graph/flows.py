"""Observed ways as columns: 50,000 of them are summed and drawn without an object for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from referral.rules.flows import Flow

HIDDEN = -1  # in `sent`: there were some
NOBODY = -1  # the number of an agency that is not asked about

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Flows(Sequence[Flow]):
    """Ways in an order, each a `Flow` for whoever takes them one by one.

    `ends`: agencies, of which `sender` and `receiver` are the places. In `sent` is `HIDDEN` and in
    `accepted` and `minutes` NaN where nothing is published.
    """

    def __init__(
        self,
        ends: Sequence[uuid.UUID],
        sender: Ints,
        receiver: Ints,
        sent: Ints,
        accepted: Floats,
        minutes: Floats,
        *,
        need: str | None = None,
        urgency: str | None = None,
    ) -> None:
        """All of one need, one urgency, or all together."""
        self.ends, self.sender, self.receiver = ends, sender, receiver
        self.sent, self.accepted, self.minutes = sent, accepted, minutes
        self._need, self._urgency = need, urgency
        self._plain: tuple[Flow, ...] | None = None

    @classmethod
    def of(cls, flows: Iterable[Flow]) -> Flows:
        """The same of plain ones."""
        if isinstance(flows, Flows):
            return flows
        plain = tuple(flows)
        place: dict[uuid.UUID, int] = {}
        for flow in plain:
            place.setdefault(flow.sender, len(place))
            place.setdefault(flow.receiver, len(place))
        made = cls(
            tuple(place),
            np.array([place[flow.sender] for flow in plain], dtype=np.int64),
            np.array([place[flow.receiver] for flow in plain], dtype=np.int64),
            np.array([HIDDEN if f.sent is None else f.sent for f in plain], dtype=np.int64),
            np.array([np.nan if f.accepted is None else f.accepted for f in plain], dtype=float),
            np.array([np.nan if f.minutes is None else f.minutes for f in plain], dtype=float),
        )
        made._plain = plain
        return made

    def numbered(self, number_of: Mapping[uuid.UUID, int]) -> tuple[Ints, Ints]:
        """The numbers of senders and receivers, `NOBODY` for those who have none."""
        numbers = np.array([number_of.get(one, NOBODY) for one in self.ends], dtype=np.int64)
        return numbers[self.sender], numbers[self.receiver]

    def only(self, which: Mask) -> Flows:
        """Some of them, in the same order."""
        some = Flows(
            self.ends,
            self.sender[which],
            self.receiver[which],
            self.sent[which],
            self.accepted[which],
            self.minutes[which],
            need=self._need,
            urgency=self._urgency,
        )
        if self._plain is not None:
            some._plain = tuple(self._plain[at] for at in np.flatnonzero(which).tolist())
        return some

    @property
    def of_all(self) -> Mask:
        """Which of them speak of all needs and urgencies together."""
        if self._plain is None:
            return np.full(len(self), self._need is None and self._urgency is None)
        return np.array([f.need is None and f.urgency is None for f in self._plain], dtype=bool)

    def __len__(self) -> int:
        return len(self.sender)

    def __iter__(self) -> Iterator[Flow]:
        return iter(self._plain) if self._plain is not None else map(self._one, range(len(self)))

    @overload
    def __getitem__(self, at: int) -> Flow: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Flow, ...]: ...
    def __getitem__(self, at: int | slice) -> Flow | tuple[Flow, ...]:
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        return self._one(at) if self._plain is None else self._plain[at]

    def _one(self, at: int) -> Flow:
        sent = int(self.sent[at])
        return Flow(
            self.ends[self.sender[at]],
            self.ends[self.receiver[at]],
            self._need,
            self._urgency,
            None if sent == HIDDEN else sent,
            told(self.accepted[at]),
            told(self.minutes[at]),
        )


def told(value: float) -> float | None:
    """A number of a column; None where nothing is published."""
    return None if np.isnan(value) else float(value)


_NONE, _NOTHING = np.zeros(0, dtype=np.int64), np.zeros(0)
NO_FLOWS = Flows((), _NONE, _NONE, _NONE, _NOTHING, _NOTHING)

"""The published ways as columns over the sheet's rows: 50,000 of them are summed in milliseconds.

What is published is frozen, so a process keeps the columns of a question for a minute.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine

from core.db import db
from maps.queries.flows import flows_in
from maps.queries.sheet import Floats, Ints, Mask, Sheet
from maps.rules.lines import Way
from referral.graph.flows import HIDDEN as HIDDEN
from referral.graph.flows import NO_FLOWS, NOBODY, Flows, told

KEPT_SECONDS = 60.0
MOST_KEPT = 8


@dataclass(frozen=True, slots=True)
class Ways:
    """A row for each way: the rows of both agencies in the sheet, and what is published of it.

    `sent` is `HIDDEN` and `accepted` and `minutes` are NaN where nothing is published.
    """

    sender: Ints
    receiver: Ints
    sent: Ints
    accepted: Floats
    minutes: Floats

    def __len__(self) -> int:
        return len(self.sender)

    def only(self, which: Mask) -> Ways:
        """Some of them."""
        return Ways(
            self.sender[which],
            self.receiver[which],
            self.sent[which],
            self.accepted[which],
            self.minutes[which],
        )

    def summed(self, groups: Ints, number: int) -> Summed:
        """Ways put together by a group number (0 to `number`) each, as `rules.lines.together`."""
        known = self.sent != HIDDEN
        heard = known & ~np.isnan(self.accepted)
        weight: Floats = np.bincount(groups[heard], self.sent[heard], number).astype(float)
        yes: Floats = np.bincount(
            groups[heard], self.sent[heard] * self.accepted[heard], number
        ).astype(float)
        count = np.bincount(groups, minlength=number)
        hidden = np.bincount(groups[~known], minlength=number)
        alone = np.full(number, -1, dtype=np.int64)
        alone[groups] = np.arange(len(self))
        alone[count != 1] = -1
        sent = np.bincount(groups[known], self.sent[known], number).astype(np.int64)
        return Summed(self, sent, hidden, count, weight, yes, alone)


@dataclass(frozen=True, slots=True)
class Summed:
    """Sums by group. `alone`: the only way of a group, else -1."""

    of: Ways
    sent: Ints
    hidden: Ints
    count: Ints
    weight: Floats
    yes: Floats
    alone: Ints

    def way(self, group: int) -> Way:
        """A group's ways as one."""
        known = int(self.count[group] - self.hidden[group])
        lone = int(self.alone[group])
        if lone >= 0:
            accepted, minutes = told(self.of.accepted[lone]), told(self.of.minutes[lone])
        else:
            weight = float(self.weight[group])
            accepted, minutes = float(self.yes[group]) / weight if weight else None, None
        sent = int(self.sent[group]) if known else None
        return Way(sent, int(self.hidden[group]), accepted, minutes)


_Question = tuple[str, str, str, str]
_kept: WeakKeyDictionary[Engine, OrderedDict[_Question, tuple[float, Ways]]] = WeakKeyDictionary()


def ways_of(sheet: Sheet, period: str, need: str, urgency: str) -> Ways:
    """The ways of a period between agencies that the sheet knows; none without a period."""
    if not period:
        return _columns(sheet, "", "", "")
    kept = _kept.setdefault(db.engine, OrderedDict())
    question = (sheet.versions[-1], period, need, urgency)
    found = kept.get(question)
    if found is None or time.monotonic() - found[0] > KEPT_SECONDS:
        found = kept[question] = (time.monotonic(), _columns(sheet, period, need, urgency))
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return found[1]


def _columns(sheet: Sheet, period: str, need: str, urgency: str) -> Ways:
    flows = Flows.of(flows_in(period, need or None, urgency or None)) if period else NO_FLOWS
    sender, receiver = flows.numbered(sheet.first_row)
    known = (sender != NOBODY) & (receiver != NOBODY) & (sender != receiver)
    return Ways(sender, receiver, flows.sent, flows.accepted, flows.minutes).only(known)

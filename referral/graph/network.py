"""The graph as columns: agencies by number, and their ties, for measures and maps."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from agencies.models import Status
from agencies.queries.registry import STOPPED
from agencies.rules.kinds import ANYONE
from core.actors import Tier
from referral.graph.flows import NOBODY, Flows
from referral.graph.measures.ties import Indexes, Ties
from referral.graph.taking import Asked
from referral.graph.values import Node, Ways

NOT_KNOWN = float("nan")


@dataclass(frozen=True)
class Network:
    """One version of the graph. `registered`: every agency, in the order of the ids.

    What counts is `nodes`: the agencies that did not stop; their place in it is the number by which
    measures know them.
    """

    version: Hashable
    registered: tuple[Node, ...]
    ways: Ways

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The agencies that work, some of them closed for some time."""
        return tuple(node for node in self.registered if node.status not in STOPPED)

    @cached_property
    def numbers(self) -> Mapping[uuid.UUID, int]:
        """The number of each agency that works."""
        return {node.id: number for number, node in enumerate(self.nodes)}

    @cached_property
    def practised(self) -> Ties:
        """Ties between agencies: what was observed and published, and what was agreed."""
        return Ties.of(len(self.nodes), np.concatenate([self._observed, _table(self._agreed())]))

    @cached_property
    def observed(self) -> Ties:
        """Only what was observed and published."""
        return Ties.of(len(self.nodes), self._observed)

    @cached_property
    def known(self) -> Ties:
        """The same as `practised` and every declared route between types of agency.

        A route of n agencies to m others would be n × m ties. It is one more knot that the n send
        to and that sends to the m: n + m ties, and whom anybody reaches is the same. Knots have
        the numbers from `len(nodes)` on.
        """
        by_type: dict[str, list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            by_type[node.type].append(number)
        size = len(self.nodes) + len(self._declared)
        rows = self._agreed()
        for knot, (one, other) in enumerate(self._declared, len(self.nodes)):
            rows += [(number, knot, 0.0, NOT_KNOWN) for number in by_type[one]]
            rows += [(knot, number, 0.0, NOT_KNOWN) for number in by_type[other]]
        return Ties.of(size, np.concatenate([self._observed, _table(rows)]))

    @cached_property
    def knots(self) -> tuple[int, ...]:
        """The numbers in `known` that are no agencies."""
        return tuple(range(len(self.nodes), len(self.nodes) + len(self._declared)))

    @cached_property
    def _declared(self) -> dict[tuple[str, str], None]:
        """Each pair of types once, in order."""
        return dict.fromkeys(sorted({(one.from_type, one.to_type) for one in self.ways.routes}))

    def is_declared(self, sender: int, receiver: int) -> bool:
        """Whether some declared route leads from one agency's type to the other's."""
        return (self.nodes[sender].type, self.nodes[receiver].type) in self._declared

    @cached_property
    def agreed(self) -> frozenset[tuple[int, int]]:
        """Pairs of agencies with an agreement."""
        return frozenset((row[0], row[1]) for row in self._agreed())

    def like(self, before: Network) -> Network:
        """The same, with the ties of another version if these are of the same agencies and ways."""
        same = self.ways.version == before.ways.version and self.ways.period == before.ways.period
        if same and [(n.id, n.type) for n in self.nodes] == [(n.id, n.type) for n in before.nodes]:
            for name in ("numbers", "practised", "observed", "known", "agreed", "fingerprint"):
                if name in before.__dict__:
                    self.__dict__[name] = before.__dict__[name]
        return self

    @cached_property
    def _observed(self) -> NDArray[np.float64]:
        """A row for each observed way between agencies that work: their numbers, what was sent, of
        all needs and urgencies together only (parts are in that already), and the minutes."""
        flows = Flows.of(self.ways.flows)
        sender, receiver = flows.numbered(self.numbers)
        sent = np.where(flows.of_all, np.maximum(flows.sent, 0), 0)
        rows = np.stack([sender, receiver, sent, flows.minutes], axis=1)
        found: NDArray[np.float64] = rows[(sender != NOBODY) & (receiver != NOBODY)]
        return found

    def _agreed(self) -> list[tuple[int, int, float, float]]:
        return [
            (*pair, 0.0, NOT_KNOWN)
            for agreement in self.ways.agreements
            if (pair := self._pair(agreement.sender, agreement.receiver)) is not None
        ]

    def _pair(self, sender: uuid.UUID, receiver: uuid.UUID) -> tuple[int, int] | None:
        """Their numbers; None if one of them stopped or is not there any more."""
        one, other = self.numbers.get(sender), self.numbers.get(receiver)
        return None if one is None or other is None else (one, other)

    @cached_property
    def providers(self) -> Mapping[Asked, Indexes]:
        """Who meets each need for each kind of person now: open, and with the service running.

        What an agency never said counts as a yes here: it is asked first, as in find.
        """
        found: dict[Asked, list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            if node.status is Status.ACTIVE:
                for asked in node.takes:
                    found[asked].append(number)
        return {asked: np.array(some) for asked, some in sorted(found.items())}

    def meeting(self, need: str, kind: str = ANYONE) -> Indexes:
        """Who meets a need for a kind of person; nobody for what is not known."""
        return self.providers.get((need, kind), np.zeros(0, dtype=np.int64))

    def meets(self, asked: Sequence[Asked], ties: Ties) -> NDArray[np.bool_]:
        """A row for each number of some ties, a column for each thing asked: who meets it."""
        found = np.zeros((ties.size, len(asked)), dtype=bool)
        for column, one in enumerate(asked):
            found[self.meeting(*one), column] = True
        return found

    @cached_property
    def districts(self) -> Mapping[str, Indexes]:
        """Which agencies are in each district, by the gazetteer's code."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            if node.district:
                found[node.district].append(number)
        return {code: np.array(some) for code, some in sorted(found.items())}

    @cached_property
    def positions(self) -> NDArray[np.float64]:
        """Latitude and longitude of each agency in degrees, of a secret one its cell's centre."""
        return np.array(
            [
                (node.place.latitude, node.place.longitude) if node.place else (np.nan, np.nan)
                for node in self.nodes
            ],
            dtype=float,
        ).reshape(-1, 2)

    @cached_property
    def fingerprint(self) -> str:
        """The same for networks whose agencies and ties are the same, whatever else changed."""
        ties = self.practised
        whole = blake2b(digest_size=16)
        for node in self.nodes:
            whole.update(node.id.bytes)
        whole.update(ties.tails.tobytes())
        whole.update(ties.heads.tobytes())
        return whole.hexdigest()

    def without_secret(self) -> Network:
        """The same as somebody may have it who must not know of secret places at all."""
        open_ones = {node.id for node in self.registered if node.tier < Tier.SECRET}
        flows = Flows.of(self.ways.flows)
        ends = flows.numbered(dict.fromkeys(open_ones, 0))
        ways = Ways(
            self.ways.version,
            self.ways.period,
            self.ways.routes,
            tuple(a for a in self.ways.agreements if {a.sender, a.receiver} <= open_ones),
            flows.only((ends[0] != NOBODY) & (ends[1] != NOBODY)),
        )
        kept = tuple(node.opened() for node in self.registered if node.id in open_ones)
        return Network(("without secret", self.version), kept, ways)


def _table(rows: list[tuple[int, int, float, float]]) -> NDArray[np.float64]:
    return np.array(rows, dtype=float).reshape(-1, 4)

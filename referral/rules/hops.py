"""What a hop from one agency to another needs first, or that no route for it is known.

Only ever a soft word beside a service: nobody is refused for it (a person is never turned away
because the pathway forgot a way).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agencies.rules.needs import RESIDENTIAL, ROOF, ROOF_AT_ONCE
from referral.rules.routes import Prerequisite


class Way(Protocol):
    """A declared route, as far as a hop asks for it."""

    @property
    def from_type(self) -> str:
        """From which type of agency."""

    @property
    def to_type(self) -> str:
        """To which type."""

    @property
    def need(self) -> str | None:
        """For which need; None: for any."""

    @property
    def prerequisites(self) -> tuple[Prerequisite, ...]:
        """What it needs first."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement that holds: from an agency to an agency, or to a type; no needs: for any."""

    from_agency: str
    to_agency: str | None
    to_type: str | None
    needs: frozenset[str]
    prerequisites: tuple[Prerequisite, ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """What is said of a hop. `known` is None where nobody asks on behalf of an agency; `first` is
    what it needs first, over all asked needs, in the order of `Prerequisite`."""

    known: bool | None
    first: tuple[Prerequisite, ...] = ()
    unknown_for: tuple[str, ...] = ()  # the needs for which no route is known

    @property
    def says_something(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.first) or self.known is False


@dataclass(frozen=True, slots=True)
class Asker:
    """An agency on whose behalf is asked: its id and type."""

    agency_id: str
    type: str


NOTHING = Hop(None)
_Needs = dict[str | None, tuple[Prerequisite, ...]]


@dataclass(slots=True)
class Routes:
    """Routes and agreements of a moment, made for being asked often."""

    _declared: dict[tuple[str, str], _Needs] = field(default_factory=dict)
    _agreed: dict[str, list[Agreed]] = field(default_factory=dict)
    _of_all: dict[str, _Needs] = field(default_factory=dict)  # what every route to a type needs

    @classmethod
    def of(cls, declared: Iterable[Way], agreed: Iterable[Agreed] = ()) -> Routes:
        """Put in order: `declared` without those that are switched off."""
        made = cls()
        to: dict[tuple[str, str | None], list[frozenset[Prerequisite]]] = defaultdict(list)
        for way in declared:
            made._declared.setdefault((way.from_type, way.to_type), {})[way.need] = (
                way.prerequisites
            )
            to[way.to_type, way.need].append(frozenset(way.prerequisites))
        for (to_type, need), sets in to.items():
            shared = frozenset.intersection(*sets)
            made._of_all.setdefault(to_type, {})[need] = _in_order(shared)
        for one in agreed:
            made._agreed.setdefault(one.from_agency, []).append(one)
        return made

    def hop(
        self, askers: Sequence[Asker], to_agency: str, to_type: str, needs: Sequence[str]
    ) -> Hop:
        """What a hop needs first. Of several agencies of the asker the one that needs least counts.

        Without an asker only what every route to that type needs is known.
        """
        if any(one.agency_id == to_agency for one in askers):
            return NOTHING  # at one's own door
        if not askers:
            return Hop(None, self._first_of_all(to_type, needs))
        hops = (self._from(one, to_agency, to_type, needs) for one in askers)
        return min(hops, key=lambda hop: (len(hop.unknown_for), len(hop.first)))

    def _from(self, asker: Asker, to_agency: str, to_type: str, needs: Sequence[str]) -> Hop:
        first: set[Prerequisite] = set()
        unknown = []
        for need in needs:
            found = self._for_need(asker, to_agency, to_type, need)
            if found is None:
                unknown.append(need)
                first.update(self._first_of_all(to_type, (need,)))
            else:
                first.update(found)
        return Hop(not unknown, _in_order(first), tuple(unknown))

    def _for_need(
        self, asker: Asker, to_agency: str, to_type: str, need: str
    ) -> tuple[Prerequisite, ...] | None:
        """The least that is needed first; None: no route is known.

        What two agencies agreed adds to what everybody needs there: an agreement does away with no
        letter that the law asks for.
        """
        declared = _of_need(self._declared.get((asker.type, to_type), {}), need)
        agreed = [
            tuple({*one.prerequisites, *self._first_of_all(to_type, (need,))})
            for one in self._agreed.get(asker.agency_id, ())
            if (one.to_agency == to_agency or one.to_type == to_type) and _covers(one.needs, need)
        ]
        found = [*agreed, *([declared] if declared is not None else [])]
        return min(found, key=len) if found else None

    def _first_of_all(self, to_type: str, needs: Sequence[str]) -> tuple[Prerequisite, ...]:
        known = self._of_all.get(to_type, {})
        return _in_order({p for need in needs for p in _of_need(known, need) or ()})


def _of_need(known: _Needs, need: str) -> tuple[Prerequisite, ...] | None:
    """What a need needs first. A roof may be any roof: one at once counts before a longer stay."""
    if need in known:
        return known[need]
    if need in ROOF:
        roofs = [known[one] for one in sorted(ROOF_AT_ONCE) if one in known]
        if not roofs and RESIDENTIAL in known:
            roofs = [known[RESIDENTIAL]]
        if roofs:
            return min(roofs, key=len)
    return known.get(None)


def _covers(needs: frozenset[str], need: str) -> bool:
    return not needs or need in needs or (need in ROOF and not needs.isdisjoint(ROOF))


def _in_order(some: Iterable[Prerequisite]) -> tuple[Prerequisite, ...]:
    there = set(some)
    return tuple(one for one in Prerequisite if one in there)

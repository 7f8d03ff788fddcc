"""What is nearest in each district, for every need and kind of person: looked at beside the pages.

A look is true until the registry changes. In a small network all pairs are looked at when somebody
asks; in a large one a thread looks, and until it is done the look before is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from sqlalchemy import select

from agencies.models import FindEntry
from agencies.rules.candidate import Candidate
from agencies.rules.kinds import ANYONE
from agencies.rules.needs import Need, Urgency, all_needs
from core.actors import Actor
from core.db import db
from core.types import as_stored
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.nearest import NOBODY, Reach
from maps.queries.gaps.reach import BY_THE_HOUR, answers_version, reach_now
from maps.queries.gaps.takers import FEW_OFFERS, how_many_offers, read_all
from maps.queries.kept import in_background, kept
from maps.rules.kinds import KINDS, NIGHT, is_asked

Pair = tuple[str, str]  # need and kind
Near = dict[str, tuple[float | None, Candidate | None, bool]]  # by district: km, who, surely


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a version of the registry: what is nearest, for as many pairs as it came to."""

    version: Hashable
    listed: int  # the same for the same offers
    near: dict[Pair, Near]
    before: Look | None

    @property
    def is_done(self) -> bool:
        """Whether it came to its end."""
        return len(self.near) == len(pairs())

    @property
    def shown(self) -> Look:
        """This one, or while it is not done the last that is, where that was of the same offers."""
        look: Look | None = self
        while look and not look.is_done:
            look = look.before
        return look if look and look.listed == self.listed else self


def pairs() -> list[Pair]:
    """All needs and kinds that are asked; whoever it may be first."""
    needs = all_needs().values()
    found = [(need.code, kind) for need in needs for kind in KINDS if _is_told(need, kind)]
    return sorted(found, key=lambda pair: pair[1] != ANYONE)


def _is_told(need: Need, kind: str) -> bool:
    """At night only what cannot wait: the rest has working days (domain.md §1.5)."""
    by_night = kind != NIGHT or need.urgency is Urgency.EMERGENCY
    return by_night and is_asked(need.code, kind)


def look_at(actor: Actor, ground: Ground, *, all_at_once: bool) -> Look:
    """The latest look at the registry, begun where nobody has looked since it changed."""
    name = ("looked at", ground.key, actor.sees.value)
    version = answers_version(BY_THE_HOUR)
    look = cast("Look | None", kept().get(name))
    if look is None or look.version != version:
        look = Look(version, _listed(actor), {}, _before(look))
        kept().put(name, look)
    if not look.is_done:
        if all_at_once or how_many_offers() <= FEW_OFFERS:
            _look_at_all(actor, ground, look)
        else:
            in_background((name, version), lambda: _look_at_all(actor, ground, look))
    return look


def _before(look: Look | None) -> Look | None:
    """What a new look need remember: the last one that is done, and one that is going on."""
    if look is None or look.is_done:
        return look and replace(look, before=None)
    return look if look.near else look.before


def _listed(actor: Actor) -> int:
    """Which offers somebody sees: nobody is shown any longer who has just become secret."""
    query = select(as_stored(FindEntry.offer_id)).where(FindEntry.tier <= actor.sees.value)
    return hash(frozenset(db.session.scalars(query)))


def _look_at_all(actor: Actor, ground: Ground, look: Look) -> None:
    """Look at every need and kind that nobody looked at before."""
    if not look.near:
        read_all(actor)
    for pair in pairs():
        if pair not in look.near:
            reach = reach_now(actor, ground, *pair, look.version)
            look.near[pair] = _by_district(ground, reach)


def _by_district(ground: Ground, reach: Reach) -> Near:
    """The nearest of each district: from there on out nobody in it has anybody nearer."""
    who, km, sure = reach.first()
    found: Near = {}
    for code, cells in _cells_of(ground):
        here = cells[np.lexsort((cells, km[cells], who[cells] == NOBODY))]
        best = int(here[0])
        far = None if who[best] == NOBODY else float(km[best])
        found[code] = (far, reach.offer(int(who[best])), bool(sure[best]))
    return found


def _cells_of(ground: Ground) -> Iterator[tuple[str, np.ndarray]]:  # type: ignore[type-arg]
    cells: dict[str, list[int]] = defaultdict(list)
    for cell, code in enumerate(ground.districts):
        if code:
            cells[code].append(cell)
    for code, some in sorted(cells.items()):
        yield code, np.array(some, dtype=np.intp)

"""What the first page of the network needs, read before somebody asks for it.

Once in the life of a process, of a network that is not small: as soon as somebody is there who may
see the network as a whole, a thread reads the registry and the newest publications on their behalf.
It reads what their pages read, through the same reads, and keeps it in the same places.
"""

from __future__ import annotations

from flask import current_app

from agencies.queries.members import registry_version
from core.actors import Actor
from core.bulk import settle
from core.clock import now
from maps.queries.gaps.ground import ground_for
from maps.queries.gaps.takers import read_all
from maps.queries.holding.ready import FEW_AGENCIES, read_network
from maps.queries.indicators.nights import nights_without
from maps.queries.indicators.now import Slice, standing
from maps.queries.indicators.scorecards import cards
from maps.queries.kept import in_background, kept
from maps.queries.picture import listed_agencies, walked_in
from maps.queries.shown import Asked, shown
from referral.queries.published import publication, published_periods

TEMPLATES = "maps/"
PERIODS = 4  # the newest: mostly a year and its quarters
DONE = "read ahead"  # kept under this name: it was done, or need not be


def read_ahead(actor: Actor) -> None:
    """Begin, unless that was done in this process, or the network is small: nobody waits then."""
    if kept().get(DONE) is not None:
        return
    if registry_version().agencies <= FEW_AGENCIES:
        kept().put(DONE, True)
        return
    in_background(DONE, lambda: _read(actor))


def _read(actor: Actor) -> None:
    standing(actor)
    listed_agencies(actor)
    ground_for(actor)
    periods = published_periods()
    _ = shown(actor, Asked(period=next(iter(periods), ""))).ways
    read_all(actor)
    for period in periods[:PERIODS]:
        _read_period(actor, period)
    for name in current_app.jinja_env.list_templates():
        if name.startswith(TEMPLATES):
            current_app.jinja_env.get_template(name)
    read_network()
    kept().put(DONE, True)
    settle()


def _read_period(actor: Actor, period: str) -> None:
    """What was published of it, its scorecards, its ways and its nights."""
    nights_without(actor, Slice(), period, now())
    found = publication(period)
    if found is not None and not found.is_withheld:
        cards(found)
        walked_in(actor, period)

"""What holds a network together, without anybody waiting for its first reading.

Of a small network it is worked out when somebody asks. A large one takes some seconds to read for
the first time; a thread does that, and the page says so. From then on only what changed is read
again, which nobody notices.
"""

from __future__ import annotations

from typing import NamedTuple

from agencies.queries.members import registry_version
from maps.queries.holding.held import Holding, what_holds
from maps.queries.kept import in_background, kept
from referral.graph import Network, network
from referral.graph.ways import ways_source

FEW_AGENCIES = 1_000  # up to which nobody waits long


class Held(NamedTuple):
    """A network, and what holds it."""

    network: Network
    holding: Holding


def network_once_read(period: str | None) -> Network | None:
    """The network with the flows of a period (None: the newest published), as it is now; None while
    it is read for the first time.
    """
    period = _said(period)
    name = _name(period)
    if kept().get(name) is None and registry_version().agencies > FEW_AGENCIES:
        in_background(name, lambda: read_network(period))
        return None
    return network(period)


def read_network(period: str | None = None) -> None:
    """Read it, and what holds it: from then on nobody waits."""
    period = _said(period)
    what_holds(network(period))
    kept().put(_name(period), True)


def _said(period: str | None) -> str | None:
    return period or next(iter(ways_source().periods()), None)


def _name(period: str | None) -> tuple[str, str | None]:
    return "network was read", period


def held_once_read(period: str | None) -> Held | None:
    """The same, with what holds it."""
    found = network_once_read(period)
    return None if found is None else Held(found, what_holds(found))


def held_now(period: str | None) -> Held:
    """The same, however long it takes: for what leaves the house as a file."""
    found = network(period)
    return Held(found, what_holds(found))

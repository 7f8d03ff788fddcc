"""Indicators of the network as a graph (29 to 37): of the whole, never of a slice."""

from __future__ import annotations

from maps.queries.holding import Holding
from maps.rules.readings import Reading, Silence, Unit, exactly, silent
from referral.graph import Network
from referral.graph.long_work import Progress

CODES = (
    *("components", "density", "centralisation", "gatekeepers", "overload", "reciprocity"),
    *("cores", "single-points", "formal"),
)


def network_readings(found: Network, held: Holding) -> dict[str, Reading]:
    """Each by its code. What needs ways that are used is silent while none is known."""
    observed = held.informal.observed
    said = {
        "components": exactly(Unit.COUNT, len(held.parts.sizes) + len(held.isolates)),
        "cores": exactly(Unit.COUNT, len(held.groups)),
        "single-points": exactly(
            Unit.COUNT, len(held.articulations) + len({one.need for one in held.singles})
        ),
    }
    if not held.ways or len(found.nodes) < 2:
        said["components"] = exactly(Unit.COUNT, len(found.nodes))
        return said | {
            code: silent(Unit.SHARE, Silence.NOTHING) for code in CODES if code not in said
        }
    return said | {
        "density": exactly(Unit.SHARE, held.density.value),
        "reciprocity": exactly(Unit.SHARE, held.reciprocity.value),
        "centralisation": exactly(Unit.INDEX, held.centralisation[0]),
        # There are ways, so somebody was sent: what is not counted is hidden.
        "overload": _share(held.overload.share if held.overload else None, Silence.HIDDEN),
        "gatekeepers": _gatekeepers(held),
        "formal": _share(1 - held.informal.undeclared / observed if observed else None),
    }


def _share(value: float | None, why_not: Silence = Silence.NOTHING) -> Reading:
    if value is None:
        return silent(Unit.SHARE, why_not)
    return exactly(Unit.SHARE, value)


def _gatekeepers(held: Holding) -> Reading:
    """How much of all shortest ways the first of them is on; silent while it is worked out."""
    if isinstance(held.gatekeepers, Progress) or not held.gatekeepers:
        return silent(Unit.INDEX, Silence.NOTHING)
    return exactly(Unit.INDEX, held.gatekeepers[0].share)

"""The picture without geography, as the page and its script read it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agencies.rules.agency_types import AGENCY_TYPES
from core.i18n import Say, _
from maps.rules.agency_kinds import KINDS, kind_number
from maps.rules.layouts import Place
from maps.rules.pathway import Hop, Trace
from maps.rules.picture import Knot, Tie, TieKind, width_of

MARGIN = 60.0
NAMED = 14  # how many agencies have their name from the beginning
SHORT = 22  # letters of a name in the picture
BEND = 0.12  # how far a line bends aside, so that the way back is another one

KIND_WORDS: dict[TieKind, str] = {
    TieKind.FORMAL: _("Used, and agreed or in the pathway"),
    TieKind.OBSERVED: _("Used, though nothing declares it"),
    TieKind.UNUSED: _("Agreed, and no use shown"),
}
# What there is to talk about comes first.
TRACE_WORDS: dict[Trace, str] = {
    Trace.INFORMAL: _("Informal path: used, not designed"),
    Trace.DEAD: _("Dead path: designed, not used"),
    Trace.WALKED: _("Designed and used"),
    Trace.UNTOLD: _("Designed; whether it was used is not told"),
    Trace.OPEN_ENDED: _("Designed, but one end has no agency here"),
}
FEWER_THAN_5 = _("fewer than 5, or hidden")


def volume(sent: int | None, tell: Say) -> str:
    """How many referrals, in words; what is hidden is said to be."""
    return tell(FEWER_THAN_5) if sent is None else str(sent)


def tie_words(tie: Tie, names: Mapping[str, str], tell: Say) -> str:
    """A tie as a sentence."""
    ends = {"sender": names[tie.sender], "receiver": names[tie.receiver]}
    if tie.kind is TieKind.UNUSED:
        return tell(_("%(sender)s to %(receiver)s: agreed, no use shown"), **ends)
    words = tell(
        _("%(sender)s to %(receiver)s: %(sent)s referrals"), **ends, sent=volume(tie.sent, tell)
    )
    if tie.accepted is not None:
        share = tell(_("%(share)s%% accepted"), share=round(100 * tie.accepted))
        words = f"{words}, {share}"
    return words


def picture_view(
    knots: Sequence[Knot],
    ties: Sequence[Tie],
    places: Mapping[str, Place],
    tell: Say,
    url_of: Callable[[str], str],
) -> dict[str, Any]:
    """What templates/maps/_web.html draws and static/js/picture.js makes movable."""
    radii = {knot.key: round(10 + 2.6 * math.sqrt(knot.degree), 1) for knot in knots}
    first = {k.key for k in sorted(knots, key=lambda k: (-k.degree, k.key))[:NAMED] if k.degree}
    named = first if len(knots) > NAMED else {knot.key for knot in knots}
    names = {knot.key: knot.name for knot in knots}
    most = max((tie.sent or 0 for tie in ties), default=0)
    return {
        "box": _box([places[knot.key] for knot in knots]),
        "knots": [
            _knot(k, places[k.key], radii[k.key], k.key in named, tell, url_of) for k in knots
        ],
        "ties": [
            {
                "sender": tie.sender,
                "receiver": tie.receiver,
                "kind": tie.kind.value,
                "width": width_of(tie.sent, most),
                "words": tie_words(tie, names, tell),
                **_line(places[tie.sender], places[tie.receiver], radii[tie.receiver]),
            }
            for tie in ties
        ],
        "kinds": [{"colour": kind.colour, "shape": kind.shape} for kind in KINDS],
        "words": {"open": tell(_("Open"))},
    }


def hops_view(hops: Sequence[Hop], places: Mapping[str, Place], tell: Say) -> dict[str, Any]:
    """The pathway, designed beside walked: types as shapes, ways as lines."""
    codes = sorted({code for hop in hops for code in (hop.from_type, hop.to_type)})
    most = max((hop.sent for hop in hops), default=0)
    types = [Knot(code, tell(AGENCY_TYPES.get(code, code)), code) for code in codes]
    return {
        "box": _box([places[code] for code in codes]),
        "knots": [_knot(one, places[one.key], 15.0, True, tell, lambda _key: "") for one in types],
        "ties": [
            {
                "sender": hop.from_type,
                "receiver": hop.to_type,
                "kind": hop.trace.value,
                "width": width_of(hop.sent, most) + 0.5,
                "words": hop_words(hop, tell),
                **_line(places[hop.from_type], places[hop.to_type], 15.0),
            }
            for hop in hops
        ],
        "kinds": [{"colour": kind.colour, "shape": kind.shape} for kind in KINDS],
        "words": {"open": tell(_("Open"))},
    }


def hop_words(hop: Hop, tell: Say) -> str:
    """A way between types as a sentence."""
    ends = f"{type_word(hop.from_type, tell)} → {type_word(hop.to_type, tell)}"
    return f"{ends}: {tell(TRACE_WORDS[hop.trace])}"


def type_word(code: str, tell: Say) -> str:
    """A type in words."""
    return tell(AGENCY_TYPES.get(code, code))


def _knot(
    knot: Knot, place: Place, r: float, named: bool, tell: Say, url_of: Callable[[str], str]
) -> dict[str, Any]:
    short = knot.name if len(knot.name) <= SHORT else f"{knot.name[: SHORT - 1].rstrip()}…"
    return {
        "key": knot.key,
        "name": knot.name,
        "short": short,
        "word": type_word(knot.type, tell),
        "kind": kind_number(knot.type),
        "secret": knot.is_secret,
        "named": named,
        "x": place[0],
        "y": place[1],
        "r": r,
        "url": url_of(knot.key),
    }


def _line(start: Place, end: Place, stop: float) -> dict[str, float]:
    """A bent line that ends at the border of the shape it leads to."""
    away = math.dist(start, end) or 1.0
    across, down = (end[0] - start[0]) / away, (end[1] - start[1]) / away
    bend = BEND * away
    middle = (
        (start[0] + end[0]) / 2 - down * bend,
        (start[1] + end[1]) / 2 + across * bend,
    )
    back = math.dist(middle, end) or 1.0
    x2 = end[0] - (end[0] - middle[0]) / back * (stop + 3)
    y2 = end[1] - (end[1] - middle[1]) / back * (stop + 3)
    named = {"x1": start[0], "y1": start[1], "xm": middle[0], "ym": middle[1], "x2": x2, "y2": y2}
    return {name: round(value, 1) for name, value in named.items()}


def _box(places: Sequence[Place]) -> str:
    if not places:
        return "0 0 100 100"
    left, top = min(p[0] for p in places) - MARGIN, min(p[1] for p in places) - MARGIN
    wide = max(p[0] for p in places) + MARGIN - left
    high = max(p[1] for p in places) + MARGIN - top
    return f"{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"

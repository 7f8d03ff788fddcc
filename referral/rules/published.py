"""Which tables are published of referrals and of searches that found nobody (domain.md §4.2).

What is not in these lists is published nowhere: a page shows what stands here or what can be
worked out of it. A further table must be thought of together with all others, so it comes with a
new number of the rules (`RULES`) and for the periods after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from referral.rules.tables import NEEDS, Bundle, Table, bundle

RULES = 2
MANY = 50  # names of one kind: a table of more of them is quiet
QUARTER = "quarter"
TYPES = "type_flow"
NONE = ""  # the label of "there was none"

# What became of the asking, as it stood when the period was closed.
# `withdrawn`: called off because the person did not want it (any more).
DECISIONS = ("accepted", "declined", "redirected", "expired", "called_off", "open", "withdrawn")
ARRIVALS = (NONE, "arrived", "no_show", "fell_through")
CLOCK = (NONE, "met", "missed")
HOURS = ("00-06", "06-12", "12-18", "18-24")  # local


def _open(name: str, *columns: str, each: str | None = None) -> Table:
    return Table(name, columns, each)


def _quiet(name: str, *columns: str, each: str | None = None) -> Table:
    return Table(name, columns, each, quiet=True)


def _names(name: str, *columns: str, each: str | None = None, worth: float = 1.0) -> Table:
    return Table(name, columns, each, quiet=True, names=True, worth=worth)


# Open is only what has few cells and names nobody and nothing rare. Where it is known of each cell
# of a table whether somebody is in it, hardly anything can change hands unseen, and nearly all that
# is shown beside it has to be hidden (docs/published.md).
REFERRALS: tuple[Table, ...] = (
    _open("total"),
    *(_open(name, name) for name in ("month", "urgency", "decision", "bond")),
    *(_open(name, name) for name in ("arrival", "outcome")),
    *(_open(f"urgency_{name}", "urgency", name) for name in ("decision", "ack", "decide", "start")),
    *(_names(name, name) for name in ("area", "sender", "receiver")),
    *(_quiet(name, name) for name in ("reason", "detail")),
    *(_quiet(f"{name}_decision", name, "decision") for name in ("area", "sender", "receiver")),
    *(
        _quiet(f"receiver_{name}", "receiver", name)
        for name in ("reason", "arrival", "outcome", "ack", "decide")
    ),
    # Which ways nobody goes is what the pathway asks, so of types it is told.
    Table(TYPES, ("from_type", "to_type"), worth=3.0),
    _names("flow", "sender", "receiver", worth=6.0),
    _quiet("flow_decision", "sender", "receiver", "decision"),
    _quiet("flow_urgency", "sender", "receiver", "urgency"),
    _quiet("flow_need", "sender", "receiver", each="need"),
    _names("need", each="need"),
    _names("group", each="group"),
    _quiet("need_area", "area", each="need"),
    _quiet("group_area", "area", each="group"),
    _quiet("need_decision", "decision", each="need"),
    _quiet("group_decision", "decision", each="group"),
    _quiet("need_reason", "reason", each="need"),
    _quiet("need_detail", "detail", each="need"),
    _quiet("need_outcome", "outcome", each="need"),
    _quiet("receiver_need", "receiver", each="need"),
)


def hushed(tables: tuple[Table, ...], numbers: Mapping[str, int]) -> tuple[Table, ...]:
    """The tables as a network of that size publishes them.

    Those that name agencies or districts say nothing of what they hide where there are many:
    with thousands of ways each name costs another exchange.
    """
    many = {name for name in ("sender", "receiver", "area") if numbers.get(name, 0) > MANY}
    return tuple(one.hushed() if many & {*one.columns} else one for one in tables)


_COURSE = ("decision", "reason", "detail", "arrival", "outcome", "ack", "decide", "start")
_FROM, _TO = ("sender", "from_type", "area"), ("receiver", "to_type")
_WAY = (*_FROM, *_TO)
REFERRAL_BUNDLES: tuple[Bundle, ...] = (
    # Agencies of one type and district first: no table by type or district changes.
    bundle("sender", same=("from_type", "area")),
    bundle("sender", "from_type", same=("area",)),
    bundle("sender", "from_type", *_TO, same=("area",)),
    bundle(*_FROM),
    bundle("receiver", same=("to_type",)),
    bundle(*_TO),
    bundle("urgency"),
    bundle("month", QUARTER),
    bundle("bond"),
    bundle(NEEDS),
    bundle(*_COURSE),
    bundle("reason", "detail", same=("decision",)),
    bundle("detail", same=("reason",)),
    bundle("arrival", "outcome", "start", same=("decision",)),
    bundle("outcome", same=("arrival",)),
    bundle("start", same=("arrival",)),
    bundle("decide", same=("decision",)),
    bundle("ack", same=("decision",)),
    # Where few agencies refer to each other, one taken alone would make a way that nobody used.
    bundle(*_WAY),
    bundle(*_WAY, *_COURSE),
    bundle(*_WAY, *_COURSE, "bond", NEEDS),
    bundle(*_WAY, *_COURSE, "bond", NEEDS, "urgency", "month", QUARTER),
)

_KINDS = ("sex", "age", "children", "disability", "foreign", "urgency")
SEARCHES: tuple[Table, ...] = (
    _open("total"),
    *(_open(name, name) for name in ("month", "hour")),
    _names("area", "area"),
    *(_open(name, name) for name in _KINDS),
    _quiet("area_hour", "area", "hour"),
    _names("need", each="need"),
    _names("group", each="group"),
    _names("need_area", "area", each="need"),
    _quiet("group_area", "area", each="group"),
    _quiet("need_hour", "hour", each="need"),
    _quiet("need_area_hour", "area", "hour", each="need"),
    *(_quiet(f"need_{name}", name, each="need") for name in _KINDS),
)
SEARCH_BUNDLES: tuple[Bundle, ...] = (
    bundle("month", QUARTER),
    *(bundle(name) for name in ("area", "hour", *_KINDS)),
    bundle(NEEDS),
    bundle("area", "hour", *_KINDS, NEEDS),
    bundle("area", "hour", *_KINDS, NEEDS, "month", QUARTER),
)

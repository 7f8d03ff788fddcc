"""Which tables are published of referrals and of searches that found nobody (domain.md §4.2).

What is not in these lists is published nowhere: a page shows what stands here or what can be
worked out of it. A further table must be thought of together with all others, so it comes with a
new number of the rules (`RULES`) and for the periods after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from referral.rules.tables import NEEDS, Bundle, Table, bundle

RULES = 1
MANY = 50  # names of one kind: a table of more of them is quiet
QUARTER = "quarter"
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


REFERRALS: tuple[Table, ...] = (
    _open("total"),
    *(_open(name, name) for name in ("month", "urgency", "decision", "area", "bond")),
    *(_open(name, name) for name in ("sender", "receiver", "reason", "detail")),
    *(_open(name, name) for name in ("arrival", "outcome")),
    *(_open(f"urgency_{name}", "urgency", name) for name in ("decision", "ack", "decide", "start")),
    _open("area_decision", "area", "decision"),
    _open("sender_decision", "sender", "decision"),
    _open("receiver_decision", "receiver", "decision"),
    *(
        _quiet(f"receiver_{name}", "receiver", name)
        for name in ("reason", "arrival", "outcome", "ack", "decide")
    ),
    Table("flow", ("sender", "receiver"), worth=6.0),
    _quiet("flow_decision", "sender", "receiver", "decision"),
    _quiet("flow_urgency", "sender", "receiver", "urgency"),
    _quiet("flow_need", "sender", "receiver", each="need"),
    _open("need", each="need"),
    _open("group", each="group"),
    _open("need_area", "area", each="need"),
    _open("group_area", "area", each="group"),
    _open("need_decision", "decision", each="need"),
    _open("group_decision", "decision", each="group"),
    _quiet("need_reason", "reason", each="need"),
    _quiet("need_detail", "detail", each="need"),
    _quiet("need_outcome", "outcome", each="need"),
    _quiet("receiver_need", "receiver", each="need"),
)


def hushed(tables: tuple[Table, ...], numbers: Mapping[str, int]) -> tuple[Table, ...]:
    """The tables as a network of that size publishes them.

    Those that name agencies or districts are quiet where there are many. Most of their cells hold
    few then, and where it is known of each of them that it holds somebody, nearly all of the rest
    has to be hidden too.
    """
    many = {name for name in ("sender", "receiver", "area") if numbers.get(name, 0) > MANY}
    return tuple(one.hushed() if many & {*one.columns} else one for one in tables)


_COURSE = ("decision", "reason", "detail", "arrival", "outcome", "ack", "decide", "start")
_WAY = ("sender", "area", "receiver")
REFERRAL_BUNDLES: tuple[Bundle, ...] = (
    # Agencies of one district first: no table by district changes.
    bundle("sender", same=("area",)),
    bundle("sender", "receiver", same=("area",)),
    bundle("sender", "area"),
    bundle("receiver"),
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
    *(_open(name, name) for name in ("month", "area", "hour")),
    *(_open(name, name) for name in _KINDS),
    _quiet("area_hour", "area", "hour"),
    _open("need", each="need"),
    _open("group", each="group"),
    _open("need_area", "area", each="need"),
    _open("group_area", "area", each="group"),
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

"""One publication: from the log of a closed period to what is kept of it for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from referral.queries.log import Log, Searches, Span, read_log, read_searches
from referral.queries.protecting import NotSafeError, protect
from referral.queries.publishing.areas import areas_of_agencies, types_of_agencies
from referral.queries.publishing.body import Body, freeze, written
from referral.queries.publishing.figures import figures_of
from referral.queries.publishing.ground import Ground, of_referrals, of_searches
from referral.rules.periods import Period
from referral.rules.published import (
    QUARTER,
    REFERRAL_BUNDLES,
    REFERRALS,
    RULES,
    SEARCH_BUNDLES,
    SEARCHES,
    hushed,
)
from referral.rules.tables import Bundle, Table


def make_body(
    period: Period,
    *,
    zone: ZoneInfo,
    grace: timedelta,
    quarters: Mapping[int, Body],
    chance: np.random.Generator | None = None,
) -> Body | None:
    """What is published of a period; None where there was nothing.

    `quarters` (0 to 3) are the bodies of the year's quarters as they were published; they bind it.
    A body that is `withheld` has no tables: what the quarters show left no safe way.
    """
    log, searches = log_of(period, zone, grace)
    if not len(log) + len(searches):
        return None
    shown = {at: body for at, body in quarters.items() if not body.get("withheld")}
    try:
        body = _counted(period, log, searches, zone, shown, chance)
    except NotSafeError:
        body = {"withheld": True}
    return {"period": str(period), "rules": RULES, **body}


def log_of(period: Period, zone: ZoneInfo, grace: timedelta) -> tuple[Log, Searches]:
    """The referrals and empty searches of a period, each as it stood when its quarter closed."""
    spans = [
        Span(one.begins(zone), one.ends(zone), one.closes(zone, grace)) for one in period.quarters
    ]
    last = period.ends(zone).astimezone(zone).date() - timedelta(days=1)
    searches = read_searches(period.begins(zone).astimezone(zone).date(), last)
    return read_log(*spans), searches


def _counted(
    period: Period,
    log: Log,
    searches: Searches,
    zone: ZoneInfo,
    quarters: Mapping[int, Body],
    chance: np.random.Generator | None,
) -> Body:
    is_year, areas, types = not period.quarter, areas_of_agencies(), types_of_agencies()
    bodies = [quarters.get(at, {}) for at in range(4 if is_year else 1)]
    ground = of_referrals(
        log,
        [one.get("areas", areas) for one in bodies],
        [one.get("types", types) for one in bodies],
        zone,
        is_year=is_year,
    )
    said = {at: body["referrals"] for at, body in quarters.items()}
    found = _published(ground, REFERRALS, REFERRAL_BUNDLES, said, chance)
    lost = of_searches(searches, is_year=is_year)
    said = {at: body["searches"] for at, body in quarters.items()}
    return {
        "areas": {one: areas[one] for one in log.agencies if one in areas},
        "types": {one: types[one] for one in log.agencies if one in types},
        "referrals": {**found, "figures": figures_of(log, ground)},
        "searches": _published(lost, SEARCHES, SEARCH_BUNDLES, said, chance, insiders=False),
    }


def _published(
    ground: Ground,
    tables: tuple[Table, ...],
    bundles: tuple[Bundle, ...],
    quarters: Mapping[int, Body],
    chance: np.random.Generator | None,
    *,
    insiders: bool = True,
) -> Body:
    tables = hushed(tables, {name: len(words) for name, words in ground.labels.items()})
    if QUARTER in ground.labels and quarters:
        tables = beside_quarters(tables, quarters)
    frozen = partial(freeze, labels=ground.labels, quarters=quarters)
    protected = protect(
        ground.records, tables, bundles, freeze=frozen, chance=chance, insiders=insiders
    )
    return written(protected, ground.labels)


def beside_quarters(tables: tuple[Table, ...], quarters: Mapping[int, Body]) -> tuple[Table, ...]:
    """The tables of a year, and each by quarters.

    Open is only what was open in each of the quarters. So what proved a quarter's hidden cells
    proves them still, with all of the year hidden if need be: a change of rules withholds no year.
    """
    fitted = (
        one if one.quiet or all(_is_open(one, body) for body in quarters.values()) else one.named()
        for one in tables
    )
    return (*fitted, *(_as_said(one, quarters) for one in tables))


def _is_open(table: Table, body: Body) -> bool:
    said = body["tables"].get(table.name)
    return said is not None and not said["quiet"]


def _as_said(table: Table, quarters: Mapping[int, Body]) -> Table:
    """A table by quarters, open for those in which it was.

    What it named then is named for ever (`freeze`). A quarter of older rules may not have it.
    """
    was_open = frozenset(at for at, body in quarters.items() if _is_open(table, body))
    return table.within(QUARTER, was_open)

"""The network in a minute: what the overview and the report say of a period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from accounts.current import who
from core.actors import Actor
from core.i18n import _, language, say
from maps.pages.holding_view import Names, holding_view
from maps.queries.gaps.demand import demand_in
from maps.queries.gaps.ground import ground_for
from maps.queries.gaps.worst import Worst, worst_gaps
from maps.queries.holding import Held, held_now
from maps.queries.indicators.all import Asked, Told, told_of
from maps.queries.indicators.now import Figure, Slice, occupied, standing
from maps.queries.indicators.scorecards import Card, cards, is_for_all
from maps.queries.picture import designed_ways, listed_agencies, walked_in
from maps.rules.indicators import BY_CODE
from maps.rules.pathway import Hop, Trace, compared
from maps.wording.gaps import REMARK_WORDS, say_gap, say_nearest
from maps.wording.indicators import indicator_view
from maps.wording.picture import hop_words
from maps.wording.scorecards import card_view

ANSWERING = ("accepted", "silence", "within-limit", "decide")
WAITING = ("overdue", "occupancy", "full-nights", "hand-over")
UNMET = ("empty-searches", "no-match")
ALL_SECRET = _("All of these agencies are secret: only the areas are shown in which they are.")


@dataclass(frozen=True, slots=True)
class Wished:
    """How much of each list is wanted."""

    gaps: int
    cards: int
    hops: int


def summary(
    period: str,
    moment: datetime,
    wished: Wished,
    *,
    for_file: bool = False,
    hold: Callable[[str | None], Held | None] = held_now,
) -> dict[str, Any]:
    """Everything, as templates read it. An empty period: nothing is published yet.

    `hold`: who is asked what holds the network. `holding` is None where that is still being read.
    """
    actor = who()
    told = told_of(actor, Asked(period, Slice()), moment, hold)
    told = told.for_files() if for_file else told
    return {
        "there": _there(actor),
        "answering": [_indicator(code, told) for code in ANSWERING],
        "waiting": [_indicator(code, told) for code in WAITING],
        "unmet": [_indicator(code, told) for code in UNMET],
        "silent": _most_silent(actor, told, moment, wished.cards),
        "gaps": _gaps(actor, period, wished.gaps),
        "holding": _holding(told.held),
        "differences": _differences(actor, period, moment, wished.hops),
        "told": told,
    }


def _holding(held: Held | None) -> dict[str, Any] | None:
    return held and holding_view(held.network, held.holding, Names(held.network))


def _there(actor: Actor) -> dict[str, Any]:
    listed = listed_agencies(actor)
    places: Figure = occupied(standing(actor))
    return {
        "agencies": len(listed),
        "types": len({one.knot.type for one in listed.values()}),
        "places": places.whole,
        "free": places.whole - places.part,
        "notes": _notes(actor, [one.knot.is_secret for one in listed.values()]),
    }


def _notes(actor: Actor, secret: list[bool]) -> list[str]:
    """What a reader must know before reading on: nobody, one alone, all secret, no places."""
    tell = say(language())
    if not secret:
        return [tell(_("No agency is listed yet"))]
    notes = [_("There is one agency: a network begins with two.")] if len(secret) == 1 else []
    if all(secret):
        notes.append(ALL_SECRET)
    remarks = sorted(ground_for(actor).remarks)
    return [tell(note) for note in (*notes, *(REMARK_WORDS[one] for one in remarks))]


def _indicator(code: str, told: Told) -> dict[str, Any]:
    return indicator_view(BY_CODE[code], told.readings[code], say(language()))


def _most_silent(actor: Actor, told: Told, moment: datetime, most: int) -> list[dict[str, Any]]:
    """Agencies that leave most unanswered, by the fair share; none before their first look."""
    found, tell = told.published, say(language())
    if found is None or found.is_withheld or not is_for_all(found, moment):
        return []
    names = {k.replace("-", ""): one.knot.name for k, one in listed_agencies(actor).items()}
    known = [card for card in cards(found).values() if card.silent and card.agency in names]
    first = sorted(known, key=_silence)[:most]
    return [card_view(c, names[c.agency], url_for("scorecards.index"), tell) for c in first]


def _silence(card: Card) -> tuple[float, str]:
    return (-card.silent.fair if card.silent else 1.0, card.agency)


def _gaps(actor: Actor, period: str, most: int) -> dict[str, Any]:
    tell = say(language())
    ground = ground_for(actor)
    found: Worst = worst_gaps(actor, ground, demand_in(period))
    return {
        "rows": [
            {
                "words": say_gap(gap, ground, language(), tell),
                "nearest": say_nearest(gap, tell),
                "url": url_for("gaps.index", need=gap.need, kind=gap.kind),
            }
            for gap in found.gaps[:most]
        ],
        "more": max(0, len(found.gaps) - most),
        "is_whole": found.looked_at >= found.of,
        "is_of_before": found.is_of_before,
        "is_settled": found.is_settled,
        "has_places": any(ground.known_districts),
    }


def _differences(actor: Actor, period: str, moment: datetime, most: int) -> dict[str, Any]:
    """Where the pathway as walked differs from the designed one."""
    types = frozenset(one.knot.type for one in listed_agencies(actor).values())
    walked, tells_all = walked_in(actor, period)
    hops = compared(designed_ways(moment), walked, types, tells_all=tells_all)
    return {
        "informal": _some(hops, Trace.INFORMAL, most),
        "dead": _some(hops, Trace.DEAD, most),
    }


def _some(hops: list[Hop], trace: Trace, most: int) -> list[str]:
    return [hop_words(hop, say(language())) for hop in hops if hop.trace is trace][:most]

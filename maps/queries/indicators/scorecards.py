"""How each agency answers: fair to small ones, and seen by the agency itself first.

Coordinators read published counts only. An agency counts its own referrals itself: they are its
own, and with few of them nothing is published.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from maps.rules.fairness import Share, Steps, shares
from maps.rules.readings import Reading, Unit, between
from referral.queries.counted import own_decisions
from referral.queries.published import Counts, Figures, Published
from referral.rules.periods import read_period

FIRST_LOOK = timedelta(days=14)  # [P]: so long a scorecard is its agency's alone
ANSWERS = ("accepted", "declined", "redirected")
Pair = tuple[int, int]  # so many of so many


@dataclass(frozen=True, slots=True)
class Card:
    """`received` None: hidden. `accepted`: of the answered; `silent`: of the received; where the
    counts are hidden, the steps that are published.
    """

    agency: str  # its id in hex
    received: int | None
    accepted: Share | Steps | None
    silent: Share | Steps | None
    decided: Reading  # median minutes until a decision

    @property
    def says_anything(self) -> bool:
        """Whether anything of this agency is published."""
        told = (self.received, self.accepted, self.silent)
        return self.decided.low is not None or any(one is not None for one in told)


def is_for_all(found: Published, moment: datetime) -> bool:
    """Whether coordinators see the scorecards of a publication: after the agencies' first look."""
    return moment - found.made_at >= FIRST_LOOK


def cards(found: Published) -> Mapping[str, Card]:
    """The scorecard of each agency that received somebody, by its id in hex."""
    return found.once("cards", lambda: _cards(found))


def _cards(found: Published) -> dict[str, Card]:
    received = {key[0]: count for key, count in found.counts("receiver").cells.items()}
    decided = found.counts("receiver_decision")
    accepted = _by_agency(_answered(decided, agency) for agency in received)
    silent = _by_agency(_silent(decided, agency, count) for agency, count in received.items())
    minutes = found.figures("minutes/decided/receiver")
    steps = {name: _figures(found, f"share/{name}/receiver") for name in ("accepted", "expired")}
    return {
        agency: Card(
            agency,
            count,
            accepted.get(agency) or _steps(steps["accepted"], agency),
            silent.get(agency) or _steps(steps["expired"], agency),
            between(Unit.MINUTES, minutes.of(agency)),
        )
        for agency, count in received.items()
    }


def own_card(found: Published, agency_id: uuid.UUID, zone: ZoneInfo) -> Card | None:
    """An agency's own: its own counts, beside what is published of the others."""
    told = own_decisions(agency_id, read_period(found.period), zone)
    received = sum(told.values())
    if not received:
        return None
    others = [agency for (agency,) in found.counts("receiver").cells if agency != agency_id.hex]
    answered = sum(told.get(word, 0) for word in ANSWERS)
    accepted = [(agency_id.hex, (told.get("accepted", 0), answered))]
    silent = [(agency_id.hex, (told.get("expired", 0), received))]
    count = {key[0]: number for key, number in found.counts("receiver").cells.items()}
    table = found.counts("receiver_decision")
    all_accepted = _by_agency([*accepted, *(_answered(table, one) for one in others)])
    all_silent = _by_agency([*silent, *(_silent(table, one, count[one]) for one in others)])
    decided = found.figures("minutes/decided/receiver").of(agency_id.hex)
    return Card(
        agency_id.hex,
        received,
        all_accepted.get(agency_id.hex) if answered else None,
        all_silent.get(agency_id.hex),
        between(Unit.MINUTES, decided),
    )


def _figures(found: Published, name: str) -> Figures:
    return found.figures(name) if name in found.figure_names() else Figures((), {})


def _answered(decided: Counts, agency: str) -> tuple[str, Pair | None]:
    told = [decided.of(agency, word) for word in ANSWERS]
    shown = [one for one in told if one is not None]
    if len(shown) < len(told) or not sum(shown):
        return agency, None
    return agency, (shown[0], sum(shown))


def _silent(decided: Counts, agency: str, received: int | None) -> tuple[str, Pair | None]:
    expired = decided.of(agency, "expired")
    if received is None or expired is None or not received:
        return agency, None
    return agency, (expired, received)


def _steps(shares_of: Figures, agency: str) -> Steps | None:
    between_steps = shares_of.of(agency)
    return None if between_steps is None else Steps(*between_steps)


def _by_agency(pairs: Iterable[tuple[str, Pair | None]]) -> dict[str, Share]:
    known = [(agency, pair) for agency, pair in pairs if pair is not None]
    found = shares([pair for _, pair in known])
    return {agency: share for (agency, _), share in zip(known, found, strict=True)}

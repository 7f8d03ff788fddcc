"""Agreements: of the hub with some others, and of a few pairs of others."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from referral.commands.routes.agreements import Between, Terms, confirm_agreement, propose_agreement
from referral.queries.simulated import PlayedAgency
from referral.rules.routes import Ground
from referral.simulator.play import WIB, Play

WITH_HUB, PAIRS = 6, 4  # [P]
AFTER, LASTS = timedelta(days=3), timedelta(days=2 * 365)
TITLES = {
    Ground.MOU: "Nota kesepahaman rujukan (contoh)",
    Ground.SOP: "SOP rujukan bersama (contoh)",
    Ground.PRACTICE: "Kebiasaan kerja bersama (contoh)",
}


def expect_agreements(play: Play) -> None:
    """In the first weeks some agencies agree to refer to each other; the last one waits."""
    pairs = _pairs(play)
    for number, (one, other) in enumerate(pairs, 1):
        confirmed = number < len(pairs)
        play.loop.after(AFTER * number, partial(_agree, play, one, other, confirmed=confirmed))


def _pairs(play: Play) -> list[tuple[PlayedAgency, PlayedAgency]]:
    """Who agrees with whom: the hub with some, and some pairs of others."""
    agencies = sorted(play.agencies.values(), key=lambda one: one.key)
    chance = play.chance("agreements")
    hub = next(one for one in agencies if one.key == play.truth.hub)
    others = [one for one in agencies if one is not hub]
    with_hub = chance.sample(others, min(WITH_HUB, len(others) // 2))
    some = chance.sample(others, 2 * min(PAIRS, len(others) // 4))
    pairs = [(one, hub) if at % 2 else (hub, one) for at, one in enumerate(with_hub)]
    return pairs + list(zip(some[::2], some[1::2], strict=True))


def _agree(play: Play, one: PlayedAgency, other: PlayedAgency, *, confirmed: bool) -> None:
    chance = play.chance("agreement", one.key, other.key)
    ground = chance.choice(list(TITLES))
    today = play.loop.moment.astimezone(WIB).date()
    terms = Terms(ground, TITLES[ground], today, valid_until=today + LASTS)
    row = propose_agreement(
        play.staff.manager(one.id), between=Between(one.id, other.id), terms=terms
    )
    if confirmed:
        manager = play.staff.manager(other.id)
        wait = timedelta(days=chance.uniform(0.5, 4))
        play.loop.after(wait, partial(confirm_agreement, manager, agreement_id=row.id))

"""From the promise to the door: on the way, diverted, not coming, lapsing, there."""

from __future__ import annotations

from datetime import datetime, timedelta

from agencies.rules.needs import Urgency
from referral.commands.hand_over.arrivals import Way, say_arrival
from referral.commands.hand_over.hand_overs import confirm_hand_over
from referral.commands.moves.answering import decline
from referral.commands.moves.handing import hand_over, miss
from referral.commands.moves.sending import cancel, divert
from referral.models import Referral
from referral.queries.handing import points_for
from referral.queries.referrals import live_consent
from referral.rules.moves import Party
from referral.rules.reasons import Cancel, Decline
from referral.rules.states import ARRIVED, PROMISED, State
from referral.simulator import after
from referral.simulator.play import Act, Hand, Play

SAYS_WHEN, COMES_LATE, CONFIRMED = 0.6, 0.4, 0.9
# Hours from the promise to the door, least and most. Shorter than the places are kept.
TRAVEL: dict[Urgency, tuple[float, float]] = {
    Urgency.EMERGENCY: (0.4, 3.5),
    Urgency.URGENT: (1.5, 18),
    Urgency.ROUTINE: (6, 60),
}
NO_SHOWS = frozenset({State.NO_SHOW})


def expect(play: Play, hand: Hand) -> None:
    """Somebody was promised a place: what becomes of it."""
    chance = hand.chance
    travel = timedelta(hours=chance.uniform(*TRAVEL[hand.want.urgency]))
    shares = [share for share, _act, _when in WAYS]
    _share, act, when = chance.choices(WAYS, shares)[0]
    said = hand.offer.is_secret or chance.random() < SAYS_WHEN
    if said and act in (_arrive, _miss, _divert):
        wait = timedelta(minutes=chance.uniform(1, 10))
        play.then(hand, wait, say_when(play.loop.moment + travel), while_in=PROMISED)
    play.then(hand, travel * when, act, while_in=PROMISED)


def say_when(at: datetime) -> Act:
    """Of a secret place its own people, who name where one is met; else the sender."""

    def say(play: Play, hand: Hand, referral: Referral) -> None:
        if live_consent(referral, play.loop.moment) is None:
            return
        points = points_for(referral) if hand.offer.is_secret else []
        if points:
            point = hand.chance.choice(points)[0]
            say_arrival(play.clerk_of(hand), code=hand.code, way=Way(point, at))
        else:
            way = Way(expected_at=at, transport="Mobil lembaga (contoh)")
            say_arrival(play.worker_of(hand), code=hand.code, way=way)

    return say


def _arrive(play: Play, hand: Hand, referral: Referral) -> None:
    """They are there. Of a secret place: they were met a while ago, somewhere else."""
    moment = play.loop.moment
    if live_consent(referral, moment) is None:
        return
    met = max(referral.moved_at, moment - timedelta(minutes=20)) if hand.offer.is_secret else None
    hand_over(
        play.clerk_of(hand),
        code=hand.code,
        received_by="Petugas piket (contoh)",
        brought_by="Pekerja sosial pengirim (contoh)",
        met_at=met,
    )
    chance = hand.chance
    if chance.random() < CONFIRMED:
        wait = timedelta(hours=chance.uniform(0.3, 20))
        play.then(hand, wait, _confirm, while_in=ARRIVED | {State.COMPLETED, State.CLOSED})
    after.begin(play, hand)


def _confirm(play: Play, hand: Hand, _referral: Referral) -> None:
    confirm_hand_over(play.worker_of(hand), code=hand.code, party=Party.SENDER)


def _miss(play: Play, hand: Hand, _referral: Referral) -> None:
    """Nobody came; some come after all, the others are called off the next day."""
    miss(play.clerk_of(hand), code=hand.code)
    chance = hand.chance
    if chance.random() < COMES_LATE:
        play.then(hand, timedelta(hours=chance.uniform(1, 10)), _arrive, while_in=NO_SHOWS)
    else:
        play.then(hand, timedelta(hours=chance.uniform(12, 40)), _give_up, while_in=NO_SHOWS)


def _give_up(play: Play, hand: Hand, _referral: Referral) -> None:
    cancel(play.worker_of(hand), code=hand.code, reason=Cancel.UNREACHABLE)


def _call_off(play: Play, hand: Hand, _referral: Referral) -> None:
    cancel(play.worker_of(hand), code=hand.code, reason=Cancel.SURVIVOR)


def _divert(play: Play, hand: Hand, referral: Referral) -> None:
    """Worse on the way: taken to another agency, by a referral of its own."""
    divert(play.worker_of(hand), code=hand.code, words="Keadaan memburuk di jalan (contoh)")
    play.ask_next(play, hand, referral)


def _fall_through(play: Play, hand: Hand, _referral: Referral) -> None:
    """The agency takes its promise back: an emergency for the sender."""
    decline(play.clerk_of(hand), code=hand.code, reason=Decline.NO_STAFF)
    wait = timedelta(minutes=hand.chance.uniform(5, 40))
    play.then(hand, wait, play.ask_next, while_in=play.freed)


# [P]: what becomes of promises, how often, and when: in times of the way there. Who is forgotten
# loses the place by the clock before anybody calls it off.
WAYS: tuple[tuple[float, Act, float], ...] = (
    (0.015, _fall_through, 0.6),
    (0.02, _divert, 0.7),
    (0.03, _call_off, 0.5),
    (0.045, _miss, 1.3),
    (0.03, _give_up, 20.0),
    (0.86, _arrive, 1.0),
)

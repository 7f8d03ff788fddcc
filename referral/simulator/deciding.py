"""The asked agency: silent, or reads, asks, accepts, puts on the list, declines, redirects."""

from __future__ import annotations

from datetime import timedelta

from agencies.rules.needs import ROOF, Urgency
from agencies.rules.person import Sex
from core.actors import Actor
from referral.commands.beds.places import needs_place, propose_places
from referral.commands.consent.withdrawing import withdraw_consent
from referral.commands.moves.answering import (
    Promise,
    accept,
    accept_conditionally,
    acknowledge,
    ask,
    confirm_phone_answer,
    decline,
    meet_conditions,
    put_on_list,
    redirect,
)
from referral.commands.moves.sending import answer_question, cancel, mark_error, reopen
from referral.models import Referral
from referral.queries.referrals import live_consent
from referral.rules.places import Plan
from referral.rules.reasons import Cancel, Decline, Detail
from referral.rules.states import BEFORE_ARRIVAL, OPEN, UNANSWERED, State
from referral.simulator import coming
from referral.simulator.play import Hand, Play
from referral.simulator.seasons import delay_on
from referral.simulator.world import delay_minutes

# [P]: how often each of these happens, of all referrals or of the answers of one kind.
READS_FIRST, ASKS, BY_PHONE = 0.7, 0.08, 0.06
CALLED_OFF, WITHDRAWN, IN_ERROR = 0.03, 0.015, 0.006
CONDITIONAL, FIRST_ON_LIST, ASK_ALTHOUGH_UNSURE = 0.12, 0.04, 0.75
DECLINES, REDIRECTS = 0.66, 0.2  # of those that it does not take; the rest waits on a list
REOPENED = 0.1  # of what expired
MINUTE = timedelta(minutes=1)
REASONS: tuple[tuple[Decline, float], ...] = (
    (Decline.AREA, 2),
    (Decline.MANDATE, 2),
    (Decline.NO_STAFF, 2.5),
    (Decline.PAPERS, 1.2),
    (Decline.RISK, 1),
    (Decline.MEDICAL_FIRST, 1),
    (Decline.CLOSED, 0.6),
    (Decline.ALREADY_SERVED, 0.6),
    (Decline.WRONG_SERVICE, 0.8),
    (Decline.OTHER, 0.5),
)
UNDECIDED = UNANSWERED - {State.WAITLISTED}


def expect_answer(play: Play, hand: Hand) -> None:
    """From now on somebody has to answer; or the person or the sender thinks better of it."""
    chance = hand.chance
    manner = play.manner(hand)
    season = delay_on(play.loop.moment.date(), play.truth.seasons)
    minutes = delay_minutes(chance, manner, season)
    _think_better(play, hand, minutes)
    if chance.random() < manner.silence:
        return
    there = play.when_there(hand.receiver, play.loop.moment + minutes * MINUTE, chance)
    wait = there - play.loop.moment
    if chance.random() < READS_FIRST:
        play.then(hand, wait * 0.4, read, while_in=frozenset({State.SENT}))
    act = _ask if chance.random() < ASKS else decide
    play.then(hand, wait, act, while_in=UNDECIDED)


def _think_better(play: Play, hand: Hand, minutes: float) -> None:
    chance = hand.chance
    if chance.random() < CALLED_OFF:
        wait = minutes * MINUTE * chance.uniform(0.2, 3)
        play.then(hand, wait, _call_off, while_in=BEFORE_ARRIVAL)
    if chance.random() < WITHDRAWN:
        wait = timedelta(hours=chance.uniform(1, 240))
        play.then(hand, wait, _withdraw, while_in=OPEN)
    if chance.random() < IN_ERROR:
        play.then(hand, timedelta(minutes=chance.uniform(2, 15)), _mark_error, while_in=UNDECIDED)


def read(play: Play, hand: Hand, _referral: Referral) -> None:
    """The agency says that it has read it."""
    acknowledge(play.clerk_of(hand), code=hand.code)


def _ask(play: Play, hand: Hand, _referral: Referral) -> None:
    ask(play.clerk_of(hand), code=hand.code, words="Apakah perlu juru bahasa? (contoh)")
    quick = 0.3 if hand.want.urgency is Urgency.EMERGENCY else 1.5
    wait = timedelta(hours=hand.chance.uniform(0.1, quick))
    play.then(hand, wait, _give_answer, while_in=frozenset({State.INFO_REQUESTED}))


def _give_answer(play: Play, hand: Hand, _referral: Referral) -> None:
    answer_question(play.worker_of(hand), code=hand.code, words="Tidak perlu (contoh)")
    play.then(hand, timedelta(minutes=hand.chance.uniform(5, 40)), decide, while_in=UNDECIDED)


def decide(play: Play, hand: Hand, referral: Referral) -> None:
    """The agency decides, on the page or on the phone."""
    chance = hand.chance
    by_phone = "Petugas piket contoh" if chance.random() < BY_PHONE else None
    actor = play.clerk_of(hand) if by_phone is None else play.worker_of(hand)
    if live_consent(referral, play.loop.moment) is None:
        return  # the worker calls it off in a moment
    if chance.random() >= play.manner(hand).acceptance:
        _refuse(play, hand, actor, by_phone)
    elif chance.random() < FIRST_ON_LIST:
        put_on_list(actor, code=hand.code, by_phone_from=by_phone)
        wait = timedelta(hours=chance.uniform(1, 20))
        play.then(hand, wait, _take, while_in=frozenset({State.WAITLISTED}))
    else:
        promise(play, hand, referral, actor, by_phone)
    if by_phone is not None and chance.random() < 0.85:
        wait = timedelta(hours=chance.uniform(0.2, 8))
        play.then(hand, wait, _confirm, while_in=frozenset(State))


def _take(play: Play, hand: Hand, referral: Referral) -> None:
    if live_consent(referral, play.loop.moment) is not None:
        promise(play, hand, referral, play.clerk_of(hand), None)


def promise(play: Play, hand: Hand, referral: Referral, actor: Actor, by_phone: str | None) -> None:
    """Accept, if there is a place; else say that it is full."""
    plan = plan_for(hand, referral)
    if plan is None:
        _say_full(play, hand, actor, by_phone)
        return
    promised = Promise("Petugas piket (contoh)", plan=plan)
    if hand.chance.random() < CONDITIONAL:
        condition = "Setelah pemeriksaan kesehatan (contoh)"
        accept_conditionally(
            actor, code=hand.code, promise=promised, conditions=condition, by_phone_from=by_phone
        )
        wait = timedelta(minutes=hand.chance.uniform(20, 150))
        play.then(hand, wait, _meet, while_in=frozenset({State.CONDITIONAL}))
    else:
        accept(actor, code=hand.code, promise=promised, by_phone_from=by_phone)
    coming.expect(play, hand)


def plan_for(hand: Hand, referral: Referral) -> Plan | None:
    """Places for everybody, none where the service has none; None when there are too few."""
    if not needs_place(referral):
        return ()
    found = propose_places(referral)
    if found is None or (found.must_ask and hand.chance.random() > ASK_ALTHOUGH_UNSURE):
        return None
    return found.plan


def _say_full(play: Play, hand: Hand, actor: Actor, by_phone: str | None) -> None:
    decline(actor, code=hand.code, reason=Decline.FULL, by_phone_from=by_phone)
    look_elsewhere(play, hand)


def _refuse(play: Play, hand: Hand, actor: Actor, by_phone: str | None) -> None:
    drawn = hand.chance.random()
    if drawn < DECLINES:
        reason, detail = _reason(hand)
        words = "Alasan lain (contoh)" if reason is Decline.OTHER else ""
        decline(
            actor, code=hand.code, reason=reason, detail=detail, words=words, by_phone_from=by_phone
        )
        look_elsewhere(play, hand)
    elif drawn < DECLINES + REDIRECTS:
        words = "Coba lembaga lain yang lebih dekat (contoh)"
        redirect(actor, code=hand.code, suggestion=words, by_phone_from=by_phone)
        look_elsewhere(play, hand)
    else:  # until it expires, or until they say that it will not come to anything
        put_on_list(actor, code=hand.code, by_phone_from=by_phone)
        wait = timedelta(hours=hand.chance.uniform(1, 96))
        play.then(hand, wait, _give_up, while_in=frozenset({State.WAITLISTED}))


def _reason(hand: Hand) -> tuple[Decline, Detail | None]:
    """What fits the person: of men, of large boys and of disability the field hears first."""
    person, chance = hand.case.who.person, hand.chance
    if hand.want.need in ROOF and chance.random() < 0.6:
        if person.disability:
            return Decline.NO_ACCESS, None
        if person.sex is Sex.MALE:
            return Decline.NOT_ELIGIBLE, Detail.MEN
        if (person.oldest_boy or 0) >= 10:
            return Decline.NOT_ELIGIBLE, Detail.BOYS
    if person.id_document is False and chance.random() < 0.15:
        return Decline.NOT_ELIGIBLE, Detail.NO_ID
    reasons, weights = zip(*REASONS, strict=True)
    return chance.choices(reasons, weights)[0], None


def _give_up(play: Play, hand: Hand, _referral: Referral) -> None:
    _say_full(play, hand, play.clerk_of(hand), None)


def look_elsewhere(play: Play, hand: Hand) -> None:
    """The sender asks the next, the sooner the more urgent."""
    hours = {Urgency.EMERGENCY: 0.4, Urgency.URGENT: 3.0, Urgency.ROUTINE: 20.0}
    wait = timedelta(hours=hours[hand.want.urgency] * hand.chance.uniform(0.2, 1.5))
    play.then(hand, wait, play.ask_next, while_in=play.freed)


def after_clock(play: Play, hand: Hand, _before: State, now: State) -> None:
    """What people do when the clock has moved a referral."""
    if now is State.EXPIRED and hand.chance.random() < REOPENED:
        wait = timedelta(hours=hand.chance.uniform(0.2, 5))
        play.then(hand, wait, _ask_again, while_in=frozenset({State.EXPIRED}))
    elif now is State.EXPIRED:
        look_elsewhere(play, hand)
    elif now is State.ACKNOWLEDGED:  # what was promised has lapsed
        expect_answer(play, hand)


def _ask_again(play: Play, hand: Hand, referral: Referral) -> None:
    if live_consent(referral, play.loop.moment) is not None:
        words = "Ditelepon: tolong dijawab (contoh)"
        reopen(play.worker_of(hand), code=hand.code, words=words)
        expect_answer(play, hand)


def _call_off(play: Play, hand: Hand, _referral: Referral) -> None:
    reasons = (Cancel.SURVIVOR, Cancel.NEED_GONE, Cancel.FILLED, Cancel.UNREACHABLE)
    reason = hand.chance.choices(reasons, (5, 2, 2, 1))[0]
    cancel(play.worker_of(hand), code=hand.code, reason=reason)


def _withdraw(play: Play, hand: Hand, _referral: Referral) -> None:
    holder = play.holder(hand.case)
    if holder is not None:
        worker = play.staff.worker(holder.id)
        withdraw_consent(worker, case_code=hand.case.code, consent_id=hand.consent_id)


def _mark_error(play: Play, hand: Hand, _referral: Referral) -> None:
    mark_error(play.worker_of(hand), code=hand.code, words="Salah kirim (contoh)")


def _meet(play: Play, hand: Hand, _referral: Referral) -> None:
    meet_conditions(play.worker_of(hand), code=hand.code)


def _confirm(play: Play, hand: Hand, _referral: Referral) -> None:
    confirm_phone_answer(play.clerk_of(hand), code=hand.code)

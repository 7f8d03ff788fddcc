"""A person comes; for each need somebody looks for who can take them, and refers."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from uuid import UUID

from agencies.commands.searches import note_empty_search
from agencies.queries.find import ask
from agencies.queries.find.understand import Asked, Understood, understand
from agencies.rules.needs import ROOF, Urgency
from agencies.rules.person import Person, may_be_child
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.case.cases import open_case
from referral.commands.consent.consents import Given, record_consent
from referral.commands.consent.withdrawing import end_what_ended
from referral.commands.moves.sending import send
from referral.models import Bond, Kind, Referral
from referral.queries.referrals import any_referral_by_code
from referral.queries.simulated import PlayedAgency, PlayedOffer, newest_unmet
from referral.rules.consent import DEFAULTS, Assent, Basis, Giver, Mode
from referral.rules.states import State
from referral.simulator import deciding
from referral.simulator.people import PROFILES, Somebody, Want, somebody
from referral.simulator.play import Case, Hand, Play
from referral.simulator.world import HUB_SHARE, Gap

SHOWN = 8  # results at which somebody looks
PLACES = (0.6, 0.25, 0.1, 0.05)  # how often which of them is chosen
MOST_TRIES = 4
TRANSFERRED = 0.08
ENDING = 0.05  # of consents, those that are given for some days only
FREED = frozenset({State.DECLINED, State.REDIRECTED, State.EXPIRED, State.DIVERTED})


def begin_case(play: Play, number: int, agency: PlayedAgency) -> None:
    """Somebody came to an agency: a case, and a search for each need, one after the other."""
    chance = play.chance("case", number)
    who = somebody(chance)
    case = case_of(play, number, agency, who, chance)
    for place, want in enumerate(who.wants):
        wait = timedelta(minutes=chance.uniform(5, 30))
        if place and want.urgency is not Urgency.EMERGENCY:
            wait += timedelta(hours=chance.uniform(2, 72) * place)
        play.loop.after(wait, partial(seek, play, case, want))


def case_of(
    play: Play, number: int, agency: PlayedAgency, who: Somebody, chance: random.Random
) -> Case:
    """Open the case of somebody who came."""
    person = {"name": who.name}
    if who.person.age is not None and chance.random() < 0.6:
        person["birth_year"] = str(play.loop.moment.year - who.person.age)
    if who.phone:
        person["phone"] = who.phone
    worker = play.staff.worker(agency.id)
    code = open_case(worker, agency_id=agency.id, person=person, although_same_phone=True)
    area = chance.choice(agency.areas) if agency.areas else None
    return Case(code, number, agency, who, area)


def seek(
    play: Play, case: Case, want: Want, tried: tuple[str, ...] = (), parent: Hand | None = None,
    bond: Bond | None = None,
) -> None:  # fmt: skip
    """Look for who can take the person, and refer; where nobody can, the search is noted."""
    holder = play.holder(case)
    if holder is None or len(tried) >= MOST_TRIES:
        return
    case.hands += 1
    chance = play.chance("case", case.number, case.hands)
    found = _search(play, holder, (want.need,), case.who.person, case.area, want.urgency)
    able = [one for one in found if one[0].key not in (*tried, holder.key)]
    if not able:
        if want.urgency is not Urgency.ROUTINE and not tried and chance.random() < 0.5:
            later = timedelta(hours=chance.uniform(8, 30))
            play.loop.after(later, lambda: seek(play, case, want, (*tried, "nobody")))
        return
    hub = next((one for one in able if one[0].key == play.truth.hub), None)
    if hub is not None and chance.random() < HUB_SHARE:
        chosen = hub
    else:
        chosen = chance.choices(able[: len(PLACES)], PLACES[: len(able)])[0]
    refer(play, case, want, holder, *chosen, tried=tried, parent=parent, bond=bond)


def seek_in_vain(play: Play, gap: Gap) -> None:
    """Somebody of a gap looks for what nobody offers."""
    chance = play.chance("gap", gap.need, gap.profile, play.loop.moment)
    near = [one for one in play.agencies.values() if gap.area in one.areas]
    agency = chance.choice(near or list(play.agencies.values()))
    _search(play, agency, (gap.need,), PROFILES[gap.profile], gap.area or None, Urgency.ROUTINE)


def understood(
    play_hours: int, needs: tuple[str, ...], person: Person, area: str | None, urgency: Urgency
) -> Understood:
    """The question as the page of find would understand it."""
    asked = Asked(needs=needs, person=person, place=area, urgency=urgency)
    return understand(asked, beds_fresh_hours=play_hours)


def _search(
    play: Play,
    agency: PlayedAgency,
    needs: tuple[str, ...],
    person: Person,
    area: str | None,
    urgency: Urgency,
) -> list[tuple[PlayedAgency, PlayedOffer]]:
    actor = play.staff.worker(agency.id)
    asked = understood(play.beds_fresh_hours, needs, person, area, urgency)
    answer = ask(actor, asked.question, asked.origin, limit=SHOWN, wider=False)
    if not answer.results:
        note_empty_search(actor, question=asked.question, area_code=asked.question.origin_area)
        play.unmet += newest_unmet(len(needs))
    offers = [play.offers.get(UUID(entry.candidate.offer_id)) for entry in answer.results]
    by_key = {one.key: one for one in play.agencies.values()}
    return [(by_key[offer.agency_key], offer) for offer in offers if offer is not None]


def refer(
    play: Play, case: Case, want: Want, holder: PlayedAgency, receiver: PlayedAgency,
    offer: PlayedOffer, *, tried: tuple[str, ...], parent: Hand | None, bond: Bond | None,
) -> None:  # fmt: skip
    """Send; then the other side has its turn."""
    hand = sent(play, case, want, holder, receiver, offer, tried=tried, parent=parent, bond=bond)
    deciding.expect_answer(play, hand)
    play.watch(hand)


def sent(
    play: Play, case: Case, want: Want, holder: PlayedAgency, receiver: PlayedAgency,
    offer: PlayedOffer, *, tried: tuple[str, ...] = (), parent: Hand | None = None,
    bond: Bond | None = None,
) -> Hand:  # fmt: skip
    """Draft, take the consent, and send."""
    worker = play.staff.worker(holder.id)
    chance = play.chance("hand", case.number, case.hands)
    transfers = want.need in ROOF and chance.random() < TRANSFERRED
    code = draft(
        worker,
        case_code=case.code,
        wanted=Wanted(
            needs=(want.need,),
            facts=case.who.facts,
            urgency=want.urgency,
            urgency_sign=want.sign,
            offer_id=offer.id,
            kind=Kind.TRANSFER if transfers else Kind.REFER,
            parent_id=parent.id if parent else None,
            bond=bond,
        ),
    )
    given = _given(play, case, receiver, chance.random(), everything=transfers)
    consent_id = record_consent(worker, case_code=case.code, given=given)
    if given.ends_at is not None:
        play.loop.at(given.ends_at + timedelta(minutes=1), end_what_ended)
    send(worker, code=code, consent_id=consent_id)
    referral = any_referral_by_code(code)
    assert referral is not None
    return Hand(
        id=referral.id,
        code=code,
        case=case,
        want=want,
        sender=holder,
        receiver=receiver,
        offer=offer,
        chance=chance,
        tried=(*tried, receiver.key),
        consent_id=consent_id,
    )


def ask_next(play: Play, hand: Hand, referral: Referral) -> None:
    """The agency did not take the person: the sender looks for another one."""
    bonds = {State.REDIRECTED: Bond.REDIRECTED, State.DIVERTED: Bond.DIVERTED}
    bond = bonds.get(referral.state)
    seek(play, hand.case, hand.want, hand.tried, hand, bond)


def _given(
    play: Play, case: Case, receiver: PlayedAgency, drawn: float, *, everything: bool
) -> Given:
    """The basis: an adult's word, a caregiver's with the child's, or the child's best interest."""
    fields = {*DEFAULTS, "name", "birth_year", "phone"} if everything or drawn < 0.6 else DEFAULTS
    ends = play.loop.moment + timedelta(days=2 + drawn * 200) if drawn < ENDING else None
    if not may_be_child(case.who.person):
        return Given(
            receiver.id,
            mode=Mode.PHONE if drawn > 0.85 else Mode.WRITTEN,
            fields=fields,
            ends_at=ends,
        )
    if drawn < 0.35:
        return Given(
            receiver.id,
            basis=Basis.BEST_INTEREST,
            giver=Giver.OFFICIAL,
            mode=Mode.NONE,
            fields=fields,
            assent=Assent.YES,
            caregiver_informed=False,
            notes={"official": "Pejabat contoh", "caregiver_why": "Pengasuh diduga terlibat"},
        )
    return Given(
        receiver.id,
        giver=Giver.CAREGIVER,
        fields=fields,
        ends_at=ends,
        assent=Assent.YES,
        caregiver_informed=True,
    )

"""What is under way when a demo opens: referrals between its people, unread, read and promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from accounts.queries.proof import account_named
from accounts.queries.who import actor_of
from accounts.rules.samples import SAMPLE_DOMAIN
from agencies.rules.needs import ROOF, Urgency
from agencies.rules.person import Child, Person, Sex
from referral.commands.moves.answering import Promise, accept
from referral.models import Referral
from referral.queries.simulated import PlayedAgency, PlayedOffer
from referral.rules.states import PROMISED, UNANSWERED
from referral.simulator import coming, deciding, seeking
from referral.simulator.people import Somebody, Want, facts_of
from referral.simulator.play import Act, Hand, Play
from referral.simulator.staff import CLERK, WORKER

SCENE = "evening"


@dataclass(frozen=True, slots=True)
class Scene:
    """Somebody who was referred so long ago, and what the receiver has done since."""

    before: timedelta
    name: str
    person: Person
    urgency: Urgency
    danger: str
    reason: str
    sign: str | None = None
    then: tuple[timedelta, Act] | None = None


def expect_evening(play: Play) -> None:
    """Have the last hours end with referrals between the agencies of the demo's own accounts."""
    sender, receiver = (_agency_of(play, short) for short in (WORKER, CLERK))
    roofs = [] if receiver is None else [o for o in receiver.offers if ROOF & set(o.needs)]
    if sender is None or receiver is None or not roofs:
        return
    for number, scene in enumerate(SCENES, start=1):
        moment = play.truth.last - scene.before
        play.loop.at(moment, partial(_begin, play, -number, scene, sender, receiver, roofs[0]))


def _agency_of(play: Play, short: str) -> PlayedAgency | None:
    account = account_named(f"{short}@{SAMPLE_DOMAIN}")
    agencies = actor_of(account, strong=True).agencies if account is not None else ()
    return next((play.agencies[one] for one in agencies if one in play.agencies), None)


def _begin(
    play: Play,
    number: int,
    scene: Scene,
    sender: PlayedAgency,
    receiver: PlayedAgency,
    offer: PlayedOffer,
) -> None:
    chance = play.chance(SCENE, number)
    need = next(code for code in offer.needs if code in ROOF)
    want = Want(need, scene.urgency, scene.sign)
    said = {"danger": scene.danger, "reason": scene.reason}
    facts = facts_of(chance, scene.person) | said
    who = Somebody(scene.person, f"{scene.name} (contoh)", SCENE, (want,), facts)
    case = seeking.case_of(play, number, sender, who, chance)
    hand = seeking.sent(play, case, want, sender, receiver, offer)
    play.watch(hand)
    if scene.then is not None:
        wait, act = scene.then
        play.then(hand, wait, act, while_in=UNANSWERED)


def _promise(play: Play, hand: Hand, referral: Referral) -> None:
    """A place is kept, and when they come is said."""
    plan = deciding.plan_for(hand, referral)
    if plan is None:
        return
    accept(play.clerk_of(hand), code=hand.code, promise=Promise("Sari Contoh", plan=plan))
    comes = coming.say_when(play.truth.last + timedelta(minutes=80))
    play.then(hand, timedelta(minutes=5), comes, while_in=PROMISED)


SCENES = (
    Scene(
        timedelta(hours=3),
        "Puspa",
        Person(sex=Sex.FEMALE, age=31, children=(Child(Sex.FEMALE, 4),), languages=("id",)),
        Urgency.URGENT,
        "medium",
        "Ibu dan anak perempuan perlu tempat tinggal selama laporan polisi diproses",
        then=(timedelta(minutes=25), _promise),
    ),
    Scene(
        timedelta(minutes=50),
        "Wulan",
        Person(sex=Sex.FEMALE, age=24, languages=("id", "jv"), id_document=False),
        Urgency.URGENT,
        "medium",
        "Tempat tinggal dari majikan berakhir besok, belum punya KTP",
        then=(timedelta(minutes=12), deciding.read),
    ),
    Scene(
        timedelta(minutes=4),
        "Sekar",
        Person(sex=Sex.FEMALE, age=27, languages=("id",)),
        Urgency.EMERGENCY,
        "high",
        "Perlu tempat aman malam ini, pelaku mengetahui tempat kerjanya",
        sign="perpetrator_near",
    ),
)

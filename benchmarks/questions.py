"""Questions as workers ask them: every filter is in use, each as often as it plausibly is.

The random questions of the tests are harder on purpose (a deaf Filipino man of unknown age with
four children, at the North Pole); these are the ones whose median says something.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from agencies.rules.needs import Urgency, all_needs, default_urgency
from agencies.rules.person import Certainty, Child, Disability, Person, Sex
from agencies.rules.question import Question
from core.actors import Tier
from tests.synthetic import Asked, City, some_point

COMMON = ("S1", "S1", "S1", "S4", "S2", "S3", "S5", "P1", "P1", "P5", "P6", "S6", "H1", "H4", "K1",
          "K2", "K3", "S9", "R1")  # fmt: skip
LIMIT = 10  # as the page asks


def workers_questions(
    count: int, now: datetime, seed: int = 7, city: City | None = None
) -> list[Asked]:
    """So many questions, asked about now, from where people live: anywhere, or around a city."""
    random = Random(seed)
    return [_asked(random, now, city) for _ in range(count)]


def _asked(random: Random, now: datetime, city: City | None) -> Asked:
    needs = _needs(random)
    later = now + timedelta(minutes=random.randint(0, 3 * 24 * 60))
    says_when = random.random() < 0.2
    question = Question(
        needs=needs,
        person=_person(random),
        at=later if says_when else now,
        now=now,
        urgency=random.choice(list(Urgency)) if random.random() < 0.2 else default_urgency(needs),
        at_was_given=says_when,
    )
    return Asked(question, some_point(random, city), LIMIT, Tier.NETWORK)


def _needs(random: Random) -> tuple[str, ...]:
    count = random.choices((1, 2, 3), (75, 20, 5))[0]
    pool = COMMON if random.random() < 0.75 else tuple(all_needs())
    return tuple(dict.fromkeys(random.choices(pool, k=count)))


def _person(random: Random) -> Person:
    def known(percent: float) -> bool:
        return random.random() * 100 < percent

    sex = random.choices((Sex.FEMALE, Sex.MALE, Sex.OTHER), (75, 23, 2))[0] if known(95) else None
    with_children = sex is Sex.FEMALE and known(20)
    return Person(
        sex=sex,
        age=random.randint(16 if with_children else 8, 55) if known(90) else None,
        age_certainty=random.choices(list(Certainty), (30, 55, 15))[0],
        children=tuple(_child(random) for _ in range(random.randint(1, 3)))
        if with_children
        else (),
        disability=(random.choice(list(Disability)),) if known(10) else (),
        languages=("id",) if known(60) else ("jv",) if known(20) else (),
        nationality="PH" if known(6) else "ID" if known(50) else None,
        id_document=not known(30) if known(60) else None,
    )


def _child(random: Random) -> Child:
    return Child(random.choice((Sex.MALE, Sex.FEMALE)), random.randint(0, 14))

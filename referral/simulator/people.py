"""Persons who never were: who they are, what they need, how urgently (domain.md §5, §2.5)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from agencies.rules.needs import Urgency, default_urgency
from agencies.rules.person import Certainty, Child, Disability, Person, Sex
from referral.rules.urgency import SIGNS_BY_NAME

NAMES = {
    Sex.FEMALE: (
        "Melati", "Kenanga", "Cempaka", "Dahlia", "Anggrek", "Seruni", "Kamboja", "Teratai",
        "Flamboyan", "Wijaya", "Kirana", "Lestari", "Ratih", "Sekar", "Puspa", "Wulan",
    ),
    Sex.MALE: ("Bayu", "Surya", "Guntur", "Samudra", "Elang", "Rimba", "Angkasa", "Satria"),
}  # fmt: skip
PROVINCES = ("Jawa Barat", "Jawa Tengah", "Banten", "Lampung", "Nusa Tenggara Timur", "DKI Jakarta")
LANGUAGES = (("id",), ("id", "jv"), ("id", "su"), ("id", "mad"), ("id", "bug"))


@dataclass(frozen=True, slots=True)
class Kind:
    """What brings somebody: how often, who they are, and the needs in the order of their course."""

    name: str
    weight: float
    sexes: dict[Sex, float]
    ages: tuple[int, int]
    needs: dict[str, float]  # with how likely each is
    signs: tuple[str, ...]
    with_children: float = 0.0
    foreign: float = 0.02


_WOMEN, _MEN = {Sex.FEMALE: 1.0}, {Sex.MALE: 1.0}
_GIRLS_MOSTLY = {Sex.FEMALE: 0.75, Sex.MALE: 0.25}
KINDS: tuple[Kind, ...] = (
    Kind("violence at home", 32, _WOMEN, (19, 55),
         {"P5": 0.25, "S1": 0.4, "K4": 0.3, "H1": 0.4, "S6": 0.45, "H4": 0.35, "H8": 0.2,
          "R8": 0.15},
         ("threat", "perpetrator_near", "danger_soon"), with_children=0.4),
    Kind("sexual violence", 18, {Sex.FEMALE: 0.9, Sex.MALE: 0.1}, (15, 45),
         {"K2": 0.5, "K3": 0.5, "P5": 0.4, "H1": 0.45, "S6": 0.5, "H4": 0.25, "H3": 0.1},
         ("assault", "suicidal", "hearing")),
    Kind("trafficked woman", 16, {Sex.FEMALE: 1.0}, (18, 40),
         {"P4": 0.5, "S2": 0.5, "K4": 0.4, "H1": 0.35, "H5": 0.25, "S6": 0.35, "S11": 0.2,
          "R1": 0.4},
         ("placement_ends", "danger_soon"), with_children=0.1, foreign=0.06),
    Kind("trafficked man", 10, _MEN, (18, 45),
         {"P4": 0.5, "S3": 0.5, "K4": 0.3, "H10": 0.4, "H4": 0.3, "R1": 0.5, "R6": 0.25},
         ("placement_ends", "medication_ends"), foreign=0.05),
    Kind("child", 18, _GIRLS_MOSTLY, (6, 17),
         {"P5": 0.3, "S1": 0.35, "H6": 0.3, "S7": 0.35, "S10": 0.25, "R4": 0.3, "R5": 0.3},
         ("child_alone", "danger_soon")),
    Kind("without papers", 6, {Sex.FEMALE: 0.6, Sex.MALE: 0.4}, (17, 60),
         {"H9": 0.7, "S9": 0.4, "R7": 0.3, "K9": 0.4}, ("medication_ends",), foreign=0.15),
)  # fmt: skip
MOST_NEEDS = 3


@dataclass(frozen=True, slots=True)
class Want:
    """One need of somebody and how urgent it is."""

    need: str
    urgency: Urgency
    sign: str | None


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the simulation."""

    person: Person
    name: str
    kind: str
    wants: tuple[Want, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    phone: str | None = None


def somebody(chance: random.Random) -> Somebody:
    """A new person."""
    kind = chance.choices(KINDS, [one.weight for one in KINDS])[0]
    sex = chance.choices(list(kind.sexes), list(kind.sexes.values()))[0]
    person = Person(
        sex=sex,
        age=chance.randint(*kind.ages),
        age_certainty=chance.choices(list(Certainty), [5, 4, 1])[0],
        children=_children(chance, kind),
        disability=(chance.choice(list(Disability)),) if chance.random() < 0.09 else (),
        languages=chance.choices(LANGUAGES, [6, 2, 2, 1, 1])[0],
        nationality=chance.choice(("MM", "PH", "VN")) if chance.random() < kind.foreign else "ID",
        id_document=chance.random() < 0.65,
    )
    return Somebody(
        person=person,
        name=f"{chance.choice(NAMES[sex])} (contoh)",
        kind=kind.name,
        wants=_wants(chance, kind, person),
        facts=facts_of(chance, person),
        phone=f"0812-0000-{chance.randint(1000, 9999)}" if chance.random() < 0.4 else None,
    )


# Persons for whom a need may have nobody at all (gaps), by name.
PROFILES: dict[str, Person] = {
    "girl": Person(sex=Sex.FEMALE, age=14, id_document=False),
    "boy": Person(sex=Sex.MALE, age=16),
    "man in a wheelchair": Person(sex=Sex.MALE, age=34, disability=(Disability.MOBILITY,)),
    "father with a child": Person(sex=Sex.MALE, age=33, children=(Child(Sex.FEMALE, 5),)),
    "foreign woman": Person(sex=Sex.FEMALE, age=26, nationality="MM", id_document=False),
    "deaf woman": Person(sex=Sex.FEMALE, age=29, disability=(Disability.HEARING,)),
}
GAP_NEEDS = ("K8", "S4", "S5", "S3", "S2", "H10", "S10", "K7", "S11", "R7")


def _children(chance: random.Random, kind: Kind) -> tuple[Child, ...]:
    if chance.random() >= kind.with_children:
        return ()
    number = chance.choices((1, 2, 3), (6, 3, 1))[0]
    return tuple(
        Child(chance.choice((Sex.FEMALE, Sex.MALE)), chance.randint(0, 14)) for _ in range(number)
    )


def _wants(chance: random.Random, kind: Kind, person: Person) -> tuple[Want, ...]:
    needs = [need for need, likely in kind.needs.items() if chance.random() < likely]
    needs = needs[:MOST_NEEDS] or [next(iter(kind.needs))]
    if person.children:
        needs = ["S4" if need == "S1" else need for need in needs]
    if person.disability and chance.random() < 0.5:
        needs = ["S5" if need == "S1" else need for need in needs]
    return tuple(_want(chance, kind, need) for need in needs)


def _want(chance: random.Random, kind: Kind, need: str) -> Want:
    urgency, drawn = default_urgency((need,)), chance.random()
    if drawn < 0.16:
        sign = chance.choice(kind.signs)
        return Want(need, SIGNS_BY_NAME[sign].urgency, sign)
    if drawn < 0.32 and urgency is Urgency.EMERGENCY:
        return Want(need, Urgency.URGENT, None)
    if drawn > 0.72 and urgency is Urgency.URGENT:
        return Want(need, Urgency.ROUTINE, None)
    return Want(need, urgency, None)


def facts_of(chance: random.Random, person: Person) -> dict[str, Any]:
    """What is written down of a person, as the form keeps it."""
    children = ",".join(f"{'M' if c.sex is Sex.MALE else 'F'}{c.age}" for c in person.children)
    return {
        "sex": person.sex.value if person.sex else None,
        "age": person.age,
        "age_certainty": person.age_certainty.value,
        "children": children,
        "disability": [one.value for one in person.disability],
        "languages": list(person.languages),
        "nationality": person.nationality,
        "id_document": person.id_document,
        "province": chance.choice(PROVINCES),
        "danger": chance.choices(("low", "medium", "high"), (4, 4, 2))[0],
        "reason": "Perlu layanan lembaga penerima",  # a word of the name would be covered
        "contact": "Lewat pekerja sosial pengirim (contoh)" if chance.random() < 0.5 else "",
        "may_leave_message": False,
    }

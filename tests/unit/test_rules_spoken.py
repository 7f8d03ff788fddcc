"""Every rule has a speaker, and every verdict a sentence in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agencies.queries.card import Card
from agencies.rules.candidate import Candidate, Openness, PoolFigures
from agencies.rules.eligibility import RULES, Verdict
from agencies.rules.needs import Urgency
from agencies.rules.person import Certainty, Disability, Person, Sex, parse_children
from agencies.rules.question import Question
from agencies.wording.verdicts import SPEAKERS, Saying, sentence
from core.i18n import CATALOGUES, say
from tests.support.missing import cannot_run

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FITS, ASK, FAILS = Verdict.FITS, Verdict.ASK, Verdict.FAILS
SAID = (FITS, ASK, FAILS)
# `running` has nothing to say of a service that runs.
CASES = [("running", FAILS)] + [
    (rule, verdict) for rule in RULES if rule != "running" for verdict in SAID
]


def pool(hours_ago: int, free: int) -> PoolFigures:
    """A pool of women's places."""
    return PoolFigures("female", 0, 120, "person", 9, free, NOW - timedelta(hours=hours_ago))


def question(**person: Any) -> Question:
    """A mother's question."""
    known: dict[str, Any] = {
        "sex": Sex.FEMALE,
        "age": 30,
        "children": parse_children("M8"),
        "disability": (Disability.MOBILITY,),
    }
    return Question(("S1", "S2"), Person(**(known | person)), NOW, NOW, Urgency.EMERGENCY)


def card(night_decider: str | None) -> Card:
    """The face of nobody in particular."""
    return Card(
        "s", "Layanan", "a", "Lembaga", "NGO", None, True, "public", "point", "Cipayung", None,
        (), None, night_decider, (), None, None, None, None,
    )  # fmt: skip


def saying(language: str, verdict: Verdict, **more: Any) -> Saying:
    """What a speaker may speak of, fit for the verdict."""
    asked = more.pop("question", question())
    opened = more.pop("openness", Openness(True, until=NOW + timedelta(hours=1)))
    facts: dict[str, Any] = {
        "needs": frozenset({"S1"}),
        "minimum_age": 18,
        "maximum_age": 59,
        "oldest_boy": 7,
        "longest_stay_days": 14,
        "accessible": ({FITS: True, ASK: None, FAILS: False}[verdict],) * 5,
        "pools": {FITS: (pool(1, 3),), ASK: (pool(30, 3),), FAILS: (pool(1, 0),)}[verdict],
        "card": card(more.pop("night_decider", None)),
    }
    return Saying(Candidate("a", **(facts | more)), asked, opened, language, say(language))


def told(rule: str, verdict: Verdict, language: str, **more: Any) -> str:
    """The sentence, checked for what a sentence must be."""
    text = sentence(rule, verdict, saying(language, verdict, **more))
    assert text == text.strip()
    assert text
    assert "%" not in text
    assert "None" not in text
    assert not text.endswith(".")
    return text


def test_every_rule_has_a_speaker() -> None:
    """A rule without words would be a 500."""
    assert set(SPEAKERS) == set(RULES)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("rule", "verdict"), CASES)
def test_every_verdict_has_a_sentence(rule: str, verdict: Verdict, language: str) -> None:
    """In both languages."""
    told(rule, verdict, language)


@pytest.mark.parametrize(("rule", "verdict"), CASES)
def test_the_indonesian_sentence_is_indonesian(rule: str, verdict: Verdict) -> None:
    """Not the English one again."""
    if not list(CATALOGUES.glob("id/*/*.mo")):
        cannot_run("the Indonesian catalogue is not compiled (make translations)")
    assert told(rule, verdict, "id") != told(rule, verdict, "en")


@pytest.mark.parametrize("verdict", SAID)
@pytest.mark.parametrize("sex", list(Sex))
@pytest.mark.parametrize("age", [14, 30, None])
def test_sex_is_said_of_women_men_girls_boys_and_everybody(
    verdict: Verdict, sex: Sex, age: int | None
) -> None:
    """Fifteen sentences."""
    word = {Sex.OTHER: "every gender"}.get(sex) or {
        (Sex.FEMALE, True): "girls",
        (Sex.MALE, True): "boys",
        (Sex.FEMALE, False): "women",
        (Sex.MALE, False): "men",
    }[sex, age == 14]
    asked = question(sex=sex, age=age)
    assert word in told("sex", verdict, "en", question=asked).split(" of ")[-1]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0, 120, "Takes every age"),
        (0, 17, "Takes ages up to 17"),
        (18, 120, "Takes ages from 18"),
        (18, 59, "Takes ages 18 to 59"),
    ],
)
def test_age_limits_are_said(low: int, high: int, text: str) -> None:
    """In the fewest words."""
    assert told("age", FITS, "en", minimum_age=low, maximum_age=high) == text


def test_an_age_in_doubt_is_said_as_a_range() -> None:
    """The worker sees why it must be asked."""
    asked = question(age=30, age_certainty=Certainty.ESTIMATED)
    text = told("age", ASK, "en", question=asked, minimum_age=29, maximum_age=59)
    assert text == "Takes ages 29 to 59; ask, the person may be 28–32"


@pytest.mark.parametrize(
    ("verdict", "pools", "text"),
    [
        (FITS, (pool(2, 3),), "3 free (2 h ago)"),
        (ASK, (), "Ask whether a place is free"),
        (ASK, (pool(60, 3),), "Call first: 3 free, but said 2 days ago"),
        (FAILS, (pool(2, 0),), "Full (2 h ago)"),
        (FAILS, (pool(2, 1),), "1 free (2 h ago), 2 needed"),
    ],
)
def test_places_are_said(verdict: Verdict, pools: tuple[PoolFigures, ...], text: str) -> None:
    """How many, how old, how many are needed."""
    assert told("place", verdict, "en", pools=pools) == text


def test_a_pool_for_somebody_else_is_said() -> None:
    """Not as full."""
    asked = question(sex=Sex.MALE)
    found = told("place", FAILS, "en", question=asked, pools=(pool(1, 5),))
    assert found == "Has no places for this person"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("verdict", "opened"),
    [
        (FITS, Openness(True)),
        (FITS, Openness(True, until=NOW + timedelta(hours=1))),
        (FITS, Openness(False)),
        (FITS, Openness()),
        (FAILS, Openness(False)),
        (FAILS, Openness(False, next=NOW + timedelta(days=1))),
        (FAILS, Openness(False, next=NOW + timedelta(days=3))),
        (FAILS, Openness(False, next=NOW + timedelta(days=9))),
        (ASK, Openness()),
    ],
)
def test_hours_are_said_whatever_is_known(
    language: str, verdict: Verdict, opened: Openness
) -> None:
    """At night, by intake, and with or without a next time."""
    told("hours", verdict, language, openness=opened)
    told("hours", verdict, language, openness=opened, night_decider="petugas piket")

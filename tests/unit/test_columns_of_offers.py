"""What maps and the graph read in columns says of each offer what find and its rules say."""

from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any

import pytest
from flask import Flask

from agencies.queries.find.faceless import faceless
from agencies.queries.find.load import Ready, candidate_of, ready
from agencies.queries.find.near import walk_without_origin
from agencies.queries.members import Facts
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import RULES, Verdict
from agencies.rules.kinds import PERSONS
from agencies.rules.needs import all_needs, matching_codes
from core.db import db, snapshot, writing
from referral.graph import taking
from tests.factories import OFFICE, make_offer
from tests.synthetic import make


def _same(one: Candidate, other: Candidate) -> None:
    for name in (field.name for field in fields(Candidate) if field.name != "card"):
        said, known = getattr(one, name), getattr(other, name)
        assert said == known, name
        assert type(said) is type(known), name
    card = other.card
    assert one.card.service_id == card.service_id
    assert (one.card.agency_name, one.card.service_name) == (card.agency_name, card.service_name)


@pytest.mark.both_databases
def test_offers_in_columns_are_those_of_find(app: Flask) -> None:
    """With hours and pools, at random and one by one; a changed offer is read again."""
    with writing():
        make(60, seed=5).insert()
    own: dict[str, Any] = {"key": "mine"}
    mine = make_offer(needs="S1 S4", hours=OFFICE, beds=(4, 1), agency=own, location=own, **own)
    with snapshot() as view:
        rows = next(iter(walk_without_origin(view, tuple(all_needs()), 2))).rows
        found = faceless().get(view, rows)
        known = Ready(1_000).get(view, rows)
    assert len(found) > 50
    for one, other in zip(found, known, strict=True):
        _same(one, other)
    with writing():
        mine.service.takes_male = not mine.service.takes_male
        mine.revision += 1
    with snapshot() as view:
        raw = next(row for row in rows if str(row[0]).replace("-", "") == mine.id.hex)
        again = faceless().get(view, [(*raw[:3], mine.revision)])[0]
    _same(again, candidate_of(mine))
    db.session.rollback()


def test_what_find_has_ready_is_not_read_again(app: Flask) -> None:
    """The very candidate."""
    make_offer()
    with snapshot() as view:
        rows = next(iter(walk_without_origin(view, ("S1",), 2))).rows
        assert ready().get(view, rows) == faceless().get(view, rows)


def test_a_rule_asked_once_says_what_it_says_of_each_offer() -> None:
    """As if all rules were asked of all that an offer says, for random offers."""
    chance = Random(7)
    codes = list(all_needs())
    for _ in range(400):
        needs = frozenset(chance.sample(codes, chance.randint(1, 4)))
        assert taking._met(needs, (facts := _some_facts(chance))) == _plainly(needs, facts)


def _some_facts(chance: Random) -> Facts:
    said: dict[str, object] = {
        name: chance.choice((True, False, None)) for name in Facts._fields if name != "accessible"
    }
    for name, most in (("minimum_age", 40), ("maximum_age", 80), ("oldest_boy", 17)):
        said[name] = chance.choice((None, chance.randint(0, most)))
    said["longest_stay_days"] = chance.choice((None, 7, 14, 90))
    said["accessible"] = tuple(chance.choice((True, False, None)) for _ in range(5))
    return Facts(**said)  # type: ignore[arg-type]


def _plainly(needs: frozenset[str], facts: Facts) -> frozenset[tuple[str, str]]:
    candidate = Candidate(offer_id="", needs=needs, **facts._asdict())
    wanted = {code for need in needs for code in matching_codes(need)} & all_needs().keys()
    found = set()
    for need in wanted:
        for kind in PERSONS:
            asking = taking._asking(need, kind)
            judges = [judge for rule in taking.LOOKS if (judge := RULES[rule](asking))]
            if all(judge(candidate) is not Verdict.FAILS for judge in judges):
                found.add((need, kind))
    return frozenset(found)

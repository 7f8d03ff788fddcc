"""The format of the chain, and the sentences of the audit."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import orjson
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.chain import FIRST, spelt, spelt_facts, spelt_moment
from accounts.wording.audit import SENTENCES
from core.i18n import LANGUAGES, say
from core.settings import ROOT
from tests.support.actions import actions

TEXT = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.one_of(st.none(), TEXT, st.integers(-(2**63), 2**63 - 1)), max_size=12))
def test_verification_spells_rows_as_the_rule_does(values: list[str | int | None]) -> None:
    """orjson is quicker; its bytes are the same."""
    assert orjson.dumps(values) == spelt(values)


@given(st.lists(TEXT, min_size=2, max_size=4), st.lists(TEXT, min_size=2, max_size=4))
def test_no_two_rows_are_spelt_alike(one: list[str], other: list[str]) -> None:
    """A letter cannot wander from one column into the next."""
    assert (spelt(one) == spelt(other)) == (one == other)


def test_moments_are_utc_to_the_microsecond() -> None:
    """As SQLite keeps them, whatever zone they came in."""
    jakarta = timezone(timedelta(hours=7))
    assert spelt_moment(datetime(2026, 1, 1, 7, tzinfo=jakarta)) == "2026-01-01 00:00:00.000000"
    with pytest.raises(ValueError, match="no instant"):
        spelt_moment(datetime(2026, 1, 1))  # noqa: DTZ001
    assert len(FIRST) == 64


def test_facts_have_one_spelling() -> None:
    """Keys in order; no NaN, which is no JSON."""
    assert spelt_facts({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
    with pytest.raises(ValueError, match="JSON"):
        spelt_facts({"a": float("nan")})


def test_every_action_has_a_sentence(app: Flask) -> None:
    """An access report that a person asks for has no riddles in it, whatever room wrote it."""
    found = list(actions(ROOT))
    assert {"batch.landed", "asking.others", "clock.called", "referral.send"} <= {
        action for _, action in found
    }
    assert not [where for where, action in found if action is None], "say the action as a text"
    assert not {action for _, action in found} - set(SENTENCES)
    for language in LANGUAGES:
        for message in SENTENCES.values():
            assert say(language)(message, who="Ani").startswith("Ani ")

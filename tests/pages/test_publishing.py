"""Publishing through its doors: once for each closed period, by the worker or the operator."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from accounts.walls import OWN_CARD, bearing_of
from core.bearing import NOBODY, Bearing, bearing
from core.db import db
from core.walls import act, cross
from maps.queries.indicators.now import Slice
from maps.queries.indicators.published import readings
from maps.rules.readings import Unit, exactly
from referral.jobs.publishing import publish_beside
from referral.models import Referral
from referral.queries.flows import published_flows, published_periods
from referral.queries.log import Span, read_log
from referral.queries.published import publication
from referral.rules.reasons import Cancel
from referral.rules.tables import FEW
from tests.support.logged import JANUARY, write_agencies, write_log, write_searches
from tests.support.people import make_account

AREAS = ("31.75.01", "31.75.02")
ENDED = (Cancel.WITHDRAWN, Cancel.CONSENT_ENDED)
WITHDRAWN = (
    (0.3, "cancel:consent_withdrawn"),
    (0.3, "accept cancel:consent_ended"),
    (0.4, "cancel:filled_elsewhere"),
)
pytestmark = pytest.mark.both_databases


def run(app: Flask, *words: str) -> str:
    """What the command says."""
    return str(app.test_cli_runner().invoke(args=["referral", "publish", *words]).output)


def test_a_closed_quarter_is_published_once(app: Flask) -> None:
    """What is shown equals the log, small counts are hidden, and there is no second time."""
    agencies = write_agencies(3, AREAS)
    write_log(agencies, 60, begins=JANUARY, days=80, ways=4)
    write_searches(30, AREAS, first=date(2026, 1, 1), days=80, seed=2)
    log = read_log(Span(JANUARY, JANUARY + timedelta(days=90), JANUARY + timedelta(days=104)))
    assert len(log) == db.session.scalar(select(func.count()).select_from(Referral)) == 60
    db.session.rollback()

    assert "no period" in run(app, "--period", "2026-Q5")
    assert "not closed yet" in run(app, "--period", "2026-Q2")
    assert run(app) == "2026-Q1: published\n"
    assert "never published anew" in run(app, "--period", "2026-Q1")
    assert run(app) == ""

    db.session.rollback()
    assert published_periods() == ("2026-Q1",)
    found = publication("2026-Q1")
    assert found is not None
    assert found.counts("total").of() == 60
    assert found.counts("total", of="searches").of() is not None
    for (sender, receiver), sent in found.counts("flow").cells.items():
        of_way = (log.sender == log.agencies.index(sender)) & (
            log.receiver == log.agencies.index(receiver)
        )
        few = len(set(log.person[of_way].tolist())) < FEW
        assert sent is None or (sent == of_way.sum() and not few)
    flows = published_flows("2026-Q1")
    assert {flow.sent for flow in flows} == {*found.counts("flow").cells.values()}
    assert not published_flows("2026-Q2")
    assert publication("2026-Q1") is found, "it is read once"
    for flow in published_flows("2026-Q1", urgency="routine"):
        assert flow.sent is not None, "of a finer table only what is shown is named"


def test_withdrawn_referrals_are_counted_apart_and_unmet_needs_as_published(app: Flask) -> None:
    """Called off because consent ended is one thing, for other reasons another (domain.md, 20)."""
    agencies = write_agencies(2, AREAS)
    write_log(agencies, 40, begins=JANUARY, days=80, ways=2, again=0, courses=WITHDRAWN)
    write_searches(60, AREAS, first=date(2026, 1, 1), days=80, seed=2)
    db.session.rollback()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["referral", "unmet"]).output == "Nothing is published yet.\n"
    assert run(app) == "2026-Q1: published\n"

    log = read_log(Span(JANUARY, JANUARY + timedelta(days=90), JANUARY + timedelta(days=104)))
    ended = int(np.isin(log.called_off, [list(Cancel).index(one) for one in ENDED]).sum())
    other = int((log.called_off == list(Cancel).index(Cancel.FILLED)).sum())
    assert ended > 0
    assert ended + other == 40
    found = publication("2026-Q1")
    assert found is not None
    table = found.counts("decision")
    assert (table.of("withdrawn"), table.of("called_off")) == (ended, other)
    assert readings(found, Slice())["withdrawals"] == exactly(Unit.COUNT, ended)

    said = runner.invoke(args=["referral", "unmet", "--period", "2026-Q1"]).output
    shown = found.counts("need_area", of="searches").cells
    assert said.count("\n") == 1 + len(shown)
    assert said.count(" * ") == sum(count is None for count in shown.values()) > 0
    missing = runner.invoke(args=["referral", "unmet", "--period", "2025"])
    assert missing.exit_code == 1


def test_the_worker_publishes_beside_its_rounds(app: Flask) -> None:
    """In a thread of its own; then nothing is due. Coordinators read it, others at one door."""
    write_log(write_agencies(2, AREAS), 8, begins=JANUARY, days=80, ways=2)
    thread = publish_beside()
    assert thread is not None
    thread.join(timeout=120)
    db.session.rollback()
    assert publish_beside() is None
    place = db.session.scalar(select(Referral.sender_agency_id))
    coordinator = bearing_of(actor_of(make_account(Role.COORDINATOR), strong=True))
    worker = bearing_of(actor_of(make_account(Role.WORKER, agency_id=place), strong=True))
    assert [_sees(one) for one in (coordinator, worker, NOBODY)] == [True, False, False]
    with cross(OWN_CARD):
        assert publication("2026-Q1") is not None


def _sees(whoever: Bearing) -> bool:
    before = bearing()
    db.session.rollback()
    act(whoever)
    try:
        return publication("2026-Q1") is not None
    finally:
        db.session.rollback()
        act(before)

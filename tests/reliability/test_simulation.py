"""A simulated past: made of moves alone, and its planted truth can be found in it again.

`RUJUKAN_SOAK=1` plays the whole sample for a year.
"""

from __future__ import annotations

import json
import math
import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import AuditEntry
from accounts.queries.proof import account_named
from accounts.queries.who import actor_of
from accounts.rules.samples import SAMPLE_DOMAIN
from agencies.models import Agency, NightsFree, NightsLooked, Pool
from agencies.rules.needs import Urgency
from core.clock import now
from core.db import db
from core.outbox import OutboxRow
from referral.models import (
    Arrival,
    CaseFile,
    Consent,
    FollowUp,
    Notice,
    Referral,
    ReferralMove,
    UnmetNeed,
)
from referral.queries.places import pools_out_of_step
from referral.queries.simulated import moves_of
from referral.rules.moves import Name, may_make
from referral.rules.reasons import Decline
from referral.rules.states import State
from referral.simulator.world import SPREAD
from tests.factories import ROUND_THE_CLOCK, WELCOMES_ALL, make_offer

GONE = (
    *(CaseFile, Referral, ReferralMove, Consent, FollowUp, UnmetNeed, Notice),
    *(NightsLooked, NightsFree),
)
SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
WIDE = "--months 12 --cases 2" if SOAK else "--months 0.3 --cases 8 --until 2026-08-20"
ALL = "P1 P4 P5 K2 K3 K4 H1 H3 H4 H5 H8 H9 H10 S6 S7 S9 S11 R1 R4 R5 R6 R7 R8 K9 H6"
ROOFS = "S1 S2 S3 S4 S5 P5 K4 S6"
# Standard errors. The short past is always the same one, so it may be looked at more closely.
SURE = 3.9 if SOAK else 2.5


def make_world() -> None:
    """Five sample agencies that take everybody, one of them with beds; nobody offers K8 or K7."""
    for key, kind, needs, beds in (
        ("hub", "UPTD", ALL, None),
        ("lsm-a", "NGO", ALL, None),
        ("lsm-b", "NGO", ALL, None),
        ("polisi", "POL", "P1 P4 H1", None),
        ("rumah", "SHL", ROOFS, (60, 10)),
    ):
        of = {"key": key, "type": kind, "is_sample": True}
        make_offer(needs=needs, agency=of, beds=beds, hours=ROUND_THE_CLOCK, **WELCOMES_ALL)


def run(app: Flask, line: str) -> str:
    """What a command says; it must end well."""
    result = app.test_cli_runner().invoke(args=["demo", *line.split()])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def truth_of(folder: Path) -> dict[str, Any]:
    """What was planted."""
    found: dict[str, Any] = json.loads(next((folder / "simulation").glob("*.json")).read_text())
    return found


def test_the_truth_can_be_found_again(app: Flask, tmp_path: Path) -> None:
    """Acceptance, silence, delay, the hub and the gaps; every state reached by moves alone."""
    if SOAK:
        run(app, "load")
    else:
        make_world()
    run(app, f"simulate {WIDE} --seed 5")
    db.session.rollback()
    truth = truth_of(tmp_path)
    everything = db.session.scalars(select(Referral).where(Referral.state != State.DRAFT)).all()
    assert len(everything) > 80
    logs = {one.id: moves_of(one.id) for one in everything}
    for referral in everything:
        replay(referral, logs[referral.id])
    check_answers(truth, everything, logs)
    assert hub_by_the_log(everything) == truth["hub"]
    check_gaps(truth)
    check_nights(truth)
    check_the_house(app)


def replay(referral: Referral, log: list[ReferralMove]) -> None:
    """The log alone leads to where the referral stands, by moves of the table, in order of time."""
    state, moment = State.DRAFT, referral.made_at
    for number, move in enumerate(log, 1):
        assert (move.number, move.from_state) == (number, state)
        assert may_make(move.name, state, move.party)
        assert moment <= move.at <= now()
        state, moment = move.to_state, move.at
    assert state is referral.state


DECIDING = {
    Name.ACCEPT: True,
    Name.ACCEPT_CONDITIONALLY: True,
    Name.DECLINE: False,
    Name.REDIRECT: False,
    Name.PUT_ON_LIST: None,  # neither yet
}


def check_answers(
    truth: dict[str, Any], everything: Sequence[Referral], logs: dict[Any, list[ReferralMove]]
) -> None:
    """For every agency by itself, and for all together."""
    keys = dict(db.session.execute(select(Agency.id, Agency.key)).all())
    last = datetime.fromisoformat(truth["until"])
    accepted: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    silent: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    slow: dict[str, list[float]] = defaultdict(list)
    for referral in everything:
        assert referral.receiver_agency_id is not None
        key = keys[referral.receiver_agency_id]
        answerer = truth["agencies"][key]
        need = referral.needs[0].need
        if not answerer["on_call"] or need not in answerer["answers"]:
            continue
        manner = answerer["answers"][need][referral.urgency.value]
        log = logs[referral.id]
        first = next((move for move in log if move.name in DECIDING), None)
        asked = any(move.name is Name.ASK for move in log)
        ended = next((m for m in log if m.name in (Name.CANCEL, Name.MARK_ERROR)), None)
        if first is not None:
            took = (first.at - log[0].at).total_seconds() / 60
            is_late = any(move.name is Name.EXPIRE and move.at < first.at for move in log)
            if first.reason != Decline.FULL.value and DECIDING[first.name] is not None:
                accepted[key].append((manner["acceptance"], DECIDING[first.name] is True))
            if not asked and not is_late and not truth["seasons"]:
                slow[key].append(math.log(took / manner["minutes"]) / SPREAD)
        over = referral.expires_at is not None and referral.expires_at < last
        if over and ended is None:
            expired = any(
                move.name is Name.EXPIRE and (first is None or move.at < first.at) for move in log
            )
            silent[key].append((manner["silence"], expired))
    for found in (accepted, silent):
        found["all"] = [one for each in list(found.values()) for one in each]
        for key, pairs in found.items():
            compare(key, pairs)
    for key, deviations in slow.items():
        mean = sum(deviations) / len(deviations)
        assert abs(mean) < SURE / math.sqrt(len(deviations)) + 0.1, key


def compare(key: str, pairs: list[tuple[float, bool]]) -> None:
    """As many as planted, within what chance allows."""
    wanted = sum(share for share, _ in pairs)
    spread = math.sqrt(sum(share * (1 - share) for share, _ in pairs))
    # On a list, called off, full at that moment: these take a little of what was planted.
    allowed = SURE * spread + 0.5 + 0.02 * len(pairs)
    assert abs(sum(happened for _, happened in pairs) - wanted) <= allowed, (key, pairs)


def hub_by_the_log(everything: Sequence[Referral]) -> str:
    """The agency without which most accepted referrals had nowhere to come from or to go to."""
    took = [one for one in everything if one.identity_open or one.appointed_at or _arrived(one)]
    ways: dict[tuple[Any, str], set[Any]] = defaultdict(set)
    for one in took:
        ways[one.sender_agency_id, one.needs[0].need].add(one.receiver_agency_id)
    stranded: Counter[Any] = Counter()
    for one in took:
        stranded[one.sender_agency_id] += 1
        if len(ways[one.sender_agency_id, one.needs[0].need]) == 1:
            stranded[one.receiver_agency_id] += 1
    return str(db.session.get_one(Agency, stranded.most_common(1)[0][0]).key)


def _arrived(one: Referral) -> bool:
    return one.state in (State.HANDED_OVER, State.IN_SERVICE, State.COMPLETED, State.CLOSED)


def check_gaps(truth: dict[str, Any]) -> None:
    """What is looked for in vain most is what was planted: needs that nobody offers there."""
    rows = db.session.execute(
        select(UnmetNeed.need, func.count()).group_by(UnmetNeed.need).order_by(func.count().desc())
    ).all()
    planted = {gap["need"] for gap in truth["gaps"]}
    assert planted
    assert {need for need, number in rows[:2] if number > 2} <= planted
    assert planted & {need for need, _ in rows}


def check_nights(truth: dict[str, Any]) -> None:
    """Somebody looked at 22:00 of each day; nobody but the shelters had a place then."""
    begun, until = (datetime.fromisoformat(truth[key]) for key in ("from", "until"))
    looked = sum(row.nights.bit_count() for row in db.session.scalars(select(NightsLooked)))
    assert abs(looked - (until - begun).days) <= 1
    free = db.session.scalars(select(NightsFree.offer_id).distinct()).all()
    assert free
    assert set(free) <= set(db.session.scalars(select(Pool.offer_id)))


def check_the_house(app: Flask) -> None:
    """Nothing waits to be sent, no bed is counted wrongly, and the audit is whole."""
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 0
    if not SOAK:  # figures of the sample come with held places
        assert pools_out_of_step() == []
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 0, result.output
    for table in (Consent, FollowUp, Notice, AuditEntry):
        assert db.session.scalar(select(func.count()).select_from(table))
    assert db.session.scalars(select(func.max(AuditEntry.at))).one() <= now()


@pytest.mark.both_databases
def test_the_same_seed_is_the_same_past_again(app: Flask, tmp_path: Path) -> None:
    """A second run refuses or says nothing; forgotten, nothing is left; again, byte for byte."""
    make_world()
    figures = _pools()
    line = "simulate --months 0.1 --cases 4 --seed 2 --until 2026-08-20"
    run(app, line)
    run(app, f"simulation-log {tmp_path / 'first.csv'}")
    truth = (tmp_path / "simulation" / "2.json").read_bytes()
    assert (tmp_path / "first.csv").read_text().count("\n") > 20
    refused = app.test_cli_runner().invoke(args=["demo", *line.split()])
    assert refused.exit_code == 1
    assert "forget-simulation" in refused.output
    assert run(app, f"{line} --once") == ""
    run(app, "forget-simulation")
    db.session.rollback()
    for table in GONE:
        assert db.session.scalar(select(func.count()).select_from(table)) == 0, table
    assert _pools() == figures
    assert not list((tmp_path / "simulation").iterdir())
    run(app, line)
    run(app, f"simulation-log {tmp_path / 'second.csv'}")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()
    assert (tmp_path / "simulation" / "2.json").read_bytes() == truth


def test_a_demo_opens_on_an_evening_with_something_to_answer(app: Flask) -> None:
    """The demo's own clerk has one to read, one to decide and somebody who comes tonight."""
    run(app, "load")
    run(app, "simulate --months 0.1 --cases 0 --leave-open")
    db.session.rollback()
    sender, receiver = (agency_of(f"{short}@{SAMPLE_DOMAIN}") for short in ("peksos", "piket"))
    found = db.session.scalars(select(Referral).order_by(Referral.asked_at)).all()
    assert [one.state for one in found] == [State.ACCEPTED, State.ACKNOWLEDGED, State.SENT]
    assert {(one.sender_agency_id, one.receiver_agency_id) for one in found} == {(sender, receiver)}
    unread = found[-1]
    assert unread.urgency is Urgency.EMERGENCY
    assert unread.acknowledge_by is not None
    assert unread.acknowledge_by > now()
    assert expected_tonight(found[0])


def agency_of(email: str) -> uuid.UUID:
    """Where somebody works."""
    account = account_named(email)
    assert account is not None
    (agency_id,) = actor_of(account, strong=True).agencies
    return agency_id


def expected_tonight(referral: Referral) -> bool:
    """Whether a time is said at which somebody comes."""
    arrival = db.session.scalars(select(Arrival).filter_by(referral_id=referral.id)).one()
    return arrival.expected_at is not None and arrival.expected_at > now()


def test_fiction_stays_out_of_real_data(make_app: Callable[..., Flask]) -> None:
    """Outside a demo only on an empty database, when somebody says so; nothing without sample."""
    app = make_app(demo=False)
    runner = app.test_cli_runner()
    for line, says in (
        ("", "Fiction belongs into a demo"),
        ("--outside-a-demo", "no sample agencies"),
        ("--outside-a-demo --until 2999-01-01", "must be over"),
    ):
        result = runner.invoke(args=["demo", "simulate", *line.split()])
        assert result.exit_code != 0
        assert says in result.output


def _pools() -> list[tuple[int, int, int]]:
    rows = db.session.execute(select(Pool.capacity, Pool.occupied, Pool.held).order_by(Pool.id))
    return [(capacity, occupied, held) for capacity, occupied, held in rows]

"""A month of clocks with random answers, the worker killed between any two statements.

A plain model of the field's rules, written here once more, says what must have been done and at
which instant: nothing missed, nothing twice, nothing early. `RUJUKAN_SOAK=1` makes it long.
"""

from __future__ import annotations

import heapq
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, text

from accounts.models import AuditEntry
from agencies.models import Pool
from agencies.rules.needs import Urgency
from core import worker
from core.clock import now
from core.db import db, write, writing
from core.outbox import OutboxRow, put
from core.settings import ROOT
from referral.commands.duty.clocks import attend
from referral.commands.moves.answering import accept, acknowledge, decline
from referral.commands.moves.handing import hand_over, miss
from referral.commands.moves.sending import reopen
from referral.commands.notices.telling import TO_COORDINATORS
from referral.models import ClockMark, Hold, Holding, Notice, Referral
from referral.queries.clocks import due_referrals
from referral.queries.referrals import is_working_day
from referral.rules.clocks import after_working_days
from referral.rules.reasons import Decline
from referral.rules.states import State
from tests.support.handing import Two, make_accepted, make_sent, make_two

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
BEGINS = datetime(2026, 3, 6, 9, 0, tzinfo=ZoneInfo("UTC"))  # with Nyepi and Lebaran in it
MONTH = timedelta(days=30)
REFERRALS = 150 if SOAK else 14
MINUTES = {Urgency.EMERGENCY: (15, 60, 60), Urgency.URGENT: (120, 360, 360)}
STARTS = {Urgency.EMERGENCY: 6, Urgency.URGENT: 72, Urgency.ROUTINE: 7 * 24}  # hours
HELD = {Urgency.EMERGENCY: 6, Urgency.URGENT: 24, Urgency.ROUTINE: 72}
WIB = ZoneInfo("Asia/Jakarta")


class Killed(BaseException):
    """What a killed process does at a statement: nothing more."""


@dataclass
class Modelled:
    """One referral as the model knows it."""

    code: str
    urgency: Urgency
    started: datetime
    state: State = State.SENT
    round: int = 0
    read: datetime = BEGINS
    decide: datetime = BEGINS
    escalate: datetime = BEGINS
    expires: datetime = BEGINS
    kept: datetime | None = None
    done: set[str] = field(default_factory=set)
    log: list[tuple[str, int, str, datetime]] = field(default_factory=list)

    def begin(self, at: datetime) -> None:
        """The clocks begin, or begin anew."""
        self.round += 1
        self.done.clear()
        if self.urgency in MINUTES:
            spans = (*MINUTES[self.urgency], MINUTES[self.urgency][1] * 4)
            ends = [at + timedelta(minutes=minutes) for minutes in spans]
        else:
            ends = [after_working_days(at, days, WIB, is_working_day) for days in (1, 3, 5, 12)]
        self.read, self.decide, self.escalate, self.expires = ends

    def due(self) -> list[tuple[datetime, int, str]]:
        """What is to be done from here, and when."""
        s, found = self.state, []
        asked = (State.SENT, State.ACKNOWLEDGED)
        if s is State.SENT:
            word = "silent" if self.urgency is Urgency.EMERGENCY else "remind"
            found.append((self.read, 1, word))
        if s in asked:
            found += [(self.decide, 2, "late"), (self.escalate, 3, "escalate")]
            found.append((self.expires, 9, "expire"))
        if s in (State.ACCEPTED, State.NO_SHOW):
            start = self.started + timedelta(hours=STARTS[self.urgency])
            found.append((start, 4, "start"))
        if s is State.ACCEPTED and self.kept:
            found.append((self.kept - timedelta(hours=2), 5, f"lapses_soon {self.kept}"))
            found.append((self.kept, 6, "lapse"))
        if s is State.NO_SHOW and self.kept:
            found.append((self.kept, 7, "free"))
        return sorted(one for one in found if one[2] not in self.done)

    def tick(self, at: datetime) -> None:
        """The worker was there."""
        while (due := self.due()) and due[0][0] <= at:
            what = due[0][2]
            self.done.add(what)
            self.log.append((self.code, self.round, what.partition(" ")[0], at))
            if what == "expire":
                self.state = State.EXPIRED
            elif what == "lapse":
                self.state, self.kept = State.ACKNOWLEDGED, None
                self.begin(at)
            elif what == "free":
                self.kept = None


def _work() -> None:
    """The worker until nothing is due."""
    while worker._do_some("clocks", worker._works["clocks"]):
        pass


@contextmanager
def _killed_at(statement: int) -> Iterator[None]:
    """The process dies when it sends its nth statement."""
    left = itertools.count(statement, -1)

    def strike(*_given: object) -> None:
        if next(left) == 0:
            raise Killed

    event.listen(db.engine, "before_cursor_execute", strike)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", strike)


def _work_and_die(chance: random.Random) -> None:
    for _ in range(chance.choice([0, 1, 1, 2])):
        try:
            with _killed_at(chance.randrange(60)):
                _work()
        except Killed:
            db.session.rollback()
    _work()


def _act(two: Two, one: Modelled, at: datetime, chance: random.Random) -> None:
    """Somebody does something about it, or nobody does anything."""
    does = chance.random()
    if one.state in (State.SENT, State.ACKNOWLEDGED):
        if does < 0.25 and one.state is State.SENT:
            write(acknowledge, two.answering, code=one.code)
            one.state = State.ACKNOWLEDGED
        elif does < 0.6:
            write(accept, two.answering, code=one.code, promise=two.promise())
            one.state, one.kept = State.ACCEPTED, at + timedelta(hours=HELD[one.urgency])
        elif does < 0.7:
            write(decline, two.answering, code=one.code, reason=Decline.FULL)
            one.state = State.DECLINED
    elif one.state is State.ACCEPTED and one.kept:
        if does < 0.3:
            one.kept += timedelta(hours=3)
            _extend(one)
        elif does < 0.45:
            write(miss, two.answering, code=one.code)
            one.state = State.NO_SHOW
        elif does < 0.6:
            write(hand_over, two.answering, code=one.code, received_by="Rini")
            one.state = State.HANDED_OVER
    elif one.state in (State.EXPIRED, State.DECLINED) and does < 0.6:
        write(reopen, two.sending, code=one.code, words="Still needed")
        one.state, one.kept = State.SENT, None
        one.begin(at)


def _extend(one: Modelled) -> None:
    with writing():
        wanted = select(Hold).join(Referral, Referral.id == Hold.referral_id)
        wanted = wanted.where(Referral.code == one.code, Hold.state == Holding.HELD)
        db.session.scalars(wanted).one().until = one.kept


@pytest.mark.both_databases
def test_a_month(app: Flask) -> None:
    """The set of what was done is the model's, exactly, to the instant."""
    chance = random.Random(20260306)
    alive: dict[str, Modelled] = {}
    order = itertools.count()
    with time_machine.travel(BEGINS, tick=False) as clock:
        two = make_two(beds=(900, 0))
        queue: list[tuple[datetime, int, str | None]] = []
        for _ in range(REFERRALS):
            at = BEGINS + MONTH * chance.random() * 0.8
            heapq.heappush(queue, (at.replace(microsecond=0), next(order), None))
        while queue and queue[0][0] < BEGINS + MONTH:
            at, _number, code = heapq.heappop(queue)
            clock.move_to(at)
            _work_and_die(chance)
            for one in alive.values():
                one.tick(at)
            if code is None:
                urgency = chance.choice(list(Urgency))
                code = make_sent(two, urgency=urgency)
                alive[code] = Modelled(code, urgency, at)
                alive[code].begin(at)
            elif chance.random() < 0.4:
                _act(two, alive[code], at, chance)
            # The next round: exactly when something is due, just before it, or at any time.
            due = alive[code].due()
            wait = timedelta(hours=chance.expovariate(1 / 4))
            later = [at + wait] if alive[code].state is not State.HANDED_OVER else []
            later += [due[0][0] - timedelta(seconds=1), *[due[0][0]] * 3] if due else []
            later = [then.replace(microsecond=0) for then in later if then > at]
            if later:
                heapq.heappush(queue, (chance.choice(later), next(order), code))
    _compare(alive)


def _compare(alive: dict[str, Modelled]) -> None:
    db.session.rollback()
    rows = db.session.execute(
        select(Referral.code, ClockMark.round, ClockMark.what, ClockMark.at).join(
            Referral, Referral.id == ClockMark.referral_id
        )
    ).all()
    made = sorted((code, nth, what.partition("@")[0], at) for code, nth, what, at in rows)
    expected = sorted(entry for one in alive.values() for entry in one.log)
    assert made == expected
    assert {row.code: row.state for row in db.session.scalars(select(Referral))} == {
        code: one.state for code, one in alive.items()
    }
    acts = [row.action for row in db.session.scalars(select(AuditEntry))]
    noted = sorted(act.partition(".")[2] for act in acts if act.startswith("clock."))
    assert noted == sorted(entry[2] for entry in expected)
    causes = [(n.agency_id, n.account_id, n.cause) for n in db.session.scalars(select(Notice))]
    assert len(causes) == len(set(causes))
    held = sum(1 for one in alive.values() if one.kept and one.state is not State.HANDED_OVER)
    assert db.session.query(Pool).filter(Pool.held > 0).one_or_none() is None or held
    assert len(expected) > REFERRALS * 2, "hardly a clock ran out: this shows nothing"


@pytest.mark.both_databases
def test_killed_at_every_single_statement(app: Flask) -> None:
    """A lapse with all that follows: whichever statement is the last, all of it is done once."""
    two = make_two(beds=(9, 0))
    code, pool_id = make_accepted(two), two.pool_id
    kills = 0
    with time_machine.travel(now() + timedelta(hours=6.5), tick=False):
        for statement in range(500):
            try:
                with _killed_at(statement):
                    _work()
            except Killed:
                db.session.rollback()
                kills += 1
                referral = db.session.query(Referral).filter_by(code=code).one()
                marks = db.session.query(ClockMark).count()
                pool = db.session.get_one(Pool, pool_id)
                assert (referral.state is State.ACCEPTED) is (marks == 0) is (pool.held == 1)
            else:
                break
    assert kills > 10
    db.session.rollback()
    done = sorted(m.what.partition("@")[0] for m in db.session.scalars(select(ClockMark)))
    assert done == ["lapse", "lapses_soon", "start"]
    assert db.session.get_one(Pool, pool_id, populate_existing=True).held == 0


WORK_FOR_EVER = """
from core.db import db
from core import worker
from wsgi import create_app
app = create_app()
with app.app_context():
    print("ready", flush=True)
    while worker._do_some("clocks", worker._works["clocks"]):
        pass
    print("done", flush=True)
"""


@pytest.mark.both_databases
def test_kill_9(app: Flask) -> None:
    """Two real workers at once, killed for real, and started again."""
    codes = []
    with time_machine.travel(now() - timedelta(minutes=20), tick=False):
        two = make_two()
        codes = [make_sent(two) for _ in range(60 if SOAK else 12)]
    url = db.engine.url.render_as_string(hide_password=False)
    folder = str(app.config["RUJUKAN"].data_dir)
    around = {**os.environ, "DATABASE_URL": url, "RUJUKAN_DATA_DIR": folder, "RUJUKAN_DEMO": "1"}
    db.session.remove()
    chance = random.Random(9)
    for _ in range(8 if SOAK else 1):
        workers = [_start(around) for _ in range(2)]
        time.sleep(chance.uniform(0.02, 0.2))
        for process in workers:
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert process.stdout
            process.stdout.close()
    _work()
    marks = [(m.referral_id, m.what) for m in db.session.scalars(select(ClockMark))]
    assert len(marks) == len(set(marks)) == len(codes)
    acts = [row.action for row in db.session.scalars(select(AuditEntry))]
    assert acts.count("clock.silent") == len(codes)


def _start(around: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORK_FOR_EVER], stdout=subprocess.PIPE, cwd=ROOT, env=around
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.both_databases
def test_a_backlog_does_not_starve_the_outbox_and_is_found_by_the_index(app: Flask) -> None:
    """10,000 due referrals: a message goes out in the very first round."""
    two = make_two()
    with time_machine.travel(now() - timedelta(minutes=20)):
        code = make_sent(two)
    _copy(code, 10_000)
    with writing():
        put(
            TO_COORDINATORS, agency=str(two.receiver_id), what="late", cause="x", urgency=None,
            referral=None,
        )  # fmt: skip
    worker.one_round()
    assert db.session.query(OutboxRow).filter_by(kind=TO_COORDINATORS).one().done_at
    assert db.session.query(ClockMark).count() == worker.AT_ONCE
    began = time.perf_counter()
    found = due_referrals(worker.AT_ONCE)
    assert len(found) == worker.AT_ONCE
    assert time.perf_counter() - began < 0.25
    assert write(attend, found[0]) == 1
    assert write(attend, found[0]) == 0
    if SOAK:
        _work()
        assert db.session.query(ClockMark).count() == 10_001
        assert due_referrals(1) == []


def _copy(code: str, times: int) -> None:
    """The same referral many times over, past the ORM."""
    table = Referral.__table__
    names = [c.name for c in table.columns if c.name not in ("id", "code")]
    listed = ", ".join(names)
    with writing():
        spelt = "lower(hex(randomblob(16)))"
        if db.engine.dialect.name == "postgresql":
            spelt = "gen_random_uuid()"
        db.session.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)"
                f" INSERT INTO referral (id, code, {listed})"
                f" SELECT {spelt}, 'COPY-' || n.i, {listed} FROM referral, n WHERE code = :code"
            ),
            {"times": times, "code": code},
        )

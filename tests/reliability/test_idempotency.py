"""Sent a hundred times at once: one effect and one answer, on both databases, over real HTTP."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Blueprint, Flask, json, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from accounts.access import RULES
from accounts.rules.access import everybody
from core.actors import Actor, ActorKind
from core.clock import now
from core.db import db, write, writing
from core.idempotency import HEADER, KEPT_FOR, KeptAnswer, answered_once, forget_old_answers
from core.ids import new_id
from core.outbox import OutboxRow
from tests.support.browser import serve

pytestmark = pytest.mark.both_databases

ONE, TWO = (
    Actor(ActorKind.MEMBER, "one", id=new_id()),
    Actor(ActorKind.MEMBER, "two", id=new_id()),
)


def _sender() -> Actor:
    return TWO if request.headers.get("X-Sender") == "two" else ONE


@pytest.fixture
def doors(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The app with a door for programs that adds a row and says which."""
    probe = Blueprint("probe", __name__)

    def add() -> str:
        row = OutboxRow(kind="effect", facts=request.get_json(silent=True) or {})
        db.session.add(row)
        db.session.flush()
        time.sleep(0.02)  # long enough for others to come
        return str(row.id)

    @probe.post("/api/v1/probe")
    @answered_once(_sender)
    def program():  # type: ignore[no-untyped-def]
        if request.args.get("fail"):
            raise RuntimeError
        answer = jsonify(made=write(add))
        answer.status_code = 201
        answer.headers["X-Made"] = "yes"
        return answer

    app.register_blueprint(probe)
    monkeypatch.setitem(RULES, "probe.program", everybody())
    return app


@pytest.fixture
def client(doors: Flask) -> FlaskClient:
    """A program."""
    return doors.test_client()


def _effects() -> int:
    db.session.rollback()
    return db.session.scalars(select(func.count()).select_from(OutboxRow)).one()


def test_a_hundred_at_once(doors: Flask) -> None:
    """100 requests with one key over HTTP: one row, one answer, byte for byte."""
    with serve(doors) as address:

        def send(_number: int) -> tuple[int, bytes, str | None]:
            asked = urllib.request.Request(
                f"{address}/api/v1/probe",
                data=b'{"n": 1}',
                headers={HEADER: "one-key", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, answer.read(), answer.headers["X-Made"]

        with ThreadPoolExecutor(100) as crowd:
            answers = set(crowd.map(send, range(100)))
    assert len(answers) == 1, len(answers)
    assert next(iter(answers))[0] == 201
    assert _effects() == 1


def test_two_processes(doors: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where threads share no lock, as between processes, the table alone decides."""
    from contextlib import nullcontext

    monkeypatch.setattr("core.idempotency._one_at_a_time", lambda _name: nullcontext())
    answers: list[bytes] = []

    def send() -> None:
        client = doors.test_client()
        answers.append(client.post("/api/v1/probe", json={}, headers={HEADER: "k"}).data)

    crowd = [threading.Thread(target=send) for _ in range(10)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(answers) == 10
    assert len(set(answers)) == 1
    assert _effects() == 1


def test_another_body_is_refused(client: FlaskClient) -> None:
    """422, in problem+json, and nothing is done; the first answer is still there."""
    first = client.post("/api/v1/probe", json={"n": 1}, headers={HEADER: "k"})
    other = client.post("/api/v1/probe", json={"n": 2}, headers={HEADER: "k"})
    assert (other.status_code, other.mimetype) == (422, "application/problem+json")
    assert json.loads(other.data)["errors"][0]["field"] == HEADER
    again = client.post("/api/v1/probe", json={"n": 1}, headers={HEADER: "k"})
    assert (again.data, again.status_code) == (first.data, 201)
    assert _effects() == 1


def test_a_key_belongs_to_its_sender(client: FlaskClient) -> None:
    """The same key of somebody else is another key; no key at all is never the same."""
    for headers in ({HEADER: "k"}, {HEADER: "k", "X-Sender": "two"}, {}, {}):
        client.post("/api/v1/probe", json={}, headers=headers)
    assert _effects() == 4


def test_a_fault_of_ours_may_be_tried_again(client: FlaskClient) -> None:
    """A 500 is not the answer for ever."""
    assert client.post("/api/v1/probe?fail=1", json={}, headers={HEADER: "k"}).status_code == 500
    assert client.post("/api/v1/probe", json={}, headers={HEADER: "k"}).status_code == 201


def test_a_key_that_is_no_key(client: FlaskClient) -> None:
    """Too long: refused before anything is done."""
    answer = client.post("/api/v1/probe", json={}, headers={HEADER: "k" * 201})
    assert answer.status_code == 422
    assert _effects() == 0


def test_what_is_kept_is_sealed_and_forgotten(doors: Flask, client: FlaskClient) -> None:
    """Neither key nor answer can be read in the table; after a day the row is gone."""
    answer = client.post("/api/v1/probe", json={}, headers={HEADER: "legible"})
    kept = db.session.scalars(select(KeptAnswer)).one()
    assert "legible" not in kept.sender_and_key
    assert kept.answer_sealed
    assert answer.data not in kept.answer_sealed
    write(forget_old_answers)
    assert db.session.scalars(select(KeptAnswer)).all()
    with writing():
        db.session.execute(update(KeptAnswer).values(begun_at=now() - KEPT_FOR * 2))
    write(forget_old_answers)
    assert not db.session.scalars(select(KeptAnswer)).all()


def test_whoever_began_and_died_holds_nobody_up(doors: Flask, client: FlaskClient) -> None:
    """A promise that was never kept lapses."""
    client.post("/api/v1/probe", json={}, headers={HEADER: "k"})
    with writing():
        gone = now() - timedelta(minutes=5)
        db.session.execute(update(KeptAnswer).values(answer_sealed=None, begun_at=gone))
    assert client.post("/api/v1/probe", json={}, headers={HEADER: "k"}).status_code == 201
    assert _effects() == 2

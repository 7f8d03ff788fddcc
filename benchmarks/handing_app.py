"""What `benchmarks/handing.py` serves: the whole app with a door for moves, and a bare one beside.

The door for moves goes the way of every door of the API: a key of the agency, the access rules,
the idempotency key, one command in one transaction. The bare handler is a Flask app of its own that
inserts one row and commits it, in the same database, with the same manners: once by the driver
alone, and once by the libraries with which this project is made.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from contextlib import nullcontext
from typing import Any

import orjson
import psycopg
from flask import Blueprint, Flask, Response, request
from flask.views import MethodView
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Integer, Text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import mapped_column
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from accounts.access import RULES
from accounts.current import who
from accounts.rules.access import key_with
from accounts.rules.rights import Scope
from core.actors import Actor
from core.api import json_answer
from core.db import write
from core.idempotency import answered_once
from core.manners import teach
from core.prepared import WRITES
from core.turns import FairLock
from referral.rules.moves import Name
from tests.support.moving import CALLS, promise_of
from wsgi import create_app

doors = Blueprint("bench", __name__)
RULES["bench.move"] = key_with(Scope.REFERRALS.value)


class Move(MethodView):
    """One move of one referral."""

    scope = Scope.REFERRALS

    @answered_once(who)
    def post(self, ruj: str, name: str) -> Response:
        """Make it; the body says what only the asker knows."""
        told = orjson.loads(request.get_data())
        said: dict[str, Any] = {}
        if "consent_id" in told:
            said["consent_id"] = _id(told["consent_id"])
        if "pool_id" in told:
            said["promise"] = promise_of(_id(told["pool_id"]), 1)
        return json_answer(write(_made, Name(name), who(), ruj, said))


def _made(name: Name, actor: Actor, ruj: str, said: dict[str, Any]) -> dict[str, Any]:
    """Command: the move, and what is told of it; said before the commit, it is not read again."""
    move = CALLS[name](actor, ruj, said)
    return {"state": move.to_state.value, "number": move.number}


def _id(text: str) -> uuid.UUID:
    return uuid.UUID(text)


doors.add_url_rule("/api/v1/bench/<ruj>/<name>", view_func=Move.as_view("move"))


def _bare(url: str) -> Flask:
    """As little as Flask can do: one row, committed."""
    bare = Flask("bare")
    kept = threading.local()
    lock, statement = FairLock(), "insert into bare_row (word) values (%s)"

    def connection() -> Any:
        if not hasattr(kept, "connection"):
            kept.connection = _connect(url)
        return kept.connection

    @bare.post("/")
    def insert() -> dict[str, bool]:
        request.get_data()
        if url.startswith("sqlite"):
            with lock:  # SQLite's own queue is a lottery: the rival stands in the fair one too
                connection().execute("begin immediate")
                connection().execute(statement.replace("%s", "?"), ("a row",))
                connection().execute("commit")
        else:
            with connection().transaction():
                connection().execute(statement, ("a row",))
        return {"ok": True}

    return bare


def _usual(url: str) -> Flask:
    """The same row, by Flask-SQLAlchemy."""
    usual = Flask("usual")
    usual.config["SQLALCHEMY_DATABASE_URI"] = url
    rows = SQLAlchemy(usual)

    class BareRow(rows.Model):  # type: ignore[misc, name-defined]
        __tablename__ = "bare_row"
        id = mapped_column(Integer, primary_key=True)
        word = mapped_column(Text)

    with usual.app_context():
        teach(rows.engine)
    lock = FairLock() if url.startswith("sqlite") else nullcontext()

    @usual.post("/")
    def insert() -> dict[str, bool]:
        request.get_data()
        with lock:
            rows.session.connection(execution_options={WRITES: True})
            rows.session.add(BareRow(word="a row"))
            rows.session.commit()
        return {"ok": True}

    return usual


def _connect(url: str) -> Any:
    if not url.startswith("sqlite"):
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)
    connection = sqlite3.connect(make_url(url).database or "", timeout=15, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"pragma {pragma}")
    return connection


def _whole() -> Any:
    ours = create_app()
    ours.register_blueprint(doors)
    url = ours.config["SQLALCHEMY_DATABASE_URI"]
    return DispatcherMiddleware(ours.wsgi_app, {"/bare": _bare(url), "/usual": _usual(url)})


app = _whole()

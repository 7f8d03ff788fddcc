"""One effect and one answer, however often something is sent (design.md §9).

A program sends `Idempotency-Key` with what changes something; a page carries a number that is
used once (`{{ once() }}` of `templates/macros/once.html`). The first answer is kept and given to
every repetition; a repetition that comes while the first is still being answered waits for it. A
key belongs to who sent it: nobody gets an answer that was somebody else's.

What is kept is sealed with a key from outside the database and forgotten after a day. Only
answers below 500 are kept: whoever met a fault of ours may try again.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

import orjson
from flask import Response, current_app, make_response, request
from flask_babel import gettext
from sqlalchemy import Index, LargeBinary, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from core.actors import Actor
from core.clock import now
from core.crypto import seal, unseal
from core.db import Base, db, write
from core.errors import refused
from core.i18n import _
from core.keystore import keystore
from core.types import Instant
from core.worker import register_duty

P = ParamSpec("P")

HEADER, FIELD = "Idempotency-Key", "once"
KEPT_FOR = timedelta(hours=24)
# As long as a request may take; whoever began and was killed is forgotten then.
BEGUN_FOR = timedelta(seconds=60)
WAIT_SECONDS, LOOK_EVERY = 30.0, 0.05
LONGEST_KEY = 200
SEALING_KEY = "idempotency"

TOO_LONG = _("The key may have 1 to %(most)s letters, digits and signs")
OTHER_BODY = _("This key was sent before with something else")


class KeptAnswer(Base):
    """The answer to one key of one sender; while it is being made, the promise of one."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("ix_kept_answer_begun_at", "begun_at"),)

    sender_and_key: Mapped[str] = mapped_column(primary_key=True)  # a hash of both
    asked: Mapped[str]  # a hash of method, address and body
    begun_at: Mapped[datetime] = mapped_column(Instant)
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


def init_idempotency() -> None:
    """Have the worker forget what is a day old."""
    register_duty("kept_answers", timedelta(hours=1), forget_old_answers)


def forget_old_answers() -> None:
    """Command: delete every answer that nobody may ask for any more."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.begun_at < now() - KEPT_FOR))


def answered_once(
    sender: Callable[[], Actor],
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Decorate a view: the same key of the same sender has one effect and one answer.

    `sender` says who acts (`accounts.current.who`). Without a key the view is as it was. 422 for a
    key that is too long or that came with another body before; 409 when the first answer is not
    there after 30 s.
    """

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def once(*args: P.args, **kwargs: P.kwargs) -> Any:
            key = _key()
            if key is None:
                return view(*args, **kwargs)
            name = _name(sender(), key)
            with _one_at_a_time(name):
                return _first_answer(name, lambda: make_response(view(*args, **kwargs)))

        return once

    return decorate


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None and not request.is_json:
        key = request.form.get(FIELD)
    if key is None or key == "":
        return None
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise refused(HEADER, TOO_LONG, most=LONGEST_KEY)
    return key


def _name(actor: Actor, key: str) -> str:
    # A visitor has no id: their keys are random numbers of our own forms, or nobody else's luck.
    return _hash(actor.kind.value, str(actor.id or ""), key)


def _asked() -> str:
    if request.form:
        fields = [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token"]
        body: bytes = orjson.dumps(sorted(fields))
    else:
        body = request.get_data()
    return _hash(request.method, request.path, request.query_string.decode("latin-1"), body)


def _hash(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.hexdigest()


def _first_answer(name: str, make: Callable[[], Response]) -> Response:
    asked = _asked()
    until = time.monotonic() + WAIT_SECONDS
    while not _begin(name, asked):
        kept = db.session.get(KeptAnswer, name, populate_existing=True)
        if kept is not None and kept.asked != asked:
            raise refused(HEADER, OTHER_BODY)
        if kept is not None and kept.answer_sealed is not None:
            return _read(name, kept.answer_sealed)
        db.session.rollback()  # the next look is at what has been committed since
        if time.monotonic() > until:
            return _still_under_way()
        time.sleep(LOOK_EVERY)
    return _make(name, make)


def _make(name: str, make: Callable[[], Response]) -> Response:
    try:
        answer = make()
    except BaseException:
        write(_forget, name)
        raise
    if answer.status_code >= 500:
        write(_forget, name)
    else:
        write(_keep, name, _written(name, answer))
    return answer


def _begin(name: str, asked: str) -> bool:
    """Whether the answer is ours to make: nobody began before, or whoever did is gone."""
    try:
        return write(_promise, name, asked)
    except IntegrityError:
        return False


def _promise(name: str, asked: str) -> bool:
    kept = db.session.get(KeptAnswer, name, with_for_update=True, populate_existing=True)
    moment = now()
    if kept is not None:
        gone = kept.answer_sealed is None and moment - kept.begun_at > BEGUN_FOR
        if not gone and moment - kept.begun_at < KEPT_FOR:
            return False
        db.session.delete(kept)
        db.session.flush()
    db.session.add(KeptAnswer(sender_and_key=name, asked=asked, begun_at=moment))
    return True


def _keep(name: str, sealed: bytes) -> None:
    kept = db.session.get(KeptAnswer, name)
    if kept is not None:
        kept.answer_sealed = sealed


def _forget(name: str) -> None:
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.sender_and_key == name))


# What belongs to a connection or to one moment; cookies are for the browser that got them first.
_NOT_KEPT = {"set-cookie", "date", "content-length", "connection", "content-security-policy"}


def _written(name: str, answer: Response) -> bytes:
    headers = [(k, v) for k, v in answer.headers.items() if k.lower() not in _NOT_KEPT]
    whole = {"status": answer.status_code, "headers": headers}
    plain = orjson.dumps(whole) + b"\n" + answer.get_data()
    return seal(keystore().key(SEALING_KEY), plain, name)


def _read(name: str, sealed: bytes) -> Response:
    first, _newline, body = unseal(keystore().key(SEALING_KEY), sealed, name).partition(b"\n")
    whole = orjson.loads(first)
    answer: Response = current_app.response_class(body, whole["status"])
    answer.headers.clear()
    for header, value in whole["headers"]:
        answer.headers.add(header, value)
    return answer


def _still_under_way() -> Response:
    text = gettext("The first request with this key is still being answered. Try again soon.")
    body = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": text}
    answer = Response(orjson.dumps(body), 409, content_type="application/problem+json")
    answer.headers["Retry-After"] = "5"
    return answer


_turns: dict[str, tuple[threading.Lock, int]] = {}
_guard = threading.Lock()


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """Repetitions within this process wait for each other and not for the clock."""
    with _guard:
        turn, waiting = _turns.get(name, (threading.Lock(), 0))
        _turns[name] = (turn, waiting + 1)
    try:
        if turn.acquire(timeout=WAIT_SECONDS):
            try:
                yield
            finally:
                turn.release()
        else:
            yield  # then the table decides
    finally:
        with _guard:
            turn, waiting = _turns[name]
            if waiting == 1:
                del _turns[name]
            else:
                _turns[name] = (turn, waiting - 1)

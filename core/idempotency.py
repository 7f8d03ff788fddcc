"""One effect and one answer, however often something is sent (design.md §9).

A program sends `Idempotency-Key` with what changes something; every form of a page carries a number
that is used once (`core/once.py`). The first answer is kept and given to every repetition; a
repetition that comes while the first is still being answered waits for it. A key belongs to who
sent it: nobody gets an answer that was somebody else's.

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
from flask import Response, current_app, g, make_response, request, session
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

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
# As long as a request may take; whoever began and was killed is forgotten then.
BEGUN_FOR = timedelta(seconds=60)
WAIT_SECONDS, LOOK_EVERY = 30.0, 0.05
LONGEST_KEY = 200
SEALING_KEY = "idempotency"
SAID = "_flashes"  # where Flask keeps what the next page is to say

IsKept = Callable[[int], bool]

TOO_LONG = _("The key may have 1 to %(most)s letters, digits and signs")
OTHER_BODY = _("This key was sent before with something else")


class SentBeforeError(Exception):
    """The key came before, with something else; `first` is what was answered then."""

    def __init__(self, first: Response) -> None:
        super().__init__()
        self.first = first


class UnderWayError(Exception):
    """The first request with this key is still being answered."""


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
            key = request.headers.get(HEADER)
            if not key:
                return view(*args, **kwargs)
            if not is_key(key):
                raise refused(HEADER, TOO_LONG, most=LONGEST_KEY)
            try:
                return first_answer(
                    sender(), key, lambda: make_response(view(*args, **kwargs)), is_no_fault
                )
            except SentBeforeError as wrong:
                raise refused(HEADER, OTHER_BODY) from wrong
            except UnderWayError:
                return _still_under_way()

        return once

    return decorate


def is_key(text: str) -> bool:
    """Whether a text may be a key: 1 to 200 letters, digits and signs."""
    return 0 < len(text) <= LONGEST_KEY and text.isprintable()


def is_no_fault(status: int) -> bool:
    """Whether an answer is kept for programs: a refusal too, but no fault of ours."""
    return status < 500


def first_answer(
    sender: Actor, key: str, make: Callable[[], Response], is_kept: IsKept
) -> Response:
    """The answer that `make` gives the first time that the sender shows the key with this request.

    An answer whose status `is_kept` refuses is given and forgotten. `SentBeforeError` when the key
    came with something else before, `UnderWayError` when that is not answered after 30 s.
    """
    name = _name(sender, key)
    with _one_at_a_time(name):
        return _first_answer(name, _asked(key), make, is_kept)


def _name(actor: Actor, key: str) -> str:
    # A visitor has no id: their keys are random numbers of our own forms, or nobody else's luck.
    return _hash(actor.kind.value, str(actor.id or ""), key)


def _asked(key: str) -> str:
    # The key is random, so that nobody can guess what was typed from this hash.
    if request.form:
        fields = [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token"]
        body: bytes = orjson.dumps(sorted(fields))
    else:
        body = request.get_data()
    address = (request.path, request.query_string.decode("latin-1"))
    return _hash(key, request.method, *address, body)


def _hash(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(len(raw).to_bytes(8, "big") + raw)
    return whole.hexdigest()


def _first_answer(name: str, asked: str, make: Callable[[], Response], is_kept: IsKept) -> Response:
    until = time.monotonic() + WAIT_SECONDS
    while not _begin(name, asked):
        kept = db.session.get(KeptAnswer, name, populate_existing=True)
        first = _read(name, kept.answer_sealed) if kept and kept.answer_sealed else None
        if kept is not None and first is not None:
            if kept.asked != asked:
                raise SentBeforeError(first)
            return _said_again(first)
        db.session.rollback()  # the next look is at what has been committed since
        if time.monotonic() > until:
            raise UnderWayError
        time.sleep(LOOK_EVERY)
    return _make(name, make, is_kept)


def _make(name: str, make: Callable[[], Response], is_kept: IsKept) -> Response:
    try:
        answer = make()
    except BaseException:
        write(_forget, name)
        raise
    if is_kept(answer.status_code):
        write(_keep, name, _written(name, answer))
    else:
        write(_forget, name)
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
    whole = {"status": answer.status_code, "headers": headers, "said": session.get(SAID, [])}
    plain = orjson.dumps(whole) + b"\n" + answer.get_data()
    return seal(keystore().key(SEALING_KEY), plain, name)


def _read(name: str, sealed: bytes) -> Response:
    first, _newline, body = unseal(keystore().key(SEALING_KEY), sealed, name).partition(b"\n")
    whole = orjson.loads(first)
    answer: Response = current_app.response_class(body, whole["status"])
    answer.headers.clear()
    for header, value in whole["headers"]:
        answer.headers.add(header, value)
    g.said_first = [tuple(one) for one in whole.get("said", [])]
    return answer


def _said_again(answer: Response) -> Response:
    # What the next page was to say went with a cookie that may never have arrived.
    known = [tuple(one) for one in session.get(SAID, [])]
    missing = [one for one in g.pop("said_first", []) if one not in known]
    if missing:
        session[SAID] = [*known, *missing]
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

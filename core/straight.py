"""Statements straight to PostgreSQL, past psycopg's cursors: what nobody waits for goes along.

A round trip costs both sides as much as the question itself, and a move asks and writes two dozen
times. How a transaction begins, on whose behalf it asks and the rows that it writes have no answer
that anybody reads: they wait here, and go with the next question in one round trip, in the order
in which they came. What is wrong with one of them is told by whoever comes next, at the latest by
the commit; the transaction is lost by then in any case.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

MOST_TOGETHER = 32 * 1024  # bytes: more than a socket takes at once is not sent in one go
MOST_KEPT = 100  # prepared in one connection, as psycopg keeps; the database has memory for each
KEPT = b"select name from pg_prepared_statements where name like 'rujukan%'"

_AS_TEXT = [PyFormat.TEXT]
_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_numbers = count()


@lru_cache(maxsize=10_000)
def _name_of(text: str) -> bytes:
    """By which a statement is prepared, in whichever connection: those go from hand to hand."""
    return f"rujukan{next(_numbers)}".encode()


@dataclass(frozen=True, slots=True)
class Order:
    """A statement with `$1` for its values, and how a fault of it is told."""

    text: str
    values: Sequence[Any]
    told: Callable[[Exception], BaseException] | None = None
    judge: Callable[[int], None] | None = None  # gets how many rows it changed

    def said(self, error: Exception) -> BaseException:
        """The error as whoever gave the order tells it."""
        return error if self.told is None else self.told(error)


@dataclass(frozen=True, slots=True)
class Found:
    """What a statement answered with: rows, the types of their columns, how many it changed."""

    rows: list[Any]
    types: list[int]
    count: int


class Straight:
    """A connection's straight way. Used like the connection: by one thread at a time."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._pg = raw.pgconn
        self._values = Transformer(raw)
        self._encoding = raw.info.encoding
        self._socket = select.poll()
        self._socket.register(self._pg.socket, select.POLLIN)
        self._kept: OrderedDict[bytes, None] = OrderedDict()  # the longest unused first
        self._waiting: list[_Sent] = []
        self._is_doubtful = False

    def later(self, order: Order) -> None:
        """Send it with whatever is sent next. Values that cannot be sent fail now."""
        self._waiting.append(self._ready(order))

    def ask(self, order: Order) -> Found:
        """Send what waits and this, and wait for its answer. psycopg's errors, or as it is told."""
        last = self._ready(order)
        sent, self._waiting = [*self._waiting, last], []
        return self._found(self._send(sent))

    def send(self) -> None:
        """Send what waits, before anybody else uses the connection."""
        if self._waiting:
            sent, self._waiting = self._waiting, []
            self._send(sent)

    def forget(self) -> None:
        """What waits is not sent any more: the transaction is taken back."""
        self._waiting.clear()

    def doubt(self) -> None:
        """Before the next statement, find out what is prepared still.

        Whenever psycopg believes that its own statements may have become wrong it has the database
        forget all of them, ours too.
        """
        self._is_doubtful = True

    def waits_but_for(self, texts: Container[str]) -> bool:
        """Whether something waits that is none of these."""
        return any(one.order.text not in texts for one in self._waiting)

    @property
    def is_idle(self) -> bool:
        """Whether the database knows of no transaction."""
        return self._pg.transaction_status == TransactionStatus.IDLE

    def _ready(self, order: Order) -> _Sent:
        name, given = _name_of(order.text), order.values
        if not given:
            return _Sent(order, name, None, 0)
        try:
            values = self._values.dump_sequence(given, _AS_TEXT * len(given))
        except psycopg.Error as wrong:
            raise order.said(wrong) from wrong
        return _Sent(order, name, values, sum(len(one) for one in values if one is not None))

    def _send(self, sent: list[_Sent]) -> Any:
        if self._is_doubtful:
            self._look_what_is_kept()
        if len(self._kept) > MOST_KEPT:
            self._drop_the_oldest()
        if len(sent) > 1 and sum(one.size for one in sent) <= MOST_TOGETHER:
            return self._together(sent)
        return [self._alone(one) for one in sent][-1]

    def _alone(self, one: _Sent) -> Any:
        if one.name not in self._kept:
            self._check(one.order, self._pg.prepare(one.name, one.order.text.encode()))
            self._kept[one.name] = None
        answer = self._pg.exec_prepared(one.name, one.values)
        self._kept.move_to_end(one.name)
        self._judge(one.order, answer)
        return answer

    def _together(self, sent: list[_Sent]) -> Any:
        self._pg.enter_pipeline_mode()
        try:
            new = self._put(sent)
            self._pg.pipeline_sync()
            for one in sent:
                if one.name in new:
                    new.remove(one.name)
                    self._check(one.order, self._answer())
                    self._kept[one.name] = None
                answer = self._answer()
                self._judge(one.order, answer)
        finally:
            self._leave()
        return answer

    def _put(self, sent: list[_Sent]) -> set[bytes]:
        """Send them all; the names of those that had to be prepared."""
        new = set()
        for one in sent:
            if one.name not in self._kept and one.name not in new:
                new.add(one.name)
                self._pg.send_prepare(one.name, one.order.text.encode())
            self._pg.send_query_prepared(one.name, one.values)
        return new

    def _answer(self) -> Any:
        answer = self._next()
        self._next()  # None: the end of this one
        return answer

    def _next(self) -> Any:
        # libpq would wait with Python's lock in its hand, maybe for another of our threads.
        while self._pg.is_busy():
            self._socket.poll()
            self._pg.consume_input()
        return self._pg.get_result()

    def _leave(self) -> None:
        """Read up to the mark at the end of all; of a lost connection there is none."""
        while self._pg.status == ConnStatus.OK:
            last = self._next()
            if last is not None and last.status == ExecStatus.PIPELINE_SYNC:
                return self._pg.exit_pipeline_mode()
        return None

    def _check(self, order: Order, answer: Any) -> None:
        if answer is not None and answer.status in _GOOD:
            return
        if self._pg.status != ConnStatus.OK:
            why = self._pg.get_error_message(self._encoding)
            raise order.said(psycopg.OperationalError(f"the connection is lost: {why}"))
        raise order.said(error_from_result(answer, self._encoding))

    def _judge(self, order: Order, answer: Any) -> None:
        self._check(order, answer)
        if order.judge is not None:
            order.judge(answer.command_tuples or 0)

    def _found(self, answer: Any) -> Found:
        types = [answer.ftype(number) for number in range(answer.nfields)]
        rows: list[Any] = []
        if types:
            self._values.set_pgresult(answer)
            rows = self._values.load_rows(0, answer.ntuples, tuple)
        return Found(rows, types, answer.command_tuples or 0)

    def _look_what_is_kept(self) -> None:
        answer = self._pg.exec_(KEPT)
        if (
            answer.status == ExecStatus.TUPLES_OK
        ):  # else the transaction has failed, as will be told
            there = {answer.get_value(number, 0) for number in range(answer.ntuples)}
            self._kept = OrderedDict((name, None) for name in self._kept if name in there)
            self._is_doubtful = False

    def _drop_the_oldest(self) -> None:
        name, _none = self._kept.popitem(last=False)
        self._pg.exec_(b"deallocate " + name)


@dataclass(frozen=True, slots=True)
class _Sent:
    """An order as it goes to the database."""

    order: Order
    name: bytes
    values: Any
    size: int  # bytes

"""Read the log: three questions for columns, put together by numpy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from agencies.rules.needs import Urgency, all_needs
from core.asking import ask
from referral.models import Bond, Kind, Referral, ReferralMove, ReferralNeed
from referral.queries.log.columns import CLOCKS, MOMENTS, NO, Ints, Log
from referral.rules.moves import Name
from referral.rules.reasons import Cancel, Decline, Detail, Outcome
from referral.rules.states import State

WIDE = 32  # more than there are states, reasons and details

Ids = NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Span:
    """Referrals first sent from `begins` to before `ends`, as they stood at `until`."""

    begins: datetime
    ends: datetime
    until: datetime


def read_log(*spans: Span) -> Log:
    """The referrals of spans that follow each other.

    Whatever happened after `until` is not looked at, so the same question has the same answer for
    ever: moves are never changed. Drafts and what had been entered in error by then are left out.
    """
    sent = _sent(spans[0].begins, spans[-1].ends)
    moves = _columns(_moves(sent, spans))
    kept = [_is_kept(state) for state in moves[1]]
    told = [np.asarray(column, object)[np.asarray(kept, bool)] for column in moves]
    rows = _columns(_referrals(sent))
    ids, at = _ids(told[0]), _ids(rows[0])
    where = np.searchsorted(at, ids)
    found = [np.asarray(column, object)[where] for column in rows]
    return _log(ids, found, told, _columns(_needs(sent)))


def _sent(begins: datetime, ends: datetime) -> Select[Any]:
    return select(ReferralMove.referral_id).where(
        ReferralMove.name == Name.SEND, ReferralMove.at >= begins, ReferralMove.at < ends
    )


def _text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """An id as 32 letters on every database, without the driver's work for each."""
    return func.replace(cast(column, String), "-", "")


def _seconds(moment: SQLColumnExpression[Any]) -> ColumnElement[int]:
    return cast(extract("epoch", moment), BigInteger)


def _referrals(sent: Select[Any]) -> Select[*tuple[Any, ...]]:
    row = Referral
    return (
        select(
            _text(row.id), _text(row.case_id), _text(row.sender_agency_id),
            _text(row.receiver_agency_id), cast(row.urgency, String), cast(row.kind, String),
            cast(row.bond, String), _text(row.parent_id), _text(row.asking_id), row.position,
            _text(row.batch_id), case((row.is_by_phone, 1), else_=0),
            _seconds(row.started_at),
        )
        .where(row.id.in_(sent))
        .order_by(_text(row.id))
    )  # fmt: skip


def _moves(sent: Select[Any], spans: Sequence[Span]) -> Select[*tuple[Any, ...]]:
    move = ReferralMove
    if len(spans) == 1:
        looked_at = and_(move.referral_id.in_(sent), move.at < spans[0].until)
    else:
        looked_at = or_(
            *(
                and_(move.at < one.until, move.referral_id.in_(_sent(one.begins, one.ends)))
                for one in spans
            )
        )
    return (
        select(
            _text(move.referral_id),
            _last(move.to_state, State),
            _last(move.reason, Decline, Name.DECLINE),
            _last(move.detail, Detail, Name.DECLINE),
            _last(move.reason, Outcome, Name.COMPLETE),
            _last(move.reason, Cancel, Name.CANCEL),
            *(
                _seconds(func.min(case((move.name.in_(names), move.at))))
                for names in MOMENTS.values()
            ),
            *(
                func.min(
                    case(
                        (and_(move.name.in_(names), move.in_time.is_(True)), 1),
                        (and_(move.name.in_(names), move.in_time.is_(False)), 0),
                    )
                )
                for names in CLOCKS.values()
            ),
        )
        .where(move.at >= spans[0].begins, looked_at)
        .group_by(move.referral_id)
        .order_by(_text(move.referral_id))
    )


def _last(
    column: InstrumentedAttribute[Any], words: type[StrEnum], name: Name | None = None
) -> ColumnElement[int]:
    """The code of the word in the last move that has one: the number of the move leads it."""
    move = ReferralMove
    # Looked up by the value, not compared with one after the other.
    code = case({word: at for at, word in enumerate(words)}, value=column, else_=None)
    told = move.number * WIDE + code
    return func.max(told if name is None else case((move.name == name, told)))


def _needs(sent: Select[Any]) -> Select[*tuple[Any, ...]]:
    link = ReferralNeed
    return (
        select(_text(link.referral_id), link.need)
        .where(link.referral_id.in_(sent))
        .order_by(_text(link.referral_id), link.position)
    )


def _columns(statement: Select[*tuple[Any, ...]]) -> list[Sequence[Any]]:
    rows = ask(statement).all()
    width = len(statement.selected_columns)
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width


def _is_kept(state: int | None) -> bool:
    return state is not None and state % WIDE != list(State).index(State.IN_ERROR)


def _ids(values: Sequence[Any] | NDArray[Any]) -> Ids:
    return np.asarray(["" if one is None else one for one in values], "S32")


def _numbers(values: Iterable[Any]) -> Ints:
    return np.asarray([NO if one is None else one for one in values], np.int64)


def _codes(values: Iterable[Any], words: type[StrEnum]) -> Ints:
    known = {word.value: code for code, word in enumerate(words)}
    return np.asarray([known.get(one, NO) for one in values], np.int64)


def _told(values: Iterable[Any]) -> Ints:
    found = _numbers(values)
    return np.where(found < 0, NO, found % WIDE)


def _groups(values: Sequence[Any]) -> Ints:
    """Numbers for ids that only tell alike from unlike; -1 for none."""
    ids = _ids(values)
    seen, code = np.unique(ids, return_inverse=True)
    empty = len(seen) > 0 and seen[0] == b""
    return code.astype(np.int64) - int(empty)


def _log(ids: Ids, rows: Sequence[Any], moves: Sequence[Any], links: Sequence[Any]) -> Log:
    names, both = np.unique(np.concatenate([_ids(rows[2]), _ids(rows[3])]), return_inverse=True)
    parent = _rows_of(ids, _ids(rows[7]))
    first = 6 + len(MOMENTS)
    return Log(
        ids=ids,
        agencies=[one.decode() for one in names],
        sender=both[: len(ids)].astype(np.int64),
        receiver=both[len(ids) :].astype(np.int64),
        person=_persons(_groups(rows[1]), parent),
        needs=_needs_of(ids, links),
        urgency=_codes(rows[4], Urgency),
        kind=_codes(rows[5], Kind),
        bond=_codes(rows[6], Bond),
        state=_told(moves[1]),
        decline=_told(moves[2]),
        detail=_told(moves[3]),
        outcome=_told(moves[4]),
        called_off=_told(moves[5]),
        moments={
            "started": _numbers(rows[12]),
            **{name: _numbers(moves[6 + at]) for at, name in enumerate(MOMENTS)},
        },
        met={name: _numbers(moves[first + at]) for at, name in enumerate(CLOCKS)},
        by_phone=_numbers(rows[11]),
        parent=parent,
        asking=_groups(rows[8]),
        position=_numbers(rows[9]),
        batch=_groups(rows[10]),
    )


def _rows_of(ids: Ids, wanted: Ids) -> Ints:
    """In which row an id is; -1 where in none."""
    if not len(ids):
        return np.zeros(0, np.int64)
    at = np.searchsorted(ids, wanted).clip(max=len(ids) - 1)
    return np.where(ids[at] == wanted, at, NO)


def _persons(case_of: Ints, parent: Ints) -> Ints:
    """One number for all cases that lead to each other: whoever was sent on is the same person."""
    if not len(case_of):
        return case_of
    child = np.nonzero(parent >= 0)[0]
    ends = case_of[child], case_of[parent[child]]
    size = int(case_of.max()) + 1
    links = coo_matrix((np.ones(len(child)), ends), shape=(size, size))
    _number, group = connected_components(links, directed=False)
    return np.asarray(group[case_of], np.int64)


def _needs_of(ids: Ids, links: Sequence[Any]) -> Ints:
    row = _rows_of(ids, _ids(links[0])) if len(ids) else np.zeros(0, np.int64)
    known = {code: at for at, code in enumerate(all_needs())}
    need = np.asarray([known[one] for one in links[1]], np.int64)[: len(row)]
    row, need = row[row >= 0], need[row >= 0]
    starts = np.searchsorted(row, np.arange(len(ids)))
    place = np.arange(len(row)) - starts[row] if len(row) else row
    found = np.full((len(ids), int(place.max(initial=0)) + 1), NO, np.int64)
    found[row, place] = need
    return found

"""The list of an agency's referrals as CSV: for their own counting, without any person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from agencies.exchange.neutral import neutralised
from referral.queries.exported import ExportedRow

COLUMNS = (
    *("code", "state", "kind", "urgency", "needs", "sender", "receiver", "service"),
    *("asked_at", "decide_by", "answer", "answered_at", "in_time", "reason"),
    *("moved_at", "by_phone"),
)


def csv_text(rows: Iterable[ExportedRow]) -> str:
    """UTF-8 without a mark, commas, line feeds; times in UTC; no cell runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([neutralised(cell) for cell in _cells(row)])
    return text.getvalue()


def _cells(row: ExportedRow) -> list[str]:
    referral, answer = row.referral, row.answer
    said = [answer.name.value, _instant(answer.at)] if answer else ["", ""]
    in_time = answer.in_time if answer else None
    return [
        referral.code,
        referral.state.value,
        referral.kind.value,
        referral.urgency.value,
        " ".join(row.needs),
        row.sender,
        row.receiver,
        row.service,
        _instant(referral.asked_at),
        _instant(referral.decide_by),
        *said,
        "" if in_time is None else _yes(in_time),
        (answer.reason or "") if answer else "",
        _instant(referral.moved_at),
        _yes(referral.is_by_phone),
    ]


def _instant(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"

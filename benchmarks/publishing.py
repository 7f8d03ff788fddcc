"""CPU seconds to read the log, and to publish its quarters and their year.

`--referrals --agencies --flows`, or `--read-only`.

The rows are written straight into a fresh SQLite file, as the moves would have left them.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from flask_migrate import upgrade

from agencies.rules.needs import all_needs
from core.db import db
from core.settings import Settings
from referral.queries.log import Span, read_log
from referral.queries.publishing import Body, make_body, pack, packed_body
from referral.rules.periods import Period
from wsgi import create_app

ZONE, GRACE = ZoneInfo("Asia/Jakarta"), timedelta(days=14)
BEGINS = datetime(2024, 12, 31, 17, tzinfo=UTC)
COURSES = (
    "acknowledge accept hand_over begin complete:met close", "accept hand_over complete:partly",
    "acknowledge accept miss", "acknowledge decline:PENUH", "expire", "acknowledge",
)  # fmt: skip
STATES = {
    "send": "sent", "acknowledge": "acknowledged", "accept": "accepted", "miss": "no_show",
    "hand_over": "handed_over", "begin": "in_service", "complete": "completed", "close": "closed",
    "decline": "declined", "expire": "expired",
}  # fmt: skip


def main(words: list[str] | None = None) -> None:
    """Write, read, publish, and say how long each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--referrals", type=int, default=100_000)
    parser.add_argument("--agencies", type=int, default=1_000)
    parser.add_argument("--flows", type=int, default=5_000)
    parser.add_argument("--read-only", action="store_true")
    wanted = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/rujukan.db"
        app = create_app(Settings(database_url=url, data_dir=Path(folder), secret_key="b"))
        with app.app_context():
            upgrade()
            _told("written", lambda: _write(Path(folder) / "rujukan.db", wanted))
            ends = BEGINS + timedelta(days=366)
            _told("log read", lambda: read_log(Span(BEGINS, ends, ends + GRACE)))
            if not wanted.read_only:
                _publish()
            db.session.remove()


def _publish() -> None:
    out: dict[int, Body] = {}
    for period in (*Period(2025).quarters, Period(2025)):
        quarters = {} if period.quarter else out
        body = _told(
            f"{period} made",
            lambda one=period, bound=quarters: make_body(  # type: ignore[misc]
                one, zone=ZONE, grace=GRACE, quarters=bound
            ),
        )
        packed = pack(body)
        print(f"{period}: {len(packed):,} bytes, withheld: {bool(body.get('withheld'))}")
        _told(f"{period} opened", lambda kept=packed: packed_body(kept))  # type: ignore[misc]
        if period.quarter:
            out[period.quarter - 1] = body


def _told(what: str, do):  # type: ignore[no-untyped-def]
    begins = time.process_time()
    found = do()
    print(f"{what}: {time.process_time() - begins:.1f} s", flush=True)
    return found


def _write(path: Path, wanted: argparse.Namespace) -> None:
    chance = np.random.default_rng(1)
    number, agencies = wanted.referrals, wanted.agencies
    raw = sqlite3.connect(path)
    raw.execute("pragma foreign_keys=off")
    raw.execute("pragma synchronous=off")
    sender = chance.integers(0, agencies, wanted.flows)
    receiver = (sender + chance.integers(1, agencies, wanted.flows)) % agencies
    weight = 1 / np.arange(1, wanted.flows + 1) ** 0.7
    way = chance.choice(wanted.flows, number, p=weight / weight.sum())
    seconds = np.sort(chance.integers(0, 365 * 86400, number))
    needs = np.minimum(chance.zipf(1.5, number), 48) - 1
    courses = chance.choice(len(COURSES), number, p=[0.4, 0.15, 0.08, 0.17, 0.12, 0.08])
    case = chance.integers(0, int(number * 0.7), number)
    urgency = chance.choice(["emergency", "urgent", "routine"], number, p=[0.2, 0.3, 0.5])
    codes = list(all_needs())
    raw.executemany(
        "insert into referral (id, code, case_id, sender_agency_id, receiver_agency_id, kind,"
        " state, urgency, position, made_at, moved_at, moves_made, started_at, identity_open,"
        " is_by_phone)"
        " values (?,?,?,?,?,'refer','cancelled',?,0,?,?,1,?,0,0)",
        (
            (
                f"{at:032x}", f"R{at}", f"{case[at]:032x}", f"{sender[way[at]]:032x}",
                f"{receiver[way[at]]:032x}", urgency[at], *[_at(int(seconds[at]))] * 3,
            )
            for at in range(number)
        ),
    )  # fmt: skip
    raw.executemany(
        "insert into referral_need (id, referral_id, need, position) values (?,?,?,0)",
        ((f"{at:032x}", f"{at:032x}", codes[needs[at]]) for at in range(number)),
    )
    raw.executemany(
        "insert into referral_move (id, referral_id, number, at, name, from_state, to_state, party,"
        " actor_kind, reason, in_time) values (?,?,?,?,?,'draft',?,'clock','system',?,?)",
        (row for at in range(number) for row in _moves(at, int(seconds[at]), COURSES[courses[at]])),
    )
    raw.commit()
    raw.close()


def _at(seconds: int) -> str:
    return (BEGINS + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.000000")


def _moves(at: int, seconds: int, course: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, word in enumerate(["send", *course.split()], 1):
        name, _colon, reason = word.partition(":")
        when = _at(seconds + (number - 1) * (600 + at % 7919))
        rows.append((
            f"{at * 16 + number:032x}", f"{at:032x}", number, when, name, STATES[name],
            reason or None, at % 3 > 0 if number > 1 else None,
        ))  # fmt: skip
    return rows


if __name__ == "__main__":
    main()

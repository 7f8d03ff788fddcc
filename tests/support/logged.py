"""A log of any size, written past the commands: for what only reads it.

Agencies, cases, referrals, needs and moves as the moves would have left them; the referrals'
own state is `cancelled`, because nothing here has a basis and what is read is the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
from sqlalchemy import insert

from agencies.models import Agency, Location, Offer, Service
from agencies.rules.needs import all_needs
from core.db import db, writing
from referral.models import CaseFile, Referral, ReferralMove, ReferralNeed, UnmetNeed

AT_ONCE = 20_000  # referrals
NEEDS = list(all_needs())[:12]
COURSES: tuple[tuple[float, str], ...] = (
    (0.30, "acknowledge accept hand_over begin complete:met close"),
    (0.12, "accept hand_over complete:partly"),
    (0.04, "accept hand_over complete:lost_contact"),
    (0.06, "acknowledge accept miss"),
    (0.04, "accept cancel"),
    (0.12, "acknowledge decline:PENUH"),
    (0.06, "decline:TIDAK_MEMENUHI:men"),
    (0.05, "redirect"),
    (0.12, "expire"),
    (0.04, "acknowledge put_on_list"),
    (0.05, ""),
)
STATES = {
    "send": "sent", "acknowledge": "acknowledged", "accept": "accepted", "miss": "no_show",
    "hand_over": "handed_over", "begin": "in_service", "complete": "completed", "close": "closed",
    "cancel": "cancelled", "decline": "declined", "redirect": "redirected", "expire": "expired",
    "put_on_list": "waitlisted",
}  # fmt: skip


def write_agencies(number: int, areas: tuple[str, ...]) -> list[uuid.UUID]:
    """So many agencies, in districts by turns."""
    ids = [uuid.UUID(int=(1 << 100) + at) for at in range(number)]
    agencies, services, places, offers = [], [], [], []
    for at, one in enumerate(ids):
        key = f"logged-{at}"
        agencies.append({"id": one, "key": key, "name": f"Lembaga Contoh {at}", "type": "NGO"})
        services.append({"id": one, "key": key, "name": "Layanan", "agency_id": one})
        places.append({"id": one, "key": key, "area_code": areas[at % len(areas)]})
        offers.append({"id": one, "key": key, "service_id": one, "location_id": one})
    with writing():
        for model, rows in ((Agency, agencies), (Service, services), (Location, places)):
            db.session.execute(insert(model), rows)
        db.session.execute(insert(Offer), offers)
    return ids


def write_log(
    agencies: list[uuid.UUID],
    number: int,
    *,
    begins: datetime,
    days: float,
    seed: int = 1,
    ways: int = 50_000,
    again: float = 0.3,
    courses: tuple[tuple[float, str], ...] = COURSES,
) -> None:
    """So many referrals within some days; `again`: the share that is a person's second or later."""
    chance = np.random.default_rng(seed)
    ways_there = min(ways, len(agencies) * (len(agencies) - 1))
    sender = chance.integers(0, len(agencies), ways_there)
    receiver = (sender + chance.integers(1, len(agencies), ways_there)) % len(agencies)
    popular = chance.zipf(1.3, number) % ways_there
    persons = max(int(number * (1 - again)), 1)
    case_of = np.concatenate([np.arange(persons), chance.integers(0, persons, number - persons)])
    course = chance.choice(len(courses), number, p=[share for share, _moves in courses])
    seconds = np.sort(chance.integers(0, int(days * 86400), number))
    urgency = chance.choice(["emergency", "urgent", "routine"], number, p=[0.2, 0.3, 0.5])
    new = _ids(seed)
    with writing():
        cases = [(new(), at) for at in range(persons)]
        for part in _parts(cases):
            rows = [
                {"id": one, "code": f"K{seed}-{at}", "agency_id": agencies[0], "opened_at": begins}
                for one, at in part
            ]
            db.session.execute(insert(CaseFile), rows)
    for some in _parts(list(range(number))):
        tables: dict[Any, list[dict[str, Any]]] = {Referral: [], ReferralNeed: [], ReferralMove: []}
        for at in some:
            way, asked = popular[at], begins + timedelta(seconds=int(seconds[at]))
            row = {
                "id": new(), "code": f"R{seed}-{at}", "case_id": cases[case_of[at]][0],
                "sender_agency_id": agencies[sender[way]], "state": "cancelled",
                "receiver_agency_id": agencies[receiver[way]], "urgency": str(urgency[at]),
                "made_at": asked, "moved_at": asked, "started_at": asked, "asked_at": asked,
            }  # fmt: skip
            tables[Referral].append(row)
            tables[ReferralNeed] += _needs(new, row["id"], chance)
            tables[ReferralMove] += _moves(new, row["id"], asked, courses[course[at]][1], chance)
        with writing():
            for model, rows in tables.items():
                db.session.execute(insert(model), rows)


def write_searches(
    number: int, areas: tuple[str, ...], *, first: date, days: int, seed: int
) -> None:
    """So many rows of the register of unmet needs."""
    chance = np.random.default_rng(seed)
    rows = [
        {
            "id": uuid.UUID(int=(5 << 110) + (seed << 40) + at),
            "need": NEEDS[int(chance.zipf(1.6)) % len(NEEDS)],
            "area_code": areas[int(chance.integers(0, len(areas)))],
            "day": first + timedelta(days=int(chance.integers(0, days))),
            "hour": int(chance.integers(0, 24)),
            "sex": str(chance.choice(["female", "male"])),
            "age_band": str(chance.choice(["12-17", "18-24", "25-59"])),
            "with_children": bool(chance.random() < 0.2),
            "disability": bool(chance.random() < 0.1),
            "foreign": bool(chance.random() < 0.05),
            "urgency": str(chance.choice(["emergency", "urgent", "routine"])),
        }
        for at in range(number)
    ]
    with writing():
        db.session.execute(insert(UnmetNeed), rows)


def _ids(seed: int) -> Callable[[], uuid.UUID]:
    numbers = count((seed << 64) + 1)
    return lambda: uuid.UUID(int=(7 << 100) + next(numbers))


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]


def _needs(
    new: Callable[[], uuid.UUID], referral: uuid.UUID, chance: np.random.Generator
) -> list[dict[str, Any]]:
    first = int(chance.zipf(1.6)) % len(NEEDS)
    chosen = [first] if chance.random() < 0.8 else [first, (first + 3) % len(NEEDS)]
    return [
        {"id": new(), "referral_id": referral, "need": NEEDS[need], "position": at}
        for at, need in enumerate(chosen)
    ]


def _moves(
    new: Callable[[], uuid.UUID],
    referral: uuid.UUID,
    asked: datetime,
    course: str,
    chance: np.random.Generator,
) -> list[dict[str, Any]]:
    rows, state, moment = [], "draft", asked
    for number, word in enumerate(["send", *course.split()], 1):
        name, _colon, why = word.partition(":")
        reason, _colon, detail = why.partition(":")
        if number > 1:
            moment += timedelta(minutes=1 + float(chance.exponential(90)))
        rows.append(
            {
                "id": new(), "referral_id": referral, "number": number, "at": moment, "name": name,
                "from_state": state, "to_state": STATES[name], "party": "clock",
                "actor_kind": "system", "reason": reason or None, "detail": detail or None,
                "in_time": bool(chance.random() < 0.7) if number > 1 else None,
            }
        )  # fmt: skip
        state = STATES[name]
    return rows


JANUARY = datetime(2025, 12, 31, 17, 0, 1, tzinfo=UTC)  # 2026 begins in Jakarta

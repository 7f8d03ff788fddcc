"""Arguments for every route, by their names. An unknown name is an error, so that whoever adds a
route says here what stands in it. Commands have theirs in `commands.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from werkzeug.routing import Rule

from core.db import Base, db

# Names of ids whose table is called otherwise.
TABLES = {
    "glass_id": "glass_break",
    "point_id": "meeting_point",
    "key_id": "api_key",
    "session_id": "signed_in",
    "route_id": "declared_route",
    "agreement_id": "route_agreement",
    "application_id": "agency_application",
    "subject_id": "offer",
    "word": "agency",
}
# Names of arguments that are another column than the id, and one that nobody has.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "code": ("case_file", "code", "RJK-22222"),
    "ruj": ("referral", "code", "RUJ-22222"),
    "batch_code": ("batch", "code", "ROM-22222"),
}
# Names of arguments that are no column of a table.
TEXTS: dict[str, list[str]] = {
    "filename": ["css/base.css"],
    "token": ["a-token-that-nobody-has"],
    "kind": ["offer", "agency"],
    "fact": ["hours", "phone"],
    "paper": ["record", "letter", "consent"],
    "ending": ["csv", "xlsx", "graphml", "gexf", "json"],
}
MOST = 2  # rows of a table that are tried
UNKNOWN = uuid.UUID("01920000-0000-7000-8000-00000000dead")

# What may stand in the address of any page.
QUERIES: list[dict[str, str]] = [
    {},
    {"need": "S1", "place": "Cipayung, Jakarta Timur", "area": "31.75", "q": "pondok"},
    {"need": "S4", "lat": "-6.31", "lon": "106.9", "limit": "3"},
    {"bbox": "106,-7,107,-6", "zoom": "10", "q": "Jl. Rahasia"},
]
# What may be sent to any form; forms that pages hold are sent as they are too.
FORM: dict[str, str] = {
    "csrf_token": "of no page",
    "need": "S1",
    "lat": "-6.31",
    "lon": "106.9",
    "sex": "female",
    "age": "15",
    "tier": "secret",
    "address": "Jl. Lain 5",
    "point": "-6.40, 106.70",
    "name": "Titik",
    "district": "Cipayung, Jakarta Timur",
}
JSON: list[dict[str, Any]] = [
    {"needs": ["S1", "S4"], "lat": -6.31, "lon": 106.9, "person": {"sex": "male", "age": 30}},
    {"needs": ["S4"], "place": "31.75.10", "urgency": "emergency", "limit": 1},
]


def fillings(rule: Rule) -> Iterator[dict[str, Any]]:
    """What is tried for the arguments of a route: the first rows, then each name's others."""
    values = {name: values_for(name) for name in sorted(rule.arguments)}
    first = {name: found[0] for name, found in values.items()}
    yield first
    for name, found in values.items():
        for other in found[1:]:
            yield {**first, name: other}


def values_for(name: str) -> list[Any]:
    """What is tried for an argument; `AssertionError` for a name that nobody spoke of."""
    if name in TEXTS:
        return list(TEXTS[name])
    if name in COLUMNS:
        of, column_name, unknown = COLUMNS[name]
        table_of = Base.metadata.tables[of]
        wanted = select(table_of.c[column_name]).order_by(table_of.c.id)  # those made first
        some = list(db.session.scalars(wanted.limit(MOST)))
        db.session.rollback()
        return [*some, unknown]
    table = TABLES.get(name, name.removesuffix("_id"))
    known = table in Base.metadata.tables
    assert known, (
        f"routes have an argument {name}: say in tests/support/worlds/arguments.py what it may be"
    )
    column = Base.metadata.tables[table].c.id
    found = list(db.session.scalars(select(column).order_by(column)))
    db.session.rollback()
    own, secret = at_secret_places("own"), at_secret_places()
    found.sort(key=lambda one: (one not in own, one not in secret))
    return [*found[:MOST], UNKNOWN]


def traveller_code() -> str:
    """The code of somebody's draft in a group; an unknown one where there is no group."""
    referral = Base.metadata.tables["referral"]
    found = db.session.scalar(select(referral.c.code).where(referral.c.batch_id.is_not(None)))
    db.session.rollback()
    return found or "RUJ-22222"


def secret_and_public_offer() -> tuple[uuid.UUID, uuid.UUID]:
    """What is offered at a secret place, and the offer that was made first of all others."""
    secret = at_secret_places()
    offer = Base.metadata.tables["offer"]
    found = list(db.session.scalars(select(offer.c.id).order_by(offer.c.id)))
    db.session.rollback()
    return next(one for one in found if one in secret), next(
        one for one in found if one not in secret
    )


def at_secret_places(agency_key: str | None = None) -> set[Any]:
    """The ids of secret places (of one agency), and of what is offered there and by whom."""
    tables = Base.metadata.tables
    location, offer, service = tables["location"], tables["offer"], tables["service"]
    agency = tables["agency"]
    wanted = (
        select(location.c.id, offer.c.id, service.c.id, agency.c.id)
        .join_from(location, offer, offer.c.location_id == location.c.id)
        .join(service, service.c.id == offer.c.service_id)
        .join(agency, agency.c.id == service.c.agency_id)
        .where(location.c.tier == 2)
    )
    if agency_key is not None:
        wanted = wanted.where(agency.c.key == agency_key)
    rows = db.session.execute(wanted).all()
    db.session.rollback()
    return {one for row in rows for one in row}

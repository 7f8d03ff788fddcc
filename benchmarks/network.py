"""The coordinator's pages on a network of 10,000 agencies and a million referrals, as published.

The publications are made by `benchmarks/made_up.py`, with as many cells as such a network leaves;
publishing itself is measured by `benchmarks/publishing.py`. The first view of each page is measured
in two processes of its own that have served other pages but none of these: in one nothing is ready,
in the other it was read ahead, as it is while a coordinator signs in (`maps/queries/ahead.py`).
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.rules.rights import Role
from agencies.models import Agency, Location, Offer, Service
from benchmarks.made_up import made_up
from benchmarks.made_up_nights import keep_nights
from benchmarks.page import spell, table
from benchmarks.registry import synthetic_registry
from core.clock import now
from core.db import db, writing
from core.ids import new_id
from maps.queries.ahead import DONE
from maps.queries.kept import kept
from referral.models import Publication
from referral.queries.publishing import pack
from referral.rules.published import RULES
from tests.support.people import make_account, sign_in

AGENCIES, REFERRED, FLOWS = 10_000, 1_000_000, 50_000
SERVICES_EACH = 2.62  # in the synthetic registry
PERIODS = ("2025-Q4", "2025")
PATIENCE_SECONDS = 180
AT_WORK = (
    'hx-target="main"',
    'id="minute" hx-get',
    'id="report" hx-get',
)  # it looks again by itself
VIEW = "bbox=94,-11,141,6&zoom=5"


class Page(NamedTuple):
    """A page: what is asked for first, and then narrowed."""

    name: str
    first: tuple[str, ...]
    filters: tuple[str, ...] = ()


class Spent(NamedTuple):
    """Seconds: by the clock, and of one core in the thread that makes the page."""

    clock: float
    cpu: float


class Measured(NamedTuple):
    """`whole`: until nothing on the page is being worked out any more; in seconds."""

    first: Spent
    whole: float
    narrowed: tuple[Spent, ...]
    ready: Spent  # the first view where it was read ahead
    reading: float  # how long that took
    narrowed_ready: tuple[Spent, ...]


def measure(agencies: int = AGENCIES) -> str:
    """The section."""
    with synthetic_registry(round(agencies * SERVICES_EACH)) as registry:
        size = _publish(registry.app)
        keep_nights(registry.app, year=2025)
        pages = _pages(registry.app)
        found = {page.name: _both(registry.app, page) for page in pages}
    return _section(size, found)


def _pages(app: Flask) -> list[Page]:
    with app.app_context():
        ids = list(db.session.scalars(select(Agency.id).order_by(Agency.id).limit(3)))
        rows = db.session.scalars(
            select(Location.area_code).where(Location.area_code.is_not(None)).distinct().limit(3)
        )
        districts = list(rows)
        db.session.remove()
    needs = ("S1", "H1", "P5")
    of_map = [f"/network/map/{layer}?{VIEW}" for layer in ("agencies.geojson", "flows.geojson")]
    return [
        Page("overview", ("/network",), ("/network?period=2025-Q4",)),
        Page(
            "what holds it together",
            ("/network/holding",),
            tuple(
                f"/network/holding?area={area}&need={need}"
                for area, need in zip(districts, needs, strict=True)
            ),
        ),
        Page(
            "map, with its first layers",
            ("/network/map", *of_map),
            (
                *(f"{one}&need={need}" for need in needs for one in of_map),
                f"{of_map[1]}&period=2025-Q4",
                f"/network/map?area={districts[0]}",
            ),
        ),
        Page(
            "picture",
            ("/network/picture",),
            tuple(f"/network/picture?area={area}" for area in districts)
            + tuple(f"/network/picture?need={need}" for need in needs),
        ),
        Page(
            "indicators",
            ("/network/indicators",),
            tuple(f"/network/indicators?agency={one}" for one in ids)
            + tuple(f"/network/indicators?need={need}" for need in needs)
            + tuple(f"/network/indicators?area={area}" for area in districts),
        ),
        Page("scorecards", ("/network/scorecards",), ("/network/scorecards?period=2025-Q4",)),
        Page(
            "gaps",
            ("/network/gaps?need=S1",),
            tuple(f"/network/gaps?need=S1&kind={kind}" for kind in ("man", "wheelchair")),
        ),
        Page("the worst gaps", ("/network/gaps/worst",)),
        Page("pathway", ("/network/pathway",), ("/network/pathway?period=2025-Q4",)),
        Page("who is where", ("/network/matrix",), ("/network/matrix?area=31.71",)),
        Page("report", ("/network/report",), ("/network/report?period=2025-Q4",)),
    ]


def _both(app: Flask, page: Page) -> Measured:
    first, whole, *narrowed = _in_a_child(lambda: _with_nothing_ready(app, page))
    ready, reading, *then = _in_a_child(lambda: _read_ahead(app, page))
    return Measured(
        Spent(*first),
        whole,
        tuple(Spent(*one) for one in narrowed),
        Spent(*ready),
        reading,
        tuple(Spent(*one) for one in then),
    )


def _in_a_child(work: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """Measured in a process of its own: nothing of what it keeps is there for the next."""
    reading, writing_ = os.pipe()
    child = os.fork()
    if child:
        os.close(writing_)
        with os.fdopen(reading) as told:
            text = told.read()
        os.waitpid(child, 0)
        found: Sequence[Any] = json.loads(text)
        return found
    status = 1
    try:
        with os.fdopen(writing_, "w") as telling:
            json.dump(work(), telling)
        status = 0
    finally:
        os._exit(status)


def _with_nothing_ready(app: Flask, page: Page) -> Sequence[Any]:
    """The first view, how long until it is whole, and each time that it is narrowed."""
    with app.app_context():
        kept().put(DONE, True)
    client = _coordinator(app)
    started = time.perf_counter()
    first = _first(client, page)
    return [first, _wait(client, page, started), *_narrowed(client, page)]


def _read_ahead(app: Flask, page: Page) -> Sequence[Any]:
    """The first view once it was read ahead, how long that took, and each time it is narrowed."""
    started = time.perf_counter()
    client = _coordinator(app)
    for thread in list(app.extensions["rujukan_maps_at_work"].values()):
        thread.join()
    reading = time.perf_counter() - started
    first = _first(client, page)
    _wait(client, page, started)
    return [first, reading, *_narrowed(client, page)]


def _wait(client: FlaskClient, page: Page, started: float) -> float:
    """Until it is whole: a page that comes in parts is narrowed then, as by somebody who reads."""
    while not _asked(client, page.first[0])[1] and time.perf_counter() - started < PATIENCE_SECONDS:
        time.sleep(0.5)
    return time.perf_counter() - started


def _narrowed(client: FlaskClient, page: Page) -> list[Spent]:
    return [_asked(client, path)[0] for path in page.filters]


def _coordinator(app: Flask) -> FlaskClient:
    with app.app_context():
        db.engine.dispose()
        client = app.test_client()
        sign_in(client, make_account(Role.COORDINATOR, area="31"))
        db.session.remove()
    for path in ("/", "/agencies", "/network/views"):  # templates and catalogues, as after a start
        client.get(path)
    return client


def _first(client: FlaskClient, page: Page) -> Spent:
    spent = [_asked(client, path)[0] for path in page.first]
    return Spent(sum(one.clock for one in spent), sum(one.cpu for one in spent))


def _asked(client: FlaskClient, path: str) -> tuple[Spent, bool]:
    """What it took, and whether the page waits for nothing any more."""
    started, worked = time.perf_counter(), time.thread_time()
    answer = client.get(path)
    spent = Spent(time.perf_counter() - started, time.thread_time() - worked)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return spent, not any(mark in answer.text for mark in AT_WORK)


def _section(size: int, found: Mapping[str, Measured]) -> str:
    rows = [
        [
            name,
            _spelt(one.first),
            spell(one.whole),
            _slowest(one.narrowed),
            _spelt(one.ready),
            _spelt(_middle(one.narrowed_ready)) if one.narrowed_ready else "",
            _slowest(one.narrowed_ready),
        ]
        for name, one in found.items()
    ]
    head = (
        *("page", "first view, nothing ready", "whole after", "narrowed, the slowest"),
        *("first view, read ahead", "narrowed, p50", "narrowed, the slowest"),
    )
    reading = statistics.median(one.reading for one in found.values())
    return (
        "## The coordinator's pages\n\n"
        f"{AGENCIES:,} agencies, {REFERRED:,} referrals on {FLOWS:,} ways as published for"
        f" {' and '.join(PERIODS)} ({size / 1e6:.1f} MB each, compressed). By the clock, and in"
        " brackets the seconds of one core of the thread that makes the page. The first view is of"
        " a process that has served other pages but none of these; *read ahead*: once it has read"
        " what such pages share, which it begins when somebody comes who may see them and which"
        f" took {spell(reading)} here with signing in. The map's is the page and its two first"
        " layers together. *Whole*: until the page waits for nothing that is worked out beside it"
        f" (asked every half second); it is narrowed then.\n\n{table(head, rows)}"
    )


def _spelt(one: Spent) -> str:
    return f"{spell(one.clock)} ({spell(one.cpu)})"


def _slowest(some: Sequence[Spent]) -> str:
    return _spelt(max(some)) if some else ""


def _middle(some: Sequence[Spent]) -> Spent:
    return sorted(some)[len(some) // 2]


def _publish(app: Flask) -> int:
    """Write the publications; how many bytes one takes."""
    with app.app_context():
        where = (
            select(Service.agency_id, Location.area_code)
            .join(Offer, Offer.service_id == Service.id)
            .join(Location, Location.id == Offer.location_id)
            .where(Location.area_code.is_not(None))
            .order_by(Location.id.desc())
        )
        area_of = {agency.hex: area for agency, area in db.session.execute(where) if area}
        db.session.rollback()
        packed = b""
        for number, period in enumerate(PERIODS):
            packed = pack(made_up(period, area_of, REFERRED, FLOWS, seed=number))
            with writing():
                made_at = now() - timedelta(days=200 - number)
                row = Publication(
                    id=new_id(), period=period, made_at=made_at, rules=RULES, body=packed
                )
                db.session.add(row)
        db.session.remove()
        return len(packed)

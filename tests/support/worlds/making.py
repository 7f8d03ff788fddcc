"""Build a world: agencies, people, and secret places that came to be so in every possible way."""

from __future__ import annotations

import io
import logging
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select

from accounts.commands.keys import make_key
from accounts.models import Account
from accounts.queries.who import actor_of
from accounts.rules.rights import Role, Scope
from agencies.commands.nights import keep_night
from agencies.commands.secret.meeting import PointWanted, say_meeting_point
from agencies.commands.secret.places import Exact, Wanted, say_place
from agencies.models import Agency, Location, MeetingPoint, Offer, Precision
from agencies.queries.nights import free_now
from core.actors import SYSTEM, Actor, Tier
from core.clock import now
from core.db import db, write
from referral.commands.asking.asking_others import ask_these
from referral.commands.asking.batches import add_people, begin_batch
from referral.commands.asking.drafts import Wanted as Referred
from referral.commands.asking.drafts import draft
from referral.commands.case.cases import open_case
from referral.commands.consent.consents import Given, record_consent
from referral.commands.hand_over.arrivals import Way, say_arrival
from referral.commands.moves.answering import Promise, accept
from referral.commands.moves.sending import send
from referral.rules.batches import traveller
from tests.conftest import running
from tests.factories import ROUND_THE_CLOCK, WELCOMES_ALL, make_offer
from tests.support.exchange import csv_of, row, save
from tests.support.people import make_account
from tests.support.story import load_small_gazetteer
from tests.support.worlds.stillness import stillness

# Pairs of doors: each pair in one cell, far from each other, in different districts.
Door = tuple[float, float]
ADDRESS = "Jl. Rahasia Sekali No. 42 Blok Q"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the secret places of a world really are, and how that is written."""

    imported: Door
    sealed: Door
    wide: Door  # published coarsely
    address: str


HERE = Doors((-6.30712, 106.91341), (-6.2093, 106.8295), (-6.60, 106.80), f"{ADDRESS} RT 1")
THERE = Doors(
    (-6.33187, 106.90107),
    (-6.2432, 106.7791),
    (-6.5922, 107.124),
    f"{ADDRESS}, belakang pasar, rumah bercat hijau RT 17 RW 09",
)

# Who asks: role, whether of the agency with the secret places, whether with a second factor.
ROLES: dict[str, tuple[tuple[Role, ...], str, bool]] = {
    "worker": ((Role.WORKER,), "own", True),
    "intake": ((Role.INTAKE,), "own", True),
    "manager": ((Role.MANAGER,), "own", True),
    "manager without second factor": ((Role.MANAGER,), "own", False),
    "manager of another agency": ((Role.MANAGER,), "other", True),
    "coordinator": ((Role.COORDINATOR,), "", True),
    "administrator": ((Role.ADMINISTRATOR,), "", True),
}
VISITOR = "visitor"
# Programs with a key for referrals: of the agency with the secret places, and of who refers there.
PROGRAMS = {"program": "own", "program of another agency": "n1"}


@dataclass(slots=True)
class World:
    """A built world: its folder, and what tests must know of it."""

    folder: Path
    doors: Doors
    emails: dict[str, str] = field(default_factory=dict)
    import_file: Path = Path()
    case: str = ""  # the code of somebody's case
    keys: dict[str, str] = field(default_factory=dict)  # of programs, by their role


def build(template: Path, folder: Path, doors: Doors) -> World:
    """A world on a fresh copy of the migrated database `template`."""
    folder.mkdir()
    shutil.copy(template, folder / "rujukan.db")
    world = World(folder, doors)
    with stillness(), opened(world) as app:
        load_small_gazetteer(app)
        _neighbours()
        _agencies(world, app)
        _people(world)
        _seal(world)
        _case(world)
        _referrals(world)
        _night()
    return world


@contextmanager
def opened(world: World, folder: Path | None = None, **more: object) -> Iterator[Flask]:
    """The app on a world, with more settings."""
    where = folder or world.folder
    settings = {"demo": False, "language": "id", **more}
    with running(f"sqlite:///{where / 'rujukan.db'}", where, **settings) as app:
        yield app


@contextmanager
def copied(world: World, to: Path, **settings: object) -> Iterator[Flask]:
    """The app on a copy of the world, in which anything may be changed."""
    shutil.copytree(world.folder, to)
    with opened(world, to, **settings) as app:
        yield app


def _neighbours() -> None:
    """Public places all around: their order and their thresholds are what attackers read."""
    for number in range(8):
        make_offer(
            needs="S1 K1",
            hours=ROUND_THE_CLOCK,
            beds=(4, 1),
            phone=f"021-555020{number}",
            agency={"key": f"n{number}", "name": f"Tetangga {number}"},
            location={
                "key": f"ln{number}",
                "name": f"Rumah {number}",
                "latitude": -6.20 - 0.03 * number,
                "longitude": 106.80 + 0.02 * number,
                "address": f"Jl. Terbuka {number}",
                "district": "Cipayung",
                "city": "Jakarta Timur",
                "area_code": "31.75.10",
            },
            key=f"sn{number}",
            name=f"Layanan {number}",
            **(WELCOMES_ALL if number % 2 else {}),
        )


def _night() -> None:
    """Somebody looked in a night of the quarter that is published."""
    write(keep_night, SYSTEM, night=date(2026, 3, 31), free=free_now(beds_fresh_hours=24))


def _agencies(world: World, app: Flask) -> None:
    doors = world.doors
    told = {"tier": "secret", "address": doors.address, "postal_code": "13845"}
    told |= {"latitude": repr(doors.imported[0]), "longitude": repr(doors.imported[1])}
    world.import_file = save(
        world.folder,
        csv_of(
            [
                row(**told, takes_male="yes", hours="24/7"),
                row(**told, location_key="melati-2", service_key="melati-siang"),
                row(**told, location_key="melati-3", service_key="melati-salah", needs="??"),
            ]
        ),
    )
    app.test_cli_runner().invoke(args=["agencies", "import", str(world.import_file)])
    db.session.rollback()
    for key, door in (("sealed", doors.sealed), ("wide", doors.wide)):
        # It was public at its very door, and is hidden now.
        make_offer(
            needs="S1 S4",
            hours=ROUND_THE_CLOCK,
            beds=(3, 2),
            agency={"key": "own" if key == "sealed" else "wide", "name": f"Pondok {key}"},
            location={
                "key": f"door-{key}",
                "name": "Pondok",
                "latitude": door[0],
                "longitude": door[1],
                "precision": Precision.POINT,
                "address": doors.address,
                "extra": {"description": doors.address},
            },
            offer={"extra": {"note": doors.address}},
            key=f"pondok-{key}",
            name=f"Pondok {key}",
        )


def agency(key: str) -> Agency:
    """An agency by its key."""
    return db.session.scalars(select(Agency).where(Agency.key == key)).one()


def place(key: str) -> Location:
    """A place by its key."""
    return db.session.scalars(select(Location).where(Location.key == key)).one()


def _people(world: World) -> None:
    of = {"own": agency("own").id, "other": agency("n1").id, "": None}
    for number, (name, (roles, where, _strong)) in enumerate(ROLES.items()):
        email = f"orang{number}@example.org"
        account = make_account(*roles, agency_id=of[where], email=email, name=f"Orang {number}")
        world.emails[name] = account.email
    for key in ("melati", "wide"):
        make_account(Role.MANAGER, agency_id=agency(key).id, email=f"{key}@example.org")


def account_of(email: str) -> Account:
    """An account by its address."""
    return db.session.scalars(select(Account).where(Account.email == email)).one()


def _seal(world: World) -> None:
    doors = world.doors
    manager = {"door-sealed": world.emails["manager"], "door-wide": "wide@example.org"}
    manager["melati-rumah"] = "melati@example.org"
    for key, door, size in (
        ("melati-rumah", doors.imported, 6),
        ("door-sealed", doors.sealed, 6),
        ("door-wide", doors.wide, 4),
    ):
        exact = Exact(doors.address, "Pintu samping", *door)
        actor = actor_of(account_of(manager[key]), strong=True)
        wanted = Wanted(Tier.SECRET, exact, resolution=size)
        write(say_place, actor, location_id=place(key).id, wanted=wanted)
    _meet(world)


def _meet(world: World) -> None:
    actor = actor_of(account_of(world.emails["manager"]), strong=True)
    for name, point in (("Polsek Jauh", (-6.40, 106.70)), ("RS Dekat", (-6.25, 106.87))):
        wanted = PointWanted(name, point, "Jl. Ramai 1", True, "setiap hari 08-20")
        write(say_meeting_point, actor, agency_id=agency("own").id, point_id=None, wanted=wanted)


def _case(world: World) -> None:
    """Somebody whom the agency with the secret place looks after."""
    actor = actor_of(account_of(world.emails["worker"]), strong=True)
    person = {"name": "Contoh", "phone": "0812-0000-0000"}
    world.case = write(open_case, actor, agency_id=agency("own").id, person=person)


def _referrals(world: World) -> None:
    """One to the secret place, with a neighbour behind it, accepted and on its way; a group that
    travels; and keys of programs of both sides."""
    there, own = place("door-sealed"), agency("own").id
    asked = db.session.scalars(select(Offer).where(Offer.location_id == there.id)).one()
    offer_id, pool_id = asked.id, asked.pools[0].id
    other = agency("n1").id
    ours = actor_of(account_of(world.emails["manager"]), strong=True)
    theirs = actor_of(account_of(world.emails["manager of another agency"]), strong=True)
    ruj = _sent(theirs, other, offer_id, own)
    behind = db.session.scalars(
        select(Offer).join(Location).where(Location.key == "ln2").order_by(Offer.id)
    ).first()
    assert behind is not None
    write(ask_these, theirs, code=ruj, offer_ids=[behind.id], agreed=True)
    batch = write(begin_batch, theirs, agency_id=other, name="QZ 7681", expected_at=None)
    one = traveller({"name": "Contoh", "sex": "P", "age": "24"})
    write(add_people, theirs, code=batch, people=[one], needs=["S1"])
    write(accept, ours, code=ruj, promise=Promise(person="Rini", pool_id=pool_id))
    point_id = db.session.scalars(select(MeetingPoint.id).order_by(MeetingPoint.id)).first()
    way = Way(meeting_point_id=point_id, expected_at=now() + timedelta(hours=2), sign="payung")
    write(say_arrival, ours, code=ruj, way=way)
    for role, actor, agency_id in zip(PROGRAMS, (ours, theirs), (own, other), strict=True):
        given = {"name": role, "scopes": (Scope.REFERRALS,), "days": 9}
        world.keys[role] = write(make_key, actor, agency_id=agency_id, **given)  # type: ignore[arg-type]


def _sent(actor: Actor, agency_id: uuid.UUID, offer_id: uuid.UUID, to: uuid.UUID) -> str:
    case = write(open_case, actor, agency_id=agency_id, person={"name": "Contoh"})
    wanted = Referred(needs=("S1",), facts={"sex": "female", "age": 27}, offer_id=offer_id)
    ruj = write(draft, actor, case_code=case, wanted=wanted)
    given = Given(receiver_agency_id=to, fields=("name",))
    consent_id = write(record_consent, actor, case_code=case, given=given)
    write(send, actor, code=ruj, consent_id=consent_id)
    return ruj


@contextmanager
def overheard() -> Iterator[Callable[[], bytes]]:
    """Everything that is logged meanwhile; call what is yielded to have it."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    before: Any = structlog.get_config()["logger_factory"]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(heard))
    logging.getLogger().addHandler(handler)
    try:
        yield lambda: heard.getvalue().encode()
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(logger_factory=before)

"""A small world for asking every door: two agencies, everybody who could knock, and its way back.

`make_world()` fills an empty database; `ARGUMENTS` says what stands in an address. Whoever adds a
route with an argument of a new name adds one line there.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import Membership
from accounts.rules.rights import Role, must_be_strong
from agencies.models import Precision
from core.actors import Grant, Tier
from core.clock import now
from core.db import db, writing
from tests.factories import make_offer
from tests.support.people import make_account
from tests.support.things import make_things

HERE, ELSEWHERE = "31.75.10", "32.76.01"  # districts: of our agency, and another one


@dataclass(frozen=True, slots=True)
class Knocker:
    """Somebody at the door: what they were given, and the cookies and headers they show."""

    name: str
    grants: tuple[Grant, ...] = ()
    is_member: bool = False
    strong: bool = False
    token: str | None = None
    scopes: frozenset[str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        """Whether their session waits for a second factor."""
        return self.is_member and not self.strong and must_be_strong(self.grants)

    def client(self, app: Flask) -> FlaskClient:
        """A fresh browser (or program) of theirs."""
        client = app.test_client()
        if self.token:
            client.set_cookie(COOKIE, self.token)
        return client


@dataclass(slots=True)
class World:
    """What there is: `agency_id` is ours, in `HERE`; `guarded_*` is of the secret tier."""

    agency_id: uuid.UUID
    service_id: uuid.UUID
    location_id: uuid.UUID
    offer_id: uuid.UUID
    other_agency_id: uuid.UUID
    guarded_agency_id: uuid.UUID
    guarded_service_id: uuid.UUID
    account_id: uuid.UUID
    things: dict[str, object]  # what stands in addresses, by the argument's name
    bodies: dict[str, dict[str, str]]  # what is sent, by endpoint: about a thing of our agency
    knockers: list[Knocker]


# What stands in an address: by the argument's name, or by `endpoint:argument` where that is not
# enough. Each is a thing of our agency (`world.agency_id`); make what does not exist yet.
ARGUMENTS: dict[str, Callable[[World], object]] = {
    "agency_id": lambda world: world.agency_id,
    "service_id": lambda world: world.service_id,
    "location_id": lambda world: world.location_id,
    "place_id": lambda world: world.location_id,
    "offer_id": lambda world: world.offer_id,
    "account_id": lambda world: world.account_id,
    "word": lambda world: world.agency_id,
    "code": lambda world: world.things["code"],
    "point_id": lambda world: world.things["point_id"],
    "applications.again:application_id": lambda world: world.things["approved_id"],
    "application_id": lambda world: world.things["application_id"],
    "invitation_id": lambda world: world.things["invitation_id"],
    "key_id": lambda world: world.things["key_id"],
    "session_id": lambda world: world.things["session_id"],
    "passkey_id": lambda world: world.things["passkey_id"],
    "welcome.show:token": lambda world: world.things["token"],
    "welcome.join:token": lambda world: world.things["token"],
    "join.status:token": lambda world: world.things["status_token"],
    "entry.edit:kind": lambda _world: "offer",
    "entry.save:kind": lambda _world: "offer",
    "entry.edit:fact": lambda _world: "hours",
    "entry.save:fact": lambda _world: "hours",
    "audit.seen:kind": lambda _world: "agency",
    "audit.seen:subject_id": lambda world: str(world.agency_id),
    "subject_id": lambda world: world.offer_id,
    "static:filename": lambda _world: "css/base.css",
}

# The same for things of the secret tier, which somebody without an account may not see.
GUARDED: dict[str, Callable[[World], object]] = {
    "agency_id": lambda world: world.guarded_agency_id,
    "service_id": lambda world: world.guarded_service_id,
}


def make_world() -> World:
    """Two public agencies in two districts, a secret one, and everybody who could knock."""
    ours = make_offer(beds=(3, 1), location={"area_code": HERE})
    other = make_offer(location={"area_code": ELSEWHERE})
    guarded = make_offer(
        agency={"tier": Tier.SECRET.value},
        location={"tier": Tier.SECRET.value, "precision": Precision.HIDDEN},
    )
    agency_id, other_id = ours.service.agency_id, other.service.agency_id
    knockers = [Knocker("visitor"), Knocker("forged session", token="x" * 43)]
    for role in (Role.WORKER, Role.INTAKE, Role.MANAGER):
        knockers.append(_member(f"{role.value}, own agency", role, agency_id=agency_id))
        knockers.append(_member(f"{role.value}, other agency", role, agency_id=other_id))
        knockers.append(_removed(f"{role.value}, removed", role, agency_id))
    knockers += [
        _member("manager, one factor", Role.MANAGER, agency_id=agency_id, strong=False),
        _member("coordinator of the network", Role.COORDINATOR),
        _member("coordinator of the district", Role.COORDINATOR, area=HERE),
        _member("coordinator, other district", Role.COORDINATOR, area=ELSEWHERE),
        _member("administrator", Role.ADMINISTRATOR),
    ]
    things, bodies = make_things(ours)
    return World(
        things=things,
        bodies=bodies,
        agency_id=agency_id,
        service_id=ours.service_id,
        location_id=ours.location_id,
        offer_id=ours.id,
        other_agency_id=other_id,
        guarded_agency_id=guarded.service.agency_id,
        guarded_service_id=guarded.service_id,
        account_id=make_account(Role.WORKER, agency_id=agency_id, name="Budi").id,
        knockers=knockers,
    )


def _member(
    name: str,
    role: Role,
    *,
    agency_id: uuid.UUID | None = None,
    area: str | None = None,
    strong: bool = True,
) -> Knocker:
    account = make_account(role, agency_id=agency_id, area=area)
    with writing():
        token = begin_session(account, strong=strong)
    grants = (Grant(role.value, agency_id, area),)
    return Knocker(name, grants, is_member=True, strong=strong, token=token)


def _removed(name: str, role: Role, agency_id: uuid.UUID) -> Knocker:
    """Somebody whose membership ended while a session of theirs was still open."""
    account = make_account(role, agency_id=agency_id)
    with writing():
        token = begin_session(account, strong=True)
        ended = update(Membership).where(Membership.account_id == account.id)
        db.session.execute(ended.values(ended_at=now()))
    return Knocker(name, (), is_member=True, strong=True, token=token)


class WayBack:
    """Puts a SQLite database back to what it was: after each request that may change something."""

    def __init__(self, path: Path) -> None:
        self._path, self._kept = path, path.with_suffix(".kept")
        self._close()
        shutil.copy(path, self._kept)

    def take(self) -> None:
        """Everything as it was."""
        self._close()
        shutil.copy(self._kept, self._path)

    def _close(self) -> None:
        # The last connection that closes brings the write-ahead log home.
        db.session.remove()
        db.engine.dispose()
        assert not Path(f"{self._path}-wal").exists()

"""A small world for asking every door: two agencies, everybody who could knock, and its way back.

`make_world()` fills an empty database; `ARGUMENTS` says what stands in an address. Whoever adds a
route with an argument of a new name adds one line there.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from accounts.commands.sessions import begin_session
from accounts.current import COOKIE
from accounts.models import ApiKey, Membership, Passkey, SignedIn
from accounts.queries.who import hash_of
from accounts.rules.access import Other
from accounts.rules.rights import Role, Scope, must_be_strong
from agencies.models import Precision
from core.actors import Grant, Tier
from core.clock import now
from core.db import db, writing
from core.geometry import published_cell
from tests.factories import make_offer
from tests.support.people import make_account
from tests.support.things import make_things

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
HERE, ELSEWHERE = "31.75.10", "32.76.01"  # districts: of our agency, and another one


@dataclass(frozen=True, slots=True)
class Knocker:
    """Somebody at the door: what they were given, and the cookies and headers they show."""

    name: str
    grants: tuple[Grant, ...] = ()
    is_member: bool = False
    strong: bool = False
    token: str | None = None
    scopes: frozenset[str] | None = None  # of a program; None: no key is shown
    of_agency: uuid.UUID | None = None  # whose program it is
    headers: dict[str, str] = field(default_factory=dict)
    has_factor: bool = False
    known: bool = True  # whether we know the key that is shown

    @property
    def waits(self) -> bool:
        """Whether their session waits for a second factor, or to enrol one."""
        weak = self.is_member and not self.strong
        return weak and (self.has_factor or must_be_strong(self.grants))

    @property
    def waits_to_show(self) -> bool:
        """Whether they have a second factor that they have not shown."""
        return self.waits and self.has_factor

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
    bodies: dict[str, dict[str, Any]]  # what is sent, by endpoint: about a thing of our agency
    knockers: list[Knocker]

    def other(self, other: Other) -> dict[str, object]:
        """What stands in an address instead of our agency and what is its."""
        if other is Other.NETWORK:
            return {"word": "network", "invitation_id": self.things["network_invitation_id"]}
        word, invitation = self.things["unmanaged_id"], self.things["unmanaged_invitation_id"]
        return {"word": word, "invitation_id": invitation}


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
    "secret_places.address:location_id": lambda world: world.things["secret_place_id"],
    "consent_id": lambda world: world.things["consent_id"],
    "batch_code": lambda world: world.things["batch_code"],
    **{
        f"askings.{door}:ruj": lambda world: world.things["asking_ruj"]
        for door in ("others", "add", "next_now", "order", "stop", "choose_this")
    },
    "exclusion_id": lambda world: world.things["exclusion_id"],
    "glass_id": lambda world: world.things["glass_id"],
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
    # form: a draft of ours
    **{
        f"{door}:ruj": lambda world: world.things["draft_ruj"]
        for door in (
            *("draft.edit", "draft.delete", "preview.show", "preview.send"),
            *("attachments.index", "attachments.add"),
            "attachments.change",
        )
    },
    "preview.sent:ruj": lambda world: world.things["ruj_sent"],
    "attachment_id": lambda world: world.things["attachment_id"],
    "attachments.download:ruj": lambda world: world.things["opened_ruj"],
    "attachments.download:attachment_id": lambda world: world.things["opened_paper_id"],
    "audit.seen:kind": lambda _world: "agency",
    "audit.seen:subject_id": lambda world: str(world.agency_id),
    "channel_id": lambda world: world.things["channel_id"],
    "answering.show:token": lambda world: world.things["answer_token"],
    "answering.send_code:token": lambda world: world.things["answer_token"],
    "answering.enter:token": lambda world: world.things["answer_token"],
    "answering.decide:token": lambda world: world.things["answer_token"],
    "answering.answer:token": lambda world: world.things["answer_token"],
    "ruj": lambda world: world.things["ruj"],
    "referrals.change:ruj": lambda world: world.things["ruj_sent"],
    "referrals.by_phone:ruj": lambda world: world.things["ruj_sent"],
    "referrals.tell_phone:ruj": lambda world: world.things["ruj_sent"],
    "handing.confirm_sent:ruj": lambda world: world.things["ruj_sent"],
    # api: the moves of the sender, and what hangs on the case
    "referrals_api.Send:ruj": lambda world: world.things["draft_ruj"],
    "referrals_api.Consents:ruj": lambda world: world.things["draft_ruj"],
    "referrals_api.RenewConsent:ruj": lambda world: world.things["draft_ruj"],
    "referrals_api.WithdrawConsent:ruj": lambda world: world.things["draft_ruj"],
    **{
        f"referrals_api.{name}:ruj": lambda world: world.things["ruj_sent"]
        for name in (
            *("GiveAnswer", "Divert", "Cancel", "Close", "Reopen", "MarkError"),
            *("WithdrawAll", "Notes"),
        )
    },
    **{
        f"referrals_api.{name}:ruj": lambda world: world.things["asking_ruj"]
        for name in ("OneAsking", "AskNext", "OrderAsking", "StopAsking", "Choose")
    },
    **{
        f"referrals_api.{name}:ruj": lambda world: world.things["opened_ruj"]
        for name in ("HandOver", "Miss", "Begin", "Complete", "ArrivalSaid", "ConfirmHandOver")
    },
    "paper": lambda _world: "record",
    "indicators.file:ending": lambda _world: "csv",
    "picture.graph_file:ending": lambda _world: "json",
    "agreement_id": lambda world: world.things["agreement_id"],
    "route_id": lambda world: world.things["route_id"],
    "follow_up_id": lambda world: world.things["follow_up_id"],
    "subject_id": lambda world: world.offer_id,
    "static:filename": lambda _world: "css/base.css",
}

# What is asked beside the address, where there is no answer without it: whom a group of marks has.
QUERIES: dict[str, dict[str, str]] = {
    "network_layers.names": {"cell": f"{published_cell((-6.32, 106.90), 3):x}"}  # of make_offer
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
        _with_passkey(
            _member("worker, at the second step", Role.WORKER, agency_id=agency_id, strong=False)
        ),
        _member("coordinator of the network", Role.COORDINATOR),
        _member("coordinator of the district", Role.COORDINATOR, area=HERE),
        _member("coordinator, other district", Role.COORDINATOR, area=ELSEWHERE),
        _member("administrator", Role.ADMINISTRATOR),
    ]
    for scope in (Scope.FIND, Scope.BEDS, Scope.REFERRALS):
        knockers.append(_program(f"key for {scope.value}, own agency", agency_id, scope))
        knockers.append(_program(f"key for {scope.value}, other agency", other_id, scope))
    knockers.append(
        Knocker("unknown key", scopes=frozenset(), known=False, headers=_shown("rjk_" + "x" * 43))
    )
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


def _with_passkey(knocker: Knocker) -> Knocker:
    """The same, with a second factor that is not shown yet."""
    assert knocker.token
    with writing():
        session = db.session.query(SignedIn).filter_by(token_hash=hash_of(knocker.token)).one()
        db.session.add(
            Passkey(
                account_id=session.account_id, credential_id=b"second", public_key=b"x",
                sign_count=0, name="Ponsel", created_at=now(),
            )
        )  # fmt: skip
    return replace(knocker, has_factor=True)


def _program(name: str, agency_id: uuid.UUID, scope: Scope) -> Knocker:
    """A program that shows a key of an agency."""
    secret = f"rjk_{uuid.uuid4().hex}"
    by = make_account(Role.MANAGER, agency_id=agency_id)
    with writing():
        db.session.add(
            ApiKey(
                agency_id=agency_id, name=name, start=secret[:9], secret_hash=hash_of(secret),
                scopes=[scope.value], created_by=by.id, created_at=now(),
                expires_at=now() + timedelta(days=9),
            )
        )  # fmt: skip
    scopes = frozenset({scope.value})
    return Knocker(name, scopes=scopes, headers=_shown(secret), of_agency=agency_id)


def _shown(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _removed(name: str, role: Role, agency_id: uuid.UUID) -> Knocker:
    """Somebody whose membership ended while a session of theirs was still open."""
    account = make_account(role, agency_id=agency_id)
    with writing():
        token = begin_session(account, strong=True)
        ended = update(Membership).where(Membership.account_id == account.id)
        db.session.execute(ended.values(ended_at=now()))
    return Knocker(name, (), is_member=True, strong=True, token=token)


def who_asks(world: World, door: int, *, at_page: bool) -> list[Knocker]:
    """Everybody who is asked at a door, which is the so-manieth.

    Those who are nobody in the same way take turns from door to door: people who were removed,
    whatever they were, and at pages, which look at no key, the programs. In `make soak` all come.
    """
    if SOAK:
        return world.knockers
    alike = [
        [knocker for knocker in world.knockers if knocker.name.endswith(", removed")],
        [knocker for knocker in world.knockers if at_page and knocker.scopes is not None],
    ]
    away = {id(other) for few in alike for n, other in enumerate(few) if n != door % len(few)}
    return [knocker for knocker in world.knockers if id(knocker) not in away]


class WayBack:
    """Puts a SQLite database back to what it was, after whatever changed something."""

    def __init__(self, path: Path) -> None:
        self._path, self._kept = path, path.with_suffix(".kept")
        self._close()
        shutil.copy(path, self._kept)

    def take(self) -> None:
        """Everything as it was. Nothing is written to the log: then nothing is done."""
        db.session.remove()
        log = Path(f"{self._path}-wal")
        if not log.exists() or not log.stat().st_size:
            return
        self._close()
        shutil.copy(self._kept, self._path)

    def _close(self) -> None:
        # The last connection that closes brings the write-ahead log home.
        db.session.remove()
        db.engine.dispose()
        assert not Path(f"{self._path}-wal").exists()

"""Every table is open or has a wall; the walls hold for a role that owns nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, delete, exists, func, literal, select, text, union_all, update
from sqlalchemy.engine import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased, joinedload, selectinload

from accounts.commands.audit import record
from accounts.models import Account, ApiKey, AuditEntry, Invitation, Membership, SignedIn
from accounts.policies import without_wall
from accounts.queries.who import account_of_session, who_is_present
from accounts.rules.rights import Role
from accounts.walls import JOINING, OPEN, SIGNING_IN, WALLS, bearing_of
from agencies.models import Agency
from core.actors import Actor, ActorKind, Grant
from core.asking import ask, spelt_once
from core.bearing import NOBODY, OPERATOR, Bearing, settings_of, take
from core.clock import now
from core.db import Base, db, write, writing
from core.walls import COMMANDS, cross
from tests.conftest import fresh_url, running
from tests.support.people import make_account, sign_in
from tests.support.roles import WEB, WORKER, as_role, make_roles
from tests.support.world import World, make_world

MakeApp = Callable[..., Flask]


@contextmanager
def acting(whom: Bearing) -> Iterator[None]:
    """Ask the database on somebody's behalf."""
    db.session.rollback()
    take(whom)
    try:
        yield
    finally:
        db.session.rollback()
        take(None)


def _member(world: World, name: str) -> Bearing:
    knocker = next(k for k in world.knockers if k.name == name)
    account_id = account_of_session(knocker.token or "")
    return bearing_of(Actor(ActorKind.MEMBER, name, id=account_id, grants=knocker.grants))


def test_every_table_is_open_or_walled(app: Flask) -> None:
    """Nobody adds a table and forgets to say whose rows it holds."""
    tables = set(Base.metadata.tables)
    assert not tables - WALLS.keys() - OPEN, "declare it in accounts/walls.py: WALLS or OPEN"
    assert not (WALLS.keys() | OPEN) - tables, "accounts/walls.py speaks of what is not there"
    assert not WALLS.keys() & OPEN


def test_what_hangs_on_a_person_or_an_agency_is_not_open(app: Flask) -> None:
    """A table with a column of an account's is walled; one with a key never lies open."""
    for name in sorted(OPEN):
        columns = set(Base.metadata.tables[name].columns.keys())
        assert not columns & {"account_id", "case_id", "password_hash", "token_hash"}, name
        sealed = {column for column in columns if "sealed" in column}
        assert not sealed or name in {"location", "kept_answer"}, name


@pytest.fixture
def walled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, World]]:
    """The app on PostgreSQL with a small world, as its owner; both roles exist."""
    with fresh_url(request, "postgresql", tmp_path) as url, running(url, tmp_path) as app:
        make_roles()
        yield app, make_world()


@contextmanager
def _as(app: Flask, role: str, settings: dict[str, str] | None = None) -> Iterator[Connection]:
    """A plain connection of a role, in a transaction with these settings."""
    engine = create_engine(as_role(app.config["SQLALCHEMY_DATABASE_URI"], role))
    try:
        with engine.connect() as connection:
            for name, value in (settings or {}).items():
                connection.execute(
                    text("select set_config(:name, :value, true)"), {"name": name, "value": value}
                )
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def _seen(connection: Connection) -> dict[str, int]:
    return {
        name: int(connection.execute(text(f"select count(*) from {name}")).scalar_one())
        for name in WALLS
    }


def _fill(world: World) -> None:
    """At least one row in every table with a wall that holds rows of an agency."""
    actor = Actor(ActorKind.OPERATOR, "operator")
    with writing():
        common: dict[str, Any] = {"created_at": now(), "expires_at": now()}
        db.session.add(
            Invitation(
                token_hash="a", email="a@example.org", roles=[], agency_id=world.agency_id, **common
            )
        )
        db.session.add(
            ApiKey(
                agency_id=world.agency_id,
                name="k",
                start="k",
                secret_hash="k",
                scopes=[],
                created_by=uuid.uuid4(),
                **common,
            )
        )
        record(actor, "test.done", agency_id=world.agency_id)
        record(actor, "test.done", agency_id=world.other_agency_id)


def test_every_wall_is_forced(walled: tuple[Flask, World]) -> None:
    """Row-level security is on, forced, and has a policy for each command."""
    with db.engine.connect() as connection:
        assert without_wall(connection) == []
        rows = connection.execute(text("select tablename, policyname from pg_policies"))
        found = {tuple(row) for row in rows}
    assert found == {(table, f"wall_{name}") for table in WALLS for name in COMMANDS}
    db.session.rollback()  # an open read would keep the walls from being raised
    runner = walled[0].test_cli_runner()
    assert "Every wall stands" in runner.invoke(args=["walls", "check"]).output
    assert f"{len(WALLS)} tables" in runner.invoke(args=["walls", "apply"]).output
    with writing():
        db.session.execute(text("alter table account no force row level security"))
    result = runner.invoke(args=["walls", "check"])
    assert result.exit_code == 1
    assert "account" in result.output


WRONG_SETTINGS: list[dict[str, str]] = [
    {},
    settings_of(NOBODY),
    settings_of(OPERATOR),  # the web's role may not pass as operator, whatever it says
    {"rujukan.kind": "system"},
    {"rujukan.kind": "member", "rujukan.actor": "no id", "rujukan.agencies": "{'} or true --"},
    {"rujukan.kind": "member", "rujukan.actor": str(uuid.uuid4()), "rujukan.agencies": ","},
    {"rujukan.crossing": "just so", "rujukan.wide": "yes please"},
]


def test_without_the_right_settings_the_web_sees_and_changes_nothing(
    walled: tuple[Flask, World],
) -> None:
    """Every table with a wall, read, changed, deleted from, added to."""
    app, world = walled
    _fill(world)
    for settings in WRONG_SETTINGS:
        _sees_and_changes_nothing(app, world, settings)


def _sees_and_changes_nothing(app: Flask, world: World, settings: dict[str, str]) -> None:
    with _as(app, WEB, settings) as connection:
        assert set(_seen(connection).values()) == {0}
        for name in sorted(WALLS.keys() - {"audit_entry"}):
            assert connection.execute(text(f"delete from {name}")).rowcount == 0
        assert connection.execute(text("update account set name = 'x'")).rowcount == 0
    with _as(app, WEB, settings) as connection, pytest.raises(DBAPIError, match="row-level"):
        connection.execute(
            text(
                "insert into membership (id, account_id, role, began_at)"
                " values (gen_random_uuid(), :account, 'administrator', now())"
            ),
            {"account": world.account_id},
        )


def test_a_member_sees_their_own_agency(walled: tuple[Flask, World]) -> None:
    """Through the database alone, without any query of ours."""
    app, world = walled
    _fill(world)
    ours = settings_of(_member(world, "manager, own agency"))
    theirs = settings_of(_member(world, "manager, other agency"))
    with _as(app, WEB, ours) as connection:
        assert _seen(connection)["api_key"]
        assert _seen(connection)["invitation"]
        agencies = connection.execute(text("select distinct agency_id from membership"))
        assert agencies.scalars().all() == [world.agency_id]
        chains = connection.execute(text("select distinct chain from audit_entry"))
        assert chains.scalars().all() == [world.agency_id.hex]
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("update audit_entry set action = 'x'"))
    with _as(app, WEB, theirs) as connection:
        assert _seen(connection)["invitation"] == 0
        keys = connection.execute(text("select distinct agency_id from api_key"))
        assert keys.scalars().all() == [world.other_agency_id]
        changed = text("update membership set role = 'administrator' where agency_id = :ours")
        assert connection.execute(changed, {"ours": world.agency_id}).rowcount == 0


def test_the_worker_sees_everything_and_the_owner_too(walled: tuple[Flask, World]) -> None:
    """Whoever may execute `wall_cross` and says so."""
    app, world = walled
    _fill(world)
    with _as(app, WORKER, settings_of(OPERATOR)) as connection:
        assert _seen(connection)["account"] > 5
    with _as(app, WORKER) as connection:
        assert set(_seen(connection).values()) == {0}


def test_the_app_works_as_a_role_that_owns_nothing(
    walled: tuple[Flask, World], tmp_path: Path
) -> None:
    """Sessions are found, presence is noted, audit is written into another agency's chain."""
    app, world = walled
    url = as_role(app.config["SQLALCHEMY_DATABASE_URI"], WEB)
    worker = next(k for k in world.knockers if k.name == "worker, own agency")
    with running(url, tmp_path) as web:
        assert worker.client(web).get("/directory").headers["Cache-Control"] == "no-store"
        assert "Cache-Control" not in world.knockers[1].client(web).get("/directory").headers
        actor = Actor(
            ActorKind.MEMBER,
            "worker",
            id=account_of_session(worker.token or ""),
            grants=(Grant("worker", world.agency_id),),
        )
        with acting(bearing_of(actor)):
            for agency in (world.other_agency_id, world.agency_id, world.other_agency_id):
                write(record, actor, "fact.reported", agency_id=agency)
            assert {e.chain for e in db.session.scalars(select(AuditEntry))} == {
                world.agency_id.hex
            }
    db.session.rollback()
    theirs = db.session.scalars(
        select(AuditEntry.number).where(AuditEntry.chain == world.other_agency_id.hex)
    )
    assert sorted(theirs) == [1, 2]


def test_a_transaction_is_told_anew_after_a_savepoint(
    walled: tuple[Flask, World], tmp_path: Path
) -> None:
    """What was told since is rolled back with it; the database itself is asked here."""
    app, world = walled
    url = as_role(app.config["SQLALCHEMY_DATABASE_URI"], WEB)
    counted = text("select count(*) from account")
    with running(url, tmp_path), acting(Bearing(ActorKind.MEMBER, world.account_id)), writing():
        before = db.session.execute(counted).scalar_one()
        with cross(SIGNING_IN):
            savepoint = db.session.begin_nested()
            everybody = db.session.execute(counted).scalar_one()
            savepoint.rollback()
            assert db.session.execute(counted).scalar_one() == everybody > before
        savepoint = db.session.begin_nested()
        with cross(SIGNING_IN):
            assert db.session.execute(counted).scalar_one() == everybody
        savepoint.rollback()
        assert db.session.execute(counted).scalar_one() == before


@pytest.mark.both_databases
class TestEveryStatementIsNarrowed:
    """The scoped-query layer: no read has to remember whose rows it may see."""

    @pytest.fixture
    def world(self, app: Flask) -> World:
        world = make_world()
        _fill(world)
        return world

    def test_reads_by_whatever_way(self, world: World) -> None:
        """Entities, columns, aliases, joins, counts, subqueries, relationships, by id."""
        other = aliased(Membership)
        theirs = Membership.agency_id == world.other_agency_id
        reads: list[Executable] = [
            select(Membership).where(theirs),
            select(Membership.role).where(theirs),
            select(func.count()).select_from(Membership).where(theirs).having(func.count() > 0),
            select(other).where(other.agency_id == world.other_agency_id),
            select(Agency)
            .join(Membership, Membership.agency_id == Agency.id)
            .where(Agency.id == world.other_agency_id),
            select(Agency).where(
                Agency.id.in_(select(Membership.agency_id)), Agency.id == world.other_agency_id
            ),
            select(select(Membership.role).where(theirs).subquery()),
            select(select(Membership.role).where(theirs).cte("held")),
            union_all(select(Membership.role).where(theirs), select(ApiKey.name)),
            select(Agency.id).where(exists().where(theirs), Agency.id == world.other_agency_id),
            select(literal(1)).where(
                select(Membership.id).where(theirs).limit(1).scalar_subquery().is_not(None)
            ),
            select(ApiKey),
            select(Invitation),
            select(AuditEntry).where(AuditEntry.chain == world.agency_id.hex),
        ]
        outsider = {"ours": _member(world, "manager, own agency")}["ours"]
        with acting(replace(outsider, agencies=frozenset({uuid.uuid4()}))):
            for read in reads:
                assert db.session.execute(read).all() == [], str(read)
            assert db.session.get(Account, world.account_id) is None
        with acting(NOBODY):
            assert db.session.scalars(select(Account)).all() == []

    def test_relationships(self, world: World) -> None:
        """What hangs on a row that may be seen is narrowed too, loaded early or late."""
        account = make_account(Role.WORKER, agency_id=world.agency_id)
        with writing():
            db.session.add(
                Membership(
                    account_id=account.id,
                    role=Role.MANAGER,
                    agency_id=world.other_agency_id,
                    began_at=now(),
                )
            )
        account_id = account.id
        with acting(_member(world, "manager, own agency")):
            for options in ((), (selectinload(Account.memberships),)):
                db.session.expunge_all()
                wanted = select(Account).where(Account.id == account_id).options(*options)
                found = db.session.scalars(wanted).one()
                assert [m.agency_id for m in found.memberships] == [world.agency_id]
            db.session.expunge_all()
            joined = select(Account).where(Account.id == account_id)
            joined = joined.options(joinedload(Account.memberships))
            found = db.session.scalars(joined).unique().one()
            assert [m.agency_id for m in found.memberships] == [world.agency_id]

    def test_changes(self, world: World) -> None:
        """An update or delete that forgot its condition reaches only what it may."""
        with acting(_member(world, "manager, other agency")):
            with writing():
                db.session.execute(delete(ApiKey))
                db.session.execute(update(Account).values(name="x"))
            with acting(OPERATOR):
                assert db.session.scalars(select(ApiKey)).all()
                assert db.session.get_one(Account, world.account_id).name == "Budi"

    def test_what_is_spelt_once_is_narrowed_for_whoever_asks(self, world: World) -> None:
        """Kept statements never keep who asked: neither their ids nor how they crossed."""
        wanted = spelt_once(select(Membership.agency_id).distinct())
        ours, theirs = ({world.agency_id}, {world.other_agency_id})
        for _ in range(2):
            for whom, seen in (
                (_member(world, "manager, own agency"), ours),
                (_member(world, "manager, other agency"), theirs),
                (NOBODY, set()),
            ):
                with acting(whom):
                    assert set(ask(wanted).scalars()) == seen
                    assert set(db.session.scalars(wanted)) == seen
                    with cross(JOINING):
                        assert ours | theirs <= set(ask(wanted).scalars())
                        assert ours | theirs <= set(db.session.scalars(wanted))
                    assert set(ask(wanted).scalars()) == seen

    def test_crossings_reach_what_they_name(self, world: World) -> None:
        """Signing in finds an account, joining an invitation, and neither an audit row."""
        with acting(NOBODY):
            with cross(SIGNING_IN):
                assert db.session.get(Account, world.account_id)
                assert db.session.scalars(select(Invitation)).all() == []
                assert db.session.scalars(select(AuditEntry)).all() == []
            with cross(JOINING):
                assert db.session.scalars(select(Invitation)).all()
            db.session.expunge_all()
            assert db.session.get(Account, world.account_id) is None

    def test_whose_session_it_is(self, app: Flask, world: World) -> None:
        """A request knows its own session and nobody else's."""
        client = app.test_client()
        account = make_account(Role.WORKER, agency_id=world.agency_id)
        sign_in(client, account)
        cookie = client.get_cookie("rujukan_session")
        assert cookie
        with acting(Bearing(ActorKind.MEMBER, account.id)):
            assert who_is_present(cookie.value)
            assert len(db.session.scalars(select(SignedIn)).all()) == 1

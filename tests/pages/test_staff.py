"""Staff come by invitation and leave at once."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from accounts.commands.invitations import invite
from accounts.commands.keys import make_key
from accounts.models import Account, ApiKey, AuditEntry, Invitation, Membership, SignedIn
from accounts.queries.who import actor_of
from accounts.rules.rights import Role, Scope
from core.clock import now
from core.db import db, write
from core.errors import HiddenError
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.people import make_account, sign_in
from tests.support.places import gazetteer, load
from tests.support.sending import link_on, send, token_on, words

pytestmark = pytest.mark.both_databases(in_soak=True)

PASSWORD = "hujan deras di atap seng"
NEWCOMER = {"name": "Tono", "password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Flask:
    """The app, not a demo, with the gazetteer around Jakarta."""
    made = make_app(demo=False)
    assert load(made, gazetteer(tmp_path)).exit_code == 0
    return made


@pytest.fixture
def agency(app: Flask) -> uuid.UUID:
    """An agency in Cipayung, Jakarta Timur."""
    found = make_offer(location={"area_code": "31.75.10"}).service.agency_id
    assert found
    return found


def _browser(app: Flask, account: Account, *, strong: bool = True) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account, strong=strong)
    client.get("/?lang=en")
    return client


def _manager(app: Flask, agency: uuid.UUID, *, strong: bool = True) -> FlaskClient:
    return _browser(app, make_account(Role.MANAGER, agency_id=agency), strong=strong)


def _invite(
    client: FlaskClient, word: object, email: str = "tono@example.org", roles: Any = "worker"
) -> Any:
    page = f"/staff/{word}"
    return send(client, page, f"{page}/invitations", email=email, roles=roles)


def _roles(email: str) -> set[tuple[str, Any]]:
    db.session.rollback()
    account = db.session.query(Account).filter_by(email=email).one()
    rows = db.session.query(Membership).filter_by(account_id=account.id, ended_at=None)
    return {(row.role.value, row.agency_id or row.area) for row in rows}


class TestInviting:
    def test_a_manager_invites_and_the_newcomer_joins_once(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        manager = _manager(app, agency)
        made = _invite(manager, agency, roles=["worker", "intake"])
        link = link_on(made.text)
        assert "tono@example.org" in words(manager.get("/staff"))
        newcomer = app.test_client()
        for _ in range(3):  # looking uses nothing up
            assert newcomer.get(link).status_code == 200
        assert send(newcomer, link, **NEWCOMER).status_code == 200
        assert _roles("tono@example.org") == {("worker", agency), ("intake", agency)}
        closed = newcomer.get(link)
        assert closed.status_code == 404
        assert newcomer.post(link, data={**NEWCOMER, "csrf_token": "x"}).status_code == 404
        assert "Tono" in words(manager.get("/staff"))

    def test_the_token_is_kept_nowhere(self, app: Flask, agency: uuid.UUID) -> None:
        link = link_on(_invite(_manager(app, agency), agency).text)
        token = link.rpartition("/")[2]
        db.session.rollback()
        for model in (Invitation, AuditEntry):
            for row in db.session.query(model):
                kept = {c.name: getattr(row, c.name) for c in model.__table__.columns}
                assert token not in str(kept)

    def test_used_expired_withdrawn_and_unknown_look_alike(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        manager = _manager(app, agency)
        used = link_on(_invite(manager, agency, "a@example.org").text)
        send(app.test_client(), used, **NEWCOMER)
        withdrawn = link_on(_invite(manager, agency, "b@example.org").text)
        row = db.session.query(Invitation).filter_by(email="b@example.org").one()
        page = f"/staff/{agency}"
        gone = send(manager, page, f"{page}/invitations/{row.id}/withdraw")
        assert gone.status_code == 303
        expired = link_on(_invite(manager, agency, "c@example.org").text)
        stranger = app.test_client()
        with time_machine.travel(now() + timedelta(days=7, minutes=1)):
            answers = [stranger.get(x) for x in (used, withdrawn, expired, "/welcome/none")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({words(answer) for answer in answers}) == 1
        assert "once, within 7 days" in words(_english(stranger, used))

    @pytest.mark.parametrize("token", ["x", "é", "%2e%2e", "a" * 4000, "%00", "' or 1=1 --"])
    def test_forged_tokens(self, client: FlaskClient, token: str) -> None:
        assert client.get(f"/welcome/{token}").status_code == 404
        assert (
            client.post(f"/welcome/{token}", data={**NEWCOMER, "csrf_token": "x"}).status_code
            == 404
        )

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"password": "xq7-vb", "password_again": "xq7-vb"}, "at least 12"),
            ({"password_again": "another one entirely"}, "not the same"),
            ({"password": "a" * 300, "password_again": "a" * 300}, "at most 200"),
            (
                {"password": "aaaaaaaaaaaaaa", "password_again": "aaaaaaaaaaaaaa"},
                "the first that anybody would try",
            ),
            ({"password": "tono@example.org"}, "are no password"),
            ({"name": "\u202e "}, "Say your name"),
            ({"csrf_token": "forged"}, "open for long"),
        ],
    )
    def test_wrong_input_keeps_the_link_good_and_no_password(
        self, app: Flask, agency: uuid.UUID, more: dict[str, str], said: str
    ) -> None:
        link = link_on(_invite(_manager(app, agency), agency).text)
        newcomer = app.test_client()
        newcomer.get("/?lang=en")
        wrong = send(newcomer, link, **{**NEWCOMER, **more})
        assert wrong.status_code == 422
        assert said in words(wrong)
        assert PASSWORD not in wrong.text
        assert more.get("password", "-none-") not in wrong.text.replace("tono@example.org", "")
        assert send(newcomer, link, **NEWCOMER).status_code == 200

    def test_who_has_an_account_signs_in(self, app: Flask, agency: uuid.UUID) -> None:
        elsewhere = make_offer().service.agency_id
        known = make_account(Role.WORKER, agency_id=elsewhere, email="tono@example.org")
        link = link_on(_invite(_manager(app, agency), agency, roles="intake").text)
        stranger = app.test_client()
        shown = _english(stranger, link)
        assert "Sign in with it" in words(shown)
        assert "password" not in shown.text
        home = stranger.get("/join").text
        tried = stranger.post(link, data={**NEWCOMER, "csrf_token": token_on(home)})
        assert tried.status_code == 422  # no password of a known account is ever set here
        somebody = _browser(app, make_account(email="else@example.org"))
        assert "somebody else" in words(somebody.get(link))
        sent = somebody.post(link, data={"csrf_token": token_on(somebody.get("/join").text)})
        assert sent.status_code == 422
        assert send(_browser(app, known), link).status_code == 303
        assert _roles("tono@example.org") == {("worker", elsewhere), ("intake", agency)}
        db.session.rollback()
        assert db.session.get_one(Account, known.id).password_hash is None

    @pytest.mark.parametrize(
        ("email", "roles", "said"),
        [
            ("nobody", "worker", "e-mail"),
            ("a@b.example,c@d.example", "worker", "e-mail"),
            ("tono@example.org", [], "at least one role"),
        ],
    )
    def test_wrong_invitations(
        self, app: Flask, agency: uuid.UUID, email: str, roles: Any, said: str
    ) -> None:
        wrong = _invite(_manager(app, agency), agency, email, roles)
        assert wrong.status_code == 422
        assert said in words(wrong)
        assert email in wrong.text

    def test_inviting_again_ends_the_former_link(self, app: Flask, agency: uuid.UUID) -> None:
        manager = _manager(app, agency)
        first = link_on(_invite(manager, agency).text)
        row = db.session.query(Invitation).one()
        page = f"/staff/{agency}"
        second = link_on(send(manager, page, f"{page}/invitations/{row.id}/again").text)
        assert app.test_client().get(first).status_code == 404
        assert app.test_client().get(second).status_code == 200
        assert len(manager.get("/staff").text.split("tono@example.org</p>")) == 2

    def test_two_at_once_is_once(self, app: Flask, agency: uuid.UUID) -> None:
        link = link_on(_invite(_manager(app, agency), agency).text)
        browsers = [app.test_client() for _ in range(4)]
        tokens = [token_on(browser.get(link).text) for browser in browsers]
        answers: list[int] = []

        def join(browser: FlaskClient, token: str) -> None:
            answer = browser.post(link, data={**NEWCOMER, "csrf_token": token})
            answers.append(answer.status_code)

        pairs = zip(browsers, tokens, strict=True)
        threads = [threading.Thread(target=join, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count(200) == 1, answers
        assert set(answers) <= {200, 404, 422}
        assert _roles("tono@example.org") == {("worker", agency)}


def _english(client: FlaskClient, path: str) -> Any:
    return client.get(f"{path}?lang=en")


class TestWhoMayInvite:
    def test_only_into_the_own_agency(self, app: Flask, agency: uuid.UUID) -> None:
        other = make_offer().service.agency_id
        manager = _manager(app, agency)
        token = token_on(manager.get("/staff").text)
        given = {"email": "x@example.org", "roles": "worker", "csrf_token": token}
        for word in (other, "network", uuid.uuid4(), "..", "x"):
            assert manager.get(f"/staff/{word}").status_code == 404, word
            answer = manager.post(f"/staff/{word}/invitations", data=given)
            assert answer.status_code == 404, word
        for role in ("coordinator", "administrator", "king"):
            answer = manager.post(
                f"/staff/{agency}/invitations", data={**given, "roles": ["worker", role]}
            )
            assert answer.status_code == 404, role
        assert db.session.query(Invitation).count() == 0

    def test_workers_intake_visitors_and_the_weak_do_not(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        for role in (Role.WORKER, Role.INTAKE):
            member = _browser(app, make_account(role, agency_id=agency))
            assert member.get("/staff").status_code == 200
            assert member.get(f"/staff/{agency}").status_code == 404
        visitor = app.test_client().get("/staff")
        assert (visitor.status_code, visitor.location) == (302, "/sign-in?next=/staff")
        weak = make_account(Role.MANAGER, agency_id=agency)
        with pytest.raises(HiddenError):
            write(
                invite,
                actor_of(weak, strong=False),
                email="x@example.org",
                roles=[Role.WORKER],
                agency_id=agency,
            )

    def test_a_coordinator_invites_a_manager_only_where_none_is(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        coordinator = make_account(Role.COORDINATOR, area="31.75")
        stranger = make_account(Role.COORDINATOR, area="32")

        def by(account: Account, role: Role) -> None:
            write(
                invite,
                actor_of(account, strong=True),
                email=f"{uuid.uuid4()}@example.org",
                roles=[role],
                agency_id=agency,
            )

        by(coordinator, Role.MANAGER)
        for account, role in ((stranger, Role.MANAGER), (coordinator, Role.WORKER)):
            with pytest.raises(HiddenError):
                by(account, role)
        make_account(Role.MANAGER, agency_id=agency)
        with pytest.raises(HiddenError):
            by(coordinator, Role.MANAGER)

    def test_coordinators_invite_within_their_area(self, app: Flask) -> None:
        district = _browser(app, make_account(Role.COORDINATOR, area="31.75"))
        page = "/staff/network"

        def asked(area: str) -> Any:
            return send(
                district,
                page,
                f"{page}/invitations",
                email="k@example.org",
                roles="coordinator",
                area=area,
            )

        assert "Say for which area" in words(asked(""))
        assert "No place" in words(asked("Atlantis"))
        assert "32.76.07" in words(asked("Cipayung"))  # two districts: which one?
        assert asked("Jawa Barat").status_code == 404
        made = asked("31.75.10")
        assert made.status_code == 200
        send(app.test_client(), link_on(made.text), **NEWCOMER)
        assert _roles("k@example.org") == {("coordinator", "31.75.10")}
        token = token_on(district.get(page).text)
        data = {"email": "z@example.org", "roles": "administrator", "csrf_token": token}
        assert district.post(f"{page}/invitations", data=data).status_code == 404

    def test_an_administrator_invites_everybody(self, app: Flask, agency: uuid.UUID) -> None:
        root = _browser(app, make_account(Role.ADMINISTRATOR))
        assert _invite(root, agency, roles="manager").status_code == 200
        for role in ("coordinator", "administrator"):
            assert _invite(root, "network", f"{role}@example.org", role).status_code == 200


class TestLeaving:
    def test_sessions_keys_and_invitations_end_at_once(self, app: Flask, agency: uuid.UUID) -> None:
        manager = _manager(app, agency)
        leaver = make_account(Role.MANAGER, Role.WORKER, agency_id=agency, name="Budi")
        browser = _browser(app, leaver)
        actor = actor_of(leaver, strong=True)
        key = write(make_key, actor, agency_id=agency, name="k", scopes=[Scope.FIND], days=9)
        assert _find(app, key) == 200
        link = link_on(_invite(browser, agency).text)
        page = f"/staff/{agency}/members/{leaver.id}"
        ids = [str(row.id) for row in _held(leaver)]
        assert send(manager, page, membership=ids).status_code == 303
        assert browser.get("/staff").location == "/sign-in?next=/staff"
        assert _find(app, key) == 401
        assert app.test_client().get(link).status_code == 404
        assert _held(leaver) == []
        ended = db.session.query(Membership).filter_by(account_id=leaver.id).all()
        assert all(row.ended_at and row.ended_by for row in ended)
        assert db.session.query(ApiKey).one().ended_at
        actions = {row.action for row in db.session.query(AuditEntry)}
        wanted = {"membership.ended", "session.all_ended", "key.ended", "invitation.withdrawn"}
        assert wanted <= actions

    def test_a_role_may_end_alone(self, app: Flask, agency: uuid.UUID) -> None:
        both = make_account(Role.INTAKE, Role.WORKER, agency_id=agency)
        worker = next(row for row in _held(both) if row.role is Role.WORKER)
        page = f"/staff/{agency}/members/{both.id}"
        assert send(_manager(app, agency), page, membership=str(worker.id)).status_code == 303
        assert [row.role for row in _held(both)] == [Role.INTAKE]

    def test_leaving_by_oneself_and_seeing_the_public_tier_after(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        make_offer(agency={"name": "Rumah Jaringan"}, location={"tier": 1})
        worker = make_account(Role.WORKER, agency_id=agency)
        browser = _browser(app, worker)
        assert "Rumah Jaringan" in browser.get("/directory").text
        page = f"/staff/{agency}/members/{worker.id}"
        left = send(browser, page, membership=[str(row.id) for row in _held(worker)])
        assert left.status_code == 303
        again = _browser(app, worker)
        assert "not a member of any agency" in words(again.get("/staff"))
        assert "Rumah Jaringan" not in again.get("/directory").text

    def test_the_last_manager_stays(self, app: Flask, agency: uuid.UUID) -> None:
        last = make_account(Role.MANAGER, agency_id=agency)
        browser = _browser(app, last)
        page = f"/staff/{agency}/members/{last.id}"
        mine = [str(row.id) for row in _held(last)]
        refused = send(browser, page, membership=mine)
        assert refused.status_code == 422
        assert "Invite another manager first" in words(refused)
        assert "Choose what ends" in words(send(browser, page))
        make_account(Role.MANAGER, agency_id=agency)
        assert send(browser, page, membership=mine).status_code == 303

    def test_an_administrator_stops_a_manager_who_does_harm(
        self, app: Flask, agency: uuid.UUID
    ) -> None:
        last = make_account(Role.MANAGER, agency_id=agency)
        root = make_account(Role.ADMINISTRATOR)
        page = f"/staff/{agency}/members/{last.id}"
        browser = _browser(app, root)
        assert send(browser, page, membership=[str(r.id) for r in _held(last)]).status_code == 303
        own = f"/staff/network/members/{root.id}"
        stays = send(browser, own, membership=[str(row.id) for row in _held(root)])
        assert "Nobody else runs this Rujukan" in words(stays)

    def test_nobody_ends_what_is_not_theirs(self, app: Flask, agency: uuid.UUID) -> None:
        other = make_offer().service.agency_id
        victim = make_account(Role.WORKER, agency_id=other)
        colleague = make_account(Role.WORKER, agency_id=agency)
        boss = make_account(Role.COORDINATOR)
        manager = _manager(app, agency)
        token = token_on(manager.get("/staff").text)
        ids = {who.id: str(_held(who)[0].id) for who in (victim, colleague, boss)}
        tried = [
            (f"/staff/{other}/members/{victim.id}", victim),
            (f"/staff/{agency}/members/{victim.id}", victim),
            (f"/staff/{agency}/members/{colleague.id}", victim),
            (f"/staff/network/members/{boss.id}", boss),
        ]
        for page, whose in tried:
            data = {"membership": ids[whose.id], "csrf_token": token}
            assert manager.post(page, data=data).status_code == 404, page
        fellow = _browser(app, make_account(Role.WORKER, agency_id=agency))
        assert fellow.get(f"/staff/{agency}/members/{colleague.id}").status_code == 404
        assert all(_held(who) for who in (victim, colleague, boss))
        assert db.session.query(SignedIn).filter(SignedIn.ended_at.is_not(None)).count() == 0


def _held(account: Account) -> list[Membership]:
    db.session.rollback()
    return list(db.session.query(Membership).filter_by(account_id=account.id, ended_at=None))


def _find(app: Flask, key: str) -> int:
    answer = app.test_client().get(
        "/api/v1/find?need=S1", headers={"Authorization": f"Bearer {key}"}
    )
    return int(answer.status_code)


class TestTheFirstAdministrator:
    def test_the_operator_invites_on_the_command_line(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        made = run(args=["staff", "invite", "a@example.org", "--role", "administrator"])
        assert made.exit_code == 0, made.output
        assert send(app.test_client(), link_on(made.output), **NEWCOMER).status_code == 200
        assert _roles("a@example.org") == {("administrator", None)}

    @pytest.mark.parametrize(
        "more",
        [
            ["x@example.org", "--role", "worker"],
            ["x@example.org", "--role", "worker", "--agency", "x"],
            ["x@example.org", "--role", "worker", "--agency", str(uuid.uuid4())],
            ["x@example.org", "--role", "administrator", "--agency", str(uuid.uuid4())],
            ["nobody", "--role", "administrator"],
        ],
    )
    def test_what_cannot_be(self, app: Flask, more: list[str]) -> None:
        assert app.test_cli_runner().invoke(args=["staff", "invite", *more]).exit_code > 0
        assert db.session.query(Invitation).count() == 0

"""Who is present: sessions as rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from accounts.models import SignedIn
from accounts.queries.who import hash_of, who_is_present
from accounts.rules.rights import Role
from core.actors import Tier
from core.clock import now
from core.db import db, writing
from tests.factories import make_offer
from tests.support.people import make_account, sign_in


@pytest.mark.both_databases
class TestWhoIsPresent:
    def test_a_worker_is_known_with_their_roles_and_tier(
        self, app: Flask, client: FlaskClient
    ) -> None:
        agency = make_offer().service.agency_id
        sign_in(client, make_account(Role.WORKER, agency_id=agency))
        cookie = client.get_cookie("rujukan_session")
        assert cookie
        found = who_is_present(cookie.value)
        assert found
        assert found.actor.sees is Tier.SECRET
        assert found.actor.agencies == {agency}
        assert found.actor.strong

    @pytest.mark.parametrize("column", ["seen_at", "began_at"])
    def test_a_session_ends_by_itself(self, app: Flask, client: FlaskClient, column: str) -> None:
        sign_in(client, make_account(Role.WORKER))
        cookie = client.get_cookie("rujukan_session")
        assert cookie
        long_ago = now() - timedelta(hours=13 if column == "began_at" else 1)
        with writing():
            db.session.execute(update(SignedIn).values({column: long_ago}))
        assert who_is_present(cookie.value) is None

    def test_the_token_itself_is_kept_nowhere(self, app: Flask, client: FlaskClient) -> None:
        sign_in(client, make_account(Role.WORKER))
        cookie = client.get_cookie("rujukan_session")
        assert cookie
        kept = db.session.scalars(db.select(SignedIn.token_hash)).all()
        assert kept == [hash_of(cookie.value)]
        assert cookie.value not in kept

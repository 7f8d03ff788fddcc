"""The API is what its description says: no 500, no answer outside its schema."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)
from sqlalchemy import select

from agencies.models import Offer, Service
from core.db import db, write
from referral.commands.moves.sending import send
from tests.conftest import fresh_url, running
from tests.factories import make_offer
from tests.support.handing import make_consent, make_draft, make_sent, make_two
from tests.support.programs import BASE, program_of
from tests.support.story import load_sample

Handed = tuple[Any, str, dict[str, list[str]]]  # description, key, codes by argument
# Which keys are refused is asked by the matrix, with keys that are right, wrong and without.
NOT_ASKED = [positive_data_acceptance, negative_data_rejection, ignored_auth]
# A well-formed name of no place is refused, and `perempuan` is taken for `female`: on purpose.
TOO_STRICT = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture(scope="module")
def described(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The description, as the app with the sample data gives it."""
    folder = tmp_path_factory.mktemp("described")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        load_sample(app)

        def from_here(environ: dict[str, Any], start_response: Any) -> Any:
            environ.setdefault("REMOTE_ADDR", "127.0.0.1")  # a demo serves this machine alone
            return app.wsgi_app(environ, start_response)

        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", from_here)


@pytest.mark.parametrize("operation", ["GET /api/v1/find", "POST /api/v1/find"])
def test_every_answer_is_as_described(described: Any, operation: str) -> None:
    """Whatever is sent, valid or not: no 500, and the status and body that are described."""
    method, path = operation.split()
    strategy = described[path][method].as_strategy()

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def send(case: Any) -> None:
        case.call_and_validate(excluded_checks=TOO_STRICT)

    send()


@pytest.fixture(scope="module")
def handed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Handed]:
    """The description, an agency's key for referrals, and what there is for it: a referral that it
    got, one that it sent with another agency behind it, and a group."""
    folder = tmp_path_factory.mktemp("handed")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder, demo=False) as app:
        two = make_two()
        program, sent = program_of(app, two.sender_id), make_sent(two)
        behind = {"offers": [str(make_offer().id)], "agreed": True}
        assert program.post(f"/{sent}/asking", behind).status_code == 201
        group = program.post("/batches", {"name": "QZ 7681"}).get_json()["code"]
        known = {"ruj": [sent, _got(two.sender_id)], "batch_code": [group]}
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app.wsgi_app)
        yield schema, program.key, known


def _got(agency_id: uuid.UUID) -> str:
    """A referral that another agency sent to this one."""
    offer_id = db.session.scalars(
        select(Offer.id).join(Service).where(Service.agency_id == agency_id)
    ).first()
    db.session.rollback()
    other = make_two()
    ruj = make_draft(other, offer_id=offer_id)
    consent_id = make_consent(other, receiver_agency_id=agency_id)
    write(send, other.sending, code=ruj, consent_id=consent_id)
    return ruj


def test_every_answer_about_referrals_is_as_described(handed: Handed) -> None:
    """Every operation of the hand-off, for what is there and for any other word."""
    schema, key, known = handed
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith(BASE):
            continue
        _fuzz(operation, key, known)
        asked += 1
    assert asked > 40


def _fuzz(operation: Any, key: str, known: dict[str, list[str]]) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), which=integers(0, 2))
    def ask(case: Any, which: int) -> None:
        for name, codes in known.items():
            if which and name in case.path_parameters:
                case.path_parameters[name] = codes[(which - 1) % len(codes)]
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"}, excluded_checks=NOT_ASKED
        )

    ask()


def test_the_description_is_valid_and_complete(app: Flask) -> None:
    """Each operation has a summary, answers and documented fields; of referrals, examples too."""
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "post"):
                continue
            assert operation.get("summary"), (method, path)
            answers = set(operation["responses"])
            assert answers & {"200", "201"}, (method, path)
            assert "422" in answers, (method, path)
            if path.startswith(BASE):
                _is_exemplary(operation, spec)


def _is_exemplary(operation: Any, spec: Any) -> None:
    """Its examples are what the schemas say."""
    parts = [operation["requestBody"]] if "requestBody" in operation else []
    parts += [found for status, found in operation["responses"].items() if status[:2] == "20"]
    for part in parts:
        for media in part["content"].values():
            assert "example" in media, operation["summary"]
            if "schema" in media:
                whole = {**media["schema"], "components": spec["components"]}
                Draft202012Validator(whole).validate(media["example"])


def test_the_docs_page_names_every_field(app: Flask) -> None:
    """What a program may send stands on the page."""
    page = app.test_client().get("/api/v1/docs").text
    for field in ("needs", "person.children", "person.age_certainty", "urgency", "limit", "lang"):
        assert field in page


def test_the_docs_page_describes_each_answer_once(app: Flask) -> None:
    """Fifty operations refuse alike: a page that says it fifty times is too large for a phone."""
    page = app.test_client().get("/api/v1/docs").text
    places = set(re.findall(r'id="([^"]+)"', page))
    named = re.findall(r'href="#([^"]+)"', page)
    assert len(named) > 80
    assert set(named) <= places
    assert page.count('id="answer-Problem"') == 1
    assert len(page) < 400_000

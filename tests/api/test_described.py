"""The API is what its description says: no 500, no answer outside its schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.conftest import fresh_url, running
from tests.support.story import load_sample

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


def test_the_description_is_valid_and_complete(app: Flask) -> None:
    """Each operation has a summary, answers and documented fields."""
    spec = app.test_client().get("/api/v1/openapi.json").get_json()
    assert spec["openapi"].startswith("3.1")
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post"):
                assert operation.get("summary"), (method, path)
                assert {"200", "422"} <= set(operation["responses"])


def test_the_docs_page_names_every_field(app: Flask) -> None:
    """What a program may send stands on the page."""
    page = app.test_client().get("/api/v1/docs").text
    for field in ("needs", "person.children", "person.age_certainty", "urgency", "limit", "lang"):
        assert field in page

"""The sample, loaded once for all pages that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import fresh_url, running
from tests.support.story import load_sample


@pytest.fixture(scope="module")
def sample_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app with the gazetteer and the sample data."""
    folder = tmp_path_factory.mktemp("sample")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        load_sample(app)
        yield app


@pytest.fixture
def sample_client(sample_app: Flask) -> FlaskClient:
    """A browser without JavaScript, on the sample."""
    return sample_app.test_client()

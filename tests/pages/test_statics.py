"""Styles and scripts are asked for once, and again when they change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

KEPT = "public, max-age=31536000, immutable"


def test_what_a_page_needs_is_kept_by_the_browser(client: FlaskClient) -> None:
    """Each address carries a mark of the content, and what is asked for by it may be kept."""
    needed = set(re.findall(r'"(/static/[^"]+)"', client.get("/").text))
    assert len(needed) > 10
    for address in needed:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == KEPT, address
            assert "Set-Cookie" not in answer.headers, address


@pytest.mark.parametrize("address", ["/static/css/base.css", "/static/css/base.css?v=0123456789"])
def test_another_address_is_looked_at_again(client: FlaskClient, address: str) -> None:
    """Without the mark, or with that of a former version, nobody may keep it."""
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-cache"


def test_another_content_has_another_address(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update the new one is asked for; what does not exist has no mark and no answer."""
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    style = tmp_path / "a.css"
    with app.test_request_context():
        style.write_text("a {}")
        before = url_for("static", filename="a.css")
        style.write_text("b {}")
        assert url_for("static", filename="a.css") != before
        assert url_for("static", filename="none.css") == "/static/none.css"
    assert client.get("/static/none.css?v=").status_code == 404
    assert client.get("/static/?v=").status_code == 404

"""What was typed for an address stays with the geocoder; a slow one stops nobody else's work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from agencies.queries.geocoding import AddressServiceError, find_address, key_of
from core.db import db
from tests.support.places import gazetteer, load
from tests.support.service import Asked, Reply, service

MakeApp = Callable[..., Flask]
SECRETS = ("Zwartkopstraat", "Quoxbungalow")  # in no gazetteer, in no word of ours
ADDRESS = f"Jl. {SECRETS[0]} 4711, Blok {SECRETS[1]}"


def _echo(asked: Asked) -> Reply:
    """A geocoder that repeats what it was asked, as they all do."""
    typed = asked.parameters["q"][0]
    if "boom" in typed:
        return Reply(status=500, text=f"cannot find {typed}")
    return Reply([{"lat": "-6.32", "lon": "106.90", "display_name": typed}])


def _ask_all(app: Flask) -> None:
    """An answer, the same again, a fault, a page for a person and one for a program."""
    find_address(ADDRESS)
    find_address(ADDRESS)
    with pytest.raises(AddressServiceError):
        find_address(f"{ADDRESS} boom")
    client = app.test_client()
    client.get("/places/suggest", query_string={"q": ADDRESS})
    client.get("/places/suggest", query_string={"q": ADDRESS}, headers={"Accept": "*/json"})


def test_nothing_typed_is_kept_or_logged(
    make_app: MakeApp,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Neither in the database file nor in any log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    with service(_echo) as provider:
        app = make_app(geocoder="nominatim", geocoder_url=provider.url, log_level="DEBUG")
        load(app, gazetteer(tmp_path))
        _ask_all(app)
        typed = [asked.parameters["q"][0] for asked in provider.asked]
    assert typed == [ADDRESS, f"{ADDRESS} boom"]
    db.session.remove()
    db.engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("rujukan.db*"))
    assert key_of(ADDRESS, app.config["RUJUKAN"]).encode() in kept
    said = "\n".join([caplog.text, *capfd.readouterr()])
    assert '"event": "geocoder"' in said
    for secret in (*SECRETS, "4711"):
        for form in (secret, secret.lower(), secret.upper()):
            assert form not in said
            assert form.encode() not in kept


def test_the_key_needs_the_secret(make_app: MakeApp) -> None:
    """Whoever has the database cannot try streets without the secret key."""
    one = make_app(geocoder="photon", geocoder_url="http://127.0.0.1:1", secret_key="one")
    two = make_app(geocoder="photon", geocoder_url="http://127.0.0.1:1", secret_key="two")
    keys = {key_of(ADDRESS, app.config["RUJUKAN"]) for app in (one, two)}
    assert len(keys) == 2
    assert all(len(key) == 64 for key in keys)


def test_many_askers_of_a_silent_geocoder_are_all_told_in_time(make_app: MakeApp) -> None:
    """More than may wait at once: the last gives up as soon as the first."""
    with service(Reply(wait=True)) as provider:
        app = make_app(geocoder="nominatim", geocoder_url=provider.url, geocoder_timeout=0.4)
        told: list[float] = []

        def ask(number: int) -> None:
            start = time.monotonic()
            with app.app_context():
                try:
                    find_address(f"Jl. Melati {number}")
                except AddressServiceError:
                    told.append(time.monotonic() - start)
                db.session.remove()

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(told) == 40
    assert max(told) < 4.0

"""Whatever is sent: a clear page or problem+json, never a 500, and nothing is told.

Over a real socket where a client would tidy up what is wrong, and by the test client elsewhere.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from accounts.current import COOKIE
from tests.conftest import fresh_url, running
from tests.support.browser import serve
from tests.support.world import World, make_world

MARK = "q7Zk<script>'\"x"  # what was sent is not told back
TELLING = (
    "Traceback",
    'File "',
    "sqlalchemy",
    "sqlite3",
    "psycopg",
    "werkzeug",
    "/core/",
    "SELECT ",
)


@pytest.fixture(scope="module")
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app as it runs for real."""
    folder = tmp_path_factory.mktemp("bad")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder, demo=False) as app:
        yield app


@pytest.fixture(scope="module")
def world(app: Flask) -> World:
    """Who and what there is."""
    return make_world()


@pytest.fixture(scope="module")
def address(app: Flask, world: World) -> Iterator[str]:
    """Where it answers."""
    with serve(app) as found:
        yield found


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    """A browser."""
    return app.test_client()


def _raw(address: str, request: bytes) -> tuple[int, bytes]:
    """Send bytes as they are; the status (0: the line was cut) and all that came back."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
        try:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            came = b""
            while chunk := line.recv(65536):
                came += chunk
        except (ConnectionResetError, BrokenPipeError):
            return 0, b""
    first = came.split(b"\r\n", 1)[0].split()
    return (int(first[1]) if len(first) > 1 and first[1].isdigit() else 0), came


def _get(path: bytes, *headers: bytes, method: bytes = b"GET") -> bytes:
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: localhost", b"Connection: close"]
    return b"\r\n".join([*lines, *headers, b"", b""])


def _is_clear(status: int, body: bytes) -> None:
    assert status < 500, (status, body[:300])
    text = body.decode("utf-8", "replace")
    for word in TELLING:
        # The server's own name in a header is not ours to tell of; granian sends none.
        assert word not in text.partition("\r\n\r\n")[2], (word, text[:300])


PATHS = [
    b"/static/..%2f..%2fwsgi.py",
    b"/static/../wsgi.py",
    b"/static/%2e%2e/%2e%2e/etc/passwd",
    b"/static/..%5c..%5cwsgi.py",
    b"/static//etc/passwd",
    b"/static/css/base.css%00.png",
    b"/%00",
    b"/agencies/%00",
    b"//evil.example/",
    b"//evil.example/%2f..",
    b"///directory",
    b"/directory/",
    b"/%c0%ae%c0%ae/%c0%af",
    b"/static/%c0%ae%c0%ae/wsgi.py",
    b"/agencies/%ff%fe",
    b"/%f0%28%8c%bc",
    b"/directory?q=%00&area=%ff%fe&page=%f0",
    b"/directory?page=" + b"9" * 5000,
    b"/directory?page=-1&type=%27%20or%201=1--",
    b"/find?need=%00&place=" + b"a" * 3000,
    b"/?lang=../../etc/passwd",
    b"/find?limit=%D9%A3&need=S1",
    b"/maps/ground.geojson?bbox=" + b"1," * 900,
    b"/places/suggest?q=%00%ff",
    b"/api/v1/find?need=%ff&place=%00",
    b"/agencies/" + b"a" * 4000,
    b"/" + b"../" * 300,
    b"/;/..;/",
    b"http://evil.example/directory",
    b"/directory#%0d%0aSet-Cookie:%20x=1",
    b"/directory%0d%0aSet-Cookie:%20x=1",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:40]))
def test_path_tricks(address: str, path: bytes) -> None:
    """Dots, NULs, overlong UTF-8, other people's hosts: nothing is served that should not be."""
    status, came = _raw(address, _get(path))
    _is_clear(status, came)
    head, _, body = came.partition(b"\r\n\r\n")
    assert b"create_app" not in body
    assert b"root:" not in body
    assert b"Set-Cookie: x" not in head
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"location:"):
            assert b"evil.example" not in line


@pytest.mark.parametrize(
    "headers",
    [
        [b"Host: evil.example"],
        [b"Host: " + b"a" * 3000],
        [b"Host: <script>"],
        [b"Host: localhost:99999999"],
        [b"Host: "],
        [b"X-Forwarded-Host: evil.example", b"X-Forwarded-Proto: javascript"],
        [b"Cookie: " + b"a=b; " * 3000],
        [b"Accept-Language: " + b"x," * 5000],
        [b"Accept-Language: \xff\xfe;q=nan"],
        [b"Accept: */*;q=x, ;;;"],
        [b"Content-Length: -5"],
        [b"Content-Length: many"],
        [b"Transfer-Encoding: chunked, gzip"],
        [b"If-None-Match: " + b'"x",' * 3000],
        [b"Range: bytes=9-1,a-"],
        [b"Authorization: Bearer " + b"\xff" * 300],
        [b"Authorization: Basic ::::"],
        [b"Idempotency-Key: " + b"k" * 5000],
    ],
    ids=lambda headers: repr(headers[0][:30]),
)
@pytest.mark.parametrize("path", [b"/directory", b"/api/v1/find?need=S1", b"/static/css/base.css"])
def test_hostile_headers(address: str, headers: list[bytes], path: bytes) -> None:
    """Hosts of others, headers of any size and shape."""
    status, came = _raw(address, _get(path, *headers))
    _is_clear(status, came)
    assert b"evil.example" not in came


BODIES = {
    "application/json": [
        b"",
        b"{",
        b"[" * 50_000,
        b'"text"',
        b"null",
        b"[1]",
        b'{"needs": {"$gt": ""}}',
        b'{"needs": ["S1"], "place": "\\u0000"}',
        b'{"needs": ["S1"], "lat": 1e999, "lon": NaN}',
        b'{"needs": ["S1"], "person": {"age": 1' + b"0" * 400 + b"}}",
        b'{"needs": ["S1"], "lat": ' + b"9" * 5000 + b', "lon": 1}',
        b"\xff\xfe\x00",
        b'{"needs": ["\\ud800"]}',
        b'{"needs": ["S1"], "at": "9999-12-31T23:59:59-12:00"}',
        b'{"needs": ["S1"], "at": "0001-01-01T00:00:00+14:00"}',
    ],
    "application/x-www-form-urlencoded": [
        b"%",
        b"need=%ff&place=%00",
        b"&" * 5000,
        b"age=" + b"9" * 5000,
    ],
    "multipart/form-data; boundary=x": [
        b"--x",
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\n=1+1\r\n--x--',
        b"--x\r\n\r\n\r\n--x--",
    ],
    "multipart/form-data": [b"--x"],
    "application/xml": [b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"],
    "text/plain; charset=nothing": [b"x"],
    "\x7f": [b"x"],
}


def _paths(app: Flask, world: World) -> list[tuple[str, str]]:
    from tests.guards.test_matrix import _address, _doors

    return [(_address(app, rule, world), m) for rule, m in _doors(app) if m != "GET"]


def test_bodies_of_any_kind(app: Flask, world: World, client: FlaskClient) -> None:
    """Every address that takes a body, with every kind of body: never a 500."""
    for path, method in _paths(app, world):
        for kind, bodies in BODIES.items():
            for body in bodies:
                answer = client.open(path, method=method, data=body, content_type=kind)
                _is_clear(answer.status_code, b"\r\n\r\n" + answer.data)
                if path.startswith("/api/"):
                    good = {"application/problem+json", "application/json"}
                    assert answer.mimetype in good, (path, kind, body[:40])


def test_a_body_that_is_too_large(app: Flask, world: World, client: FlaskClient) -> None:
    """413 in words, for pages and programs, before it is read into memory; 401 without a key."""
    for path, method in _paths(app, world):
        if path == "/exit":
            continue  # after it every page is a calendar
        answer = client.open(path, method=method, data=b"a" * (2 * 1024 * 1024))
        assert answer.status_code in (302, 303, 401, 404, 413, 422), (path, answer.status_code)
    form = client.post("/find", data={"place": "a" * (2 * 1024 * 1024)})
    assert form.status_code == 413
    assert "<h1" in form.text
    api = client.post(
        "/api/v1/find", data=b" " * (2 * 1024 * 1024), content_type="application/json"
    )
    assert (api.status_code, api.mimetype) == (413, "application/problem+json")


def test_wrong_methods(app: Flask, world: World, client: FlaskClient) -> None:
    """405 with what is allowed; a method that nobody knows too."""
    for path in ("/", "/directory", "/api/v1/find", "/static/css/base.css", "/nothing"):
        for method in ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND", "BREW", "OPTIONS"):
            answer = client.open(path, method=method)
            assert answer.status_code in (200, 404, 405), (method, path)
            if answer.status_code == 405:
                assert answer.headers["Allow"]
                assert "nonce" not in answer.text


def test_forged_sessions(app: Flask, world: World) -> None:
    """Cookies of anybody's making are as none; one signed with another key too."""
    other = Flask("other")
    other.secret_key = "guessed"
    signer = SecureCookieSessionInterface().get_signing_serializer(other)
    assert signer
    forged = ["", "x", "a.b.c", "=" * 4000, "%00", "\xff", str(signer.dumps({"_user_id": 1}))]
    plain = app.test_client().get("/directory").data
    for cookie in forged:
        client = app.test_client()
        client.set_cookie(COOKIE, cookie)
        client.set_cookie("session", cookie)
        client.set_cookie("language", cookie)
        answer = client.get("/directory")
        assert answer.status_code == 200
        assert len(answer.data) == len(plain)


def test_what_was_sent_is_not_told_back(client: FlaskClient) -> None:
    """Errors say what is wrong in their own words, never in the sender's."""
    for path in (f"/{MARK}", f"/agencies/{MARK}", f"/api/v1/{MARK}", f"/static/{MARK}"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<script>'" not in answer.text
    for body in (f'{{"{MARK}": 1}}', MARK, f'{{"needs": ["{MARK}"]}}'):
        answer = client.post("/api/v1/find", data=body, content_type="application/json")
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"


def test_random_bytes(address: str) -> None:
    """A thousand bytes of nonsense, forty times."""
    dice = random.Random(7)
    for _number in range(40):
        start = dice.choice([b"", b"GET ", b"POST /find HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: "])
        status, came = _raw(address, start + dice.randbytes(1000) + b"\r\n\r\n")
        if status != 0 and not came.startswith(b"<"):
            assert status < 500 or status == 505, came[:200]

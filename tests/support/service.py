"""A web service on a free loopback port that answers as a test says, and remembers what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its path, its parameters (or body), its headers."""

    path: str
    parameters: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer: `body` as JSON, or raw `text`; a byte every `drip` seconds."""

    body: Any = None
    text: str | None = None
    status: int = 200
    location: str | None = None
    drip: float = 0.0
    wait: bool = False  # until the test ends

    @property
    def raw(self) -> bytes:
        """The bytes of the answer."""
        return (json.dumps(self.body) if self.text is None else self.text).encode()


@dataclass(slots=True)
class Service:
    """The service: its address, what came, and what it answers next."""

    url: str
    reply: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for the answers that are still under way
    service: Service
    ended: threading.Event


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(json.loads(self.rfile.read(length)))

    def _answer(self, body: Any) -> None:
        address = urlsplit(self.path)
        asked = Asked(address.path, parse_qs(address.query), body, dict(self.headers.items()))
        self.server.service.asked.append(asked)
        reply = self.server.service.reply(asked)
        if reply.wait:
            self.server.ended.wait(10)
            return
        with suppress(OSError):  # the asker may have gone
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.location:
            self.send_header("Location", reply.location)
        self.send_header("Content-Length", str(len(reply.raw)))
        self.end_headers()
        if not reply.drip:
            self.wfile.write(reply.raw)
            return
        for byte in reply.raw:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.ended.wait(reply.drip):
                return

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def service(reply: Reply | Callable[[Asked], Reply]) -> Iterator[Service]:
    """A running service; `reply` is its answer, or makes one from the request."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.ended = threading.Event()
    always = (lambda _asked: reply) if isinstance(reply, Reply) else reply
    server.service = Service(f"http://127.0.0.1:{server.server_port}", always)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.service
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()

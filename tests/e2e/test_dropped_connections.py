"""A browser that goes before an answer is through leaves nothing open at the tests' server."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Iterator
from threading import Event
from typing import TYPE_CHECKING

from tests.support.browser import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WITHIN = 5.0  # seconds


class Picture:
    """An answer whose last bytes are sent just before whoever asked has gone."""

    def __init__(self) -> None:
        self.gone, self.closed = Event(), Event()

    def __iter__(self) -> Iterator[bytes]:
        yield b"<svg/>"
        assert self.gone.wait(WITHIN)

    def close(self) -> None:
        """As a file is closed."""
        self.closed.set()


def test_what_nobody_waits_for_any_more_is_closed() -> None:
    picture = Picture()

    def app(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "6")])
        return picture

    with serve(app) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"GET /mark.svg HTTP/1.1\r\nHost: here\r\n\r\n")
            assert client.recv(1000)
            # No farewell: the connection is reset, as when a tab is closed.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        picture.gone.set()
        assert picture.closed.wait(WITHIN)

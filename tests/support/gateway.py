"""An HTTP gateway for messages on a free loopback port that keeps what it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Sink:
    """What came, with its idempotency key; `status` is what is answered."""

    port: int = 0
    status: int = 200
    taken: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    authorized: list[str] = field(default_factory=list)

    def file(self, folder: Path, name: str = "sms.toml") -> str:
        """A file that says how this gateway is spoken to."""
        path = folder / name
        path.write_text(
            f'url = "http://127.0.0.1:{self.port}/send"\ntimeout = 5\n'
            '[headers]\nAuthorization = "Bearer rahasia"\n',
            encoding="utf-8",
        )
        return str(path)


@contextmanager
def gateway_sink() -> Iterator[Sink]:
    """A running gateway."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if sink.status == 200:
                sink.taken.append(json.loads(body))
                sink.keys.append(self.headers["Idempotency-Key"])
                sink.authorized.append(self.headers["Authorization"])
            self.send_response(sink.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()

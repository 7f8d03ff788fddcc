"""The app on a real port, and Debian's Chromium to look at it with."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.missing import require_program

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# As root there is no sandbox; and a browser under test calls nobody by itself.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


ANSWER = "rujukan.answer"  # in a request's environment: what it is answered with


class SilentHandler(WSGIRequestHandler):
    """Requests of a test are not news."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close what a browser no longer waits for: where it goes while its last bytes are read,
        Werkzeug forgets to, and a file stays open.
        """
        answer = (environ or {}).get(ANSWER)
        if answer is not None and hasattr(answer, "close"):
            answer.close()


def _remembering(app: WSGIApplication) -> WSGIApplication:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ[ANSWER] = app(environ, start_response)
        return found

    return answer


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """The address at which the app answers, on a free loopback port, until the block ends."""
    kept = _remembering(app)
    server = make_server("127.0.0.1", 0, kept, threaded=True, request_handler=SilentHandler)
    # It looks often whether it should end: a suite starts and ends many.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; one does for a whole session, each test opens its own context."""
    program = require_program("chromium")
    require_program("libatomic")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()

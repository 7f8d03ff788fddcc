"""Ask a service that the operator configured, over HTTP, and never wait longer than said."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPMessage
from typing import IO, Any, TypeVar
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

USER_AGENT = "rujukan"
MOST_BYTES = 4 * 1024 * 1024
MOST_WAITING = 16  # requests of this process that wait for an answer, those given up included

T = TypeVar("T")


class RemoteError(Exception):
    """No usable answer. The message is its kind; never the address, which holds what was asked."""


class _NoRedirects(HTTPRedirectHandler):
    """What was asked is for the configured service, not for where it might send us."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""


def _opener() -> OpenerDirector:
    opener = OpenerDirector()  # without the handlers for files and FTP that the usual one has
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        _NoRedirects(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


_waiting = threading.BoundedSemaphore(MOST_WAITING)


def get_json(
    url: str, *, timeout: float, headers: Mapping[str, str] | None = None, body: Any = None
) -> Any:
    """The JSON answer to a GET, or to a POST of `body` as JSON, within `timeout` seconds.

    Raises `RemoteError`: `timeout`, `unreachable`, `status 503`, `too large` or `no JSON`.
    """
    sent = dict(headers or {"User-Agent": USER_AGENT})
    if body is not None:
        sent["Content-Type"] = "application/json"
    data = None if body is None else json.dumps(body).encode()
    if not url.startswith(("http://", "https://")):
        raise RemoteError("unreachable")
    request = Request(url, data=data, headers=sent)  # noqa: S310 (the scheme was checked)
    raw = _within(timeout, lambda: _read(request, timeout))
    try:
        return json.loads(raw)
    except ValueError:
        raise RemoteError("no JSON") from None


def _read(request: Request, timeout: float) -> bytes:
    try:
        with _opener().open(request, timeout=timeout) as response:
            raw: bytes = response.read(MOST_BYTES + 1)
    except HTTPError as error:
        with suppress(OSError):
            error.close()
        raise RemoteError(f"status {error.code}") from None
    except TimeoutError:
        raise RemoteError("timeout") from None
    except (OSError, HTTPException, ValueError) as error:
        late = isinstance(getattr(error, "reason", None), TimeoutError)
        raise RemoteError("timeout" if late else "unreachable") from None
    if len(raw) > MOST_BYTES:
        raise RemoteError("too large")
    return raw


def _within(seconds: float, work: Callable[[], T]) -> T:
    """Do it in a thread and give up after so long.

    A socket's own time-out begins anew with every byte, and none covers the look-up of a name.
    """
    if not _waiting.acquire(timeout=seconds):
        raise RemoteError("timeout")
    done = threading.Event()
    found: list[T] = []
    failed: list[RemoteError] = []

    def run() -> None:
        try:
            found.append(work())
        except RemoteError as error:
            failed.append(error)
        finally:
            _waiting.release()
            done.set()

    threading.Thread(target=run, daemon=True, name="remote").start()
    if not done.wait(seconds) or not found:
        raise failed[0] if failed else RemoteError("timeout")
    return found[0]

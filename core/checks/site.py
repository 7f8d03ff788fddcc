"""What people meet: the address of this site, asked as they ask it, through the proxy."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from core.clock import now
from core.doctor import Finding
from core.settings import Settings

PATIENCE_SECONDS = 5.0
RENEWED_BEFORE = timedelta(days=14)  # certbot renews 30 days before the end


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site said."""

    status: int
    headers: Message
    body: bytes
    certificate_ends: datetime | None


def site(settings: Settings) -> Iterator[Finding]:
    """Whether the address of this site leads here, by HTTPS, past a proxy that can be believed."""
    where = urlsplit(settings.site_url)
    if where.scheme != "https":
        yield Finding(
            f"the address of this site is {settings.site_url or 'not set'}: passkeys and the links"
            " in messages need one that begins with https",
            "Set RUJUKAN_SITE_URL, such as https://rujukan.example.org.",
        )
        return
    try:
        answer = _ask(where)
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            f"browsers would refuse the certificate of {where.netloc}: {error.verify_message}",
            "Renew it: `certbot renew`, `systemctl reload nginx`; see that it is for this name.",
        )
        return
    except (OSError, HTTPException) as error:
        yield Finding(
            f"{settings.site_url} does not answer from here ({type(error).__name__})",
            "See that the name leads to this machine (`getent hosts`), and that the proxy runs:"
            " `nginx -t && systemctl status nginx`.",
        )
        return
    troubles = [*_of_answer(where, answer), *_of_certificate(where, answer), *_of_plain(where)]
    yield from troubles or [Finding(f"{settings.site_url} answers, by HTTPS")]


def _of_answer(where: SplitResult, answer: Answer) -> Iterator[Finding]:
    if not _is_ours(answer):
        yield Finding(
            f"{where.netloc} answers {answer.status}, and not as Rujukan does",
            "See that it runs, `systemctl status rujukan-web`, and that the proxy leads to its"
            " port.",
        )
    elif "Strict-Transport-Security" not in answer.headers:
        yield Finding(
            "the server does not know that people come by HTTPS: the proxy does not say so, or is"
            " not believed",
            "Have the proxy set X-Forwarded-Proto, set RUJUKAN_TRUSTED_PROXIES to the number of"
            " proxies, and start rujukan-web again.",
        )
    elif "Strict-Transport-Security" not in _ask(where, {"X-Forwarded-Proto": "http"}).headers:
        yield Finding(
            "the proxy passes on what visitors say in X-Forwarded-*: anybody can pretend to come"
            " from another address",
            "Have the proxy set these headers anew, as deploy/nginx.conf does; set"
            " RUJUKAN_TRUSTED_PROXIES to no more than the number of proxies.",
        )


def _is_ours(answer: Answer) -> bool:
    try:
        return answer.status == 200 and "heartbeat" in json.loads(answer.body)
    except (ValueError, TypeError):
        return False


def _of_certificate(where: SplitResult, answer: Answer) -> Iterator[Finding]:
    ends = answer.certificate_ends
    if ends is not None and ends - now() < RENEWED_BEFORE:
        yield Finding(
            f"the certificate of {where.netloc} ends on {ends:%Y-%m-%d}",
            "See why it is not renewed: `certbot renew --dry-run`, `systemctl list-timers`.",
        )


def _of_plain(where: SplitResult) -> Iterator[Finding]:
    """Who types the address without https must be led to it; nobody there is well, too."""
    if where.port:
        return
    connection = HTTPConnection(where.hostname or "", timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        said = connection.getresponse()
        leads_on = (said.getheader("Location") or "").startswith("https://")
    except (OSError, HTTPException):
        return
    finally:
        connection.close()
    if not leads_on:
        yield Finding(
            f"http://{where.netloc} answers without leading to https",
            "Redirect it, as deploy/nginx.conf does.",
        )


def _ask(where: SplitResult, headers: dict[str, str] | None = None) -> Answer:
    # No library that follows redirects or believes a proxy of the environment.
    connection = HTTPSConnection(
        where.hostname or "",
        where.port,
        timeout=PATIENCE_SECONDS,
        context=ssl.create_default_context(),
    )
    try:
        connection.request("GET", "/healthz", headers=headers or {})
        ends = _end_of_certificate(connection.sock)
        said = connection.getresponse()
        return Answer(said.status, said.headers, said.read(10_000), ends)
    finally:
        connection.close()


def _end_of_certificate(connected: socket.socket) -> datetime | None:
    certificate = connected.getpeercert() if isinstance(connected, ssl.SSLSocket) else None
    told = (certificate or {}).get("notAfter")
    if not isinstance(told, str):
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told), UTC)

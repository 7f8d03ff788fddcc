"""A gateway for SMS or WhatsApp over HTTP, whichever it is: a file says how it is spoken to.

    url = "https://gateway.example/v1/messages"
    method = "POST"                      # GET, POST or PUT
    type = "json"                        # of the body: json or form
    body = '{"to": "$to", "text": "$text", "reference": "$id"}'
    timeout = 10                         # seconds
    [headers]
    Authorization = "Bearer …"

`$to`, `$text` and `$id` may stand in the body and in the address; each is spelt as its place wants
it. The id also travels as `Idempotency-Key`. Any answer but 2xx is an error; redirects are errors:
what is said is for the gateway, not for where it might send us.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from string import Template
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus
from urllib.request import HTTPRedirectHandler, Request, build_opener

from core.channels.message import Message, NotSentError

IDEMPOTENCY = "Idempotency-Key"
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
METHODS = ("GET", "POST", "PUT")
LONGEST_WAIT = 60.0


class WrongGatewayError(Exception):
    """The file cannot be used; the text says why, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """How a gateway is spoken to."""

    url: str
    method: str = "POST"
    type: str = "json"
    body: str = '{"to": "$to", "text": "$text", "id": "$id"}'
    timeout: float = 10.0
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, message: Message) -> Request:
        """The request that hands a message over."""
        body = None
        headers = {"User-Agent": "rujukan", **self.headers, IDEMPOTENCY: message.id}
        if self.method != "GET":
            spell = _as_json if self.type == "json" else quote_plus
            body = _filled(self.body, message, spell).encode()
            headers.setdefault("Content-Type", TYPES[self.type])
        url = _filled(self.url, message, lambda text: quote(text, safe=""))
        return Request(url, data=body, headers=headers, method=self.method)  # noqa: S310 (checked)


def read_gateway(path: str) -> Gateway:
    """The gateway that a file describes. `WrongGatewayError` for a file that cannot be used."""
    try:
        said = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        found = Gateway(**said)
    except OSError as wrong:
        raise WrongGatewayError(f"it cannot be read: {wrong.strerror}") from None
    except (ValueError, TypeError):
        raise WrongGatewayError("it is no TOML, or has a field that nobody knows") from None
    for is_right, what in _checks(found):
        if not is_right:
            raise WrongGatewayError(what)
    return found


def send(path: str, message: Message) -> None:
    """Hand a message to the gateway that a file describes, or raise `NotSentError`."""
    try:
        gateway = read_gateway(path)
    except WrongGatewayError:
        raise NotSentError("gateway file") from None
    try:
        opener = build_opener(_NoRedirects())
        with opener.open(gateway.request(message), timeout=gateway.timeout) as answer:
            answer.read(1024)
    except HTTPError as wrong:
        wrong.close()
        raise NotSentError(f"status {wrong.code}") from None
    except (OSError, HTTPException, ValueError) as wrong:
        raise NotSentError(type(wrong).__name__) from None


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""


def _checks(found: Gateway) -> list[tuple[bool, str]]:
    texts = (found.url, found.method, found.type, found.body)
    if not all(isinstance(text, str) for text in texts) or not isinstance(found.headers, dict):
        return [(False, "a field holds something else than text")]
    return [
        (found.url.startswith(("https://", "http://")), "url must begin with https://"),
        (found.method in METHODS, "method must be GET, POST or PUT"),
        (found.type in TYPES, "type must be json or form"),
        (_is_wait(found.timeout), "timeout must be from 1 to 60 seconds"),
        (_says_all(found), "$to and $text must stand in url or body"),
        (found.type != "json" or found.method == "GET" or _is_json(found), "body is no JSON"),
        (all(isinstance(text, str) for text in found.headers.values()), "headers must be texts"),
    ]


def _is_wait(timeout: Any) -> bool:
    return isinstance(timeout, (int, float)) and 1 <= timeout <= LONGEST_WAIT


def _says_all(found: Gateway) -> bool:
    said = found.url if found.method == "GET" else found.url + found.body
    return "$to" in said and "$text" in said


def _is_json(found: Gateway) -> bool:
    try:
        json.loads(_filled(found.body, Message("id", "to", "", 'a "text"'), _as_json))
    except ValueError:
        return False
    return True


def _as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _filled(template: str, message: Message, spell: Callable[[str], str]) -> str:
    values = {"to": message.to, "text": message.text, "id": message.id}
    return Template(template).safe_substitute({name: spell(v) for name, v in values.items()})

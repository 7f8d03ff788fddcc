"""A demo serves this machine alone: its accounts have a password that everybody knows."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from flask import Flask, Response, request

from core import hooks
from core.variables import WrongSettingError

# The variables and options by which the usual servers are told where to listen.
_VARIABLES = ("GRANIAN_HOST", "FLASK_RUN_HOST")
_OPTIONS = ("--host", "-h", "--bind", "-b", "--listen")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def init_demo_guard(app: Flask) -> None:
    """Refuse to start for others (`WrongSettingError`), and refuse every request from elsewhere.

    The app cannot know where its server listens, so the server's own words are looked at first,
    and then each request.
    """
    for host in _asked_hosts(sys.argv[1:], os.environ):
        if not is_loopback(host):
            raise WrongSettingError(
                f"RUJUKAN_DEMO may listen on 127.0.0.1 only, not on {host}: everybody knows the "
                "passwords of its accounts"
            )
    hooks.before(app, _refuse_others)


def is_loopback(host: str) -> bool:
    """Whether a host name or address, with or without a port, is this machine itself."""
    name = host.removeprefix("http://").rstrip("/").lower()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _asked_hosts(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    for name in _VARIABLES:
        if environment.get(name):
            yield environment[name]
    for position, argument in enumerate(arguments):
        option, equals, value = argument.partition("=")
        if option in _OPTIONS:
            following = arguments[position + 1 : position + 2]
            yield from [value] if equals else following


def _refuse_others() -> Response | None:
    here = is_loopback(request.remote_addr or "") and is_loopback(request.host)
    if here and not any(name in request.headers for name in _FORWARDED):
        return None
    return Response(
        "A demo serves this machine alone.\n", 403, {"Cache-Control": "no-store"}, "text/plain"
    )

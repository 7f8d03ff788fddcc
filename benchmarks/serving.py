"""`POST /api/v1/find` on granian beside a bare Flask handler on the same server, taking turns."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

from benchmarks.page import spell, table
from benchmarks.questions import workers_questions
from benchmarks.registry import Registry, kept_ready
from benchmarks.times import Times
from core.settings import ROOT
from core.variables import PREFIX
from tests.synthetic import Asked

PATH = "/api/v1/find"
QUESTIONS = 100
ROUNDS = 15
WARM_ROUNDS = 2
HEADERS = {"Content-Type": "application/json"}


def measure(registry: Registry) -> str:
    """The section for one registry."""
    asked = workers_questions(QUESTIONS, registry.moment, seed=11, city=registry.city)
    bodies = [json.dumps(_body(one)) for one in asked]
    find, bare = Times(), Times()
    with ExitStack() as servers:
        ours = servers.enter_context(_granian("wsgi:app", _environment(registry)))
        least = servers.enter_context(_granian("benchmarks.bare:app", {}))
        for connection in (ours, least):
            _warm_up(connection, bodies)
        for _ in range(ROUNDS):
            for body in bodies:
                find.take(_post, ours, body)
                bare.take(_post, least, body)
    return _section(registry, find, bare)


def _section(registry: Registry, find: Times, bare: Times) -> str:
    rows = [
        ["find", spell(find.p50), spell(find.p95), f"{find.p50 / bare.p50:.2f}"],
        ["bare Flask handler", spell(bare.p50), spell(bare.p95), "1"],
    ]
    return (
        f"## POST /api/v1/find, {registry.services:,} {_kind(registry)} services\n\n"
        f"{len(find)} requests of each, {QUESTIONS} different questions.\n\n"
        + table(["handler", "p50", "p95", "times the bare handler"], rows)
    )


def _kind(registry: Registry) -> str:
    return "sample" if registry.city else "synthetic"


def _environment(registry: Registry) -> dict[str, str]:
    return {
        "RUJUKAN_DATA_DIR": str(registry.folder),
        "RUJUKAN_SECRET_KEY": "benchmark",
        "RUJUKAN_LOG_LEVEL": "ERROR",
        "RUJUKAN_OFFERS_CACHED": str(kept_ready(registry.services)),
    }


def _body(asked: Asked) -> dict[str, Any]:
    """The question as a program sends it."""
    question = asked.question
    assert asked.origin is not None
    body: dict[str, Any] = {
        "needs": list(question.needs),
        "lat": asked.origin[0],
        "lon": asked.origin[1],
        "urgency": question.urgency.value,
        "person": _person(asked),
        "limit": asked.limit,
    }
    return body | ({"at": question.at.isoformat()} if question.at_was_given else {})


def _person(asked: Asked) -> dict[str, Any]:
    person = asked.question.person
    said: dict[str, Any] = {}
    if person.sex:
        said["sex"] = person.sex.value
    if person.age is not None:
        said |= {"age": person.age, "age_certainty": person.age_certainty.value}
    if person.children:
        said["children"] = ",".join(f"{c.sex.value[0].upper()}{c.age}" for c in person.children)
    if person.disability:
        said["disability"] = [kind.value for kind in person.disability]
    if person.languages:
        said["languages"] = list(person.languages)
    if person.nationality:
        said["nationality"] = person.nationality
    if person.id_document is not None:
        said["id_document"] = person.id_document
    return said


def _warm_up(connection: HTTPConnection, bodies: list[str]) -> None:
    for _ in range(WARM_ROUNDS):
        for body in bodies:
            _post(connection, body)


def _post(connection: HTTPConnection, body: str) -> None:
    connection.request("POST", PATH, body, HEADERS)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise ConnectionError(f"answered with {answer.status}")


@contextmanager
def _granian(target: str, environment: dict[str, str]) -> Iterator[HTTPConnection]:
    """A connection to a server of its own, which ends with the block."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
               "--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-log",
               target]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    kept.pop("DATABASE_URL", None)
    process = subprocess.Popen(command, cwd=ROOT, env=kept | environment)
    try:
        connection = _connected(port)
        yield connection
        connection.close()
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # what it measured is measured
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _connected(port: int) -> HTTPConnection:
    for _ in range(300):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            connection.close()
            time.sleep(0.1)
        else:
            connection.close()  # it opens again by itself; the server closes what is idle for long
            return connection
    raise TimeoutError("the server did not come up")

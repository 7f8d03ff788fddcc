"""Hand-offs under load: `python -m benchmarks handing [--seconds 60]`.

16 clients on granian make moves of the hand-off, whole ones from sent to closed, through a door
like those of the API; beside them, in turns in the same run, a bare Flask handler on the same
server that inserts one row and commits it, in the same database. On SQLite and PostgreSQL.

No `Idempotency-Key` is sent: it would add two transactions of its own to each move (its promise
and its answer), and what is measured is the move. Served as docs/operate.md says: one process with
threads on SQLite, one for each core on PostgreSQL; the bare handler on the very same server.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import text

from accounts.commands.keys import make_key
from accounts.queries.who import actor_of
from accounts.rules.rights import Role, Scope
from benchmarks.page import spell, table
from benchmarks.serving import _connected, _free_port
from core.db import db, write, writing
from core.ids import new_id
from core.settings import ROOT, Settings
from core.variables import PREFIX
from referral.models import Referral
from tests.support.handing import make_consent, make_draft, make_two
from tests.support.people import make_account
from tests.support.postgres import Cluster
from wsgi import create_app

CLIENTS = 16
GOAL, GOAL_P99 = 0.35, 0.25  # of the bare commits; seconds
TURNS = 3
# One hand-off, and which side makes each move.
WAY = (
    ("send", "sender"),
    ("acknowledge", "receiver"),
    ("accept", "receiver"),
    ("hand_over", "receiver"),
    ("begin", "receiver"),
    ("complete", "receiver"),
    ("close", "sender"),
)
MOVES_A_SECOND = 400  # drafts are made for so many, more than any machine has shown
Ask = Callable[[HTTPConnection], None]


class Durable(Cluster):
    """PostgreSQL that keeps what it has committed, as in real life."""

    def _settings(self) -> Mapping[str, str]:
        kept = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
        return {**super()._settings(), **kept}


@dataclass(slots=True)
class Tally:
    """What came of one kind of request."""

    seconds: list[float] = field(default_factory=list)
    spent: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.spent if self.spent else 0.0

    def part(self, share: float) -> float:
        """So many of the answers took no longer."""
        return sorted(self.seconds)[int(len(self.seconds) * share)] if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class HandOff:
    """A draft with its consent, and who moves it."""

    code: str
    consent_id: uuid.UUID
    pool_id: uuid.UUID
    keys: Mapping[str, str]


def measure(seconds: int = 60) -> str:
    """The section of the page, for both databases."""
    with tempfile.TemporaryDirectory(prefix="rujukan-bench-") as folder:
        sections = [_measure("SQLite", f"sqlite:///{folder}/rujukan.db", Path(folder), seconds)]
    cluster = Durable()
    try:
        with tempfile.TemporaryDirectory(prefix="rujukan-bench-") as folder:
            url = cluster.new_database()
            sections.append(_measure("PostgreSQL", url, Path(folder), seconds))
    finally:
        cluster.stop()
    return "\n\n".join(sections)


def _measure(name: str, url: str, folder: Path, seconds: int) -> str:
    hand_offs = _prepare(url, folder, CLIENTS + seconds * MOVES_A_SECOND // len(WAY) // 2)
    moves, bare = Tally(), Tally()
    workers = 1 if url.startswith("sqlite") else os.cpu_count() or 1
    with _granian(url, folder, workers) as port:
        waiting = _to_do(hand_offs)
        _ask_for(port, 2, Tally(), lambda: _asking_bare)
        _ask_for(port, 2, Tally(), lambda: _moving(waiting))
        for _ in range(TURNS):
            _ask_for(port, seconds / TURNS, bare, lambda: _asking_bare)
            _ask_for(port, seconds / TURNS, moves, lambda: _moving(waiting))
    ratio = moves.rate / bare.rate if bare.rate else 0.0
    rows = [
        [word, f"{one.rate:.0f}", spell(one.part(0.5)), spell(one.part(0.99)), str(len(one.errors))]
        for word, one in (("moves", moves), ("bare commits", bare))
    ]
    return (
        f"## Hand-offs under load, {name}\n\n{CLIENTS} clients, {seconds} s of each in {TURNS}"
        f" turns. Moves / bare commits = **{ratio:.2f}** (goal {GOAL}); p99 goal"
        f" {spell(GOAL_P99)}.\n\n"
        + table(["what", "a second", "p50", "p99", "errors"], rows)
        + "".join(f"\n\nFirst error: {one.errors[0]}" for one in (moves, bare) if one.errors)
    )


def _prepare(url: str, folder: Path, count: int) -> list[HandOff]:
    settings = Settings(database_url=url, data_dir=folder, secret_key="bench", log_level="ERROR")
    app = create_app(settings)
    with app.app_context():
        upgrade()
        two = make_two(beds=(count + CLIENTS, 0))
        keys = {}
        for side, agency_id in (("sender", two.sender_id), ("receiver", two.receiver_id)):
            manager = actor_of(make_account(Role.MANAGER, agency_id=agency_id), strong=True)
            said = {"agency_id": agency_id, "name": side, "scopes": [Scope.REFERRALS], "days": 2}
            keys[side] = write(make_key, manager, **said)  # type: ignore[arg-type]
        made = [make_draft(two) for _ in range(1)]
        consent_id = make_consent(two)
        with writing():
            made += _copies(made[0], count - 1)
            kind = "integer primary key" if url.startswith("sqlite") else "bigserial primary key"
            db.session.execute(text(f"create table bare_row (id {kind}, word text)"))
        pool_id = two.pool_id
        db.session.remove()
        db.engine.dispose()
    return [HandOff(code, consent_id, pool_id, keys) for code in made]


def _copies(code: str, count: int) -> list[str]:
    """More drafts like one, without its facts: they are not what is measured."""
    from referral.commands.asking.drafts import _free_code
    from referral.models import ReferralNeed
    from referral.queries.referrals import any_referral_by_code

    first = any_referral_by_code(code)
    assert first is not None
    codes = []
    for _ in range(count):
        copy = Referral(
            id=new_id(), code=_free_code(), case_id=first.case_id, made_at=first.made_at,
            sender_agency_id=first.sender_agency_id, receiver_agency_id=first.receiver_agency_id,
            offer_id=first.offer_id, urgency=first.urgency, moved_at=first.moved_at,
            needs=[ReferralNeed(need="S1")],
        )  # fmt: skip
        db.session.add(copy)
        codes.append(copy.code)
    return codes


def _to_do(hand_offs: list[HandOff]) -> queue.SimpleQueue[tuple[HandOff, int]]:
    waiting: queue.SimpleQueue[tuple[HandOff, int]] = queue.SimpleQueue()
    for one in hand_offs:
        waiting.put((one, 0))
    return waiting


def _moving(waiting: queue.SimpleQueue[tuple[HandOff, int]]) -> Ask:
    """A client's work: one hand-off after the other, move by move; what it left goes on later."""
    mine: list[tuple[HandOff, int]] = []

    def ask(connection: HTTPConnection) -> None:
        one, step = mine.pop() if mine else waiting.get_nowait()
        name, side = WAY[step]
        said: dict[str, str] = {}
        if name == "send":
            said["consent_id"] = str(one.consent_id)
        if name == "accept":
            said["pool_id"] = str(one.pool_id)
        headers = {
            "Authorization": f"Bearer {one.keys[side]}",
            "Content-Type": "application/json",
        }
        _post(connection, f"/api/v1/bench/{one.code}/{name}", json.dumps(said), headers)
        if step + 1 < len(WAY):
            mine.append((one, step + 1))

    return ask


def _asking_bare(connection: HTTPConnection) -> None:
    _post(connection, "/bare/", "{}", {"Content-Type": "application/json"})


def _post(connection: HTTPConnection, path: str, body: str, headers: dict[str, str]) -> None:
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status != 200:
        raise ConnectionError(f"{path} answered with {answer.status}: {told[:300]!r}")


def _ask_for(port: int, seconds: float, tally: Tally, client: Callable[[], Ask]) -> None:
    """All clients at once for so long."""
    began = time.perf_counter()
    until = began + seconds
    guard = threading.Lock()

    def run() -> None:
        connection, ask = HTTPConnection("127.0.0.1", port, timeout=60), client()
        took: list[float] = []
        while time.perf_counter() < until:
            at = time.perf_counter()
            try:
                ask(connection)
            except queue.Empty:
                break
            except (OSError, HTTPException) as error:
                with guard:
                    tally.errors.append(str(error))
                connection.close()
                continue
            took.append(time.perf_counter() - at)
        connection.close()
        with guard:
            tally.seconds.extend(took)

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.spent += time.perf_counter() - began


@contextmanager
def _granian(url: str, folder: Path, workers: int) -> Iterator[int]:
    """The server as the Procfile starts it, with so many processes."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
               "--port", str(port), "--workers", str(workers), "--blocking-threads", "4",
               "--no-log",
               "benchmarks.handing_app:app"]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    said = {
        "DATABASE_URL": url,
        "RUJUKAN_DATA_DIR": str(folder),
        "RUJUKAN_SECRET_KEY": "bench",
        "RUJUKAN_LOG_LEVEL": "ERROR",
    }
    process = subprocess.Popen(command, cwd=ROOT, env=kept | said)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        process.kill()


def _wait_for(port: int) -> None:
    """The whole app takes a while to be imported where the machine is busy."""
    for _ in range(4):
        with suppress(TimeoutError):
            return _connected(port).close()
    raise TimeoutError("the server did not come up")

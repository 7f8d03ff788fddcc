"""Hand-offs under load: `python -m benchmarks handing [--seconds 60]`.

16 clients on granian make moves of the hand-off, whole ones from sent to closed, through a door
like those of the API; beside them, in turns in the same run, a bare Flask handler on the same
server that inserts one row and commits it, in the same database: by the driver alone, and by
Flask-SQLAlchemy. On SQLite and PostgreSQL.

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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.hand_offs import PAIRS, HandOff, prepare
from benchmarks.page import spell, table
from benchmarks.serving import _connected, _free_port
from core.settings import ROOT
from core.variables import PREFIX
from tests.support.postgres import Cluster

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


def _measure(database: str, url: str, folder: Path, seconds: int) -> str:
    hand_offs = prepare(url, folder, CLIENTS + (seconds + 2) * MOVES_A_SECOND // len(WAY))
    workers = 1 if url.startswith("sqlite") else os.cpu_count() or 1
    waiting = _to_do(hand_offs)
    asked: dict[str, Callable[[], Ask]] = {
        "moves": lambda: _moving(waiting),
        "bare commits": lambda: _asking("/bare/"),
        "the same by Flask-SQLAlchemy": lambda: _asking("/usual/"),
    }
    tallies = {name: Tally() for name in asked}
    with _granian(url, folder, workers) as port:
        for client in asked.values():
            _ask_for(port, 2, Tally(), client)
        for _ in range(TURNS):
            for name, client in asked.items():
                _ask_for(port, seconds / TURNS, tallies[name], client)
    return _section(database, seconds, tallies)


def _section(database: str, seconds: int, tallies: Mapping[str, Tally]) -> str:
    moves, bare, usual = tallies.values()
    rows = [
        [word, f"{one.rate:.0f}", spell(one.part(0.5)), spell(one.part(0.99)), str(len(one.errors))]
        for word, one in tallies.items()
    ]
    return (
        f"## Hand-offs under load, {database}\n\n{CLIENTS} clients, {seconds} s of each in {TURNS}"
        f" turns, {PAIRS} pairs of agencies. Moves / bare commits = **{_ratio(moves, bare)}** (goal"
        f" {GOAL}), beside Flask-SQLAlchemy {_ratio(moves, usual)}; p99 goal {spell(GOAL_P99)}.\n\n"
        + table(["what", "a second", "p50", "p99", "errors"], rows)
        + "".join(f"\n\nFirst error: {one.errors[0]}" for one in tallies.values() if one.errors)
    )


def _ratio(some: Tally, others: Tally) -> str:
    return f"{some.rate / others.rate if others.rate else 0.0:.2f}"


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


def _asking(path: str) -> Ask:
    def ask(connection: HTTPConnection) -> None:
        _post(connection, path, "{}", {"Content-Type": "application/json"})

    return ask


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

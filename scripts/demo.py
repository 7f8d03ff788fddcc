"""Run the demo: fictional data, the web server and the worker, until somebody stops it.

`python -m scripts.demo PORT` is the last step of `make demo`. Web and worker are the lines of the
Procfile. They live and die together: when one ends, or this process does in whatever way, the
other is stopped too. (honcho, which reads the same Procfile, leaves them running when its output
is gone, as with a closed terminal, or when the server's main process is killed.)
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException

from scripts.common import BIN, ROOT, say, stop

HOST = "127.0.0.1"
DATA = ROOT / "var"
PREPARATION = ("flask --app wsgi db upgrade", "flask --app wsgi demo load")
# Eight months of fictional referrals, once, in the district of the demo's coordinator, so that
# quarters are published and say something of agencies; the last referrals are open.
PAST = "flask --app wsgi demo simulate --once --months 8 --cases 0.45 --within 31.75 --leave-open"
POLL_SECONDS = 0.2
ANSWER_WITHIN_SECONDS = 60
END_WITHIN_SECONDS = 5
# At the end of its input, which is the end of ours, stops the process groups that it was given.
GUARDIAN = """
read -r _ && exit
for group in "$@"; do kill -s TERM -- "-$group"; done
sleep 5
for group in "$@"; do kill -s KILL -- "-$group"; done
"""

Processes = Sequence[subprocess.Popen[bytes]]

_parent = os.getppid()
# Not a threading.Event: setting one in a signal handler can wait for ever for its own lock.
_asked_to_stop: list[int] = []


def main(arguments: list[str]) -> int:
    """Prepare the data and run; the answer is the exit code."""
    port = read_port(arguments[0] if arguments else "8000")
    refuse_taken(port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: _asked_to_stop.append(number))
    environment = demo_environment(port)
    DATA.mkdir(mode=0o700, exist_ok=True)
    for command in preparation():
        if run([command], environment):
            stop(f"`{command}` failed; its last words are above.")
    code = run(procfile(), environment, Announcement(port).look)
    if code is None:
        return 0
    say("Rujukan has stopped because the server or the worker ended; the lines above say why.")
    return 1


def preparation() -> tuple[str, ...]:
    """What is to be done before the demo starts; its past only where there is none yet."""
    has_past = any((DATA / "simulation").glob("*.json"))
    return PREPARATION if has_past else (*PREPARATION, PAST)


def read_port(text: str) -> int:
    """The port as a number."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        stop(f"PORT is a number from 1 to 65535, not {text!r}.")
    return int(text)


def refuse_taken(port: int) -> None:
    """Stop with a sentence when the port cannot be ours; the server itself might share it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as reason:
            stop(
                f"Port {port} cannot be used ({reason.strerror}); "
                "choose another with: make demo PORT=8080"
            )


def demo_environment(port: int) -> dict[str, str]:
    """The environment of the demo: its own data, whatever this shell is set up for.

    Fictional people must never be loaded into somebody's real database, so a database that the
    shell names is not used.
    """
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": "",
        "RUJUKAN_DATA_DIR": str(DATA),
        "RUJUKAN_DEMO": "1",
    }


def procfile() -> list[str]:
    """The commands of the Procfile; stops when the server would listen for others.

    Everybody knows the passwords of a demo. The application looks too (`core/demo_guard.py`).
    """
    lines = (ROOT / "Procfile").read_text().splitlines()
    commands = [line.partition(":")[2].strip() for line in lines if line.strip()]
    for command in commands:
        if "--host" in command and f"--host {HOST} " not in command:
            stop(f"The demo may listen on {HOST} only; the Procfile says: {command}")
    return commands


def run(
    commands: Sequence[str],
    environment: Mapping[str, str],
    meanwhile: Callable[[], None] = lambda: None,
) -> int | None:
    """Run commands together until one ends: its exit code, or None when a stop was asked for."""
    if stopping():
        return None
    with together(commands, environment) as processes:
        while not stopping():
            for process in processes:
                if process.poll() is not None:
                    return process.returncode
            meanwhile()
            time.sleep(POLL_SECONDS)
    return None


def stopping() -> bool:
    """Whether somebody wants the end: Ctrl-C, a kill, a closed terminal, or `make` is gone."""
    # `make` killed outright tells nobody; but then its children get another parent.
    return bool(_asked_to_stop) or os.getppid() != _parent


@contextmanager
def together(commands: Sequence[str], environment: Mapping[str, str]) -> Iterator[Processes]:
    """Processes that have all ended when the block does, or when we are killed within it.

    Each is a session of its own, so that a signal to it reaches what it started, and so that
    Ctrl-C reaches this process alone, which then ends them in good order.
    """
    processes = [
        subprocess.Popen(
            ["/bin/sh", "-c", command], cwd=ROOT, env=environment, start_new_session=True
        )
        for command in commands
    ]
    guardian = subprocess.Popen(
        ["/bin/sh", "-c", GUARDIAN, "guardian", *(str(process.pid) for process in processes)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield processes
    finally:
        end(processes)
        guardian.communicate(b"not needed\n")


def end(processes: Processes) -> None:
    """Ask the processes and all that they started to end; make those that do not."""
    _signal(processes, signal.SIGTERM)
    late = time.monotonic() + END_WITHIN_SECONDS
    while _signal(processes, 0) and time.monotonic() < late:
        time.sleep(0.05)
    _signal(processes, signal.SIGKILL)
    for process in processes:
        process.wait()


def _signal(processes: Processes, number: int) -> bool:
    """Signal each process's group; whether there was anybody left to receive it."""
    received = False
    for process in processes:
        process.poll()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
            received = True
    return received


class Announcement:
    """Says where the demo is, once it answers; or once that it does not."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._late = time.monotonic() + ANSWER_WITHIN_SECONDS
        self._said = self._complained = False

    def look(self) -> None:
        """Look whether there is something to say now."""
        if self._said:
            return
        address = f"http://{HOST}:{self._port}"
        if answers(self._port):
            say(f"Rujukan is at {address} (Ctrl-C stops it)")
            self._said = True
        elif time.monotonic() > self._late and not self._complained:
            say(f"Rujukan does not answer at {address} yet; the lines above may say why.")
            self._complained = True


def answers(port: int) -> bool:
    """Whether the server says that it is well."""
    # Not urllib: a proxy that the shell names has no business here.
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

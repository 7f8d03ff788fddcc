"""Run the demo: fictional data, the web server and the worker, until somebody stops it.

`python -m scripts.demo PORT` is the last step of `make demo`. Web and worker are the lines of the
Procfile and run together under honcho: when one ends, the other is stopped.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from types import FrameType

from scripts.common import BIN, ROOT, say, stop

HOST = "127.0.0.1"
DATA = ROOT / "var"
POLL_SECONDS = 0.2
ANSWER_WITHIN_SECONDS = 60
# A signal that finds honcho in the middle of starting its processes makes it forget them.
HONCHO_STARTS_IN_SECONDS = 1.5


class StopRequestedError(Exception):
    """Somebody wants the demo to end: Ctrl-C, a kill, or a closed terminal."""


def main(arguments: list[str]) -> int:
    """Prepare the data and run; the answer is the exit code."""
    port = read_port(arguments[0] if arguments else "8000")
    refuse_taken(port)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _request_stop)
    environment = demo_environment(port)
    try:
        prepare(environment)
        return run(environment, port)
    except StopRequestedError:
        return 0


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


def prepare(environment: Mapping[str, str]) -> None:
    """Bring the database up to date and put the fictional data in; what is there stays."""
    DATA.mkdir(mode=0o700, exist_ok=True)
    for command in (("db", "upgrade"), ("demo", "load")):
        flask = [str(BIN / "flask"), "--app", "wsgi", *command]
        if subprocess.run(flask, cwd=ROOT, env=environment, check=False).returncode:
            stop(f"`flask {' '.join(command)}` failed; its last words are above.")


def run(environment: Mapping[str, str], port: int) -> int:
    """Run web and worker until one ends or a stop is asked for."""
    # No `.env` file is read: the demo's environment is the one above. A session of its own keeps
    # Ctrl-C from reaching honcho twice, once from the terminal and once from here.
    honcho = subprocess.Popen(
        [BIN / "honcho", "--env", os.devnull, "start", "--procfile", "Procfile"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    started = time.monotonic()
    with guard(honcho):
        try:
            announce(honcho, port)
            wait(honcho)
        except StopRequestedError:
            _ignore_signals()
            time.sleep(max(0.0, started + HONCHO_STARTS_IN_SECONDS - time.monotonic()))
            honcho.terminate()
            honcho.wait()
            return 0
    say("Rujukan has stopped because one of its two processes ended; the lines above say which.")
    return honcho.returncode or 1


def guard(honcho: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Leave nothing running when this process is killed outright.

    The guardian waits at a pipe that nobody writes to; it closes when we end, however we end.
    """
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -TERM "$0" 2>/dev/null', str(honcho.pid)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def announce(honcho: subprocess.Popen[bytes], port: int) -> None:
    """Say where the demo is, once it answers."""
    late = time.monotonic() + ANSWER_WITHIN_SECONDS
    while not answers(port):
        if honcho.poll() is not None:
            return
        if time.monotonic() > late:
            say(
                f"Rujukan does not answer at http://{HOST}:{port} yet; the lines above may say why."
            )
            return
        _pause()
    say(f"Rujukan is at http://{HOST}:{port} (Ctrl-C stops it)")


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


def wait(honcho: subprocess.Popen[bytes]) -> None:
    """Wait for the end of one of the processes."""
    while honcho.poll() is None:
        _pause()


_PARENT = os.getppid()


def _pause() -> None:
    time.sleep(POLL_SECONDS)
    # `make` killed outright tells nobody; but its children then get another parent.
    if os.getppid() != _PARENT:
        raise StopRequestedError


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    raise StopRequestedError


def _ignore_signals() -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

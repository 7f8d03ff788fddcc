"""What the set-up scripts share: where things are, how to speak, how to install on Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")


def say(sentence: str) -> None:
    """Tell the person at once, also when the output is a file."""
    print(sentence, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with one sentence that says why."""
    print(sentence, file=sys.stderr, flush=True)
    raise SystemExit(1)


def in_ci() -> bool:
    """Whether nothing may be missing because this run decides for everybody."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def can_install() -> bool:
    """Whether this is root on Debian or a descendant; elsewhere the person's own choice rules."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages without a question and without starting their services."""
    # Outside systemd, runlevel 1 keeps a package from starting the service that it brings.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}

    def apt(*command: str) -> bool:
        # Pages of news about packages would bury what matters; shown when it went wrong.
        done = subprocess.run(
            [*APT, *command],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            say(done.stdout)
        return done.returncode == 0

    # An update may fail on one source of many and the packages still be there.
    apt("update", "-qq")
    return apt("install", "-qq", "-y", "--no-install-recommends", *packages)

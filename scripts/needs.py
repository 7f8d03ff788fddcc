"""The programs that are needed beside Python packages: find them, on Debian install them.

`python -m scripts.needs` is a step of `make test`; `make demo` asks for those that it names. Tests
ask the same functions where a program is (tests/support/missing.py), so both agree on what is
missing.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.common import apt_install, can_install, in_ci, say, stop

POSTGRES_PROGRAMS = ("initdb", "postgres", "pg_ctl")
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Need:
    """A program: what people call it, Debian's package, and how to find it."""

    title: str
    package: str
    find: Callable[[], Path | None]
    without: str = "the tests that use it will be skipped"

    def sentence(self) -> str:
        """What to tell the person when it is missing."""
        return f"{self.title} is not installed (on Debian: apt-get install {self.package})"


def find_postgres() -> Path | None:
    """The folder of the PostgreSQL server's programs; Debian keeps them off the PATH."""
    # PostgreSQL's major version names the folder; the newest first.
    folders = sorted(DEBIAN_POSTGRES.glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).parent)
    return next((f for f in folders if _has_server(f)), None)


def find_chromium() -> Path | None:
    """A browser of the Chromium family."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    return Path(found) if found else None


def find_libatomic() -> Path | None:
    """The C library that Playwright's Node.js loads; a bare Debian lacks it."""
    return _library("libatomic.so.1")


def find_pango() -> Path | None:
    """The library with which WeasyPrint sets the letters of papers."""
    return _library("libpangoft2-1.0.so.0")


def _library(name: str) -> Path | None:
    try:
        if sys.platform == "linux":
            ctypes.CDLL(name)
    except OSError:
        return None
    return Path(name)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def _has_server(folder: Path) -> bool:
    return all((folder / program).is_file() for program in POSTGRES_PROGRAMS)


NEEDS = {
    "postgresql": Need("The PostgreSQL server", "postgresql", find_postgres),
    "chromium": Need("Chromium", "chromium", find_chromium),
    "pango": Need(
        "The library pango",
        "libpangoft2-1.0-0",
        find_pango,
        "letters are printed by the browser instead of as PDF",
    ),
    "libatomic": Need("The library libatomic", "libatomic1", find_libatomic),
}


def missing(names: Sequence[str] = ()) -> list[Need]:
    """What cannot be found on this machine: of all needs, or of those named."""
    return [need for name, need in NEEDS.items() if name in (names or NEEDS) and not need.find()]


def main(names: Sequence[str]) -> None:
    """Install what is missing where that is ours to do; in CI the rest is an error."""
    absent = missing(names)
    if absent and can_install():
        packages = [need.package for need in absent]
        say(f"Installing {', '.join(packages)}")
        apt_install(packages)
        absent = missing(names)
    for need in absent:
        if in_ci():
            stop(f"{need.sentence()}, and CI needs it.")
        say(f"{need.sentence()}: {need.without}.")


if __name__ == "__main__":
    main(sys.argv[1:])

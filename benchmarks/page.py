"""The page of figures, and the machine and versions that they were measured on."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
LIBRARIES = ("flask", "sqlalchemy", "h3", "pyproj", "geopy", "granian", "marshmallow", "folium")

MACHINE = "## The machine"
TO_REACH = "## To reach"  # written by people: figures are measured, aims are not

HOW = """\
# Benchmarks

Made by `make bench ARGS=--write`. Compare the figures of one run with each other: the rivals answer
the same questions in the same run, in turn, and the run ends with an error if any two answers
differ. On another machine all of them are other.

**The registry** is synthetic (`tests/synthetic.py`), on SQLite: agencies where Indonesia's people
live, with the sample data's shares of yes, no and unknown.

**The questions** (`benchmarks/questions.py`) are what workers ask: one to three needs, from where
people live, with sex, age, children, disability, languages, nationality, papers, time and urgency,
each as often as it plausibly is known. Ten results are asked for.

**The answers** are complete: results and near misses with what every rule says of them, in order,
with opening hours. What is kept in memory is warm, except in the last row.

- *find*: from its shelves in memory, after one read that says they are still true
  (docs/agencies.md); no answer is kept.
- *R\\*Tree*: SQLite's own index, one tree for each need, boxes that grow until nothing outside can
  enter the answer and start where they sufficed before; the same filters, distances and order.
- *loop of geodesics*: geopy's geodesic to every service, then the same filters and order.
- *find, nothing ready yet*: the same questions, asked once of a process that has just started.

**The server** is granian with one worker and one connection that stays open; the bare handler is
Flask returning a constant (`benchmarks/bare.py`) on the same settings. Requests take turns.
The same hundred questions come again in every round, so districts are mostly remembered.
"""


def page(sections: Sequence[str], before: str = "") -> str:
    """The whole page: what was measured now in the place of what was before, the rest as it was.

    What is to be reached, which people write, stands at its end.
    """
    kept = {_title(one): one for one in _sections(before)}
    aims = [kept.pop(TO_REACH)] if TO_REACH in kept else []
    kept.pop(MACHINE, None)
    measured = kept | {_title(one): one.strip() for one in sections}
    return "\n\n".join([HOW.rstrip(), _machine(), *measured.values(), *aims]) + "\n"


def _sections(page: str) -> list[str]:
    _, *found = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    return [one.strip() for one in found]


def _title(section: str) -> str:
    return section.strip().partition("\n")[0]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def spell(seconds: float) -> str:
    """A span of time in three figures or so."""
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{MACHINE}\n\n{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"{_system()}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{libraries}."
    )


def _processor() -> str:
    return _named(Path("/proc/cpuinfo"), "model name", ":") or platform.machine()


def _system() -> str:
    named = _named(Path("/etc/os-release"), "PRETTY_NAME", "=")
    return named or f"{platform.system()} {platform.release()}"


def _named(path: Path, name: str, mark: str) -> str:
    lines = path.read_text().splitlines() if path.exists() else []
    found = [line.partition(mark)[2] for line in lines if line.startswith(name)]
    return found[0].strip().strip('"') if found else ""

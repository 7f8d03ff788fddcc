"""The program itself: whether what a version needs was installed with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from core.doctor import Finding
from core.settings import ROOT, Settings

REQUIREMENTS = ROOT / "requirements" / "base.txt"
VENDOR = ROOT / "static" / "vendor"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)(\s*;)?", re.MULTILINE)


def packages(_settings: Settings) -> Iterator[Finding]:
    """Whether the Python packages are those that this version was tested with."""
    wrong = [
        f"{name} {_installed(name) or 'missing'} instead of {wanted}"
        for name, wanted, conditional in _PINNED.findall(REQUIREMENTS.read_text(encoding="utf-8"))
        if _installed(name) != wanted and not (conditional and _installed(name) is None)
    ]
    if wrong:
        yield Finding(
            f"are not those of this version: {', '.join(wrong)}",
            "Run `.venv/bin/python -m pip install --require-hashes -r requirements/base.txt`, and"
            " start web and worker again.",
        )
        return
    yield Finding("are those of this version")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def front_end(_settings: Settings) -> Iterator[Finding]:
    """Whether the files that browsers get from us were laid out."""
    if any(VENDOR.glob("*/*.js")):
        yield Finding("is laid out")
        return
    yield Finding(
        "is missing: maps and what gets better with JavaScript do not work",
        "Run `.venv/bin/python -m scripts.frontend`.",
    )

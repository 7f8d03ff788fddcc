"""The program itself: whether what a version needs was installed with it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement

from core.doctor import Finding
from core.settings import ROOT, Settings

REQUIREMENTS = ROOT / "requirements" / "base.txt"
VENDOR = ROOT / "static" / "vendor"


def packages(_settings: Settings) -> Iterator[Finding]:
    """Whether the Python packages are those that this version was tested with."""
    wrong = [
        f"{wanted.name} {_installed(wanted.name) or 'missing'} instead of {wanted.specifier}"
        for wanted in _pinned()
        if not wanted.specifier.contains(_installed(wanted.name) or "0", prereleases=True)
    ]
    if wrong:
        yield Finding(
            f"are not those of this version: {', '.join(wrong)}",
            "Run `.venv/bin/python -m pip install --require-hashes -r requirements/papers.txt`, and"
            " start web and worker again.",
        )
        return
    yield Finding("are those of this version")


def _pinned() -> Iterator[Requirement]:
    """What stands in the list for this machine's Python; hashes are on lines of their own."""
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            wanted = Requirement(line.rstrip("\\ "))
            if wanted.marker is None or wanted.marker.evaluate():
                yield wanted


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

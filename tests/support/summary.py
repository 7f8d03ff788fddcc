"""A pytest plugin: the end of a run names what could not run on this machine, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.support.missing import MARK


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each thing that is missing, before pytest's closing line."""
    lines = summary(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("could not run here")
        for line in lines:
            terminalreporter.write_line(line)


def summary(skipped: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """The reasons that `missing.cannot_run` gave, with the number of tests each one cost.

    They are read from the reports, because with pytest-xdist the tests run in other processes.
    """
    reasons = Counter(
        said.partition(MARK)[2] for report in skipped if MARK in (said := _reason(report))
    )
    return [f"{MARK}{reason} ({count} skipped)" for reason, count in sorted(reasons.items())]


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    # A skip's report carries (file, line, reason).
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else ""

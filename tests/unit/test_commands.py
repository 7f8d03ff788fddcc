"""Commands on a database that is not migrated."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import running


@pytest.mark.parametrize(
    "args",
    [
        ["keys", "erase", "RJK-22222", "--yes"],
        ["audit", "verify"],
        ["staff", "invite", "x@example.org", "--role", "administrator"],
        ["demo", "load"],
    ],
)
def test_one_sentence_says_what_to_do(tmp_path: Path, args: list[str]) -> None:
    """No traceback: which command to run first."""
    with running(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, demo=True, language="en") as app:
        done = app.test_cli_runner().invoke(args=args)
    assert done.exit_code == 1
    assert "db upgrade" in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert "Traceback" not in done.output

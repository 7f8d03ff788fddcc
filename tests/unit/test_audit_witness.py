"""The witness is told, on disk and by mail, and nothing but heads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from accounts.queries.witness import read_witness
from core import worker
from core.clock import now
from core.db import db
from core.outbox import OutboxRow
from core.settings import Settings
from core.variables import WrongSettingError
from tests.conftest import MakeApp
from tests.support.audit import AGENCY, CHAIN, fill, kinds, witness
from tests.support.smtp import mail_server


def _lines(folder: Path) -> list[dict[str, object]]:
    return [
        json.loads(x)
        for p in sorted(folder.glob("*.jsonl"))
        for x in p.read_text().split("\n")
        if x
    ]


@pytest.mark.both_databases
def test_the_worker_tells_it_in_its_interval(make_app: MakeApp, tmp_path: Path) -> None:
    """New heads as lines, nothing when nothing happened, and not before it is time."""
    folder = tmp_path / "elsewhere"
    make_app(witness_dir=str(folder), witness_minutes=10)
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False) as clock:
        fill(3)
        worker.one_round()
        assert [(x["chain"], x["number"]) for x in _lines(folder)] == [(CHAIN, 3)]
        assert set(_lines(folder)[0]) == {"at", "chain", "number", "hash"}
        fill(1)
        worker.one_round()
        assert len(_lines(folder)) == 1
        clock.shift(timedelta(minutes=11))
        worker.one_round()
        assert [x["number"] for x in _lines(folder)] == [3, 4]
        clock.shift(timedelta(minutes=11))
        worker.one_round()
        assert len(_lines(folder)) == 2
        assert kinds(folder) == set()


def test_each_month_begins_with_all_heads(make_app: MakeApp, tmp_path: Path) -> None:
    """So that a file alone bears witness, and a lost one is made good."""
    make_app()
    folder = tmp_path / "elsewhere"
    with time_machine.travel(datetime(2026, 11, 30, tzinfo=UTC)):
        fill(2)
        assert witness(folder) == 1
        assert witness(folder) == 0
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC)):
        assert witness(folder) == 1
    assert sorted(p.name for p in folder.iterdir()) == [
        "heads-2026-11.jsonl",
        "heads-2026-12.jsonl",
    ]
    (folder / "heads-2026-11.jsonl").unlink()
    assert read_witness([folder]).last_number(CHAIN) == 2


def test_files_are_closed_to_others_and_a_torn_line_harms_nothing(
    make_app: MakeApp, tmp_path: Path
) -> None:
    """A power cut in the middle of a line: the next round begins a line of its own."""
    make_app()
    folder = tmp_path / "elsewhere"
    fill(2)
    witness(folder)
    (path,) = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    with path.open("ab") as file:
        file.write(b'{"at":"2026')
    fill(1)
    assert witness(folder) == 1
    seen = read_witness([folder])
    assert (seen.last_number(CHAIN), seen.unreadable) == (3, 1)


def test_heads_go_by_mail_too(make_app: MakeApp, tmp_path: Path) -> None:
    """Through the outbox to a real server; when it refuses, the worker tries again."""
    with mail_server() as server:
        make_app(
            mail_server="127.0.0.1",
            mail_port=server.port,
            mail_security="none",
            mail_from="rujukan@example.org",
            witness_mail="one@example.org, two@example.org",
        )
        fill(3)
        server.refuse_next = 2  # both receivers
        worker.one_round()
        assert server.mails == []
        with time_machine.travel(now() + timedelta(minutes=1)):
            worker.one_round()
    (message,) = server.mails
    assert server.receivers == ["one@example.org", "two@example.org"]
    assert message["From"] == "rujukan@example.org"
    said = [json.loads(line) for line in message.get_content().splitlines() if line]
    assert [set(line) for line in said] == [{"at", "chain", "number", "hash"}]
    assert said[0]["chain"] == AGENCY.hex
    db.session.rollback()
    assert db.session.scalars(select(OutboxRow.done_at)).one() is not None
    # What came by mail is a witness like any other.
    (tmp_path / "mailed.jsonl").write_text(message.get_content())
    assert read_witness([tmp_path / "mailed.jsonl"]).last_number(CHAIN) == 3


def test_mail_settings_must_fit_together() -> None:
    """A witness by mail without a server, a server without a sender."""
    with pytest.raises(WrongSettingError, match="MAIL_SERVER"):
        Settings(witness_mail="a@example.org").checked()
    with pytest.raises(WrongSettingError, match="MAIL_FROM"):
        Settings(mail_server="localhost").checked()

"""Canaries: marked values go in through the doors, and are looked for wherever a thief could look.

A stolen database, backup, log or temporary file may say nothing about a person; nor may a title, an
address, an error page. The search itself is shown to find: it is given a canary in the clear.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from flask import Flask, json
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from accounts.rules.rights import Role
from core.crypto import CannotUnsealError
from core.db import db, writing
from core.outbox import OutboxRow
from core.worker import one_round
from referral.models import CaseFile
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.people import make_account, sign_in
from tests.support.postgres import cluster

PHONE = "0812-7391-4468"


@dataclass(frozen=True, slots=True)
class Canary:
    """A marked value and every spelling of it that would give it away."""

    field: str
    value: str

    def spellings(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each spelling."""
        raw = self.value.encode()
        yield "plain", raw
        yield "lower", raw.lower()
        yield "utf-16le", self.value.encode("utf-16-le")
        yield "utf-16be", self.value.encode("utf-16-be")
        yield "hex", binascii.hexlify(raw)
        yield "HEX", binascii.hexlify(raw).upper()
        yield "url", quote(self.value, safe="").encode()
        yield "form", quote_plus(self.value).encode()
        yield "json", json.dumps(self.value).strip('"').encode()
        yield "reversed", raw[::-1]
        for shift in range(3):
            # Base64 of a longer text, in which the value begins at any of the three places.
            padded = base64.b64encode(b"\0" * shift + raw)
            whole = padded[-(-shift * 8 // 6) : -4]
            yield f"base64+{shift}", whole
            yield f"base64url+{shift}", whole.replace(b"+", b"-").replace(b"/", b"_")
        if self.field == "phone":
            digits = re.sub(r"\D", "", self.value)
            yield "digits", digits.encode()
            yield "international", f"62{digits[1:]}".encode()


def new_canaries() -> dict[str, Canary]:
    """One for each field, with letters that each spelling writes differently."""
    values = {
        "name": f"Kenarí {secrets.token_hex(8)} Ünik",
        "phone": PHONE,
        "address": f"Jalan {secrets.token_hex(8)} no. 7 & 9",
        "notes": f"Catatan <{secrets.token_hex(8)}> rahasia",
    }
    return {field: Canary(field, value) for field, value in values.items()}


def sightings(canaries: dict[str, Canary], where: str, content: bytes) -> list[str]:
    """What of the canaries is seen there."""
    lowered = content.lower()
    return [
        f"{canary.field} as {name} in {where}"
        for canary in canaries.values()
        for name, spelling in canary.spellings()
        if spelling in (lowered if name == "lower" else content)
    ]


def in_files(canaries: dict[str, Canary], *folders: Path) -> tuple[list[str], list[str]]:
    """What is seen in the files of some folders (names included), and which files there were."""
    seen, names = [], []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            seen += sightings(canaries, f"name of {path}", str(path).encode())
            if path.is_file():
                names.append(path.name)
                seen += sightings(canaries, str(path), path.read_bytes())
    return seen, names


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


@dataclass(slots=True)
class Story:
    """What was done, and what was answered."""

    code: str
    answers: list[Any]


def live(client: FlaskClient, canaries: dict[str, Canary]) -> Story:
    """Open, read, change and mistype a case; come without a token; ask for what is not there."""
    person = {field: canary.value for field, canary in canaries.items()}
    sign_in(client, make_account(Role.WORKER, agency_id=make_offer().service.agency_id))
    token = {"csrf_token": token_of(client.get("/cases/new").text)}
    opened = client.post("/cases/new", data={**token, **person})
    assert opened.status_code == 303, opened.text
    code = opened.headers["Location"].rpartition("/")[2]
    shown = client.get(f"/cases/{code}")
    assert canaries["name"].value in shown.text, "it did not go in: this would show nothing"
    first = {**person, "notes": person["notes"] + " lama"}
    answers = [
        opened,
        shown,
        client.post(f"/cases/{code}", data={**token, **first}),
        client.post(f"/cases/{code}", data={**token, **person}),
        client.post(f"/cases/{code}", data={**token, **person, "birth_year": "x"}),
        client.post(f"/cases/{code}", data={**person, "csrf_token": "x"}),
        client.post("/cases/new", data={**token, **person}),
        client.get("/cases"),
    ]
    return Story(code, answers)


def errors_of(
    client: FlaskClient, story: Story, canaries: dict[str, Canary], patch: Any
) -> list[Any]:
    """Error pages: not found, not allowed, too large, failed with the person at hand."""
    person = {field: canary.value for field, canary in canaries.items()}
    answers = [
        client.post("/cases/RJK-22222", data={**person, "csrf_token": "x"}),
        client.put(f"/cases/{story.code}", data=person),
        client.post("/no/such/page", data=person),
        client.post("/cases/new", data={**person, "notes": person["notes"] * 60_000}),
        client.post("/api/v1/find", json=person),
        client.post("/api/v1/find", data=json.dumps(person), content_type="text/plain"),
    ]

    def fail(*_arguments: object, **named: object) -> None:
        raise RuntimeError(f"{named} {person}")

    def tampered(*_arguments: object, **_named: object) -> None:
        raise CannotUnsealError(str(person))

    for broken in (fail, tampered):
        patch.setattr("referral.commands.case.cases.person_of", broken)
        answers.append(client.get(f"/cases/{story.code}"))
        patch.undo()
    seen = {answer.status_code for answer in answers}
    assert seen >= {404, 405, 413, 422, 500, 503}, seen
    return answers


def titles_and_addresses(answers: list[Any]) -> bytes:
    """What a browser keeps and shows to others: titles, links, headers."""
    kept = []
    for answer in answers:
        kept += re.findall(r"<title>.*?</title>", answer.text, re.S)
        kept += re.findall(r'(?:href|action|src)="[^"]*"', answer.text)
        kept += [f"{name}: {value}" for name, value in answer.headers]
        kept.append(answer.request.url)
    return "\n".join(kept).encode()


def thief_of_database(app: Flask, database: str) -> list[Path]:
    """The folders in which the database keeps its files, written out to the disk."""
    if database == "sqlite":
        return []  # in the data folder
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("checkpoint"))
    return [cluster().folder]


def dump_of(app: Flask) -> bytes:
    """Every row as text: PostgreSQL may compress what it stores."""
    said = []
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                said.append(repr(tuple(row)))
    return "\n".join(said).encode()


@pytest.mark.both_databases
def test_no_canary_is_seen_anywhere(
    make_app: MakeApp,
    database: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Through a whole life of a case, everywhere, before and after an erasure."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    app = make_app(keys_backup_dir=str(tmp_path / "kept"), log_level="DEBUG")
    canaries = new_canaries()
    client = app.test_client()
    story = live(client, canaries)
    held = held_temporary_copy(app, monkeypatch, tmp_path, canaries)
    errors = errors_of(client, story, canaries, monkeypatch)
    printed = b""
    for words in (
        ["backup", str(tmp_path / "b")],
        ["keys", "backup"],
        ["keys", "status"],
        ["keys", "rotate"],
        ["referral", "unmet"],
        ["restore", str(tmp_path / "b"), "--yes"],
    ):
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, (words, result.output)
        printed += result.output.encode()
    one_round()  # the worker's work

    def seen_now() -> tuple[list[str], list[str]]:
        seen, names = in_files(canaries, tmp_path, *thief_of_database(app, database))
        seen += sightings(canaries, "the rows", dump_of(app))
        out, err = capfd.readouterr()
        for where, content in {
            "what was printed": printed,
            "the logs": (out + err + caplog.text).encode(),
            "error pages": b"".join(answer.data for answer in errors),
            "titles and addresses": titles_and_addresses([*story.answers, *errors]),
        }.items():
            seen += sightings(canaries, where, content)
        return seen, names

    seen, names = seen_now()
    assert not seen
    assert {"keys.db", "b", "master_key"} <= set(names)
    assert [name for name in names if name.startswith("keys-2")]
    if database == "sqlite":
        assert {"rujukan.db", "rujukan.db-wal", "rujukan.db-shm"} <= set(names)
    assert held, "no temporary copy was seen while it was there"
    assert app.test_cli_runner().invoke(args=["keys", "erase", story.code, "--yes"]).exit_code == 0
    assert not seen_now()[0]


def held_temporary_copy(
    app: Flask, patch: pytest.MonkeyPatch, tmp_path: Path, canaries: dict[str, Canary]
) -> bool:
    """Look into the folder at the moment in which a backup's temporary copy exists."""
    from core.backup.frames import FrameWriter

    looked = []
    real = FrameWriter.close

    def look(writer: Any) -> None:
        seen, _names = in_files(canaries, tmp_path)
        assert not seen
        looked.append(True)
        real(writer)

    patch.setattr(FrameWriter, "close", look)
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "held")])
    patch.undo()
    assert result.exit_code == 0, result.output
    return bool(looked)


class TestTheSearchFinds:
    """A search that cannot find would prove nothing."""

    @pytest.mark.both_databases
    @pytest.mark.parametrize("where", ["row", "outbox"])
    def test_a_canary_in_the_clear(
        self, make_app: MakeApp, database: str, tmp_path: Path, where: str
    ) -> None:
        app = make_app()
        canaries = new_canaries()
        story = live(app.test_client(), canaries)
        plain = canaries["notes"].value
        with writing():
            if where == "row":
                db.session.execute(
                    update(CaseFile).filter_by(code=story.code).values(notes_sealed=plain.encode())
                )
            else:
                db.session.add(OutboxRow(kind="x", facts={"said": plain}))
        seen, _names = in_files(canaries, tmp_path, *thief_of_database(app, database))
        assert [sighting for sighting in seen if sighting.startswith("notes")]
        assert sightings(canaries, "the rows", dump_of(app))

    @pytest.mark.parametrize(
        "spelling", [name for name, _raw in Canary("phone", PHONE).spellings()]
    )
    def test_each_spelling(self, tmp_path: Path, spelling: str) -> None:
        canaries = {"phone": Canary("phone", PHONE)}
        raw = dict(canaries["phone"].spellings())[spelling]
        (tmp_path / "log").write_bytes(b"some line " + raw + b" and more")
        assert any(f" as {spelling} " in sighting for sighting in in_files(canaries, tmp_path)[0])

    @pytest.mark.parametrize("before", range(6))
    def test_base64_of_something_longer(self, before: int) -> None:
        canaries = new_canaries()
        for canary in canaries.values():
            longer = base64.b64encode(b"x" * before + canary.value.encode() + b" and so on")
            assert sightings({"one": canary}, "somewhere", longer), canary.field

    def test_a_file_name_and_a_title(self, tmp_path: Path) -> None:
        canaries = new_canaries()
        (tmp_path / canaries["phone"].value).touch()
        assert in_files(canaries, tmp_path)[0]


def test_a_process_that_crashes_prints_nothing_of_a_person(tmp_path: Path) -> None:
    """The server's own traceback, in a process of its own, when a request fails."""
    canary = Canary("name", f"Kenari {secrets.token_hex(8)}")
    script = (
        "import sys\n"
        "from core.settings import Settings\n"
        "from pathlib import Path\n"
        "from wsgi import create_app\n"
        "folder, name = Path(sys.argv[1]), sys.argv[2]\n"
        "app = create_app(Settings(data_dir=folder, demo=True))\n"
        "def fail(): raise RuntimeError(name)\n"
        "app.view_functions['find.find'] = fail\n"
        "answer = app.test_client().post('/find', data={'name': name, 'csrf_token': 'x'})\n"
        "assert answer.status_code == 500, answer.status_code\n"
        "print(answer.text)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), canary.value],
        capture_output=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not sightings({"name": canary}, "its output", done.stdout + done.stderr)

"""Who is told what, when, and in which letters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agencies.rules.needs import Urgency
from core.channels import gateway
from core.channels.message import Message
from core.i18n import say
from referral.rules import notice_words as words
from referral.rules.answer_links import masked
from referral.rules.moves import MOVES, Name, Party
from referral.rules.notices import (
    Hours,
    What,
    due_at,
    first_tried,
    is_emergency,
    tellings_of,
)
from referral.rules.states import State
from referral.rules.threads import may_read_thread, may_write_thread

WIB = ZoneInfo("Asia/Jakarta")
# 3GPP TS 23.038, the basic table; each of these is one septet.
GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
LINK = "https://rujukan.jakarta.example.go.id/answer/" + "x" * 22


def _told(name: Name, before: State, party: Party, **more: object) -> list[tuple[Party, What]]:
    said = {"reason": None, "by_phone": False, **more}
    found = tellings_of(name, party=party, before=before, **said)  # type: ignore[arg-type]
    return [(telling.to, telling.what) for telling in found]


def test_every_move_tells_somebody_and_never_who_made_it() -> None:
    for name, move in MOVES.items():
        for before in move.sources - {State.DRAFT}:
            for party in move.by:
                told = _told(name, before, party)
                assert told, name
                assert party not in {to for to, _ in told}


@pytest.mark.parametrize(
    ("name", "before", "party", "more", "told"),
    [
        (Name.SEND, State.DRAFT, Party.SENDER, {}, [(Party.RECEIVER, What.NEW)]),
        (Name.CANCEL, State.DRAFT, Party.SENDER, {}, []),
        (Name.MARK_ERROR, State.DRAFT, Party.SENDER, {}, []),
        (Name.DECLINE, State.SENT, Party.RECEIVER, {}, [(Party.SENDER, What.ANSWERED)]),
        (Name.DECLINE, State.ACCEPTED, Party.RECEIVER, {}, [(Party.SENDER, What.FALLEN)]),
        (
            Name.ACCEPT, State.SENT, Party.RECEIVER, {"by_phone": True},
            [(Party.RECEIVER, What.BY_PHONE)],
        ),
        (
            Name.CANCEL, State.SENT, Party.SENDER, {"reason": "consent_withdrawn"},
            [(Party.RECEIVER, What.WITHDRAWN)],
        ),
        (Name.CANCEL, State.NO_SHOW, Party.RECEIVER, {}, [(Party.SENDER, What.CALLED_OFF)]),
        (
            Name.LAPSE, State.ACCEPTED, Party.CLOCK, {},
            [(Party.SENDER, What.LAPSED), (Party.RECEIVER, What.LAPSED)],
        ),
    ],
)  # fmt: skip
def test_who_is_told_what(
    name: Name,
    before: State,
    party: Party,
    more: dict[str, object],
    told: list[tuple[Party, What]],
) -> None:
    assert _told(name, before, party, **more) == told


def test_what_wakes_people() -> None:
    assert is_emergency(What.NEW, Urgency.EMERGENCY)
    assert not is_emergency(What.NEW, Urgency.URGENT)
    assert is_emergency(What.FALLEN, Urgency.ROUTINE)
    assert not is_emergency(What.NOTE, Urgency.EMERGENCY)


@pytest.mark.parametrize(
    ("local", "hours", "routine", "emergency", "due"),
    [
        ("2026-11-22 23:30", Hours(time(21), time(6)), False, False, "2026-11-23 06:00"),
        ("2026-11-22 05:59", Hours(time(21), time(6)), False, False, "2026-11-22 06:00"),
        ("2026-11-22 06:00", Hours(time(21), time(6)), False, False, "2026-11-22 06:00"),
        ("2026-11-22 23:30", Hours(time(21), time(6)), False, True, "2026-11-22 23:30"),
        ("2026-11-22 13:00", Hours(time(12), time(14)), False, False, "2026-11-22 14:00"),
        ("2026-11-22 09:00", Hours(digest_at=time(8)), True, False, "2026-11-23 08:00"),
        ("2026-11-22 07:00", Hours(digest_at=time(8)), True, False, "2026-11-22 08:00"),
        ("2026-11-22 07:00", Hours(digest_at=time(8)), False, False, "2026-11-22 07:00"),
        ("2026-11-22 07:00", Hours(time(21), time(6), time(5)), True, False, "2026-11-23 06:00"),
    ],
)
def test_quiet_hours_and_digests(
    local: str, hours: Hours, routine: bool, emergency: bool, due: str
) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=WIB).astimezone(UTC)
    found = due_at(moment, hours, WIB, emergency=emergency, routine=routine)
    assert f"{found.astimezone(WIB):%Y-%m-%d %H:%M}" == due


def test_which_channels_are_tried() -> None:
    assert first_tried([False, False], emergency=False) == [0]
    assert first_tried([True, False, False], emergency=False) == [1]
    assert first_tried([True, True], emergency=False) == [0, 1]
    assert first_tried([True, False], emergency=True) == [0, 1]
    assert first_tried([], emergency=True) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_message_is_one_sms_of_plain_letters(language: str) -> None:
    """In both languages, with a long address of the site, and it keeps its link."""
    tell = say(language)
    for what in What:
        for urgency in Urgency:
            said = words.sentence(what, urgency, tell)
            for lead in (words.SIGN_IN, words.ANSWER):
                text = words.short_text(said, lead, LINK, tell)
                assert LINK in text, (len(text), text)
                assert len(text) <= words.SMS_LETTERS
                assert set(text) <= GSM7, set(text) - GSM7
    for message in (words.CODE, words.TEST, words.SEVERAL):
        text = tell(message, code="123456", number=99)
        assert len(text) <= words.SMS_LETTERS
        assert set(text) <= GSM7
    for subject in (words.SUBJECT, words.SUBJECT_EMERGENCY, words.CODE_SUBJECT):
        assert len(tell(subject)) <= 60


def test_a_link_that_does_not_fit_is_left_out() -> None:
    text = words.short_text("A referral waits.", words.ANSWER, LINK + "x" * 99, say("en"))
    assert "http" not in text


def test_masked_addresses() -> None:
    assert masked("jaga@melati.example.org") == "j•••@m•••.org"
    assert masked("+6281200001111") == "•••• 111"


def test_the_thread_closes_for_the_receiver_and_stays_for_the_sender() -> None:
    receiver, sender = Party.RECEIVER, Party.SENDER
    assert may_read_thread(receiver, State.SENT, has_basis=True)
    assert not may_read_thread(receiver, State.SENT, has_basis=False)
    for state in (State.DECLINED, State.EXPIRED, State.CANCELLED, State.IN_ERROR):
        assert not may_read_thread(receiver, state, has_basis=True)
        assert may_read_thread(sender, state, has_basis=False)
        assert not may_write_thread(sender, state, has_basis=True)


def _file(folder: Path, text: str) -> str:
    path = folder / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_gateway_is_spoken_to_as_its_file_says(tmp_path: Path) -> None:
    """Quotes and signs of a message stay in it, whatever the place wants."""
    message = Message("id-1", "+62812", "", 'say "ya" & go')
    json_file = _file(tmp_path, 'url = "https://g.example/send"')
    request = gateway.read_gateway(json_file).request(message)
    assert request.data == b'{"to": "+62812", "text": "say \\"ya\\" & go", "id": "id-1"}'
    assert request.get_header("Idempotency-key") == "id-1"
    form = 'url = "http://g.example"\ntype = "form"\nbody = "to=$to&msg=$text"'
    request = gateway.read_gateway(_file(tmp_path, form)).request(message)
    assert request.data == b"to=%2B62812&msg=say+%22ya%22+%26+go"
    get = 'url = "http://g.example/?t=$to&m=$text"\nmethod = "GET"'
    request = gateway.read_gateway(_file(tmp_path, get)).request(message)
    assert request.full_url == "http://g.example/?t=%2B62812&m=say%20%22ya%22%20%26%20go"
    assert request.data is None


@pytest.mark.parametrize(
    "text",
    [
        "url = 3", 'url = "ftp://x"', 'url = "https://x"\nmethod = "DELETE"', "no toml at all",
        'url = "https://x"\ntimeout = 999', 'url = "https://x"\nbody = "{}"', 'other = "x"',
        'url = "https://x"\nbody = "{$to $text"',
    ],
)  # fmt: skip
def test_a_gateway_file_that_cannot_be_used_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(gateway.WrongGatewayError) as wrong:
        gateway.read_gateway(_file(tmp_path, text))
    assert not re.search("ftp|DELETE", str(wrong.value).replace("method must be", ""))

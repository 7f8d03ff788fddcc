"""What is told over real mail and a real gateway, seen on the platform, and never a silent hole."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.rules.rights import Role
from agencies.rules.needs import Urgency
from core.clock import now
from core.db import db, write, writing
from core.outbox import OutboxRow, do_due_rows
from referral.commands.moves.answering import accept, acknowledge, decline
from referral.commands.moves.sending import cancel
from referral.models import Channel, ChannelKind, Notice
from referral.rules.reasons import Cancel, Decline
from tests.conftest import MakeApp
from tests.support.gateway import Sink, gateway_sink
from tests.support.handing import NAME, make_sent, make_two
from tests.support.people import make_account, sign_in
from tests.support.sending import send, words
from tests.support.smtp import Mailbox, mail_server

SITE = "https://rujukan.example.org"
NUMBER = "+6281200002222"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with mail_server() as found:
        yield found


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A gateway."""
    with gateway_sink() as found:
        yield found


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path, mailbox: Mailbox, sink: Sink) -> Flask:
    """The app with both."""
    return make_app(
        demo=False,
        mail_server="127.0.0.1",
        mail_port=mailbox.port,
        mail_security="none",
        mail_from="Rujukan <rujukan@example.org>",
        site_url=SITE,
        sms_gateway=sink.file(tmp_path),
    )


def make_channel(agency_id: uuid.UUID, kind: ChannelKind, **more: object) -> Channel:
    """A proved channel of an agency."""
    address = "jaga@example.org" if kind is ChannelKind.EMAIL else NUMBER
    with writing():
        channel = Channel(
            **{
                "agency_id": agency_id, "kind": kind, "address": address, "language": "en",
                "timezone": "Asia/Jakarta", "made_at": now(), "proved_at": now(), **more,
            }
        )  # fmt: skip
        db.session.add(channel)
    return channel


def _due_again() -> None:
    with writing():
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.done_at.is_(None))
            .values(due_at=now() - timedelta(seconds=1), leased_until=None)
        )


def _work() -> None:
    while do_due_rows():
        pass
    db.session.rollback()


@pytest.mark.both_databases
def test_an_emergency_goes_out_on_every_channel_and_says_nothing(
    app: Flask, mailbox: Mailbox, sink: Sink
) -> None:
    """Mail and SMS say that a referral waits and how urgent; the sender is told of the answer."""
    two = make_two()
    make_channel(two.receiver_id, ChannelKind.EMAIL)
    make_channel(two.receiver_id, ChannelKind.SMS, quiet_from=time(0), quiet_to=time(23, 59))
    make_channel(two.sender_id, ChannelKind.EMAIL, address="kirim@example.org")
    code = make_sent(two)
    assert not mailbox.mails  # nothing leaves before the worker comes
    _work()
    assert mailbox.receivers == ["jaga@example.org"]
    mail = mailbox.mails[0]
    sms = sink.taken[0]
    assert mail["Subject"] == "Rujukan: EMERGENCY, something waits for you"
    assert re.search(rf"A new referral \(EMERGENCY\) waits.*{SITE}/answer/[\w-]{{22}}", sms["text"])
    assert len(sms["text"]) <= 160
    assert (sms["to"], sink.keys, sink.authorized) == (NUMBER, [sms["id"]], ["Bearer rahasia"])
    for text in (mail.as_string(), sms["text"]):
        assert not re.search(f"{NAME}|{code}|S1|bed|female|Kramat", text)
    write(accept, two.answering, code=code, promise=two.promise())
    _work()
    assert mailbox.receivers[1:] == ["kirim@example.org"]
    assert "Your referral (EMERGENCY) was answered." in mailbox.mails[1].get_content()
    write(decline, two.answering, code=code, reason=Decline.RISK)
    _work()
    assert "A promised place (EMERGENCY) fell through." in mailbox.mails[2].get_content()


def test_one_cause_is_one_message_with_one_id_however_often_it_is_sent(
    app: Flask, sink: Sink
) -> None:
    """A worker that dies after sending and before marking sends again, under the same id."""
    two = make_two()
    make_channel(two.receiver_id, ChannelKind.SMS)
    make_sent(two)
    _work()
    with writing():  # as if the worker had died before it could mark
        db.session.execute(update(Notice).values(sent_at=None))
        db.session.execute(update(OutboxRow).values(done_at=None, leased_until=None))
    _work()
    assert len(sink.taken) == 2
    assert len(set(sink.keys)) == 1
    assert sink.taken[0] == sink.taken[1]  # the link is the same too


@pytest.mark.both_databases
def test_a_dead_channel_hands_over_to_the_next_and_is_seen(
    app: Flask, mailbox: Mailbox, sink: Sink
) -> None:
    """Urgent: the first channel alone, the next when it fails; the coordinator sees since when."""
    two = make_two()
    make_channel(two.receiver_id, ChannelKind.SMS, made_at=now() - timedelta(days=1))
    make_channel(two.receiver_id, ChannelKind.EMAIL)
    sink.status = 503
    make_sent(two, urgency=Urgency.URGENT)
    _work()
    assert (sink.taken, mailbox.receivers) == ([], ["jaga@example.org"])
    boss = make_account(Role.COORDINATOR)
    client = app.test_client()
    sign_in(client, boss)
    client.get("/?lang=en")
    page = client.get("/network/channels")
    assert "Fails since" in words(page)
    assert NUMBER not in page.text
    assert "00002222" not in page.text
    checked = app.test_cli_runner().invoke(args=["doctor"])
    assert "1 of the agencies' channels fail" in checked.output
    # It got through elsewhere, so the retry says nothing; the next message heals the channel.
    sink.status = 200
    _due_again()
    _work()
    assert not sink.taken
    make_sent(two, urgency=Urgency.EMERGENCY)
    _work()
    assert len(sink.taken) == 1
    assert "Fails since" not in words(client.get("/network/channels"))


@pytest.mark.parametrize("status", [302, 400, 401, 500])
def test_whatever_is_no_success_is_tried_again(app: Flask, sink: Sink, status: int) -> None:
    """A redirect is no success either: what is said is for the gateway alone."""
    two = make_two()
    make_channel(two.receiver_id, ChannelKind.SMS)
    sink.status = status
    make_sent(two)
    _work()
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "notice")).one()
    assert (row.done_at, row.tries, row.last_error) == (None, 1, "NotSentError")
    sink.status = 200
    _due_again()
    _work()
    assert len(sink.taken) == 1


def test_quiet_hours_and_digest(app: Flask, sink: Sink) -> None:
    """Routine waits for the digest and comes together; what was seen meanwhile is not said."""
    two = make_two(beds=(9, 1))
    soon = (now() + timedelta(hours=2)).astimezone().time().replace(microsecond=0, tzinfo=None)
    make_channel(
        two.receiver_id, ChannelKind.SMS, is_digest=True, digest_at=soon, timezone="Asia/Jakarta"
    )
    codes = [make_sent(two, urgency=Urgency.ROUTINE) for _ in range(3)]
    _work()
    assert not sink.taken
    write(acknowledge, two.answering, code=codes[0])
    with writing():
        past = now() - timedelta(seconds=1)
        db.session.execute(update(Notice).values(due_at=past))
    _due_again()
    _work()
    assert [one["text"].partition(" Sign")[0] for one in sink.taken] == [
        "Things that wait for you in Rujukan: 2."
    ]


@pytest.mark.both_databases
def test_on_the_platform(app: Flask) -> None:
    """The number stands in every page's head for the agency alone; seen is seen."""
    two = make_two()
    code = make_sent(two)
    clerk, worker, outsider = (app.test_client() for _ in range(3))
    sign_in(clerk, two.clerk)
    sign_in(worker, two.worker)
    sign_in(outsider, make_account(Role.MANAGER, agency_id=make_two().receiver_id))
    for client in (clerk, worker, outsider):
        client.get("/?lang=en")
    assert "1 notice" in clerk.get("/directory").text
    assert "1 notice" not in worker.get("/directory").text
    shown = clerk.get("/notices")
    assert "A new referral (EMERGENCY) waits for you." in words(shown)
    assert f"/referrals/{code}" in shown.text
    assert code not in outsider.get("/notices").text
    assert send(clerk, "/notices", "/notices/seen").status_code == 303
    assert "1 notice" not in clerk.get("/directory").text
    write(cancel, two.sending, code=code, reason=Cancel.WITHDRAWN)
    assert "may not be used any more" in words(clerk.get("/notices"))


@pytest.mark.both_databases
def test_a_channel_is_proved_by_the_code_that_comes_back(app: Flask, sink: Sink) -> None:
    """Until then nothing is sent there; wrong codes are counted; an ended channel is silent."""
    two = make_two()
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=two.receiver_id))
    client.get("/?lang=en")
    wrong = send(client, "/channels", kind="sms", address="12")
    assert (wrong.status_code, "mobile number" in words(wrong)) == (422, True)
    assert send(client, "/channels", kind="sms", address="0812-0000-2222").status_code == 303
    channel_id = db.session.scalars(select(Channel.id)).one()
    make_sent(two)
    _work()
    assert len(sink.taken) == 1  # the code alone
    code = re.search(r"\d{6}", sink.taken[0]["text"])
    assert code
    mistaken = f"{(int(code[0]) + 1) % 1_000_000:06d}"
    assert (
        send(client, "/channels", f"/channels/{channel_id}/prove", code=mistaken).status_code == 422
    )
    assert (
        send(client, "/channels", f"/channels/{channel_id}/prove", code=code[0]).status_code == 303
    )
    assert "Proved" in words(client.get("/channels"))
    assert send(client, "/channels", f"/channels/{channel_id}/test").status_code == 303
    _work()
    assert "uji coba" in sink.taken[1]["text"]  # in the channel's language
    hours = {"quiet_from": "21:00", "quiet_to": "06.00", "is_digest": "1", "digest_at": ""}
    refused = send(client, "/channels", f"/channels/{channel_id}/hours", **hours)
    assert (refused.status_code, "Say at which hour" in words(refused)) == (422, True)
    hours["digest_at"] = "08:00"
    assert send(client, "/channels", f"/channels/{channel_id}/hours", **hours).status_code == 303
    assert send(client, "/channels", f"/channels/{channel_id}/end").status_code == 303
    make_sent(two)
    _work()
    assert len(sink.taken) == 2

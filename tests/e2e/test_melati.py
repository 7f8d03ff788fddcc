"""Melati, about 16, found on a Friday night (domain.md §6A): the hand-off from T0 to the follow-up.

Everybody works in a browser on a phone; the hour is the story's. Duplicates, the guard of a return
home and closing the case come with case work. Every "must not happen" of the hand-off stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from accounts.models import Account, AuditEntry
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.commands.secret.places import Exact, say_place
from agencies.commands.secret.places import Wanted as Published
from agencies.models import MeetingPoint, Offer
from core.actors import Tier
from core.clock import now
from core.db import db, write, writing
from referral.commands.duty.rosters import WantedShift, add_shift
from referral.models import CaseFile, Channel, ChannelKind, FollowUp, Hold, Holding, Post
from referral.queries.duty import Roster
from referral.rules.states import State
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.looking import press
from tests.support.people import make_account
from tests.support.playing import accept_in, local, refer, referral_of
from tests.support.scene import JAKARTA, Scene
from tests.support.smtp import Mailbox

SECRET = "Jl. Melati Putih 17"
AUNT = "Bibi Wati"
ASSAULT, HEALTH = "50", "Tes HIV menunggu hasil"
ALL = ["time_critical", "health", "alias"]  # ticked for everybody; not everybody may have them


@dataclass(slots=True)
class Cast:
    """Everybody in the story."""

    hospital: Offer
    companion: Offer
    sentra: Offer
    lpsk: Offer
    lawyer: Offer
    other_lawyer: Offer
    police: Account
    nurse: Account
    uptd: Account
    clerk: Account
    deputy: Account
    coordinator: Account
    advocate: Account
    second_advocate: Account
    protector: Account


def _agency(name: str, kind: str, needs: str, **more: Any) -> Offer:
    return make_offer(needs=needs, agency={"name": name, "type": kind}, **{**WELCOMES_ALL, **more})


def _cast() -> Cast:
    police = make_offer(needs="H1", agency={"name": "Polres Contoh", "type": "POL"})
    hospital = _agency("RS Contoh", "PPT", "K1 K2 K3")
    companion = _agency("UPTD PPA Contoh", "UPTD", "P5 H6")
    sentra = _agency("Sentra Anak Contoh", "SNT-A", "S1", beds=(4, 1))
    lpsk = _agency("LPSK Contoh", "LPSK", "H3")
    lawyers = [_agency(f"OBH {name}", "OBH", "H4") for name in ("Contoh X", "Contoh Y")]

    def one(role: Role, offer: Offer, name: str) -> Account:
        return make_account(role, agency_id=offer.service.agency_id, name=name)

    cast = Cast(
        hospital, companion, sentra, lpsk, lawyers[0], lawyers[1],
        police=one(Role.WORKER, police, "Ipda Dewi"),
        nurse=one(Role.INTAKE, hospital, "Suster Ani"),
        uptd=one(Role.INTAKE, companion, "Ibu Tuti"),
        clerk=one(Role.INTAKE, sentra, "Pak Joko"),
        deputy=one(Role.MANAGER, sentra, "Ibu Rini"),
        coordinator=make_account(Role.COORDINATOR, name="Ibu Koordinator"),
        advocate=one(Role.INTAKE, lawyers[0], "Bang Ucok"),
        second_advocate=one(Role.INTAKE, lawyers[1], "Kak Sri"),
        protector=one(Role.INTAKE, lpsk, "Pak Lukman"),
    )  # fmt: skip
    _on_duty(cast)
    _hide(cast)
    return cast


def _on_duty(cast: Cast) -> None:
    """Sentra has somebody on duty and a deputy; the network a coordinator; Sentra a channel."""
    agency_id = cast.sentra.service.agency_id
    everyday: dict[str, Any] = {"weekdays": "1234567", "begins": time(0), "ends": time(0)}
    for post, account in ((Post.FIRST, cast.clerk), (Post.DEPUTY, cast.deputy)):
        wanted = WantedShift(post=post, name=account.name, account_id=account.id, **everyday)
        keeper = actor_of(cast.deputy, strong=True)
        write(add_shift, keeper, roster=Roster(agency_id), wanted=wanted)
    own = actor_of(cast.coordinator, strong=True)
    shift = WantedShift(
        post=Post.FIRST, name=cast.coordinator.name, account_id=cast.coordinator.id, **everyday
    )
    write(add_shift, own, roster=Roster(None, None), wanted=shift)
    with writing():
        db.session.add(
            Channel(
                agency_id=agency_id,
                kind=ChannelKind.EMAIL,
                address="sentra@example.org",
                language="id",
                timezone="Asia/Jakarta",
                made_at=now(),
                proved_at=now(),
            )
        )


def _hide(cast: Cast) -> None:
    """Sentra's house is secret; its people meet others at a station."""
    with writing():
        point = MeetingPoint(
            agency_id=cast.sentra.service.agency_id, name="Stasiun Contoh",
            latitude=-6.2, longitude=106.9,
        )  # fmt: skip
        db.session.add(point)
    write(
        say_place,
        actor_of(cast.deputy, strong=True),
        location_id=cast.sentra.location_id,
        wanted=Published(Tier.SECRET, Exact(SECRET, latitude=-6.32, longitude=106.90)),
    )


def _friday_night() -> datetime:
    today = datetime.now(JAKARTA)
    ahead = (4 - today.weekday()) % 7 or 7
    return (today + timedelta(days=ahead)).replace(hour=21, minute=45, second=0, microsecond=0)


SHE: dict[str, Any] = {
    "sex": "female", "age": "16", "age_certainty": "estimated", "unaccompanied": "yes",
    "caregiver": f"{AUNT}, bibi", "caregiver_informed": "no",
    "caregiver_why": "Bibi yang merekrutnya", "assent": "yes", "danger": "high",
    "sign": ["child_alone"], "languages": ["su", "id"], "critical": "assault",
    "critical_hours": ASSAULT, "reason": "Anak ditemukan malam ini, perlu pertolongan",
    "must_not_know": f"{AUNT}; sekolah", "basis": "best_interest",
    "official": "Ipda Contoh, Unit PPA", "health": HEALTH, "contact": "Lewat Ipda Dewi",
    "alias": "Melati",
}  # fmt: skip


def test_melati(play: Scene, mailbox: Mailbox) -> None:
    """Three agencies at once in the night, a silent one, a hand-over, a consent taken back."""
    cast, night = _cast(), _friday_night()
    play.at(night)
    police = play.page_of(cast.police)
    hospital = refer(police, cast.hospital, need=["K1", "K2", "K3"], release=ALL, **SHE)
    case_code = _case_of(hospital)
    play.at(night + timedelta(minutes=20))
    companion = refer(police, cast.companion, case_code, need=["P5", "H6"], **SHE)
    sentra = refer(police, cast.sentra, case_code, need=["S1"], release=ALL, **SHE)
    assert {referral_of(code).urgency.value for code in (hospital, companion, sentra)} == {
        "emergency"
    }
    assert len({referral_of(code).case_id for code in (hospital, companion, sentra)}) == 1
    asked_at = night + timedelta(minutes=20)
    _hospital_and_companion(play, cast, hospital, companion, asked_at)
    _sentra_is_silent(play, cast, sentra, asked_at, mailbox)
    _handed_over(play, cast, sentra, night)
    _monday(play, cast, case_code, night)
    _nobody_was_told_who_should_not(mailbox)


def _case_of(code: str) -> str:
    referral = referral_of(code)
    return db.session.get_one(CaseFile, referral.case_id).code


def _hospital_and_companion(
    play: Scene, cast: Cast, hospital: str, companion: str, asked_at: datetime
) -> None:
    """22:14 and 22:31. Who treats knows the hours since the assault before anybody accepts."""
    play.at(asked_at + timedelta(minutes=9))
    before = play.words(cast.nurse, f"/referrals/{hospital}")
    assert "PEP" in before  # the window that closes
    assert HEALTH not in before  # only after acceptance
    accept_in(play.page_of(cast.nurse), hospital)
    assert HEALTH in play.words(cast.nurse, f"/referrals/{hospital}")
    play.at(asked_at + timedelta(minutes=26))
    page = play.page_of(cast.uptd)
    accept_in(page, companion)
    assert referral_of(companion).state is State.ACCEPTED


def _sentra_is_silent(
    play: Scene, cast: Cast, code: str, asked_at: datetime, mailbox: Mailbox
) -> None:
    """No acknowledgement in 15 minutes: deputy and coordinator. Silence is never "in process"."""
    assert "sentra@example.org" in mailbox.receivers
    play.at(asked_at + timedelta(minutes=40))
    late = play.words(cast.coordinator, "/late")
    assert code in late
    assert "Pak Joko" in late  # whom to call
    for account in (cast.deputy, cast.coordinator):
        assert "late" in play.words(account, "/notices").lower()
    mine = play.words(cast.police, f"/referrals/{code}")
    assert "No answer yet" in mine or "late" in mine.lower()
    assert "process" not in mine.lower()
    play.at(asked_at + timedelta(minutes=67))
    accept_in(
        play.page_of(cast.clerk), code,
        conditions="Setelah pemeriksaan kesehatan",
        until=local(asked_at + timedelta(hours=7, minutes=55)),
    )  # fmt: skip
    referral = referral_of(code)
    assert referral.state is State.CONDITIONAL
    assert [hold.state for hold in _holds(code)] == [Holding.HELD]
    theirs = play.words(cast.clerk, f"/referrals/{code}")
    for hidden in (HEALTH, "PEP", "50"):  # neither her health nor when it happened
        assert hidden not in theirs
    assert "Melati" in theirs
    assert SECRET not in play.words(cast.police, f"/referrals/{code}")


def _holds(code: str) -> list[Hold]:
    referral = referral_of(code)
    return list(db.session.scalars(select(Hold).where(Hold.referral_id == referral.id)))


def _handed_over(play: Scene, cast: Cast, code: str, night: datetime) -> None:
    """Saturday 03:10: both sides confirm; the paper says nothing of where the house is."""
    play.at(night + timedelta(hours=5, minutes=25))
    page = play.page_of(cast.clerk)
    page.goto(f"/referrals/{code}")
    box = page.locator("#move-hand_over")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator("[name=met_at]").fill(local(now() - timedelta(minutes=10)))
    box.locator("[name=brought_by]").fill("Polres dan UPTD")
    press(box.get_by_role("button", name="They have arrived"))
    assert referral_of(code).state is State.HANDED_OVER
    assert [hold.state for hold in _holds(code)] == [Holding.TAKEN]
    page = play.page_of(cast.police)
    page.goto(f"/referrals/{code}")
    press(page.locator("form[action$='confirm-sent'] button"))
    for path in ("", "/letters/record", "/letters/letter"):
        page.goto(f"/referrals/{code}{path}")
        assert SECRET not in page.content()
    assert "Stasiun" not in page.locator("body").inner_text() or path == ""


def _monday(play: Scene, cast: Cast, case_code: str, night: datetime) -> None:
    """LPSK on Sunday, legal aid on Monday; on Tuesday she takes one consent back."""
    sunday = night + timedelta(days=1, hours=10, minutes=15)
    play.at(sunday)
    calmer = {
        **SHE, "critical": "", "critical_hours": "", "health": "", "sign": [], "escort": "no",
        "purpose": "Pendampingan dan perlindungan",
    }  # fmt: skip
    lpsk = refer(play.page_of(cast.police), cast.lpsk, case_code, need=["H3"], **calmer)
    play.at(sunday + timedelta(hours=1))
    accept_in(play.page_of(cast.protector), lpsk)
    play.at(sunday + timedelta(days=1))
    theirs = refer(
        play.page_of(cast.police), cast.lawyer, case_code, need=["H4"],
        release=["alias", "contact"], **calmer,
    )  # fmt: skip
    play.at(sunday + timedelta(days=1, hours=2))
    accept_in(play.page_of(cast.advocate), theirs)
    assert "Melati" in play.words(cast.advocate, f"/referrals/{theirs}")

    play.at(sunday + timedelta(days=2))
    page = play.page_of(cast.police)
    page.goto(f"/cases/{case_code}/consents")
    part = page.locator("section", has=page.get_by_role("heading", name="OBH Contoh X"))
    part.locator("details").filter(has_text="Take this back").locator("summary").click()
    press(part.get_by_role("button", name="Yes, take it back"))
    db.session.rollback()
    sealed = play.words(cast.advocate, f"/referrals/{theirs}")
    assert "Melati" not in sealed
    assert "may not be used any more" in sealed
    assert referral_of(theirs).state is State.CANCELLED
    read = select(AuditEntry).where(AuditEntry.action == "referral.read")
    assert db.session.scalars(read).first() is not None  # the trace of what was seen stays
    other = refer(play.page_of(cast.police), cast.other_lawyer, case_code, need=["H4"], **calmer)
    play.at(sunday + timedelta(days=2, hours=1))
    accept_in(play.page_of(cast.second_advocate), other)
    assert referral_of(lpsk).state is State.ACCEPTED  # what she did not take back goes on
    play.at(night + timedelta(days=15))
    steps = {task.step for task in db.session.scalars(select(FollowUp))}
    assert {"24h", "72h", "7d", "14d"} <= steps


def _nobody_was_told_who_should_not(mailbox: Mailbox) -> None:
    """No message names her, her aunt, a place or a need; nothing goes to an aunt at all."""
    assert mailbox.mails
    for mail in mailbox.mails:
        words = mail.as_string()
        for told in ("Melati", AUNT, SECRET, "HIV", "Stasiun", "K2", "Sentra Anak"):
            assert told not in words
    assert not [receiver for receiver in mailbox.receivers if "bibi" in receiver.lower()]

"""Yohan, 27, a man back from a scam compound with nineteen others on one flight (domain.md §6B).

From the list of Wednesday to the bed after the hospital. The return guard, the waiting register,
duplicates and the interpreter come with case work. What must not happen in the hand-off stands
here: twenty people ended as one, another returnee's phone stored as his, a man sent from door to
door, a report to the police that he does not want.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from accounts.models import Account
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.models import Offer, Pool
from core.clock import now
from core.db import db, write, writing
from referral.commands.case.sealing import person_of
from referral.commands.moves.answering import Promise, accept
from referral.commands.moves.handing import begin_service, hand_over
from referral.models import (
    Batch,
    CaseFile,
    Channel,
    ChannelKind,
    Consent,
    Hold,
    Holding,
    Referral,
    ReferralMove,
)
from referral.queries.batches import counted, people_of
from referral.rules.states import State
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.looking import press
from tests.support.people import make_account
from tests.support.playing import accept_in, fill_form, local, refer, refer_on, referral_of
from tests.support.scene import JAKARTA, Scene
from tests.support.smtp import Mailbox

LENT = "0812-7000-0003"  # the phone of the third man, who lent it to Yohan
WOUND = "Demam, luka di tangan"
MEN = 19
CHOICES = """all => all.map(one => [
    one.querySelector("p").innerText, one.querySelector("select").name,
    [...one.querySelectorAll("option")].map(option => option.innerText)])"""
NOBODY_FORCES = "A report is mandatory for sexual violence and for children only. This adult"


@dataclass(slots=True)
class Cast:
    """Everybody in the story."""

    rptc: Offer
    women: Offer
    airport: Offer
    hospital: Offer
    uptd: Offer
    police: Offer
    consul: Account
    porter: Account  # of RPTC
    matron: Account  # of the women's house
    lounge: Account  # of BP3MI at the airport
    nurse: Account


def _agency(name: str, kind: str, needs: str, **more: Any) -> Offer:
    return make_offer(needs=needs, agency={"name": name, "type": kind}, **{**WELCOMES_ALL, **more})


def _cast() -> Cast:
    embassy = make_offer(needs="R2", agency={"name": "KBRI Contoh", "type": "KBRI"})
    rptc = _agency("RPTC Contoh", "RPTC", "S2 S3 S6 P6", beds=(24, 0), takes_female=False)
    women = _agency("Sentra Wanita Contoh", "SNT-W", "S2", beds=(6, 2), takes_male=False)
    airport = _agency("BP3MI Contoh", "BP3MI", "R3 P4")
    hospital = _agency("RS Contoh", "PPT", "K1 K4")
    uptd = _agency("UPTD PPA Contoh", "UPTD", "S1 P6", takes_male=False, takes_boys=True)
    police = _agency("Polres Contoh", "POL", "H1")
    _agency("Dinas Sosial Contoh", "DSOS", "S2 P6")
    _agency("Yayasan Contoh Singgah", "NGO", "S1 P6")

    def one(role: Role, offer: Offer, name: str) -> Account:
        return make_account(role, agency_id=offer.service.agency_id, name=name)

    with writing():
        db.session.add(
            Channel(
                agency_id=rptc.service.agency_id, kind=ChannelKind.EMAIL, proved_at=now(),
                address="rptc@example.org", language="id", timezone="Asia/Jakarta", made_at=now(),
            )
        )  # fmt: skip
    lounge = make_account(
        Role.WORKER, Role.INTAKE, agency_id=airport.service.agency_id, name="Bu Nani"
    )
    return Cast(
        rptc, women, airport, hospital, uptd, police,
        consul=one(Role.WORKER, embassy, "Pak Konsul"),
        porter=one(Role.INTAKE, rptc, "Pak Satpam"),
        matron=one(Role.INTAKE, women, "Bu Asrama"),
        lounge=lounge,
        nurse=one(Role.INTAKE, hospital, "Suster Ani"),
    )  # fmt: skip


def _wednesday() -> datetime:
    today = datetime.now(JAKARTA)
    ahead = (2 - today.weekday()) % 7 or 7
    return (today + timedelta(days=ahead)).replace(hour=10, minute=0, second=0, microsecond=0)


def _table() -> str:
    """As it is copied from the sheet of the embassy; Yohan is the seventh man."""
    rows = ["Nama\tL/P\tUmur\tBahasa\tHP"]
    for number in range(1, MEN + 1):
        name, phone = f"Lelaki {number}", f"0812-7000-{number:04}"
        spoken = "Bahasa Indonesia"
        if number == 7:
            name, phone, spoken = "Yohan", LENT, "Bahasa Indonesia, Tetun"
        rows.append(f"{name}\tL\t{26 if number != 7 else 27}\t{spoken}\t{phone}")
    rows.append("Perempuan 1\tP\t24\tBahasa Indonesia\t")
    return "\n".join(rows)


def test_yohan(play: Scene, mailbox: Mailbox) -> None:
    """A list, a late flight, one man to the hospital, eighteen to their beds, and he after them."""
    cast, wednesday = _cast(), _wednesday()
    lands = wednesday.replace(hour=23, minute=10) + timedelta(days=4)
    play.at(wednesday)
    batch, yohan = _listed(play, cast, lands)
    _matched(play, cast, batch)
    _accepted(play, cast, batch, lands)
    arrival = _airport_is_asked(play, cast, yohan, lands)
    late = _late(play, cast, batch, lands)
    own = _diverted(play, cast, batch, yohan, arrival, late)
    _at_the_door(play, cast, batch, lands)
    _not_for_him(play, cast)
    _no_police(play, cast, own)
    _back_to_a_bed(play, cast, own, lands)
    _never_as_one(batch)
    _nobody_was_told_who_should_not(mailbox)


HE: dict[str, Any] = {
    "sex": "male", "age": "27", "alias": "Y.", "languages": ["id", "tet"], "danger": "low",
    "escort": "no", "reason": "Baru tiba dari luar negeri, korban penipuan kerja",
    "contact": "Lewat pendamping", "purpose": "Penerimaan dan pendampingan",
    "basis": "consent", "mode": "written",
}  # fmt: skip


def _rows(batch_id: Any) -> list[Referral]:
    db.session.rollback()
    wanted = select(Referral).where(Referral.batch_id == batch_id).order_by(Referral.made_at)
    return list(db.session.scalars(wanted))


def _name_in(referral: Referral) -> dict[str, str]:
    return dict(person_of(db.session.get_one(CaseFile, referral.case_id)))


def _batch(batch_id: Any) -> Batch:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id)


def _untils(batch_id: Any) -> set[datetime | None]:
    """Until when places are held for people of the group."""
    ids = [row.id for row in _rows(batch_id)]
    wanted = select(Hold.until).where(Hold.referral_id.in_(ids), Hold.state == Holding.HELD)
    return set(db.session.scalars(wanted))


def _figures(offer: Offer) -> tuple[int, int, int]:
    """Places that are occupied, held and free."""
    db.session.rollback()
    pool = db.session.scalars(select(Pool).where(Pool.offer_id == offer.id)).one()
    return pool.occupied, pool.held, pool.free


def _listed(play: Scene, cast: Cast, lands: datetime) -> tuple[Any, str]:
    """Wednesday: twenty are pasted; each has a case. Returns the group's id and Yohan's code."""
    page = play.page_of(cast.consul)
    page.goto("/batches")
    page.fill("input[name=name]", "QZ 7681 Kuala Lumpur")
    page.fill("input[name=expected_at]", local(lands))
    press(page.get_by_role("button", name="Begin"))
    page.select_option("select[name=need]", "S2")
    page.check("input[name=urgency][value=urgent]")
    page.fill("input[name=reason]", "Kembali dari penipuan kerja daring, perlu tempat tinggal")
    page.fill("textarea[name=list]", _table())
    press(page.locator("#people-form").get_by_role("button", name="Add"))
    said = page.locator("main").inner_text()
    assert "20 people are kept." in said
    assert "The phone was left out at" in said
    batch_id = db.session.scalars(select(Batch.id)).one()
    people = [_name_in(row) for row in _rows(batch_id)]
    assert len({row.case_id for row in _rows(batch_id)}) == len(people) == 20
    numbered = {one["name"]: one.get("phone") for one in people}
    assert numbered["Lelaki 3"] == LENT
    assert numbered["Yohan"] is None  # another returnee's phone is not his
    yohan = next(row.code for row in _rows(batch_id) if _name_in(row)["name"] == "Yohan")
    assert {row.state for row in _rows(batch_id)} == {State.DRAFT}  # nobody is asked yet
    return batch_id, yohan


def _matched(play: Scene, cast: Cast, batch_id: Any) -> None:
    """Women and men find different places, and each is asked for on a consent of their own."""
    page = play.page_of(cast.consul)
    page.goto(f"/batches/{_batch(batch_id).code}")
    press(page.get_by_role("link", name="Find a place for each"))
    for facts, name, offered in page.eval_on_selector_all("#match-form li", CHOICES):
        chosen, closed = cast.rptc, ["Sentra Wanita", "UPTD"]
        if "Female" in facts:
            chosen, closed = cast.women, ["RPTC"]
        assert not [text for text in offered for word in closed if word in text]
        page.select_option(f"select[name={name}]", str(chosen.id))
    page.check("input[name=mode][value=written]")
    page.check("input[name=identity]")
    assert page.locator("input[name=abroad]").is_checked()
    page.check("input[name=agreed]")
    press(page.get_by_role("button", name="Ask for them"))
    asked = _rows(batch_id)
    assert Counter(row.offer_id for row in asked) == {cast.rptc.id: MEN, cast.women.id: 1}
    assert len({row.consent_id for row in asked}) == 20
    consents = list(db.session.scalars(select(Consent)))
    assert all(one.ends_on_arrival for one in consents)


def _accepted(play: Scene, cast: Cast, batch_id: Any, lands: datetime) -> None:
    """Each has an answer of their own; nineteen of twenty-four places are held until they land."""
    play.at(now() + timedelta(hours=2))
    first, *others = _rows(batch_id)
    accept_in(play.page_of(cast.porter), first.code)
    told = play.words(cast.porter, f"/referrals/{first.code}")
    assert "23:10" in told  # they know for when
    assert "Lelaki 1" in told
    for row in others:
        offer, clerk = (
            (cast.rptc, cast.porter) if row.offer_id == cast.rptc.id else (cast.women, cast.matron)
        )
        promise = Promise(clerk.name, pool_id=offer.pools[0].id)
        write(accept, actor_of(clerk, strong=True), code=row.code, promise=promise)
    assert _figures(cast.rptc) == (0, MEN, 5)
    assert _figures(cast.women) == (2, 1, 3)
    assert _untils(batch_id) == {lands + timedelta(hours=3)}


def _airport_is_asked(play: Scene, cast: Cast, yohan: str, lands: datetime) -> str:
    """BP3MI is to meet him at the airport; its consent ends on arrival too. Returns its code."""
    case_code = db.session.get_one(CaseFile, referral_of(yohan).case_id).code
    code = refer(
        play.page_of(cast.consul), cast.airport, case_code, need=["R3"], urgency="routine",
        release=["alias", "name", "phone"], ends_on_arrival="1", **HE,
    )  # fmt: skip
    accept_in(play.page_of(cast.lounge), code, at=local(lands))
    assert referral_of(code).state is State.ACCEPTED
    return code


def _late(play: Scene, cast: Cast, batch_id: Any, lands: datetime) -> datetime:
    """Sunday evening: 2.5 hours late. The old time passes, and no place lapses."""
    play.at(lands - timedelta(hours=2))
    later = lands + timedelta(hours=2, minutes=30)
    page = play.page_of(cast.consul)
    page.goto(f"/batches/{_batch(batch_id).code}")
    page.fill("input[name=expected_at]", local(later))
    press(page.get_by_role("button", name="Say the time"))
    assert "The places of 20 people are kept until then" in page.locator("main").inner_text()
    assert _untils(batch_id) == {later + timedelta(hours=3)}
    assert "01:40" in play.words(cast.porter, f"/referrals/{_rows(batch_id)[0].code}")
    play.at(lands + timedelta(hours=3, minutes=5))  # past what was held at first
    assert {row.state for row in _rows(batch_id)} == {State.ACCEPTED}
    assert _figures(cast.rptc) == (0, MEN, 5)
    return later


def _agreed_again(page: Page, batch_code: str, but_for: str) -> None:
    """Each who was asked on the ground agrees; whoever goes elsewhere is not asked for this."""
    page.goto(f"/batches/{batch_code}")
    others = f"input[name=who]:not([value='{but_for}'])"
    page.eval_on_selector_all(others, "all => all.forEach(one => one.click())")
    page.check("input[name=mode][value=by_phone]")
    page.check("input[name=agreed]")
    press(page.get_by_role("button", name="They agreed"))
    assert "19 people agreed." in page.locator("main").inner_text()


def _diverted(
    play: Scene, cast: Cast, batch_id: Any, yohan: str, arrival: str, late: datetime
) -> str:
    """They land; Yohan is feverish. Returns the code of the referral to the hospital."""
    page, batch_code = play.page_of(cast.consul), _batch(batch_id).code
    page.goto(f"/batches/{batch_code}")
    press(page.get_by_role("button", name="The group has arrived"))
    db.session.rollback()
    assert {one.ends_at for one in db.session.scalars(select(Consent))} == {
        _batch(batch_id).arrived_at
    }
    first = _rows(batch_id)[0].code
    sealed = play.words(cast.porter, f"/referrals/{first}")
    assert "Lelaki 1" not in sealed
    assert "Nothing of the person is open to you" in sealed
    _agreed_again(page, batch_code, but_for=yohan)
    assert "Lelaki 1" in play.words(cast.porter, f"/referrals/{first}")

    # BP3MI has him: he agrees there, and is theirs to refer on.
    case_code = db.session.get_one(CaseFile, referral_of(yohan).case_id).code
    page.goto(f"/cases/{case_code}/consents")
    part = page.locator("section", has=page.get_by_role("heading", name="BP3MI Contoh"))
    part.locator("input[name=mode][value=by_phone]").check()
    part.locator("input[name=agreed]").check()
    press(part.get_by_role("button", name="They agreed"))
    lounge = play.page_of(cast.lounge)
    _hand_over(lounge, arrival)
    press(lounge.get_by_role("button", name="Open a case of our own"))
    own = lounge.get_by_role("link", name="Your own case").inner_text().split()[-1]
    asked_at = now()
    hospital = refer_on(
        lounge, arrival, "RS Contoh", need=["K1"], sign=["acute"], health=WOUND,
        release=["alias", "name", "health"],
        **{**HE, "reason": "Demam tinggi dan luka, perlu pertolongan sekarang"},
    )  # fmt: skip
    assert referral_of(hospital).urgency.value == "emergency"
    assert db.session.get_one(CaseFile, referral_of(hospital).case_id).code == own
    assert referral_of(arrival).case_id == referral_of(yohan).case_id
    play.at(asked_at + timedelta(minutes=10))
    nurse = play.page_of(cast.nurse)
    accept_in(nurse, hospital)
    assert WOUND in play.words(cast.nurse, f"/referrals/{hospital}")
    page = play.page_of(cast.consul)
    page.goto(f"/referrals/{yohan}")
    box = _open(page, "divert")
    box.locator("[name=words]").fill("Ke rumah sakit lebih dahulu")
    press(box.get_by_role("button"))
    assert referral_of(yohan).state is State.DIVERTED
    assert _figures(cast.rptc) == (0, MEN - 1, 6)
    _hand_over(play.page_of(cast.nurse), hospital)
    return hospital


def _open(page: Page, move: str) -> Any:
    box = page.locator(f"#move-{move}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    return box


def _hand_over(page: Page, code: str) -> None:
    page.goto(f"/referrals/{code}")
    press(_open(page, "hand_over").get_by_role("button", name="They have arrived"))
    assert referral_of(code).state is State.HANDED_OVER


def _at_the_door(play: Scene, cast: Cast, batch_id: Any, lands: datetime) -> None:
    """03:30 on Monday: eighteen men one by one, and the woman at her own place."""
    play.at(lands + timedelta(hours=4, minutes=20))
    waiting = [row for row in _rows(batch_id) if row.state is State.ACCEPTED]
    assert len(waiting) == 19
    first, *others = waiting
    _hand_over(play.page_of(cast.porter), first.code)
    for row in others:
        clerk = cast.porter if row.offer_id == cast.rptc.id else cast.matron
        actor = actor_of(clerk, strong=True)
        write(hand_over, actor, code=row.code, received_by=clerk.name)
    page = play.page_of(cast.consul)
    page.goto(f"/referrals/{first.code}")
    press(page.locator("form[action$='confirm-sent'] button"))
    assert _figures(cast.rptc) == (18, 0, 6)
    assert _figures(cast.women) == (3, 0, 3)
    assert counted(people_of(_batch(batch_id))) == {"handed over": 19, "diverted": 1}
    said = play.words(cast.consul, f"/batches/{_batch(batch_id).code}")
    assert "19 handed over" in said
    assert "1 taken elsewhere" in said


def _not_for_him(play: Scene, cast: Cast) -> None:
    """Who thinks of the UPTD PPA reads why not, and who can."""
    page = play.page_of(cast.lounge)
    page.goto("/")
    page.fill("input[name=need_text]", "P6")
    page.locator("#person > summary").click()
    page.locator("input[name=sex][value=male]").check()
    page.fill("input[name=age]", "27")
    press(page.locator("#find .actions button"))
    near = page.locator("h2", has_text="Nearly")
    expect(near).to_be_visible()
    who_can = page.locator("ol.results").first.inner_text()
    for name in ("RPTC Contoh", "Dinas Sosial Contoh", "Yayasan Contoh Singgah"):
        assert name in who_can
    assert "UPTD" not in who_can
    why = page.locator("ol.results").nth(1)
    assert "UPTD PPA Contoh" in why.inner_text()
    assert "Does not take men" in why.inner_text()
    press(why.get_by_role("button", name="Refer").first)
    fails = page.locator(".asked-card")
    assert "By its entry it does not fit" in fails.inner_text()
    assert "Does not take men" in fails.inner_text()


def _no_police(play: Scene, cast: Cast, hospital: str) -> None:
    """Tuesday: he wants advice first. No report is mandatory, and nothing pushes one."""
    play.at(now() + timedelta(days=1, hours=6))
    page = play.page_of(cast.lounge)
    page.goto(f"/referrals/{hospital}")
    press(page.get_by_role("link", name="Refer them onward"))
    page.fill("input[name=to]", "Polres Contoh")
    press(page.locator("button[name=go][value=look]"))
    press(page.locator("button[name=pick]").first)
    forced = {name: said for name, said in HE.items() if name != "mode"}
    forced |= {"basis": "mandatory_report", "official": "Bu Nani", "urgency": "urgent"}
    fill_form(page, {**forced, "need": ["H1"]})
    press(page.locator("button[name=go][value=preview]"))
    assert NOBODY_FORCES in page.locator("#error-summary").inner_text()
    play.at(now() + timedelta(days=1))
    db.session.rollback()
    police_id = cast.police.service.agency_id
    to_police = select(Referral).where(Referral.receiver_agency_id == police_id)
    assert {one.state for one in db.session.scalars(to_police)} == {State.DRAFT}
    assert not list(
        db.session.scalars(select(Consent).where(Consent.receiver_agency_id == police_id))
    )


def _back_to_a_bed(play: Scene, cast: Cast, hospital: str, lands: datetime) -> None:
    """Wednesday: fit. The hospital says so, and RPTC takes him as one of his own."""
    play.at(lands + timedelta(days=2, hours=12))
    write(begin_service, actor_of(cast.nurse, strong=True), code=hospital)
    page = play.page_of(cast.nurse)
    page.goto(f"/referrals/{hospital}")
    box = _open(page, "complete")
    box.locator("[name=outcome]").first.check()
    box.locator("[name=service_given]").fill("Dirawat dua hari")
    box.locator("[name=recommendation]").fill("Laik, boleh pindah")
    press(box.get_by_role("button"))
    lounge = play.page_of(cast.lounge)
    lounge.goto(f"/referrals/{hospital}")
    assert "Laik, boleh pindah" in lounge.locator("main").inner_text()
    to_bed = refer_on(lounge, hospital, "RPTC Contoh", need=["S2"], urgency="urgent", **HE)
    assert referral_of(to_bed).case_id == referral_of(hospital).case_id
    lounge.goto(f"/referrals/{hospital}")
    press(lounge.locator("form.move-tap:has(input[value=close]) button"))
    assert referral_of(hospital).state is State.CLOSED
    accept_in(play.page_of(cast.porter), to_bed)
    assert _figures(cast.rptc) == (18, 1, 5)
    _hand_over(play.page_of(cast.porter), to_bed)
    assert _figures(cast.rptc) == (19, 0, 5)
    his = db.session.scalars(
        select(Referral).where(Referral.case_id == referral_of(to_bed).case_id)
    )
    assert not {one.state for one in his} & {State.DECLINED, State.REDIRECTED, State.EXPIRED}


def _never_as_one(batch_id: Any) -> None:
    """Twenty people, twenty answers: no move was made for all of them at once."""
    rows = _rows(batch_id)
    assert Counter(row.state for row in rows) == {State.HANDED_OVER: 19, State.DIVERTED: 1}
    assert len({row.case_id for row in rows}) == len({row.consent_id for row in rows}) == 20
    per_one = db.session.scalars(
        select(func.count())
        .select_from(ReferralMove)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .where(Referral.batch_id == batch_id)
        .group_by(Referral.id)
    )
    assert set(per_one) == {3}  # asked, accepted, and where each of them went
    open_cases = select(func.count()).select_from(CaseFile).where(CaseFile.closed_at.is_(None))
    assert db.session.scalar(open_cases) == 21  # the embassy's twenty, and BP3MI's one


def _nobody_was_told_who_should_not(mailbox: Mailbox) -> None:
    """No message names him, what he has, or whose phone it is."""
    assert "rptc@example.org" in mailbox.receivers
    for mail in mailbox.mails:
        words = mail.as_string()
        for told in ("Yohan", "Lelaki", LENT, WOUND, "RPTC", "Polres"):
            assert told not in words

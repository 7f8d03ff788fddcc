"""The form of a referral, through the pages: from a found service to what was sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.models import Account
from accounts.rules.rights import Role
from agencies.models import Offer
from agencies.rules.needs import Urgency
from core.clock import now
from core.db import db, write
from core.i18n import say
from referral.commands.moves.answering import accept
from referral.commands.record.reading import read_referral
from referral.models import CaseFile, Consent, Referral
from referral.queries.referrals import any_referral_by_code
from referral.rules.consent import Basis
from referral.rules.states import State
from referral.wording.facts import Reader, lines_of
from tests.factories import make_offer
from tests.support.handing import Two, make_accepted, make_draft, make_two
from tests.support.html import check_page, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import fields

NAME = "Melati Canary"
TOLD: dict[str, Any] = {
    "alias": "M.",
    "sex": "female",
    "age": "27",
    "need": ["S1"],
    "sign": ["perpetrator_near"],
    "reason": "Perlu tempat aman malam ini",
    "danger": "high",
    "basis": "consent",
    "mode": "verbal_with_witness",
    "witness": "Suster Ani",
}


def form_of(client: FlaskClient, page: str) -> dict[str, Any]:
    """What the form on a page would send."""
    check_page(page)
    return fields(page, "/referrals/drafts")


def begin(client: FlaskClient, two: Two, **found: Any) -> dict[str, Any]:
    """Tap “Refer” at the other agency's service; the form that comes."""
    service = client.get(f"/services/{two.offer.service_id}?lang=en").text
    sent = {**fields(service, "/referrals/new"), "offer": two.offer.id.hex, **found}
    answer = client.post("/referrals/new", data=sent)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return form_of(client, answer.text)


def told(form: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The form filled in."""
    return {**form, **TOLD, **more}


def keep(client: FlaskClient, form: dict[str, Any], go: str = "save") -> Any:
    """Send the form with one of its buttons."""
    return client.post("/referrals/drafts", data={**form, "go": go})


def path_of(answer: Any) -> str:
    return str(urlsplit(answer.headers["Location"]).path)


@pytest.fixture
def two(app: Flask) -> Two:
    """Two agencies; the receiver has places."""
    return make_two()


@pytest.fixture
def worker(app: Flask, two: Two) -> FlaskClient:
    """A worker of the sender, signed in."""
    client = app.test_client()
    sign_in(client, two.worker)
    client.get("/?lang=en")
    return client


def referral_of(code: str) -> Referral:
    db.session.rollback()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _client(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    client.get("/?lang=en")
    return client


def test_from_a_found_service_to_sent(worker: FlaskClient, two: Two, app: Flask) -> None:
    """Facts of the question go along in the body; E fields; preview; send; and the receiver sees
    what the preview showed, byte for byte of words."""
    form = begin(worker, two, sex="female", age="27", need="S1", child_sex_1="M", child_age_1="4")
    assert (form["sex"], form["age"], form["child_age_1"]) == (["female"], ["27"], ["4"])
    answer = keep(worker, told(form, name=NAME, phone="0812-9999-1111"), "preview")
    assert answer.status_code == 303, text_of(answer.text)
    preview = worker.get(path_of(answer))
    check_page(preview.text)
    assert preview.headers["Cache-Control"] == "no-store"
    before, after = _sides(preview.text)
    assert "25–59" in before
    assert NAME not in before
    assert "27" in after
    assert NAME not in after  # not released: off by default
    sent = worker.post(path_of(answer), data=fields(preview.text, "/preview"))
    assert sent.status_code == 303, text_of(sent.text)
    code = path_of(sent).split("/")[2]
    assert code in worker.get(path_of(sent)).text
    referral = referral_of(code)
    assert (referral.state, referral.urgency) == (State.SENT, Urgency.EMERGENCY)
    assert referral.urgency_sign == "perpetrator_near"
    assert referral.typed_sealed is None
    consent = db.session.get_one(Consent, referral.consent_id)
    assert (consent.basis, consent.receiver_agency_id) == (Basis.CONSENT, two.receiver_id)
    assert "name" not in consent.fields
    assert "alias" in consent.fields


def _sides(page: str) -> tuple[str, str]:
    words = text_of(page)
    shown = words.partition(" Now ")[2]
    return shown.partition(" After acceptance ")[0], shown.partition(" After acceptance ")[2]


def test_the_preview_is_what_the_receiver_then_sees(
    worker: FlaskClient, two: Two, app: Flask
) -> None:
    """The same fields by the same function, before and after acceptance."""
    form = begin(worker, two)
    release = ["name", "alias", "contact", "id_document"]
    filled = told(form, name=NAME, contact="WA, jam 9", code_word="melati", release=release)
    answer = keep(worker, filled, "preview")
    preview = worker.get(path_of(answer)).text
    sent = worker.post(path_of(answer), data=fields(preview, "/preview"))
    code = path_of(sent).split("/")[2]

    def receiver_reads() -> list[str]:
        seen = write(read_referral, two.answering, code=code)
        return [
            f"{line.label} {line.text}"
            for line in lines_of(seen.fields, Reader("en", say("en"), "Asia/Jakarta", now()))
        ]

    before, after = _sides(preview)
    assert before == " ".join(receiver_reads())
    write(accept, two.answering, code=code, promise=two.promise())
    assert after.startswith(" ".join(receiver_reads()) + " ")
    assert NAME in after
    assert "melati" not in after  # the code word was not ticked


def test_nothing_typed_is_lost_however_wrong(worker: FlaskClient, two: Two) -> None:
    """Wrong values are kept as typed, marked when one wants to send, and open again."""
    form = begin(worker, two)
    wrong = told(form, age="twenty", birth_year="98", reason="x" * 600, requested_by="soon")
    answer = keep(worker, wrong, "preview")
    assert answer.status_code == 422
    check_page(answer.text)
    for name in ("age", "birth_year", "reason", "requested_by"):
        assert f'id="{name}-error"' in answer.text, name
    code = re.search(r"RUJ-\w{5}", answer.text)
    assert code
    again = form_of(worker, worker.get(f"/referrals/{code[0]}/draft").text)
    assert again["age"] == ["twenty"]
    assert again["birth_year"] == ["98"]
    assert again["reason"][0].strip() == "x" * 600
    assert again["requested_by"] == ["soon"]
    assert worker.get(f"/referrals/{code[0]}/preview").status_code == 303  # back to the form


def test_a_refused_form_speaks_the_other_language_too(worker: FlaskClient, two: Two) -> None:
    """With all that was typed; and nothing is sent by asking for it."""
    form = told(begin(worker, two), danger="")
    refused = keep(worker, form, "preview")
    assert refused.status_code == 422
    assert 'form="referral" name="show_in" value="id"' in refused.text
    typed = {**form, "reason": "Lain sekali", "show_in": "id"}
    shown = worker.post("/referrals/drafts", data={**typed, "go": "preview"})
    assert shown.status_code == 422
    assert "Belum ada yang dikirim" in text_of(shown.text)
    assert fields(shown.text, "/referrals/drafts")["reason"] == ["Lain sekali"]
    assert "Lain sekali" not in worker.get(f"/referrals/{only_draft()}/draft").text

    looked = path_of(keep(worker, told(form), "preview"))
    preview = fields(worker.get(looked).text, "/preview")
    shown = worker.post(looked, data={**preview, "show_in": "en"})
    assert shown.status_code == 422
    assert "Nothing has been sent yet" in text_of(shown.text)
    assert referral_of(looked.split("/")[2]).state is State.DRAFT


def only_draft() -> str:
    """The code of the one draft that there is."""
    db.session.rollback()
    return db.session.scalars(select(Referral.code)).one()


def test_an_emergency_asks_little_and_otherwise_more(worker: FlaskClient, two: Two) -> None:
    """(E) fields alone in an emergency; the starred ones too without one."""
    form = begin(worker, two)
    assert keep(worker, told(form), "preview").status_code == 303
    form = begin(worker, two)
    answer = keep(worker, told(form, urgency="routine"), "preview")
    assert answer.status_code == 422
    for name in ("contact", "escort", "purpose"):
        assert f'id="{name}-error"' in answer.text, name
    empty = keep(worker, begin(worker, two, need="S1"), "preview")
    assert empty.status_code == 422
    for name in ("reason", "sex", "age", "danger", "basis"):
        assert f'id="{name}-error"' in empty.text, name


def test_saving_the_same_form_twice_makes_one_draft(worker: FlaskClient, two: Two) -> None:
    """As a page that saves itself does."""
    before = db.session.scalar(select(func.count()).select_from(CaseFile))
    form = begin(worker, two)
    told_once = told(form)
    first = worker.post("/referrals/drafts", data=told_once, headers={"HX-Request": "true"})
    assert re.search(r"RUJ-\w{5}", first.text)
    keep(worker, told(form, reason="Lain"))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Referral)) == 1
    assert db.session.scalar(select(func.count()).select_from(CaseFile)) == (before or 0) + 1


def test_an_open_case_by_its_code_and_no_other(worker: FlaskClient, two: Two, app: Flask) -> None:
    """A case of one's agency; another's is as if it were not there, and nothing typed is lost."""
    form = begin(worker, two)
    stranger = make_two()
    for code in (stranger.case_code, "RJK-22222", ""):
        answer = keep(worker, told(form, case_mode="existing", case_code=code))
        assert answer.status_code == 422
        assert 'id="case_code-error"' in answer.text
        assert TOLD["reason"] in answer.text
    answer = keep(worker, told(form, case_mode="existing", case_code=two.case_code.lower()))
    assert answer.status_code == 303
    assert two.case_code in worker.get(path_of(answer)).text


def test_drafts_belong_to_the_agency(worker: FlaskClient, two: Two, app: Flask) -> None:
    """A colleague goes on with it; another agency, and the receiver, are told that it is not."""
    code = path_of(keep(worker, told(begin(worker, two)))).split("/")[2]
    colleague = _client(app, make_account(Role.WORKER, agency_id=two.sender_id))
    assert code in colleague.get("/referrals/drafts").text
    form = form_of(colleague, colleague.get(f"/referrals/{code}/draft").text)
    assert keep(colleague, {**form, "reason": "Lain"}).status_code == 303
    for stranger in (two.clerk, make_account(Role.MANAGER, agency_id=two.receiver_id)):
        client = _client(app, stranger)
        for path in ("draft", "preview", "papers", "sent"):
            assert client.get(f"/referrals/{code}/{path}").status_code == 404
    manager = _client(app, make_account(Role.MANAGER, agency_id=two.receiver_id))
    token = fields(manager.get("/").text, "/find")["csrf_token"]
    stolen = manager.post("/referrals/drafts", data={**form, "csrf_token": token, "reason": "?"})
    assert stolen.status_code == 404
    assert "Lain" in colleague.get(f"/referrals/{code}/draft").text


def test_a_draft_is_deleted(worker: FlaskClient, two: Two) -> None:
    """Gone from the list and by its address; its case stays."""
    page = path_of(keep(worker, told(begin(worker, two))))
    sent = fields(worker.get(page).text, "/draft/delete")
    assert worker.post(f"{page}/delete", data=sent).status_code == 303
    assert worker.get(page).status_code == 404
    assert "No draft" in worker.get("/referrals/drafts").text


def test_what_was_looked_at_is_what_is_sent(worker: FlaskClient, two: Two) -> None:
    """A change meanwhile is shown before anything leaves."""
    form = told(begin(worker, two))
    looked = path_of(keep(worker, form, "preview"))
    preview = fields(worker.get(looked).text, "/preview")
    keep(worker, {**form, "reason": "Lain"})
    answer = worker.post(looked, data=preview)
    assert answer.status_code == 422
    assert "Meanwhile the draft was changed" in answer.text
    code = looked.split("/")[2]
    assert referral_of(code).state is State.DRAFT
    assert worker.post(looked, data=fields(answer.text, "/preview")).status_code == 303
    assert referral_of(code).state is State.SENT


def test_rules_of_the_chosen_service_warn_and_never_refuse(
    worker: FlaskClient, two: Two, app: Flask
) -> None:
    """A house for women, and a man in need."""
    house = make_offer(needs="S1", takes_male=False, takes_female=True)
    answer = worker.post(
        "/referrals/new",
        data={**begin(worker, two), "offer": house.id.hex, "sex": "male", "age": "40"},
    )
    assert "Does not take men" in answer.text
    form = told(form_of(worker, answer.text), sex="male", age="40", need=["H4"])
    to_preview = keep(worker, form, "preview")
    assert to_preview.status_code == 303
    preview = worker.get(path_of(to_preview)).text
    assert "Does not take men" in preview
    assert "Does not list this need" in preview
    sent = worker.post(path_of(to_preview), data=fields(preview, "/preview"))
    assert path_of(sent).endswith("/sent")


def test_a_gentle_word_for_what_does_not_belong(worker: FlaskClient, two: Two) -> None:
    """Kept all the same, and sent if one wants."""
    reason = "Kakaknya 0812-3456-7890, NIK 3175091102880003, hasil HIV"
    answer = keep(worker, told(begin(worker, two), reason=reason))
    page = worker.get(path_of(answer)).text
    for word in ("NIK (16 digits)", "phone number", "speak of health"):
        assert word in page, word
    assert keep(worker, form_of(worker, page), "preview").status_code == 303


def test_an_assault_shows_its_window(worker: FlaskClient, two: Two) -> None:
    """50 hours ago: an emergency, the window of 72 h closes, and saving again moves nothing."""
    form = told(begin(worker, two), sign=[], critical="assault", critical_hours="50")
    page = worker.get(path_of(keep(worker, form))).text
    assert "HIV prevention (PEP, 72 h) closes" in page
    assert "Suggested: Emergency" in page
    kept = form_of(worker, page)
    again = form_of(worker, worker.get(path_of(keep(worker, kept))).text)
    assert again["critical_at"] == kept["critical_at"]


def test_the_suggestion_as_one_ticks(worker: FlaskClient, two: Two) -> None:
    """A part for htmx; by signs first, by needs else."""
    form = begin(worker, two)
    sent = {"csrf_token": form["csrf_token"], "sign": ["hearing"], "need": ["S1"]}
    assert "Suggested: Urgent" in worker.post("/referrals/drafts/urgency", data=sent).text
    sent = {"csrf_token": form["csrf_token"], "need": ["S1"]}
    assert "Suggested: Emergency" in worker.post("/referrals/drafts/urgency", data=sent).text


def test_the_child_block_opens_in_doubt(worker: FlaskClient, two: Two) -> None:
    """An estimate of 19 may be 17."""
    page = worker.get(
        path_of(keep(worker, told(begin(worker, two), age="19", age_certainty="estimated")))
    ).text
    assert 'name="assent"' in page
    page = worker.get(path_of(keep(worker, told(begin(worker, two), age="19")))).text
    assert 'name="assent"' not in page


def test_somebody_at_our_own_door(worker: FlaskClient, two: Two) -> None:
    """A walk-in: our own services are offered, and a record and a case come of it."""
    page = worker.get("/referrals/new?walk_in=1").text
    form = form_of(worker, page)
    pick = re.search(r'name="pick" value="([0-9a-f-]{36})"', page)
    assert pick
    answer = worker.post("/referrals/drafts", data={**told(form), "pick": pick[1]})
    code = path_of(answer).split("/")[2]
    assert referral_of(code).receiver_agency_id == two.sender_id


def test_whom_to_ask_is_looked_up_by_name(worker: FlaskClient, two: Two) -> None:
    """Without a find result; typed words, then one tap."""
    form = form_of(worker, worker.get("/referrals/new").text)
    words = db.session.get_one(Offer, two.offer.id).service.agency.name
    answer = keep(worker, told(form, to=words), "look")
    page = worker.get(path_of(answer)).text
    assert str(two.offer.id) in page
    picked = worker.post("/referrals/drafts", data={**form_of(worker, page), "pick": two.offer.id})
    assert referral_of(path_of(picked).split("/")[2]).receiver_agency_id == two.receiver_id


def test_a_return_referral_goes_back_with_what_may_be_seen(
    worker: FlaskClient, two: Two, app: Flask
) -> None:
    """By the receiver: to the sender, in a case of its own, with what consent opened."""
    code = make_accepted(two)
    manager = _client(app, make_account(Role.MANAGER, agency_id=two.receiver_id))
    page = manager.get(f"/referrals/new?from={code}&bond=return").text
    form = form_of(manager, page)
    assert (form["name"], form["sex"]) == ([NAME], ["female"])
    kept = keep(manager, told(form))
    made = referral_of(path_of(kept).split("/")[2])
    assert (made.receiver_agency_id, made.sender_agency_id) == (two.sender_id, two.receiver_id)
    assert made.bond == "return"
    assert made.parent_id == referral_of(code).id
    stranger = _client(app, make_two().worker)
    assert stranger.get(f"/referrals/new?from={code}").status_code == 404


def test_nothing_of_a_person_stands_in_an_address_or_title(worker: FlaskClient, two: Two) -> None:
    """Codes and ids only."""
    answer = keep(worker, told(begin(worker, two), name=NAME), "preview")
    for path in (path_of(answer), path_of(answer).replace("preview", "draft")):
        assert re.fullmatch(r"/referrals/RUJ-\w{5}/(preview|draft)", path)
        title = re.search(r"<title>(.*?)</title>", worker.get(path).text, re.S)
        assert title
        assert NAME not in title[1]


def test_visitors_see_no_button(app: Flask, two: Two) -> None:
    """Who may not refer has nothing to tap."""
    clerk = _client(app, two.clerk)
    for client in (app.test_client(), clerk):
        assert "/referrals/new" not in client.get(f"/services/{two.offer.service_id}").text
    assert clerk.get("/referrals/new").status_code == 404


def test_a_find_result_refers(worker: FlaskClient, two: Two) -> None:
    """What was asked about the person stands in the form that the button sends."""
    asked = {"need": "S1", "sex": "female", "age": "27", "place": "Cipayung", "lang": "en"}
    token = fields(worker.get("/").text, "/find")["csrf_token"]
    asked.pop("place")
    page = worker.post("/find", data={"csrf_token": token, **asked}).text
    check_page(page)
    sent = fields(page, "/referrals/new")
    assert (sent["sex"], sent["age"], sent["need"]) == (["female"], ["27"], ["S1"])
    button = re.search(r'form="refer" name="offer" value="([0-9a-f]{32})"', page)
    assert button
    form = worker.post("/referrals/new", data={**sent, "offer": button[1]}).text
    assert form_of(worker, form)["sex"] == ["female"]


def test_make_draft_of_commands_opens_too(worker: FlaskClient, two: Two) -> None:
    """A draft that a program wrote has no typed form; it opens empty rather than not at all."""
    assert worker.get(f"/referrals/{make_draft(two)}/draft").status_code == 200

"""Drafts: kept as one types, listed, gone on with, deleted.

The form has one address, and its draft's id is made with the empty form: so whatever is sent, and
however often, one draft comes of it. What is wrong is kept too.
"""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.doors import settings
from agencies.rules.needs import all_needs
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection
from core.i18n import language, say
from core.ids import new_id, parse_id
from core.keystore import ErasedKeyError
from referral.commands.asking.drafts import Whose, delete_draft, keep_draft
from referral.commands.asking.handing_out import Draft, open_draft
from referral.forms.referral.form import ReferralForm
from referral.forms.referral.said import Said, note_missing, read, suggested, wanted_of
from referral.pages.writing.common import form_page, page, reader_at
from referral.pages.writing.view import URGENCIES, cares_of, suggestion_view
from referral.queries.drafts import agencies_that_refer, drafts_of

blueprint = Blueprint("draft", __name__, url_prefix="/referrals")

PREVIEW, PAPERS = "preview", "papers"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/drafts")
def index() -> Response:
    """The drafts of one's agencies, by their codes."""
    tell = say(language())
    return page(
        "referrals/drafts.html",
        drafts=drafts_of(who()),
        need_label={code: need.label(language()) for code, need in all_needs().items()},
        urgency_label={urgency: tell(word) for urgency, word in URGENCIES.items()},
        when=reader_at(now()).when,
    )


@blueprint.post("/drafts")
def save() -> Response:
    """Keep what was typed; then stay, look somebody up, attach papers, or look at the preview."""
    form = ReferralForm(MultiDict(request.form), timezone=settings().timezone)
    draft_id = parse_id(form.get("draft")) or new_id()
    if request.form.get("pick"):
        form.put({"offer": request.form["pick"], "receiver": "", "to": ""})
    if request.form.get("go") == "unpick":
        form.put({"offer": "", "receiver": ""})
    protected = form.is_protected()
    said = read(form, now())
    code = _kept(form, said, draft_id) if protected else ""
    if request.headers.get("HX-Request"):
        return _told(form, code)
    if not code:
        return form_page(form, draft_id, status=422, said=said)
    return _next(form, said, draft_id, code)


def _kept(form: ReferralForm, said: Said, draft_id: uuid.UUID) -> str:
    """The code of the draft; empty when it could not be kept, with the errors noted."""
    agencies = agencies_that_refer(who())
    chosen = parse_id(form.get("agency"))
    whose = Whose(
        case_code=form.text("case_code") if form.get("case_mode") == "existing" else "",
        agency_id=agencies[0][0] if len(agencies) == 1 else chosen,
        person=said.person,
    )
    if form.get("case_mode") == "existing" and not whose.case_code:
        whose = Whose(case_code="-")  # no code is no case
    wanted = wanted_of(form, said)
    for _attempt in range(2):
        try:
            return write(keep_draft, who(), draft_id=draft_id, whose=whose, wanted=wanted)
        except IntegrityError:  # the same form was kept meanwhile: now it is there
            continue
        except RefusedError as refusal:
            form.note(refusal)
            return ""
        except ErasedKeyError:
            form.wrong("case_code", gettext("The person of this case was erased."))
            return ""
    raise HiddenError  # the id is of a draft behind somebody else's wall


def _next(form: ReferralForm, said: Said, draft_id: uuid.UUID, code: str) -> Response:
    go = request.form.get("go", "")
    if go == PAPERS:
        return _to("attachments.index", code)
    if go != PREVIEW:
        if go == "save":
            flash(gettext("The draft is kept."), "good")
        return _to("draft.edit", code)
    note_missing(form, said, has_receiver=bool(form.get("offer") or form.get("receiver")))
    if not form.errors:
        return _to("preview.show", code)
    draft: Draft = write(open_draft, who(), code=code)
    return form_page(form, draft_id, status=422, said=said, code=code, case_code=draft.case_code)


def _told(form: ReferralForm, code: str) -> Response:
    """For a page that saves by itself: whether it is kept, and the gentle warnings."""
    reader = reader_at(now())
    return page(
        "referrals/_kept.html",
        code=code,
        at=reader.when(reader.now),
        errors=form.errors,
        # Only of the fields that the page has: a child's part may not be there.
        cares={n: texts for n, texts in cares_of(form, reader.tell).items() if n in form.values},
    )


@blueprint.post("/drafts/urgency")
def urgency() -> Response | str:
    """What the signs and needs suggest: a part that htmx puts into the form."""
    form = ReferralForm(MultiDict(request.form), timezone=settings().timezone)
    if not form.is_protected():
        return page("referrals/_urgency.html", 422, suggestion=None)
    needs = tuple(code for code in form.chosen("need") if code in all_needs())
    found = suggested(form, needs, "", now())
    return render_template(
        "referrals/_urgency.html", suggestion=suggestion_view(found, say(language()))
    )


@blueprint.get("/<ruj>/draft")
def edit(ruj: str) -> Response:
    """A draft as it was left; that it was opened is recorded. `check`: say what is missing."""
    draft: Draft = write(open_draft, who(), code=ruj)
    if draft.typed is None:
        return page("referrals/erased.html", code=draft.referral.code)
    form = ReferralForm.of_draft(draft.typed, settings().timezone)
    said = read(form, now())
    if request.args.get("check"):
        note_missing(form, said, has_receiver=draft.referral.receiver_agency_id is not None)
    return form_page(
        form,
        draft.referral.id,
        said=said,
        code=draft.referral.code,
        case_code=draft.case_code,
    )


@blueprint.post("/<ruj>/draft/delete")
def delete(ruj: str) -> Response:
    """A draft is gone, and its papers; its case stays."""
    if not Protection().validate():
        return edit_again(ruj)
    write(delete_draft, who(), code=ruj)
    flash(gettext("The draft is deleted. Its case stays."), "good")
    return _see(url_for("draft.index"))


def edit_again(ruj: str) -> Response:
    """The draft once more, because the form that was sent had no token."""
    answer = edit(ruj)
    answer.status_code = 422
    return answer


def _to(endpoint: str, code: str, **query: str) -> Response:
    address = url_for(endpoint, ruj=code)
    return _see(f"{address}?{urlencode(query)}" if query else address)


def _see(address: str) -> Response:
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]

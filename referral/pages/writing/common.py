"""What the pages of the form share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import make_response, render_template
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.doors import settings
from agencies.queries.find.one import offer_seen_by
from core.clock import now
from core.forms import Protection
from core.i18n import language, say
from core.ids import parse_id
from referral.forms.referral.form import ReferralForm
from referral.forms.referral.said import Said, read
from referral.pages.writing.view import form_view
from referral.wording.facts import Reader


def reader_at(moment: datetime) -> Reader:
    """Who reads this page."""
    spoken = language()
    return Reader(spoken, say(spoken), settings().timezone, moment)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that nobody may keep: it speaks of a person."""
    body = render_template(template, protection=Protection(), **values)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def form_page(
    form: ReferralForm,
    draft_id: object,
    *,
    status: int = 200,
    said: Said | None = None,
    code: str = "",
    case_code: str = "",
) -> Response:
    """The form, with what stands in it."""
    moment = now()
    said = said or read(form, moment)
    offer_id = parse_id(form.get("offer"))
    offer = offer_seen_by(who(), offer_id) if offer_id else None
    return page(
        "referrals/form.html",
        status,
        form=form,
        draft_id=draft_id,
        code=code,
        case_code=case_code,
        **form_view(who(), form, said, offer, reader_at(moment)),
    )

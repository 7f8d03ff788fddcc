"""What the pages of a group of travellers share: its own page, and who may see it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.rules.needs import Urgency, all_needs
from agencies.wording.times import clock as say_clock
from core.clock import now
from core.i18n import language, say
from referral.commands.asking.batches import (
    Result,
)
from referral.forms.again import again_choices
from referral.forms.batches import BatchForm
from referral.models import Batch
from referral.pages.referrals.common import house_zone, page, state_view
from referral.queries.batches import batch_by_code, counted, people_of
from referral.rules.states import State
from referral.wording.batches import GROUP_WORDS
from referral.wording.states import URGENCY_WORDS

blueprint = Blueprint("batches", __name__, url_prefix="/batches")


def show_page(batch_code: str, form: BatchForm, status: int = 200) -> Response:
    """The page of a group, with what was sent and refused."""
    batch, tell = own(batch_code), say(language())
    people = people_of(batch)
    return page(
        "batches/show.html",
        status,
        batch=batch,
        form=form,
        when=say_when,
        counts=[(tell(GROUP_WORDS[name]), count) for name, count in counted(people).items()],
        people=[
            {
                "code": one.referral.code,
                "case_code": one.case_code,
                "agency": one.agency,
                "service": one.service,
                "state": state_view(one.referral.state, tell),
                "is_draft": one.referral.state is State.DRAFT,
                "is_to_be_asked": one.is_to_be_asked,
            }
            for one in people
        ],
        to_ask=[(one.referral.code, one.referral.code) for one in people if one.is_to_be_asked],
        **again_choices(),
        may_match=any(one.referral.state is State.DRAFT for one in people),
        needs=[(code, need.label(language())) for code, need in all_needs().items()],
        urgencies=[(one.value, tell(URGENCY_WORDS[one])) for one in Urgency],
    )


def own(batch_code: str) -> Batch:
    """The group, for whoever refers for its agency; for anybody else there is none."""
    return batch_by_code(who(), batch_code) or abort(404)


def form_sent() -> BatchForm:
    """What was sent."""
    return BatchForm(MultiDict(request.form))


def note_refused(form: BatchForm, result: Result) -> None:
    """Who could not be, by the codes of their referrals, and why."""
    tell = say(language())
    for code, trouble in result.refused:
        form.rows_refused.append(f"{code}: {tell(trouble.message, **dict(trouble.values))}")


def say_when(moment: Any) -> str:
    """An instant in the time zone of this Rujukan; empty where there is none."""
    if moment is None:
        return ""
    return say_clock(moment, now(), house_zone().key, language())


def to_page(endpoint: str, code: str) -> Response:
    """On to a page of the group."""
    return redirect(url_for(endpoint, batch_code=code), 303)

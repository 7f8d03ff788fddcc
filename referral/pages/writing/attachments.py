"""Papers of a referral: added, released, taken away by the sender; opened by whom it concerns.

They have a page of their own, so that a large file on a thin line never takes the typed form along.
A paper is always a download, never a page of ours.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from accounts.current import who
from agencies.doors import settings
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import CSRF, Protection, why_not_taken
from core.i18n import _, language, say
from referral.commands.record.attachments import (
    MEGABYTE,
    Limits,
    attach,
    list_papers,
    open_paper,
    release,
    remove,
)
from referral.models import AttachmentKind
from referral.pages.writing.common import page, reader_at
from referral.queries.referrals import referral_by_code
from referral.rules.states import State

blueprint = Blueprint("attachments", __name__, url_prefix="/referrals")

KINDS = {
    AttachmentKind.LETTER: _("Covering letter"),
    AttachmentKind.SOCIAL_REPORT: _("Social report"),
    AttachmentKind.POLICE_REPORT: _("Police report"),
    AttachmentKind.FORENSIC_REQUEST: _("Request for a forensic examination"),
    AttachmentKind.MEDICAL: _("Medical paper"),
    AttachmentKind.IDENTITY: _("Identity paper"),
    AttachmentKind.CONSENT: _("Signed consent"),
    AttachmentKind.OTHER: _("Another paper"),
}
FORM_ITSELF = MEGABYTE // 4  # bytes around a file


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.url_value_preprocessor
def _take_more(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A paper is larger than what people type. Said before anything reads the form."""
    request.max_content_length = settings().attachment_megabytes * MEGABYTE + FORM_ITSELF


@blueprint.get("/<ruj>/papers")
def index(ruj: str) -> AnyResponse:
    """The papers that one may open now; that one looked is recorded."""
    return _page(ruj)


@blueprint.post("/<ruj>/papers")
def add(ruj: str) -> AnyResponse:
    """Attach one."""
    _must_be_there(ruj)
    if not Protection().validate():
        return _page(ruj, _forged(), 422)
    file, kind = request.files.get("file"), request.form.get("kind", "")
    if kind not in set(AttachmentKind):
        return _page(ruj, {"kind": gettext("Choose what it is")}, 422)
    try:
        write(
            attach,
            who(),
            code=ruj,
            kind=AttachmentKind(kind),
            name=file.filename or "" if file else "",
            content=_content_of(file),
            is_released=bool(request.form.get("is_released")),
            limits=Limits(settings().attachments_most, settings().attachment_megabytes),
        )
    except RefusedError as refusal:
        tell = say(language())
        errors = {t.field: tell(t.message, **dict(t.values)) for t in refusal.troubles}
        return _page(ruj, errors, 422)
    flash(gettext("The paper is attached."), "good")
    return _see(ruj)


@blueprint.post("/<ruj>/papers/<uuid:attachment_id>")
def change(ruj: str, attachment_id: uuid.UUID) -> AnyResponse:
    """Release it, take the release back, or remove it."""
    if not Protection().validate():
        return _page(ruj, _forged(), 422)
    if request.form.get("do") == "remove":
        write(remove, who(), code=ruj, attachment_id=attachment_id)
        flash(gettext("The paper is gone."), "good")
    else:
        released = request.form.get("do") == "release"
        write(release, who(), code=ruj, attachment_id=attachment_id, is_released=released)
    return _see(ruj)


@blueprint.get("/<ruj>/papers/<uuid:attachment_id>")
def download(ruj: str, attachment_id: uuid.UUID) -> AnyResponse:
    """One paper, as a file; that it was opened is recorded."""
    found = write(open_paper, who(), code=ruj, attachment_id=attachment_id)
    answer = Response(found.content, mimetype=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _content_of(file: FileStorage | None) -> bytes:
    """The bytes of an upload; what the server kept of it meanwhile is closed at once."""
    if file is None:
        return b""
    with file.stream:
        return bytes(file.read())


def _page(ruj: str, errors: dict[str, str] | None = None, status: int = 200) -> AnyResponse:
    papers = write(list_papers, who(), code=ruj)
    referral = _must_be_there(ruj)
    tell, own = say(language()), referral.sender_agency_id in who().agencies
    return page(
        "referrals/papers.html",
        status,
        code=referral.code,
        papers=papers,
        is_own=own,
        is_draft=referral.state is State.DRAFT,
        kinds=[(kind.value, tell(word)) for kind, word in KINDS.items()],
        kind_label={kind: tell(word) for kind, word in KINDS.items()},
        errors=errors or {},
        typed=request.form,
        most=settings().attachments_most,
        megabytes=settings().attachment_megabytes,
        when=reader_at(now()).when,
    )


def _must_be_there(ruj: str) -> Any:
    referral = referral_by_code(who(), ruj)
    if referral is None:
        raise HiddenError
    return referral


def _forged() -> dict[str, str]:
    return {CSRF: why_not_taken()}


def _see(ruj: str) -> AnyResponse:
    answer = redirect(url_for("attachments.index", ruj=ruj), 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer

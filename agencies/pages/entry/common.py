"""What the pages of an own entry share."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, flash, request
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right
from agencies.queries.entries.own import agencies_of
from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id

blueprint = Blueprint("entry", __name__)


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    """What staff see is not for the next user of the browser."""
    response.headers["Cache-Control"] = "no-store"
    return response


def own_agencies(right: Right) -> list[uuid.UUID]:
    """The agencies for which the right is held; without any there is no such page."""
    found: list[uuid.UUID] = agencies_of(who(), right) or abort(404)
    return found


def is_forged() -> bool:
    """Whether the post lacks its token; a page that stood open for long does too."""
    if Protection().validate():
        return False
    flash(why_not_taken(), "bad")
    return True


def sent_id(name: str) -> uuid.UUID:
    """An id of the body; what is none does not exist."""
    found: uuid.UUID = parse_id(request.form.get(name, "")) or abort(404)
    return found


def sentences(refusal: RefusedError) -> dict[str, str]:
    """By field what was refused, in the reader's language."""
    tell = say(language())
    return {t.field: tell(t.message, **dict(t.values)) for t in refusal.troubles}


def tell_refusal(refusal: RefusedError) -> None:
    """Say on the next page what was refused."""
    for sentence in sentences(refusal).values():
        flash(sentence, "bad")

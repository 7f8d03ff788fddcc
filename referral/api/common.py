"""What the operations share: the blueprint, how each is described, and what refusals become."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response
from flask_babel import gettext
from marshmallow import Schema

from accounts.current import who
from agencies.queries.find.one import offer_seen_by
from agencies.schemas.answer import ProblemSchema
from core.api import ApiBlueprint
from core.crypto import CannotUnsealError
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import language, say
from core.idempotency import HEADER, LONGEST_KEY, answered_once
from core.keystore import ErasedKeyError, MissingKeyError
from core.problems import problem
from referral.commands.asking.drafts import NO_SUCH_AGENCY
from referral.commands.consent.consents import Given
from referral.commands.moves.step import AlreadyMovedError
from referral.models import Referral
from referral.queries.handing import agency_side
from referral.queries.referrals import referral_by_code, sides_of
from referral.rules.moves import Party
from referral.rules.states import STATE_WORDS
from referral.schemas.common import MovedProblemSchema

blueprint = ApiBlueprint(
    "referrals_api",
    __name__,
    url_prefix="/api/v1/referrals",
    description="The hand-off: refer, answer, hold the place, hand over, close. With an agency's "
    "key of the scope `referrals`, for what that agency sent or got. Who the person is can be "
    "written and is never answered: names, numbers, addresses, messages and papers are read by "
    "people, with their second factor.",
)
RUJ = [
    {
        "in": "path",
        "name": "ruj",
        "schema": {"type": "string", "maxLength": 40},
        "description": "The code of a referral that your agency sent or got",
        "example": "RUJ-7F3K2",
    }
]
BATCH = [
    {
        "in": "path",
        "name": "batch_code",
        "schema": {"type": "string", "maxLength": 40},
        "description": "The code of a group of travellers of your agency",
        "example": "ROM-7F3K2",
    }
]
ONCE = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    "description": "Any text of yours, new for each thing that you want done. Sent again within a "
    "day it does nothing and gets the first answer; with another body it is refused (422).",
    "example": "4d0f6b1e-33a5-4a1e-9d5f-1f2b0d5f8a11",
}
PROBLEM_TYPE = "application/problem+json"
View = Callable[..., Any]
_PROBLEMS = {
    401: "The key is missing, wrong, expired or ended",
    403: "The key has not the scope `referrals`",
    404: "There is no such thing, or it is not your agency's",
    422: "Something is refused; `errors` says what and why, by field, in the asked language",
    503: "What is sealed cannot be opened here; whoever runs this Rujukan must look",
}
MOVED_TEXT = (
    "Somebody else was first, or it is not possible where the referral stands now: `state`, and in "
    "words `detail`. Also while the first request with the same Idempotency-Key is still answered"
)


def reading(
    gives: type[Schema] | None, *, asks: type[Schema] | None = None, **shown: Any
) -> Callable[[View], View]:
    """Describe an operation that changes nothing. `shown`: an `example`, a `content_type`."""

    def decorate(view: View) -> View:
        if asks is not None:
            view = blueprint.arguments(asks(), location="query")(view)
        return _described(view, gives, 200, shown)

    return decorate


def posting(
    takes: type[Schema],
    gives: type[Schema],
    *,
    status: int = 200,
    example: Any = None,
    answer: Any = None,
) -> Callable[[View], View]:
    """Describe an operation that changes something, once for each `Idempotency-Key`."""

    def decorate(view: View) -> View:
        described: View = blueprint.arguments(takes(), example=example)(view)
        described = _described(described, gives, status, {"example": answer} if answer else {})
        described = blueprint.alt_response(
            409, schema=MovedProblemSchema, content_type=PROBLEM_TYPE, description=MOVED_TEXT
        )(described)
        described = blueprint.doc(parameters=[ONCE])(described)
        return answered_once(who)(described)

    return decorate


def _described(
    view: View, gives: type[Schema] | None, status: int, shown: Mapping[str, Any]
) -> View:
    described: View = blueprint.response(status, gives, **shown)(view)
    for code, text in _PROBLEMS.items():
        described = blueprint.alt_response(
            code, schema=ProblemSchema, content_type=PROBLEM_TYPE, description=text
        )(described)
    keyed: View = blueprint.doc(security=[{"key": []}])(described)
    return keyed


def referral_of(ruj: str) -> tuple[Referral, Party]:
    """The referral, and on which side the key's agency stands; 404 for what is not theirs."""
    actor = who()
    found = referral_by_code(actor, ruj)
    if found is None:
        raise HiddenError
    side = Party.SENDER if Party.SENDER in sides_of(actor, found) else agency_side(actor, found)
    if side is None:
        raise HiddenError
    return found, side


def must_be_seen(offer_id: uuid.UUID | None, field: str) -> None:
    """A service that the key's tier does not see is not there for it: `RefusedError`."""
    if offer_id is not None and offer_seen_by(who(), offer_id) is None:
        raise refused(field, NO_SUCH_AGENCY)


def grounds(said: Mapping[str, Any]) -> Given:
    """A basis as it was given; the command puts in for whom."""
    return Given(receiver_agency_id=uuid.UUID(int=0), **said)


@contextmanager
def fields_called(names: Mapping[str, str]) -> Iterator[None]:
    """Say of a refused field what the API calls it."""
    try:
        yield
    except AlreadyMovedError:
        raise
    except RefusedError as refusal:
        raise RefusedError(
            *(Trouble(names.get(t.field, t.field), t.message, t.values) for t in refusal.troubles)
        ) from refusal


@blueprint.errorhandler(AlreadyMovedError)
def _was_second(error: AlreadyMovedError) -> Response:
    tell = say(language())
    trouble = error.troubles[0]
    return problem(
        409,
        "Conflict",
        detail=tell(trouble.message, **dict(trouble.values)),
        state=error.state.value,
        state_label=tell(STATE_WORDS[error.state]),
    )


@blueprint.errorhandler(ErasedKeyError)
def _erased(_error: ErasedKeyError) -> Response:
    text = gettext("The person of this case was erased.")
    errors = [{"field": "case_code", "message": text}]
    return problem(422, "Unprocessable Content", errors=errors)


@blueprint.errorhandler(MissingKeyError)
@blueprint.errorhandler(CannotUnsealError)
def _broken(_error: Exception) -> Response:
    # Beside another store of keys, or with a row that somebody changed or moved.
    return problem(503, "Service Unavailable", detail=gettext("What is sealed cannot be opened."))

"""Several agencies asked for one person. The sender's alone: who is asked learns of no other."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from core.api import json_answer
from core.db import write
from core.errors import HiddenError
from referral.api import examples_together as examples
from referral.api.common import (
    RUJ,
    blueprint,
    fields_called,
    grounds,
    must_be_seen,
    posting,
    reading,
    referral_of,
)
from referral.api.present import state_label
from referral.commands.asking.asking_others import ask_these
from referral.commands.asking.askings import ask_next, choose, leave_out, put_earlier, stop_asking
from referral.models import Referral
from referral.queries.askings import ListedAlternative, asking_of
from referral.rules.moves import Party
from referral.schemas.answers import ConfirmSchema
from referral.schemas.askings import (
    LEAVE_OUT,
    AlternativeSchema,
    AskingSchema,
    NewAskingSchema,
    OrderSchema,
)
from referral.schemas.consents import GroundsSchema

# What commands call otherwise than the API does.
_OF_CONSENT = [known.data_key or name for name, known in GroundsSchema().fields.items()]
CALLED = {"choices": "offers", **{name: f"consent.{name}" for name in _OF_CONSENT}}


@blueprint.route("/<ruj>/asking", parameters=RUJ)
class OneAsking(MethodView):
    """Who is asked for the person of a referral."""

    scope = Scope.REFERRALS

    @reading(AskingSchema, example=examples.ASKING)
    def get(self, ruj: str) -> Response:
        """Read who is asked for this person, in their order; 404 where it is one agency only."""
        return json_answer(_view(ruj))

    @posting(
        NewAskingSchema,
        AskingSchema,
        status=201,
        example=examples.NEW_ASKING,
        answer=examples.ASKING,
    )
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Put further agencies behind a sent referral, or ask them at once.

        Each gets a referral and a basis of its own. Silence, a decline, a redirection or a waiting
        list asks the next by itself; the first acceptance calls the others off.
        """
        own = _own(ruj)
        for number, offer_id in enumerate(given["offers"]):
            must_be_seen(offer_id, f"offers.{number}")
        with fields_called(CALLED):
            write(
                ask_these,
                who(),
                code=own.code,
                offer_ids=given["offers"],
                agreed=given.get("agreed", False),
                given=grounds(given["consent"]) if "consent" in given else None,
                how=given["how"],
                choose_minutes=given.get("choose_minutes"),
            )
        return json_answer(_view(ruj), 201)


@blueprint.route("/<ruj>/asking/next", parameters=RUJ)
class AskNext(MethodView):
    """The next one."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, AskingSchema, example={}, answer=examples.ASKING)
    def post(self, _given: dict[str, Any], ruj: str) -> Response:
        """Ask the next now. Whoever was asked before may still answer."""
        write(ask_next, who(), code=_own(ruj).code)
        return json_answer(_view(ruj))


@blueprint.route("/<ruj>/asking/order", parameters=RUJ)
class OrderAsking(MethodView):
    """Their order."""

    scope = Scope.REFERRALS

    @posting(
        OrderSchema,
        AskingSchema,
        example={"alternative": examples.SECOND, "step": LEAVE_OUT},
        answer=examples.ASKING,
    )
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Put one that was not asked yet a place earlier, or leave it out: its basis is given up.

        Once left out it can be added again.
        """
        step = leave_out if given["step"] == LEAVE_OUT else put_earlier
        write(step, who(), code=_own(ruj).code, alternative=given["alternative"])
        return json_answer(_view(ruj))


@blueprint.route("/<ruj>/asking/stop", parameters=RUJ)
class StopAsking(MethodView):
    """Nobody further."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, AskingSchema, example={}, answer=examples.ASKING)
    def post(self, _given: dict[str, Any], ruj: str) -> Response:
        """Ask nobody further. Whoever was asked may still answer, and be the one."""
        write(stop_asking, who(), code=_own(ruj).code)
        return json_answer(_view(ruj))


@blueprint.route("/<ruj>/asking/choose", parameters=RUJ)
class Choose(MethodView):
    """One of those who have accepted."""

    scope = Scope.REFERRALS

    @posting(
        AlternativeSchema,
        AskingSchema,
        example={"alternative": examples.SECOND},
        answer=examples.ASKING,
    )
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Choose among those who have accepted; the others are told, and their places are free."""
        write(choose, who(), code=_own(ruj).code, alternative=given["alternative"])
        return json_answer(_view(ruj))


def _own(ruj: str) -> Referral:
    referral, side = referral_of(ruj)
    if side is not Party.SENDER:
        raise HiddenError
    return referral


def _view(ruj: str) -> dict[str, Any]:
    found = asking_of(_own(ruj))
    if found is None:
        raise HiddenError
    asking = found.asking
    return {
        "how": asking.how.value,
        "choose_until": asking.choose_until,
        "started_at": asking.started_at,
        "filled_at": asking.filled_at,
        "stopped_at": asking.stopped_at,
        "may_ask_next": found.may_ask_next,
        "may_choose": found.may_choose,
        "items": [_alternative(one) for one in found.alternatives],
        "total": len(found.alternatives),
    }


def _alternative(one: ListedAlternative) -> dict[str, Any]:
    referral = one.referral
    return {
        "code": referral.code,
        "receiver": {"id": referral.receiver_agency_id, "name": one.agency},
        "offer": referral.offer_id,
        "service_name": one.service or None,
        "state": referral.state.value,
        "state_label": state_label(referral.state),
        "asked_at": referral.asked_at,
        "may_be_asked": one.may_be_asked,
        "has_basis": one.has_basis,
    }

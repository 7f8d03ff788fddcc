"""What is kept, the way there, and who confirms that the person is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from agencies.doors import settings
from core.api import json_answer
from core.db import write
from core.errors import HiddenError
from referral.api import examples
from referral.api.common import RUJ, blueprint, posting, reading, referral_of
from referral.api.present import arrival_view, hand_over_view, state_view
from referral.commands.hand_over.arrivals import Way, say_arrival
from referral.commands.hand_over.hand_overs import confirm_hand_over
from referral.commands.moves.answering import confirm_phone_answer
from referral.commands.record.desk import pools_for_party
from referral.queries.hanging import arrival_known, hand_over_known
from referral.queries.holds import holds_listed
from referral.rules.moves import Party
from referral.schemas.answers import (
    ArrivalSchema,
    ConfirmSchema,
    HandOverDoneSchema,
    HoldsSchema,
    WaySchema,
)
from referral.schemas.common import StateSchema


@blueprint.route("/<ruj>/holds", parameters=RUJ)
class Holds(MethodView):
    """Places for this person."""

    scope = Scope.REFERRALS

    @reading(HoldsSchema, example=examples.HOLDS)
    def get(self, ruj: str) -> Response:
        """Say what is or was kept, and which pools an acceptance may name.

        The sender sees the pools of what it asked; the receiver all of its own.
        """
        referral, side = referral_of(ruj)
        fresh_for = timedelta(hours=settings().beds_fresh_hours)
        choices = pools_for_party(referral, fresh_for, only_asked=side is Party.SENDER)
        return json_answer(
            {
                "items": [
                    {
                        "id": hold.id,
                        "pool": hold.pool_id,
                        "label": label,
                        "places": hold.places,
                        "state": hold.state.value,
                        "until": hold.until,
                    }
                    for hold, label in holds_listed(referral.id)
                ],
                "choices": [
                    {
                        "pool": pool.id,
                        "label": pool.label,
                        "service_name": pool.service,
                        "free": pool.free,
                        "needed": pool.needed,
                        "fits": pool.fits,
                        "is_fresh": pool.is_fresh,
                        "said_at": pool.said_at,
                    }
                    for pool in choices
                ],
            }
        )


@blueprint.route("/<ruj>/arrival", parameters=RUJ)
class ArrivalSaid(MethodView):
    """The way there."""

    scope = Scope.REFERRALS

    @posting(WaySchema, ArrivalSchema, example=examples.WAY, answer=examples.ARRIVAL)
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Say where, when and how the person comes; both sides may, each may correct.

        All of it is said anew. The meeting point is the receiver's alone to name; a sender leaves
        it as it is.
        """
        referral, side = referral_of(ruj)
        known = arrival_known(referral)
        point = given.get("meeting_point")
        if side is Party.SENDER and "meeting_point" not in given and known is not None:
            point = known.meeting_point_id
        way = Way(
            meeting_point_id=point,
            expected_at=given.get("expected_at"),
            escort=given.get("escort", ""),
            transport=given.get("transport", ""),
            sign=given.get("sign", ""),
        )
        write(say_arrival, who(), code=ruj, way=way)
        return json_answer(arrival_view(arrival_known(referral)))


@blueprint.route("/<ruj>/hand-over/confirm", parameters=RUJ)
class ConfirmHandOver(MethodView):
    """A hand-over, by the side that has not said so yet."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, HandOverDoneSchema, example={}, answer=examples.HANDED_OVER)
    def post(self, _given: dict[str, Any], ruj: str) -> Response:
        """Confirm for your side that the person was handed over; twice is once."""
        referral, side = referral_of(ruj)
        write(confirm_hand_over, who(), code=ruj, party=side)
        return json_answer(hand_over_view(hand_over_known(referral)))


@blueprint.route("/<ruj>/phone-answer/confirm", parameters=RUJ)
class ConfirmPhoneAnswer(MethodView):
    """An answer that the sender wrote down from the phone."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, StateSchema, example={}, answer=examples.STATE)
    def post(self, _given: dict[str, Any], ruj: str) -> Response:
        """Confirm, as the receiver, what the sender wrote down from the phone."""
        _referral, side = referral_of(ruj)
        if side is not Party.RECEIVER:
            raise HiddenError
        write(confirm_phone_answer, who(), code=ruj)
        referral, side = referral_of(ruj)
        return json_answer(state_view(referral, side))

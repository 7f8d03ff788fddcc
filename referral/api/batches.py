"""People who travel together: each with a case, a basis and an answer of their own."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from core.api import json_answer
from core.db import write
from core.errors import HiddenError, Trouble
from core.i18n import language, say
from referral.api import examples_together as examples
from referral.api.askings import CALLED
from referral.api.common import BATCH, blueprint, grounds, must_be_seen, posting, reading
from referral.api.examples import LATER
from referral.api.present import state_label
from referral.commands.asking.asking_others import Choice
from referral.commands.asking.batch_arrival import expect_batch, land_batch
from referral.commands.asking.batches import Result, add_people, ask_for_people, begin_batch
from referral.models import Batch
from referral.queries.batches import ListedPerson, batch_by_code, batches_of, counted, people_of
from referral.queries.drafts import agencies_that_refer
from referral.schemas.answers import ConfirmSchema
from referral.schemas.batches import (
    COUNTED,
    AskForPeopleSchema,
    BatchesSchema,
    BatchExpectedSchema,
    BatchLandedSchema,
    BatchSchema,
    ExpectedSchema,
    NewBatchSchema,
    NewPeopleSchema,
    PeopleAddedSchema,
    PeopleAskedSchema,
    WholeBatchSchema,
)

Plain = dict[str, Any]


@blueprint.route("/batches")
class Batches(MethodView):
    """Groups of travellers."""

    scope = Scope.REFERRALS

    @reading(BatchesSchema, example=examples.BATCHES)
    def get(self) -> Response:
        """List your agency's groups, the latest first."""
        found = [
            {
                "code": one.code,
                "name": one.name,
                "expected_at": one.expected_at,
                "arrived_at": one.arrived_at,
                "people": one.people,
            }
            for one in batches_of(who())
        ]
        return json_answer({"items": found, "total": len(found)})

    @posting(
        NewBatchSchema,
        BatchSchema,
        status=201,
        example=examples.NEW_BATCH,
        answer={**examples.BATCH, "people": 0},
    )
    def post(self, given: Plain) -> Response:
        """Begin a group. It only groups referrals; nothing is done to all of them as one."""
        agencies = agencies_that_refer(who())
        code = write(
            begin_batch,
            who(),
            agency_id=agencies[0][0] if agencies else None,
            name=given["name"],
            expected_at=given.get("expected_at"),
        )
        return json_answer(_plain(_own(code)), 201)


@blueprint.route("/batches/<batch_code>", parameters=BATCH)
class OneBatch(MethodView):
    """One group."""

    scope = Scope.REFERRALS

    @reading(WholeBatchSchema, example=examples.WHOLE_BATCH)
    def get(self, batch_code: str) -> Response:
        """Read where each of them stands, by codes: whom they are asked for, and the answers."""
        batch = _own(batch_code)
        people = people_of(batch)
        counts = {COUNTED[group]: count for group, count in counted(people).items()}
        items = [_person(one) for one in people]
        return json_answer({**_plain(batch), "counts": counts, "items": items})


@blueprint.route("/batches/<batch_code>/people", parameters=BATCH)
class BatchPeople(MethodView):
    """Who belongs to it."""

    scope = Scope.REFERRALS

    @posting(
        NewPeopleSchema,
        PeopleAddedSchema,
        status=201,
        example=examples.NEW_PEOPLE,
        answer=examples.PEOPLE_ADDED,
    )
    def post(self, given: Plain, batch_code: str) -> Response:
        """Add people: a case and a draft for each; nobody is asked yet.

        Who cannot be taken is named in `refused` by their number in `people`, and why.
        """
        batch, asked = _own(batch_code), given["people"]
        made: Result = write(
            add_people,
            who(),
            code=batch.code,
            people=asked,
            needs=given["needs"],
            urgency=given["urgency"],
        )
        return json_answer(_added(batch_code, made, len(asked)), 201)


@blueprint.route("/batches/<batch_code>/ask", parameters=BATCH)
class AskForPeople(MethodView):
    """Places for them."""

    scope = Scope.REFERRALS

    @posting(
        AskForPeopleSchema,
        PeopleAskedSchema,
        example=examples.ASK_FOR_PEOPLE,
        answer=examples.PEOPLE_ASKED,
    )
    def post(self, given: Plain, batch_code: str) -> Response:
        """Ask for each of these people a service of their own, on the basis that they gave.

        For whom that cannot be is named in `refused`; the others are asked for.
        """
        batch = _own(batch_code)
        choices = {}
        for number, one in enumerate(given["people"]):
            must_be_seen(one["offer"], f"people.{number}.offer")
            choices[one["code"]] = Choice(one["offer"], grounds(one["consent"]))
        made: Result = write(ask_for_people, who(), code=batch.code, choices=choices)
        refused = [{"code": code, **_why(trouble)} for code, trouble in made.refused]
        return json_answer({"asked": list(made.done), "refused": refused})


@blueprint.route("/batches/<batch_code>/expected", parameters=BATCH)
class BatchExpected(MethodView):
    """When they arrive."""

    scope = Scope.REFERRALS

    @posting(
        ExpectedSchema,
        BatchExpectedSchema,
        example={"expected_at": LATER},
        answer=examples.BATCH_EXPECTED,
    )
    def post(self, given: Plain, batch_code: str) -> Response:
        """Say anew when they arrive: what is held is kept until then, and receivers are told."""
        code = _own(batch_code).code
        kept = write(expect_batch, who(), code=code, expected_at=given["expected_at"])
        return json_answer({**_plain(_own(code)), "kept": kept})


@blueprint.route("/batches/<batch_code>/landed", parameters=BATCH)
class BatchLanded(MethodView):
    """They are there."""

    scope = Scope.REFERRALS

    @posting(ConfirmSchema, BatchLandedSchema, example={}, answer=examples.BATCH_LANDED)
    def post(self, _given: Plain, batch_code: str) -> Response:
        """Say that they have landed; twice is once.

        What was agreed abroad ends: ask each of them again. Places stay.
        """
        code = _own(batch_code).code
        ended = write(land_batch, who(), code=code)
        return json_answer({**_plain(_own(code)), "consents_ended": ended})


def _own(code: str) -> Batch:
    batch = batch_by_code(who(), code)
    if batch is None:
        raise HiddenError
    return batch


def _plain(batch: Batch) -> Plain:
    return {
        "code": batch.code,
        "name": batch.name,
        "expected_at": batch.expected_at,
        "arrived_at": batch.arrived_at,
        "people": len({one.referral.case_id for one in people_of(batch)}),
    }


def _person(one: ListedPerson) -> Plain:
    referral = one.referral
    return {
        "code": referral.code,
        "case_code": one.case_code,
        "receiver": referral.receiver_agency_id,
        "receiver_name": one.agency or None,
        "offer": referral.offer_id,
        "service_name": one.service or None,
        "state": referral.state.value,
        "state_label": state_label(referral.state),
    }


def _added(batch_code: str, made: Result, count: int) -> Plain:
    """Which of the request became whom: a program cannot tell it by their names."""
    wrong = {int(number): trouble for number, trouble in made.refused}
    taken = [number for number in range(1, count + 1) if number not in wrong]
    cases = {one.referral.code: one.case_code for one in people_of(_own(batch_code))}
    return {
        "items": [
            {"number": number, "code": code, "case_code": cases[code]}
            for number, code in zip(taken, made.done, strict=True)
        ],
        "refused": [{"number": number, **_why(trouble)} for number, trouble in wrong.items()],
    }


def _why(trouble: Trouble) -> Plain:
    message = say(language())(trouble.message, **dict(trouble.values))
    return {"field": CALLED.get(trouble.field, trouble.field), "message": message}

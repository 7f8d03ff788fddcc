"""Begin a referral, read one, list one's own."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from agencies.doors import settings
from agencies.queries.directory import agency_by_id
from core.api import json_answer
from core.clock import now
from core.db import write
from core.errors import refused
from core.i18n import _
from core.ids import new_id
from core.problems import problem
from referral.api import examples
from referral.api.common import (
    RUJ,
    blueprint,
    fields_called,
    must_be_seen,
    posting,
    reading,
    referral_of,
)
from referral.api.present import listed_view, referral_view, state_view
from referral.commands.asking.drafts import NO_SUCH_AGENCY, Whose, keep_draft
from referral.commands.record.programs import for_program
from referral.commands.record.reading import Seen, read_referral
from referral.forms.referral.facts import OF_NEW_CASE
from referral.forms.referral.filled import Sent, form_of
from referral.forms.referral.said import Said, read, wanted_of
from referral.queries.cases import case_code_of
from referral.queries.drafts import agencies_that_refer
from referral.queries.listed import WantedList, referrals_listed
from referral.queries.referrals import referral_by_code
from referral.rules.facts import FACTS
from referral.rules.moves import Party
from referral.schemas.answers import DraftMadeSchema, ReferralSchema
from referral.schemas.drafts import NewReferralSchema
from referral.schemas.listed import ListQuery, ListSchema

# What commands and the form call otherwise than the API does.
_CALLED = {
    **{name: f"facts.{name}" for name in FACTS},
    **{name: f"person.{name}" for name in OF_NEW_CASE},
    "critical_hours": "facts.time_critical.hours",
    "need": "needs",
    "to": "receiver",
}
NO_SUCH_REFERRAL = _("Your agency has no such referral")
SIDES = {"sent": Party.SENDER, "received": Party.RECEIVER}


@blueprint.route("")
class Referrals(MethodView):
    """What one's agency sent or got."""

    scope = Scope.REFERRALS

    @reading(ListSchema, asks=ListQuery, example=examples.LIST)
    def get(self, wanted: dict[str, Any]) -> Response:
        """List your agency's referrals, the latest made first; the page is said in the body."""
        moment, size = now(), wanted["size"]
        asked = WantedList(
            side=SIDES[wanted["side"]],
            states=frozenset(wanted["state"]) if "state" in wanted else None,
            only_late=wanted["late"],
            number=wanted["page"],
            size=size,
        )
        rows, total = referrals_listed(who(), asked, moment=moment)
        return json_answer(
            {
                "items": [listed_view(row, moment) for row in rows],
                "total": total,
                "page": wanted["page"],
                "pages": max(1, -(-total // size)),
                "size": size,
            }
        )

    @posting(
        NewReferralSchema,
        DraftMadeSchema,
        status=201,
        example=examples.NEW_REFERRAL,
        answer=examples.DRAFT_MADE,
    )
    def post(self, given: dict[str, Any]) -> Response:
        """Begin a referral: a draft that nobody else sees, of a case of yours or of a new one.

        People of your agency find it among their drafts and may change and send it. To send it from
        here: record the consent, then `POST …/moves/send`.
        """
        actor = who()
        _must_be_seen(given)
        form = form_of(_sent(given), settings().timezone)
        said: Said = read(form, now())
        wanted = wanted_of(form, said)
        if form.errors:
            errors = [
                {"field": _called(name), "message": text} for name, text in form.errors.items()
            ]
            return problem(422, "Unprocessable Content", errors=errors)
        agencies = agencies_that_refer(actor)
        whose = Whose(
            case_code=given.get("case_code", ""),
            agency_id=agencies[0][0] if agencies else None,
            person=said.person,
        )
        with fields_called(_CALLED):
            code = write(keep_draft, actor, draft_id=new_id(), whose=whose, wanted=wanted)
        made, side = referral_of(code)
        answer = {**state_view(made, side), "case_code": case_code_of(made.case_id)}
        return json_answer(answer, 201)


@blueprint.route("/<ruj>", parameters=RUJ)
class OneReferral(MethodView):
    """One referral."""

    scope = Scope.REFERRALS

    @reading(ReferralSchema, example=examples.REFERRAL)
    def get(self, ruj: str) -> Response:
        """Read a referral: where it stands and what decides, never who the person is.

        That it was read is recorded. Both sides read as a receiver does before acceptance.
        """
        actor = who()
        seen: Seen = write(read_referral, actor, code=ruj)
        _referral, side = referral_of(ruj)
        return json_answer(referral_view(actor, for_program(seen, side)))


def _sent(given: dict[str, Any]) -> Sent:
    facts = dict(given["facts"])
    critical = facts.pop("time_critical", None)
    parent = given.get("parent")
    return Sent(
        needs=given["needs"],
        facts=facts,
        person=given.get("person", {}),
        case_code=given.get("case_code", ""),
        signs=tuple(given.get("signs", ())),
        urgency=given.get("urgency", ""),
        kind=given.get("kind", ""),
        offer_id=given.get("offer"),
        receiver_id=given.get("receiver"),
        parent_id=_parent(parent) if parent else None,
        bond=given.get("bond", ""),
        requested_by=given.get("requested_by"),
        critical=(critical["kind"], critical["hours"]) if critical else None,
    )


def _parent(code: str) -> Any:
    found = referral_by_code(who(), code)
    if found is None:
        raise refused("parent", NO_SUCH_REFERRAL)
    return found.id


def _must_be_seen(given: dict[str, Any]) -> None:
    """What the key's tier does not see is not there for it."""
    must_be_seen(given.get("offer"), "offer")
    receiver = given.get("receiver")
    if receiver is not None and agency_by_id(who(), receiver) is None:
        raise refused("receiver", NO_SUCH_AGENCY)


def _called(name: str) -> str:
    return "facts.children" if name.startswith("child_") else _CALLED.get(name, name)

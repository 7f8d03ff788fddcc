"""`/api/v1/routes`: the known ways, for programs of an agency."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.rules.rights import Scope
from agencies.rules.needs import all_needs
from agencies.schemas.answer import ProblemSchema
from agencies.wording.present import need_label
from core.api import ApiBlueprint, json_answer
from core.clock import now
from core.i18n import language, say
from referral.queries.routes import live_routes
from referral.queries.story import agency_names
from referral.rules.routes import LiveRoute
from referral.schemas.routes import RoutesQuery, RoutesSchema
from referral.wording.routes import PREREQUISITES

PROBLEM = "application/problem+json"

blueprint = ApiBlueprint(
    "routes_api",
    __name__,
    url_prefix="/api/v1",
    description="Known ways from agency to agency: what each needs first, and within what time",
)


@blueprint.route("/routes")
class Routes(MethodView):
    """Known ways."""

    scope = Scope.REFERRALS

    @blueprint.doc(security=[{"key": []}])
    @blueprint.arguments(RoutesQuery(), location="query")
    @blueprint.gives(200, RoutesSchema)
    @blueprint.gives(401, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(403, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(422, ProblemSchema, content_type=PROBLEM)
    def get(self, wanted: dict[str, Any]) -> Response:
        """List the ways that hold now, by type of agency and need; of agreements your agency's."""
        routes = [route for route in live_routes(now()) if _is_wanted(route, wanted)]
        ids = {one for r in routes for one in (r.from_agency, r.to_agency) if one is not None}
        names = agency_names(ids)
        return json_answer({"routes": [_plain(route, names) for route in routes]})


def _is_wanted(route: LiveRoute, wanted: dict[str, Any]) -> bool:
    return (
        wanted.get("from_type") in (None, route.from_type)
        and wanted.get("to_type") in (None, route.to_type)
        and (wanted.get("need") is None or route.need in (None, wanted["need"]))
    )


def _plain(route: LiveRoute, names: dict[Any, str]) -> dict[str, Any]:
    spoken, limit = language(), route.limit
    tell = say(spoken)
    known = route.need is not None and route.need in all_needs()
    return {
        "from": _side(route.from_type, route.from_agency, names),
        "to": _side(route.to_type, route.to_agency, names),
        "need": need_label(route.need, spoken) if known and route.need else None,
        "basis": [ground.value for ground in route.basis],
        "first": [
            {"code": one.value, "label": tell(PREREQUISITES[one])} for one in route.prerequisites
        ],
        "limit": {
            "minutes": limit.minutes,
            "working_days": limit.working_days,
            "emergency_minutes": limit.emergency_minutes,
            "start_minutes": limit.start_minutes,
            "when": limit.when.value if limit.when else None,
            "standing": limit.standing.value,
        },
        "agreement": str(route.agreement_id) if route.agreement_id else None,
        "valid_until": route.valid_until.isoformat() if route.valid_until else None,
    }


def _side(kind: str, agency_id: Any, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "type": kind,
        "agency": str(agency_id) if agency_id else None,
        "name": names.get(agency_id) if agency_id else None,
    }

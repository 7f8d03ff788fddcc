"""`/api/v1/find`: the first job, for programs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from flask import Response, current_app
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from agencies.doors import Found, find_for
from agencies.queries.hops import hops_for
from agencies.queries.hours import zone_of
from agencies.queries.places import PlaceChoice
from agencies.rules.candidate import Candidate
from agencies.rules.person import Person
from agencies.schemas.answer import AnswerSchema, ProblemSchema
from agencies.schemas.find import FindQuery, FindRequest
from agencies.wording.places import place_label
from agencies.wording.present import Shape, need_label, present_answer, whoever_asks
from agencies.wording.told import Told
from core.api import ApiBlueprint, json_answer
from core.i18n import LANGUAGES, language

PROBLEM = "application/problem+json"

blueprint = ApiBlueprint(
    "find_api", __name__, url_prefix="/api/v1", description="Who can take this person"
)


@blueprint.route("/find")
class Find(MethodView):
    """Who can take this person now, nearest first."""

    scope = Scope.FIND

    @blueprint.arguments(FindQuery(), location="query")
    @blueprint.gives(200, AnswerSchema)
    @blueprint.gives(401, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(403, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(422, ProblemSchema, content_type=PROBLEM)
    def get(self, wanted: dict[str, Any]) -> Response:
        """By need and place alone: what may stand in an address."""
        return _answer(**wanted)

    @blueprint.arguments(FindRequest())
    @blueprint.gives(200, AnswerSchema)
    @blueprint.gives(401, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(403, ProblemSchema, content_type=PROBLEM)
    @blueprint.gives(422, ProblemSchema, content_type=PROBLEM)
    def post(self, wanted: dict[str, Any]) -> Response:
        """By need, place and what is known of the person."""
        return _answer(**wanted)


def _answer(asked: Any, limit: int) -> Response:
    spoken = language()
    found = find_for(asked, limit)
    body: dict[str, Any] = {"query": _as_understood(found, limit, spoken)}
    if found.answer is None:
        choices = [_place(choice, spoken) for choice in found.understood.choices]
        body |= {"ambiguous_places": choices, "results": [], "near_misses": []}
    else:
        body |= present_answer(found.answer, spoken, _SPELT, hops_for(who(), spoken))
    return json_answer(body)


@lru_cache(maxsize=20_000)
def _begun(candidate: Candidate, spoken: str) -> bytes:
    """What is said of an offer whoever asks, spelt as the beginning of a JSON object once."""
    return orjson.dumps(whoever_asks(candidate, spoken))[:-1] + b","


def _whole(candidate: Candidate, spoken: str, asked: dict[str, Any]) -> orjson.Fragment:
    return orjson.Fragment(_begun(candidate, spoken) + orjson.dumps(asked)[1:])


@lru_cache(maxsize=len(LANGUAGES))
def _told(_spoken: str) -> Told:
    return Told(lambda plain: orjson.Fragment(orjson.dumps(plain)))


_SPELT = Shape(_whole, _told)  # as JSON


def _as_understood(found: Found, limit: int, spoken: str) -> dict[str, Any]:
    question, origin = found.understood.question, found.understood.origin
    zone = current_app.config["RUJUKAN"].timezone
    return {
        "needs": [need_label(code, spoken) for code in question.needs],
        "origin": {"lat": origin[0], "lon": origin[1]} if origin else None,
        "place": _place(found.understood.place, spoken) if found.understood.place else None,
        "person": _person(question.person),
        "at": question.at.astimezone(zone_of(zone)).isoformat(timespec="seconds"),
        "urgency": question.urgency.value,
        "must_be_open": question.must_be_open,
        "limit": limit,
        "lang": spoken,
    }


def _place(choice: PlaceChoice, spoken: str) -> dict[str, Any]:
    return {
        "code": choice.code,
        "level": choice.level,
        "name": choice.name,
        "label": place_label(choice, spoken),
        "lat": choice.latitude,
        "lon": choice.longitude,
    }


def _person(person: Person) -> dict[str, Any]:
    """Only what was said or follows from the need."""
    said: dict[str, Any] = {}
    if person.sex:
        said["sex"] = person.sex.value
    if person.age is not None:
        said |= {"age": person.age, "age_certainty": person.age_certainty.value}
    if person.children:
        said["children"] = ",".join(f"{c.sex.value[0].upper()}{c.age}" for c in person.children)
    if person.disability:
        said["disability"] = [d.value for d in person.disability]
    if person.languages:
        said["languages"] = list(person.languages)
    if person.nationality is not None:
        said["nationality"] = person.nationality
    if person.id_document is not None:
        said["id_document"] = person.id_document
    return said

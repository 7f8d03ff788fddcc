"""What find answers, described for OpenAPI. Answers are made by `wording.present`."""

from __future__ import annotations

from marshmallow import Schema, fields


class SentenceSchema(Schema):
    """What one rule found, in the asked language."""

    rule = fields.String(required=True)
    text = fields.String(required=True)


class NeedSchema(Schema):
    """A need of the taxonomy."""

    code = fields.String(required=True)
    label = fields.String(required=True)


class ServiceSchema(Schema):
    """The service."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    alert = fields.String(required=True, allow_none=True)


class AgencySchema(Schema):
    """The agency that gives the service."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    type_label = fields.String(required=True)
    phones = fields.List(fields.String(), required=True)
    whatsapp = fields.String(required=True, allow_none=True)
    sample = fields.Boolean(required=True)


class PositionSchema(Schema):
    """Where: a point, the centre of an area, or the centre of a secret place's cell."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    precision = fields.String(required=True, metadata={"enum": ["point", "area", "hidden"]})


class OpenSchema(Schema):
    """Open at the asked instant? All null when the hours are not known."""

    now = fields.Boolean(required=True, allow_none=True)
    until = fields.DateTime(required=True, allow_none=True)
    next = fields.DateTime(required=True, allow_none=True)


class CapacitySchema(Schema):
    """Free places that this person could use."""

    free = fields.Integer(required=True)
    as_of = fields.DateTime(required=True)


class MeetingPointSchema(Schema):
    """Where somebody is met who goes to a secret place. What would say too much of it is null."""

    name = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    escort_needed = fields.Boolean(required=True, allow_none=True)
    times = fields.String(required=True, allow_none=True)


class FirstSchema(Schema):
    """What must be there first."""

    code = fields.String(required=True)
    label = fields.String(required=True)


class HopSchema(Schema):
    """What is known of the way from your agency to this one. Never a refusal."""

    known = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "Null: no key of an agency was shown, or it is your own agency"},
    )
    first = fields.List(fields.Nested(FirstSchema), required=True)
    note = fields.String(required=True, allow_none=True)


class EntrySchema(Schema):
    """One service at one place."""

    service = fields.Nested(ServiceSchema, required=True)
    agency = fields.Nested(AgencySchema, required=True)
    offer = fields.UUID(
        required=True,
        metadata={"description": "The service at this place: what a referral asks"},
    )
    place = fields.String(required=True)
    tier = fields.String(required=True, metadata={"enum": ["public", "network", "secret"]})
    by_phone = fields.Boolean(required=True)
    distance_km = fields.Float(required=True, allow_none=True)
    travel_minutes = fields.Float(required=True, allow_none=True)
    position = fields.Nested(PositionSchema, required=True, allow_none=True)
    open = fields.Nested(OpenSchema, required=True)
    capacity = fields.Nested(CapacitySchema, required=True, allow_none=True)
    verified_at = fields.Date(required=True, allow_none=True)
    covers = fields.List(fields.String(), required=True)
    reasons = fields.List(fields.Nested(SentenceSchema), required=True)
    ask_first = fields.List(fields.Nested(SentenceSchema), required=True)
    fails = fields.List(fields.Nested(SentenceSchema), required=True)
    bring = fields.List(fields.String(), required=True)
    hop = fields.Nested(HopSchema, required=True)
    meeting_points = fields.List(fields.Nested(MeetingPointSchema), required=True)


class PlaceSchema(Schema):
    """A place of the gazetteer."""

    code = fields.String(required=True)
    level = fields.String(required=True)
    name = fields.String(required=True)
    label = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)


class OriginSchema(Schema):
    """Where the person is."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)


class QuerySchema(Schema):
    """The question as understood, with what was filled in."""

    needs = fields.List(fields.Nested(NeedSchema), required=True)
    origin = fields.Nested(OriginSchema, required=True, allow_none=True)
    place = fields.Nested(PlaceSchema, required=True, allow_none=True)
    person = fields.Dict(required=True)
    at = fields.DateTime(required=True)
    urgency = fields.String(required=True, metadata={"enum": ["emergency", "urgent", "routine"]})
    must_be_open = fields.Boolean(required=True)
    limit = fields.Integer(required=True)
    lang = fields.String(required=True, metadata={"enum": ["id", "en"]})


class StepSchema(Schema):
    """A wider question that finds somebody."""

    kind = fields.String(
        required=True, metadata={"enum": ["any_time", "any_person", "need", "hotline"]}
    )
    text = fields.String(required=True)
    need = fields.Nested(NeedSchema, required=True, allow_none=True)
    nearest = fields.Nested(EntrySchema, required=True)


class AnswerSchema(Schema):
    """Who can take this person, who nearly can and why not, and what to do when nobody can."""

    query = fields.Nested(QuerySchema, required=True)
    results = fields.List(fields.Nested(EntrySchema), required=True)
    near_misses = fields.List(fields.Nested(EntrySchema), required=True)
    uncovered = fields.List(fields.Nested(NeedSchema))
    next_steps = fields.List(fields.Nested(StepSchema))
    ambiguous_places = fields.List(
        fields.Nested(PlaceSchema),
        metadata={"description": "Given when the place's name is not one place: choose by code"},
    )


class FaultSchema(Schema):
    """One wrong field."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """problem+json (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))

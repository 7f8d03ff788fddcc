"""Known ways, as programs read them."""

from __future__ import annotations

from marshmallow import Schema, fields

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from agencies.schemas.answer import FirstSchema, NeedSchema
from core.validation import one_of
from referral.rules.routes import Ground, Standing, When


class RoutesQuery(Schema):
    """Which ways are wanted; all without any."""

    from_type = fields.String(
        data_key="from",
        validate=one_of(list(AGENCY_TYPES)),
        metadata={"description": "From this type of agency", "example": "POL"},
    )
    to_type = fields.String(
        data_key="to",
        validate=one_of(list(AGENCY_TYPES)),
        metadata={"description": "To this type of agency", "example": "PPT"},
    )
    need = fields.String(
        validate=one_of(list(all_needs())),
        metadata={"description": "For this need", "example": "K3"},
    )


class SideSchema(Schema):
    """One side: a type of agency, or of an agreement just one agency."""

    type = fields.String(required=True)
    agency = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class RouteLimitSchema(Schema):
    """Within what time. All null: nothing is said of it."""

    minutes = fields.Integer(required=True, allow_none=True)
    working_days = fields.Integer(required=True, allow_none=True)
    emergency_minutes = fields.Integer(required=True, allow_none=True)
    start_minutes = fields.Integer(required=True, allow_none=True)
    when = fields.String(
        required=True, allow_none=True, metadata={"enum": [*(w.value for w in When), None]}
    )
    standing = fields.String(
        required=True,
        metadata={
            "enum": [s.value for s in Standing],
            "description": "`proposed` was verified by nobody: never show it as law",
        },
    )


class RouteSchema(Schema):
    """A permitted, known way."""

    from_ = fields.Nested(SideSchema, required=True, data_key="from")
    to = fields.Nested(SideSchema, required=True)
    need = fields.Nested(NeedSchema, required=True, allow_none=True)
    basis = fields.List(
        fields.String(metadata={"enum": [ground.value for ground in Ground]}), required=True
    )
    first = fields.List(fields.Nested(FirstSchema), required=True)
    limit = fields.Nested(RouteLimitSchema, required=True)
    agreement = fields.UUID(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)


class RoutesSchema(Schema):
    """Every way that holds now, declared and, of your own agency, agreed."""

    routes = fields.List(fields.Nested(RouteSchema), required=True)

"""Lists of referrals for programs: which, and a page of them with its envelope in the body."""

from __future__ import annotations

from marshmallow import Schema, fields

from agencies.rules.needs import Urgency
from agencies.schemas.find import Strict, StrictInteger, Words
from core.i18n import LANGUAGES
from core.validation import between, entries, one_of
from referral.rules.due import Clock
from referral.rules.states import State
from referral.schemas.common import values_of, word

MOST_ITEMS = 100


class ListQuery(Strict):
    """Which referrals: by side, state and clock."""

    side = fields.String(
        load_default="sent",
        validate=one_of(["sent", "received"]),
        metadata={"enum": ["sent", "received"], "description": "What your agency sent, or got"},
    )
    state = Words(
        word(State), validate=entries(1, len(State)), metadata={"description": "One or several"}
    )
    late = fields.Boolean(
        load_default=False, metadata={"description": "Only those whose clock has run out"}
    )
    page = StrictInteger(load_default=1, validate=between(1, 10_000))
    size = StrictInteger(load_default=25, validate=between(1, MOST_ITEMS))
    lang = fields.String(validate=one_of(list(LANGUAGES)))


class ExportQuery(Strict):
    """Which referrals the file is to hold."""

    side = fields.String(
        load_default="sent",
        validate=one_of(["sent", "received"]),
        metadata={"enum": ["sent", "received"], "description": "What your agency sent, or got"},
    )
    since = fields.Date(metadata={"description": "Asked on that day or later (UTC)"})
    until = fields.Date(metadata={"description": "Asked on that day or before (UTC)"})
    lang = fields.String(validate=one_of(list(LANGUAGES)))


class DueSchema(Schema):
    """A clock that runs."""

    clock = fields.String(required=True, metadata={"enum": values_of(Clock)})
    at = fields.DateTime(required=True)
    is_late = fields.Boolean(required=True)


class ListedSchema(Schema):
    """A referral in a list."""

    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": values_of(State)})
    state_label = fields.String(required=True)
    urgency = fields.String(required=True, metadata={"enum": values_of(Urgency)})
    needs = fields.List(fields.String(), required=True)
    sender = fields.UUID(required=True)
    receiver = fields.UUID(required=True, allow_none=True)
    other = fields.String(
        required=True, allow_none=True, metadata={"description": "The other agency's name"}
    )
    service_name = fields.String(required=True, allow_none=True)
    dues = fields.List(fields.Nested(DueSchema), required=True)
    asked_at = fields.DateTime(required=True, allow_none=True)
    moved_at = fields.DateTime(required=True)
    by_phone = fields.Boolean(required=True)


class ListSchema(Schema):
    """A page of a list, the latest made first."""

    items = fields.List(fields.Nested(ListedSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    size = fields.Integer(required=True)

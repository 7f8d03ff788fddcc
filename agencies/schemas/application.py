"""What an agency must say to join."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _lazy
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validates

from accounts.rules.emails import as_address
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.applications import TIERS, holds_an_address
from core.actors import Tier
from core.phones import is_number
from core.text import lines, one_line
from core.validation import letters, one_of

LINES = ("name", "type", "tier", "contact_name", "email", "phone")
TEXTS = ("description", "why")
NO_ADDRESS = _lazy(
    "Leave the address out: several people read this. It is asked for later, and sealed."
)


class ApplicationSchema(Schema):
    """An application, in plain words; the district is found by the form."""

    class Meta:
        """A form sends more than this: its token, and the trap for robots."""

        unknown = EXCLUDE

    name = fields.String(required=True, validate=letters(3, 150))
    type = fields.String(required=True, validate=one_of(list(AGENCY_TYPES)))
    tier = fields.String(required=True, validate=one_of(list(TIERS)))
    description = fields.String(required=True, validate=letters(10, 1000))
    contact_name = fields.String(required=True, validate=letters(2, 100))
    email = fields.String(required=True)
    phone = fields.String(required=True, validate=letters(3, 40))
    why = fields.String(required=True, validate=letters(10, 1000))

    @pre_load
    def _clean(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        cleaned = {name: one_line(str(data.get(name, ""))) for name in LINES}
        return cleaned | {name: lines(str(data.get(name, ""))) for name in TEXTS}

    @validates("email")
    def _check_email(self, value: str, **_more: Any) -> None:
        if as_address(value) is None:
            raise ValidationError(str(_lazy("Write one e-mail address, such as ani@example.org")))

    @validates("phone")
    def _check_phone(self, value: str, **_more: Any) -> None:
        if not is_number(value):
            raise ValidationError(str(_lazy("Write a phone number, such as 021-5550123")))

    @validates("description")
    def _check_description(self, value: str, **_more: Any) -> None:
        if holds_an_address(value):
            raise ValidationError(str(NO_ADDRESS))

    @validates("why")
    def _check_why(self, value: str, **_more: Any) -> None:
        if holds_an_address(value):
            raise ValidationError(str(NO_ADDRESS))

    @post_load
    def _typed(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        address = as_address(data["email"])
        return data | {"email": address, "tier": Tier.named(data["tier"])}

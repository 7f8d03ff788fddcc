"""The thread of a referral: programs write, people read."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from core.api import json_answer
from core.db import write
from referral.api import examples
from referral.api.common import RUJ, blueprint, posting, reading
from referral.commands.record.thread import notes_on, write_note
from referral.schemas.answers import NewNoteSchema, NoteMadeSchema, NotesSchema


@blueprint.route("/<ruj>/notes", parameters=RUJ)
class Notes(MethodView):
    """Messages between the two sides."""

    scope = Scope.REFERRALS

    @reading(NotesSchema, example=examples.NOTES)
    def get(self, ruj: str) -> Response:
        """Say which messages there are and whether they were read; what they say people read."""
        found = [
            {"id": one.id, "at": one.at, "is_mine": one.is_mine, "is_read": one.is_read}
            for one in notes_on(who(), code=ruj)
        ]
        return json_answer({"items": found, "total": len(found)})

    @posting(
        NewNoteSchema,
        NoteMadeSchema,
        status=201,
        example={"words": "She can come at eight"},
        answer={"id": examples.ID},
    )
    def post(self, given: dict[str, Any], ruj: str) -> Response:
        """Write to the other side, which is told that something waits."""
        made = write(write_note, who(), code=ruj, words=given["words"])
        return json_answer({"id": made}, 201)

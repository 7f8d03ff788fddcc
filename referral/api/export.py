"""The agency's own referrals as a file: for counting, without any person."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from accounts.current import who
from accounts.rules.rights import Scope
from core.db import write
from core.errors import HiddenError
from referral.api import examples
from referral.api.common import blueprint, reading
from referral.api.referrals import SIDES
from referral.commands.record.exporting import export_referrals
from referral.exchange.referral_list import csv_text
from referral.queries.drafts import agencies_that_refer
from referral.queries.exported import ExportWanted
from referral.schemas.listed import ExportQuery


@blueprint.route("/export.csv")
class Export(MethodView):
    """A file."""

    scope = Scope.REFERRALS

    @reading(
        None,
        asks=ExportQuery,
        content_type="text/csv",
        example=examples.EXPORT,
        description="CSV in UTF-8, one referral a line: codes, states, times; nothing of a person",
    )
    def get(self, wanted: dict[str, Any]) -> Response:
        """Export what your agency sent, or got, as CSV; that it went out is recorded."""
        agencies = agencies_that_refer(who())
        if not agencies:
            raise HiddenError
        asked = ExportWanted(
            agency_id=agencies[0][0],
            side=SIDES[wanted["side"]],
            since=wanted.get("since"),
            until=wanted.get("until"),
        )
        rows = write(export_referrals, who(), wanted=asked)
        answer = Response(csv_text(rows), content_type="text/csv; charset=utf-8")
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Disposition"] = 'attachment; filename="referrals.csv"'
        return answer

"""Keeps the register of needs that nobody could meet."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from agencies.rules.question import Question
from core.db import db
from referral.models import UnmetNeed
from referral.rules.bands import age_band


def log_unmet_need(*, question: Question, area_code: str | None) -> None:
    """Command: keep, for each asked need, that nobody was found. Bands and the hour only.

    `area_code` is a district's; a finer code is cut to it (design.md §5, domain.md §4.2).
    """
    local = question.at.astimezone(ZoneInfo("Asia/Jakarta"))
    person = question.person
    for need in question.needs:
        db.session.add(
            UnmetNeed(
                need=need,
                area_code=_district(area_code),
                day=local.date(),
                hour=local.hour,
                sex=person.sex.value if person.sex else None,
                age_band=age_band(person.age),
                with_children=bool(person.children),
                disability=bool(person.disability),
                foreign=person.is_foreign is True,
                urgency=question.urgency.value,
            )
        )


def _district(code: str | None) -> str | None:
    return ".".join(code.split(".")[:3]) if code else None

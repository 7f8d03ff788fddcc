"""What clocks, watches and rosters are called."""

from __future__ import annotations

from babel import Locale
from babel.dates import get_day_names

from core.i18n import Say, _
from referral.models import Post
from referral.queries.late import Why
from referral.rules.rosters import A_DAY, Gap

WHY_WORDS: dict[Why, str] = {
    Why.UNREAD: _("An emergency that nobody has read"),
    Why.DEAD_HOLD: _("A place is kept although its time is over"),
    Why.START: _("The service should have begun"),
    Why.UNDECIDED: _("Not decided in time"),
    Why.EXPIRED: _("Expired without an answer"),
}
DONE_WORDS: dict[str, str] = {
    "remind": _("Reminded"),
    "silent": _("Deputy and coordinator on duty alarmed"),
    "late": _("Deputy and sender told that it is late"),
    "escalate": _("Coordinator on duty told"),
    "start": _("Both sides told that it has not begun"),
    "come": _("Asked whether the person came"),
    "lapses_soon": _("Both sides warned about the place"),
    "lapse": _("The place lapsed"),
    "free": _("The place was given back"),
    "expire": _("Expired"),
    "phone": _("Asked to confirm the answer by phone"),
    "unread": _("Reminded of the return referral"),
    "called": _("Called, and reached somebody"),
    "not_reached": _("Called, and reached nobody"),
    "ask_next": _("Asked the sender to ask the next"),
}
POST_WORDS: dict[Post, str] = {Post.FIRST: _("First"), Post.DEPUTY: _("Deputy")}


def weekday(number: int, language: str) -> str:
    """The name of a day, 1 (Monday) to 7."""
    return str(get_day_names("wide", locale=Locale.parse(language))[number - 1])


def gap_words(gap: Gap, language: str, tell: Say) -> str:
    """Such as: Sunday 22:00–06:00; with the second day where it is further on."""
    if gap.is_whole_week:
        return tell(_("the whole week"))
    first, last = gap.begins // A_DAY, (gap.ends - 1) // A_DAY
    begins, ends = _clock(gap.begins, language), _clock(gap.ends, language)
    day = weekday(first % 7 + 1, language)
    if last - first <= 1 and gap.ends - gap.begins <= A_DAY:
        return f"{day} {begins}–{ends}"
    return f"{day} {begins} – {weekday(last % 7 + 1, language)} {ends}"


def _clock(minute: int, language: str) -> str:
    hour, rest = divmod(minute % A_DAY, 60)
    return f"{hour:02d}{'.' if language == 'id' else ':'}{rest:02d}"

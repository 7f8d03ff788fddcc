"""Every action of the audit as a sentence. A test fails for an action that lacks one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from accounts.queries.audit.trail import Happened
from core.actors import ActorKind
from core.i18n import Say, _

ZONE_WORDS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

SENTENCES = {
    "audit.breach_listed": _("%(who)s listed whom a breach touched."),
    "audit.report_read": _("%(who)s read this report of who saw the data."),
    "audit.trail_read": _("%(who)s looked through the audit trail."),
    "session.all_ended": _("%(who)s signed out an account everywhere."),
    "session.ended": _("%(who)s signed out."),
}
UNKNOWN = _("%(who)s did something that has no words yet: %(action)s.")

SOMEBODY = {
    ActorKind.OPERATOR: _("The operator of the server"),
    ActorKind.VISITOR: _("Somebody without an account"),
    ActorKind.SYSTEM: _("Rujukan itself"),
    ActorKind.MEMBER: _("Somebody whose account is gone"),
    ActorKind.KEY: _("A program whose key is gone"),
}
PROGRAM = _("The program %(name)s")


def sentence(row: Happened, tell: Say) -> str:
    """Who did what, in the language of `tell`."""
    who = actor_words(row, tell)
    if row.action in SENTENCES:
        return tell(SENTENCES[row.action], who=who)
    return tell(UNKNOWN, who=who, action=row.action)


def actor_words(row: Happened, tell: Say) -> str:
    """Who acted: a person's or program's name, or what they are."""
    kind = ActorKind(row.actor_kind)
    if row.actor_name is None:
        return tell(SOMEBODY[kind])
    return tell(PROGRAM, name=row.actor_name) if kind is ActorKind.KEY else row.actor_name


def moment_words(moment: datetime, timezone: str, language: str) -> str:
    """A moment such as `21 Nov 2026 20.50.12 WIB`."""
    local = moment.astimezone(ZoneInfo(timezone))
    pattern = "d MMM y HH.mm.ss" if language == "id" else "d MMM y HH:mm:ss"
    said = format_datetime(local, pattern, locale=language)
    return f"{said} {ZONE_WORDS.get(timezone, timezone)}"

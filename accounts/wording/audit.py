"""Every action of the audit as a sentence. A test fails for an action that lacks one.

Upper rooms say their own (`say_actions`); none is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from accounts.queries.audit.trail import Happened
from core.actors import ActorKind
from core.i18n import Say, _

ZONE_WORDS = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

SENTENCES: dict[str, str] = {
    "account.changed": _("%(who)s changed an account."),
    "account.made": _("%(who)s made an account."),
    "account.reset": _("%(who)s reset an account."),
    "address.not_opened": _("%(who)s wanted to open a sealed address and was refused."),
    "address.opened": _("%(who)s opened a sealed address."),
    "address.sealed": _("%(who)s sealed an address."),
    "application.approved": _("%(who)s approved the agency."),
    "application.declined": _("%(who)s declined the application of an agency."),
    "application.received": _("%(who)s applied for an agency."),
    "audit.breach_listed": _("%(who)s listed whom a breach touched."),
    "audit.report_read": _("%(who)s read this report of who saw the data."),
    "audit.trail_read": _("%(who)s looked through the audit trail."),
    "backup.written": _("%(who)s made a backup of the database."),
    "backup.restored": _("%(who)s restored the database from a backup."),
    "beds.said": _("%(who)s said how many places are free."),
    "entry.changed": _("%(who)s changed the agency's entry."),
    "entry.imported": _("%(who)s imported an entry from a file."),
    "entry.undone": _("%(who)s undid a change of the entry."),
    "fact.confirmed": _("%(who)s confirmed that a fact is still right."),
    "fact.proposed": _("%(who)s proposed a correction of the entry."),
    "fact.reported": _("%(who)s reported a wrong fact."),
    "factor.enrolled": _("%(who)s set up a second factor."),
    "factor.removed": _("%(who)s removed a second factor."),
    "factor.used": _("%(who)s showed a second factor."),
    "invitation.accepted": _("%(who)s accepted an invitation."),
    "invitation.made": _("%(who)s invited somebody."),
    "invitation.withdrawn": _("%(who)s withdrew an invitation."),
    "key.ended": _("%(who)s ended an API key."),
    "key.made": _("%(who)s made an API key."),
    "keys.rotated": _("%(who)s renewed the master key."),
    "keys.backed_up": _("%(who)s made a backup of the keys."),
    "keys.restored": _("%(who)s restored keys from a backup."),
    "meeting_point.added": _("%(who)s added a meeting point."),
    "meeting_point.changed": _("%(who)s changed a meeting point."),
    "meeting_point.removed": _("%(who)s removed a meeting point."),
    "membership.ended": _("%(who)s ended somebody's membership."),
    "password.changed": _("%(who)s changed a password."),
    "password.set": _("%(who)s set a password after a reset."),
    "place.tier_changed": _("%(who)s changed who may see a place."),
    "report.settled": _("%(who)s settled a report of a wrong fact."),
    "session.all_ended": _("%(who)s signed out an account everywhere."),
    "session.ended": _("%(who)s signed out."),
    "sign_in.failed": _("%(who)s could not sign in."),
    "sign_in.succeeded": _("%(who)s signed in."),
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


def say_actions(sentences: Mapping[str, str]) -> None:
    """Say what a room above writes into the audit: by action, with `%(who)s` for whoever acted."""
    SENTENCES.update(sentences)


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

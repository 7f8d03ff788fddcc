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
    "account.changed": _("%(who)s changed an account."),
    "account.made": _("%(who)s made an account."),
    "account.reset": _("%(who)s reset an account."),
    "address.not_opened": _("%(who)s wanted to open a sealed address and was refused."),
    "address.opened": _("%(who)s opened a sealed address."),
    "address.sealed": _("%(who)s sealed an address."),
    "answer.code_sent": _("%(who)s asked for a code to answer a referral."),
    "answer.opened": _("%(who)s opened a referral with a code, to answer it."),
    "application.approved": _("%(who)s approved the agency."),
    "application.declined": _("%(who)s declined the application of an agency."),
    "application.received": _("%(who)s applied for an agency."),
    "audit.breach_listed": _("%(who)s listed whom a breach touched."),
    "audit.report_read": _("%(who)s read this report of who saw the data."),
    "audit.trail_read": _("%(who)s looked through the audit trail."),
    "backup.written": _("%(who)s made a backup of the database."),
    "backup.restored": _("%(who)s restored the database from a backup."),
    "beds.said": _("%(who)s said how many places are free."),
    "case.changed": _("%(who)s changed the case."),
    "case.closed": _("%(who)s closed the case."),
    "case.erased": _("%(who)s erased the person's data for good."),
    "case.opened": _("%(who)s began the case."),
    "case.read": _("%(who)s read the person's data."),
    "case.rekeyed": _("%(who)s gave the case a new key."),
    "channel.added": _("%(who)s added a channel for messages."),
    "channel.changed": _("%(who)s changed when a channel gets messages."),
    "channel.ended": _("%(who)s ended a channel for messages."),
    "channel.proved": _("%(who)s proved a channel for messages."),
    "channel.tested": _("%(who)s sent a test message."),
    "entry.changed": _("%(who)s changed the agency's entry."),
    "entry.imported": _("%(who)s imported an entry from a file."),
    "entry.undone": _("%(who)s undid a change of the entry."),
    "fact.confirmed": _("%(who)s confirmed that a fact is still right."),
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
    "note.read": _("%(who)s read the messages on a referral."),
    "note.written": _("%(who)s wrote a message on a referral."),
    "password.changed": _("%(who)s changed a password."),
    "password.set": _("%(who)s set a password after a reset."),
    "place.tier_changed": _("%(who)s changed who may see a place."),
    "referral.exported": _("%(who)s exported a list of referrals, without the people."),
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

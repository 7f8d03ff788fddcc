"""What a message says: that something waits, by kind and urgency, and nothing else.

Every sentence is plain letters of the GSM alphabet (3GPP TS 23.038), so that an SMS with its link
stays one SMS in both languages; a test counts.
"""

from __future__ import annotations

from collections.abc import Callable

from agencies.rules.needs import Urgency
from referral.rules.notices import What

SMS_LETTERS = 160
Say = Callable[..., str]


def _(message: str) -> str:
    return message


SENTENCES: dict[What, str] = {
    What.NEW: _("A new referral%(urgency)s waits for you."),
    What.REOPENED: _("A referral%(urgency)s was sent to you again."),
    What.INFORMATION: _("Your question on a referral%(urgency)s was answered."),
    What.CALLED_OFF: _("A referral%(urgency)s to you was called off."),
    What.FILLED: _("A referral%(urgency)s to you was filled elsewhere. Nothing is left to do."),
    What.WITHDRAWN: _("A referral%(urgency)s to you may not be used any more."),
    What.OPEN_AGAIN: _("A referral%(urgency)s may be read again."),
    What.ANSWERED: _("Your referral%(urgency)s was answered."),
    What.QUESTION: _("There is a question on your referral%(urgency)s."),
    What.FALLEN: _("A promised place%(urgency)s fell through."),
    What.LAPSED: _("A place%(urgency)s was kept too long and is free again."),
    What.EXPIRED: _("A referral%(urgency)s expired without an answer."),
    What.NO_SHOW: _("Somebody you referred%(urgency)s did not arrive."),
    What.BY_PHONE: _("An answer%(urgency)s given by phone waits for your yes."),
    What.MOVED_ON: _("There is news on a referral%(urgency)s."),
    What.RETURNED: _("A return referral%(urgency)s waits for you."),
    What.NOTE: _("There is a message on a referral%(urgency)s."),
    What.REMINDER: _("A referral%(urgency)s still waits for your answer."),
    What.LATE: _("A referral%(urgency)s is late."),
    What.LAPSES_SOON: _("A place%(urgency)s that is kept is about to be given up."),
    What.DID_THEY_COME: _("Somebody%(urgency)s was expected. Please say whether they came."),
    What.NOBODY_ON_DUTY: _("Nobody stands in your roster now, and a referral%(urgency)s waits."),
    What.SHIFT_OPEN: _("A shift was handed over and nobody has taken it over yet."),
    What.ASK_NEXT: _("The coordinator asks you to ask the next agency%(urgency)s."),
    What.ARRIVAL: _("When or how somebody%(urgency)s arrives has changed."),
    What.UNCONFIRMED: _("A hand-over%(urgency)s waits for your confirmation."),
    What.FOLLOW_UP: _("It is time to ask after somebody you referred%(urgency)s."),
    What.LOST: _("Contact with somebody you took in%(urgency)s was lost."),
    What.UNFOUNDED: _("A referral%(urgency)s was declined for a reason to look at."),
    What.AGREEMENT_PROPOSED: _("An agreement on referrals waits for your yes."),
    What.AGREEMENT_NEWS: _("There is news on an agreement on referrals."),
    What.AGREEMENT_ENDS: _("An agreement on referrals ends soon."),
    What.GLASS: _("A referral%(urgency)s was opened past the rules."),
}
URGENCIES: dict[Urgency, str] = {
    Urgency.EMERGENCY: _(" (EMERGENCY)"),
    Urgency.URGENT: _(" (urgent)"),
    Urgency.ROUTINE: _(" (routine)"),
}
SUBJECT = _("Rujukan: something waits for you")
SUBJECT_EMERGENCY = _("Rujukan: EMERGENCY, something waits for you")
SEVERAL = _("Things that wait for you in Rujukan: %(number)s.")
SIGN_IN = _("Sign in to read")
ANSWER = _("Answer here")
MAIL_END = _("For safety a message from Rujukan never says more than this and asks no password.")
CODE = _("Your Rujukan code: %(code)s. Good for 10 minutes. Give it to nobody.")
CODE_SUBJECT = _("Rujukan: your code")
TEST = _("This is a test from Rujukan. Messages reach you here.")


def sentence(what: str, urgency: Urgency | None, tell: Say) -> str:
    """The sentence of a notice."""
    said = tell(URGENCIES[urgency]) if urgency else ""
    return tell(SENTENCES[What(what)], urgency=said)


def short_text(said: str, lead: str, link: str, tell: Say) -> str:
    """An SMS: the sentence and where to go. A link too long for one SMS is left out."""
    whole = f"{said} {tell(lead)}: {link}"
    return whole if len(whole) <= SMS_LETTERS else f"{said} {tell(lead)}."


def mail_text(said: str, lead: str, link: str, tell: Say) -> str:
    """A mail: the same, and why it says no more."""
    return f"{said}\n\n{tell(lead)}: {link}\n\n{tell(MAIL_END)}\n"

"""Indicators 1 to 15: how referrals are answered, completed, lost and declined."""

from __future__ import annotations

from maps.rules.indicators.kinds import Group, Indicator, Sense, Source


def _(message: str) -> str:
    return message


_T, _C, _L, _D = Group.TIMELINESS, Group.COMPLETION, Group.LOSS, Group.DECLINES
_MORE, _LESS, _SAID = Sense.MORE, Sense.LESS, Sense.REPORTED
_PUB, _NOW = Source.PUBLISHED, Source.NOW

ANSWERING: tuple[Indicator, ...] = (
    Indicator(
        1, "acknowledge", _T, _("Time until acknowledged"),
        _(
            "Minutes from asking an agency until it first moved the referral: the middle one, and"
            " the one that nine of ten stay under, by urgency."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        2, "decide", _T, _("Time until decided"),
        _(
            "Minutes from asking an agency until it accepted, declined, redirected or put on a "
            "waiting list: the middle one, and the one that nine of ten stay under, by urgency."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        3, "hand-over", _T, _("Time until handed over"),
        _(
            "Minutes from the first sending, in a chain the very first, until arrival was "
            "confirmed."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        4, "within-limit", _T, _("Within the limit"),
        _(
            "Of the referrals whose clock for deciding ran, the share that was decided before it "
            "ended."
        ),
        _MORE, _PUB,
    ),
    Indicator(
        5, "overdue", _T, _("Late now"),
        _(
            "Referrals that wait at this moment although the clock for acknowledging or deciding "
            "has ended. Coordinators work on them by code."
        ),
        _LESS, _NOW,
    ),
    Indicator(
        6, "accepted", _C, _("Accepted"),
        _(
            "Of the referrals that were answered, the share that was accepted, with "
            "conditions or without."
        ),
        _MORE, _PUB,
    ),
    Indicator(
        7, "arrived", _C, _("Arrived"),
        _("Of the accepted referrals, the share whose arrival was confirmed."),
        _MORE, _PUB,
    ),
    Indicator(
        8, "completed", _C, _("Need met"),
        _("Of the sent referrals, the share that was completed with the need met."),
        _MORE, _PUB,
    ),
    Indicator(
        9, "feedback", _C, _("Return referrals"),
        _("Of the sent referrals, the share for which a return referral came back."),
        _MORE, _PUB,
    ),
    Indicator(
        10, "silence", _C, _("No answer"),
        _("Of the sent referrals, the share that ran out without an answer."),
        _LESS, _PUB,
    ),
    Indicator(
        11, "lost-contact", _L, _("Lost contact"),
        _("Of the return referrals, the share that says that contact was lost."),
        _LESS, _PUB,
    ),
    Indicator(
        12, "no-show", _L, _("Did not arrive"),
        _("Of the accepted referrals, the share that ended in a no-show."),
        _LESS, _PUB,
    ),
    Indicator(
        13, "asked-twice", _L, _("Two agencies asked or more"),
        _(
            "Of the persons referred, the share for whom two agencies or more were asked with the "
            "same first need. How many were asked for one person is a figure of that person and "
            "is not told."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        13, "asked-thrice", _L, _("Three agencies asked or more"),
        _(
            "Of the persons referred, the share for whom three agencies or more were asked with "
            "the same first need."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        13, "hops", _L, _("Refused three times or more"),
        _(
            "Of the persons referred, the share who were refused three times or more with the "
            "same first need."
        ),
        _LESS, _PUB,
    ),
    Indicator(
        14, "bounce", _L, _("Sent back and forth"),
        _("Referrals that went from A to B and back to A for the same person."),
        _LESS, _PUB,
    ),
    Indicator(
        15, "declines", _D, _("Reasons of declines"),
        _(
            "Declined referrals by reason, agency and need. By groups of persons only as far as "
            "searches without result tell."
        ),
        _SAID, _PUB,
    ),
)  # fmt: skip

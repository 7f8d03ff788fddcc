"""Coded reasons (domain.md §2.6): why an agency declines, why a sender cancels.

The two are kept apart: a decline is the agency's decision and counts in how it answers, a
cancellation is the survivor's or the sender's and does not. Labels are message ids.
"""

from __future__ import annotations

from enum import StrEnum


def _(message: str) -> str:
    return message


class Decline(StrEnum):
    """Why an agency does not take somebody (codes of domain.md §2.6)."""

    FULL = "PENUH"
    AREA = "LUAR_WILAYAH"
    MANDATE = "LUAR_KEWENANGAN"
    NOT_ELIGIBLE = "TIDAK_MEMENUHI"
    PAPERS = "DOK_KURANG"
    NO_STAFF = "TAK_ADA_TENAGA"
    NO_ACCESS = "TAK_AKSESIBEL"
    RISK = "RISIKO"
    MEDICAL_FIRST = "PERLU_MEDIS_DULU"
    CLOSED = "TUTUP"
    ALREADY_SERVED = "GANDA"
    WRONG_SERVICE = "TIDAK_TEPAT"
    OTHER = "LAIN"


DECLINE_WORDS: dict[Decline, str] = {
    Decline.FULL: _("No place free"),
    Decline.AREA: _("Outside our area"),
    Decline.MANDATE: _("Outside our mandate"),
    Decline.NOT_ELIGIBLE: _("We do not admit this person"),
    Decline.PAPERS: _("Documents are missing"),
    Decline.NO_STAFF: _("No specialist or interpreter"),
    Decline.NO_ACCESS: _("We cannot accommodate the disability"),
    Decline.RISK: _("Not safe here for this person or another resident"),
    Decline.MEDICAL_FIRST: _("Medical clearance is needed first"),
    Decline.CLOSED: _("Closed at that time"),
    Decline.ALREADY_SERVED: _("We serve this person already"),
    Decline.WRONG_SERVICE: _("The wrong service for this need"),
    Decline.OTHER: _("Another reason"),
}

# One of these alone alarms the coordinator: nobody should be turned away for them (domain.md §2.6).
ALARMS = frozenset({Decline.PAPERS, Decline.CLOSED, Decline.NO_ACCESS})


class Detail(StrEnum):
    """Which rule of admission made somebody not eligible: what the entry should say."""

    MEN = "men"
    WOMEN = "women"
    BOYS = "boys"
    TOO_YOUNG = "too young"
    TOO_OLD = "too old"
    CHILDREN = "children along"
    FOREIGN = "foreign nationals"
    NO_ID = "without ID"


DETAIL_WORDS: dict[Detail, str] = {
    Detail.MEN: _("Men are not admitted"),
    Detail.WOMEN: _("Women are not admitted"),
    Detail.BOYS: _("Boys of that age are not admitted"),
    Detail.TOO_YOUNG: _("Too young for us"),
    Detail.TOO_OLD: _("Too old for us"),
    Detail.CHILDREN: _("Children along are not admitted"),
    Detail.FOREIGN: _("Foreign nationals are not admitted"),
    Detail.NO_ID: _("Nobody without an identity document is admitted"),
}


class Cancel(StrEnum):
    """Why a referral is called off by the survivor or the sender."""

    SURVIVOR = "survivor_wish"
    NEED_GONE = "need_gone"
    WITHDRAWN = "consent_withdrawn"
    CONSENT_ENDED = "consent_ended"
    FILLED = "filled_elsewhere"
    UNREACHABLE = "unreachable"
    OTHER = "other"


CANCEL_WORDS: dict[Cancel, str] = {
    Cancel.SURVIVOR: _("The survivor does not want it"),
    Cancel.NEED_GONE: _("The need is gone"),
    Cancel.WITHDRAWN: _("Consent was withdrawn"),
    Cancel.CONSENT_ENDED: _("Consent came to its end"),
    Cancel.FILLED: _("Filled elsewhere"),
    Cancel.UNREACHABLE: _("The survivor cannot be reached"),
    Cancel.OTHER: _("Another reason"),
}


class Outcome(StrEnum):
    """How a service ended, for the return referral (domain.md §2.7)."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    LOST = "lost_contact"


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.MET: _("Need met"),
    Outcome.PARTLY: _("Partly met"),
    Outcome.NOT_MET: _("Not met"),
    Outcome.LOST: _("Lost contact"),
}

"""The tables of the hand-off."""

from referral.models.asking import Asking, Batch, How
from referral.models.case import CaseFile
from referral.models.consent import Consent, Exclusion, GlassBreak
from referral.models.duty import ClockMark, DutyShift, Post, ShiftHandOver
from referral.models.handing import Arrival, FollowUp, HandOver, Reached, ReturnReferral
from referral.models.hold import Hold, Holding
from referral.models.paper import Attachment, AttachmentKind, Letter, Letterhead
from referral.models.publication import Publication
from referral.models.referral import Bond, Kind, Referral, ReferralMove, ReferralNeed
from referral.models.route import Agreement, RouteRow, RouteVersion
from referral.models.telling import AnswerLink, Channel, ChannelKind, Note, Notice
from referral.models.unmet import UnmetNeed

__all__ = [
    "Agreement",
    "AnswerLink",
    "Arrival",
    "Asking",
    "Attachment",
    "AttachmentKind",
    "Batch",
    "Bond",
    "CaseFile",
    "Channel",
    "ChannelKind",
    "ClockMark",
    "Consent",
    "DutyShift",
    "Exclusion",
    "FollowUp",
    "GlassBreak",
    "HandOver",
    "Hold",
    "Holding",
    "How",
    "Kind",
    "Letter",
    "Letterhead",
    "Note",
    "Notice",
    "Post",
    "Publication",
    "Reached",
    "Referral",
    "ReferralMove",
    "ReferralNeed",
    "ReturnReferral",
    "RouteRow",
    "RouteVersion",
    "ShiftHandOver",
    "UnmetNeed",
]

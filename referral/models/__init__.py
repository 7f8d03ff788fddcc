"""The tables of the hand-off."""

from referral.models.case import CaseFile
from referral.models.unmet import UnmetNeed

__all__ = ["CaseFile", "UnmetNeed"]

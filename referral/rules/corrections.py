"""What a decline says about the registry: a rule of admission that the entry should state."""

from __future__ import annotations

from dataclasses import dataclass

from referral.rules.reasons import Detail


@dataclass(frozen=True, slots=True)
class Correction:
    """What the service's entry should say, or which field of it somebody should look at.

    An age is only pointed at: a limit taken from the declined person would tell their age.
    """

    says: tuple[tuple[str, bool], ...] = ()
    look_at: tuple[str, ...] = ()


CORRECTIONS: dict[Detail, Correction] = {
    Detail.MEN: Correction(says=(("takes_male", False),)),
    Detail.WOMEN: Correction(says=(("takes_female", False),)),
    Detail.BOYS: Correction(look_at=("takes_boys", "oldest_boy")),
    Detail.TOO_YOUNG: Correction(look_at=("minimum_age",)),
    Detail.TOO_OLD: Correction(look_at=("maximum_age",)),
    Detail.CHILDREN: Correction(says=(("takes_children", False),)),
    Detail.FOREIGN: Correction(says=(("takes_foreigners", False),)),
    Detail.NO_ID: Correction(says=(("takes_without_id", False),)),
}

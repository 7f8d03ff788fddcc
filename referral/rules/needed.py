"""What must be said before a referral may be sent (domain.md §2.2: `*`, and `(E)` in an emergency).

One rule for the form, the preview and whoever else sends. What the platform fills in by itself is
not here: code and times (A), the sender (B), and when an answer is of use (the clock of the
urgency says it where nobody did). Disability and children are asked in every referral too, but
silence about them is an answer: "not known" (domain.md §2.2 D).
"""

from __future__ import annotations

from agencies.rules.needs import Urgency

# (E): without these nobody could decide, at whatever hour. The basis is not marked (E) in the
# form, but nothing may be handed over without one (design.md §6), so it is asked in every case.
IN_EMERGENCY = ("receiver", "need", "reason", "sex", "age", "danger", "basis")
# `*` besides those.
OTHERWISE = ("contact", "escort", "purpose")
# What a consent must say of itself; the other bases are somebody's decision, who is named.
OF_CONSENT = ("mode",)
OF_DECISION = ("official",)
# Asked of whoever may be under 18; in an emergency later, by whoever takes the child in.
OF_CHILD = ("unaccompanied", "assent")


def needed(urgency: Urgency, *, by_consent: bool | None, may_be_child: bool) -> tuple[str, ...]:
    """The names of the fields that must be filled in, in the order of the form.

    `by_consent`: whether the basis is consent; None where no basis was said yet.
    """
    emergency = urgency is Urgency.EMERGENCY
    names: tuple[str, ...] = IN_EMERGENCY if emergency else IN_EMERGENCY + OTHERWISE
    if by_consent is not None:
        names += OF_CONSENT if by_consent else OF_DECISION
    if may_be_child and not emergency:
        names += OF_CHILD
    return names


def folded(urgency: Urgency) -> bool:
    """Whether what is not needed stands folded away."""
    return urgency is Urgency.EMERGENCY

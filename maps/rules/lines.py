"""How a way is drawn: as wide as it is used, coloured by how often it ends in a yes.

`sent` is a published count or None: hidden, there were some. A hidden count is never guessed: what
is put together of several ways with hidden ones among them says "at least".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from referral.rules.flows import Flow


def _(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Share:
    """A class of the share of answered referrals that were accepted, from `least` on."""

    least: float
    word: str
    colour: str


@dataclass(frozen=True, slots=True)
class Width:
    """A class of the number sent, from `least` on; `pixels` wide."""

    least: int
    word: str
    pixels: float


SHARES: tuple[Share, ...] = (
    Share(0.0, _("fewer than half accepted"), "#d55e00"),
    Share(0.5, _("half to three quarters accepted"), "#b8860b"),
    Share(0.75, _("more than three quarters accepted"), "#0072b2"),
)
UNKNOWN_SHARE = Share(-1.0, _("share accepted is not published"), "#777777")

WIDTHS: tuple[Width, ...] = (
    Width(0, _("fewer than 10 sent"), 1.5),
    Width(10, _("10 to 29 sent"), 3.0),
    Width(30, _("30 to 99 sent"), 5.0),
    Width(100, _("100 or more sent"), 8.0),
)
HIDDEN_WORD = _("hidden: too few to publish")

BEND = 0.16  # of a line's length, to its left: so there and back are two lines


@dataclass(frozen=True, slots=True)
class Way:
    """What went one way, between agencies or between groups of them.

    `sent`: the sum of what is published, None when nothing of it is. `hidden`: how many ways
    in it are hidden. `minutes`: the published median, of a single way alone: medians do not add up.
    """

    sent: int | None
    hidden: int
    accepted: float | None
    minutes: float | None

    @property
    def least(self) -> bool:
        """Whether there was more than `sent`."""
        return self.sent is not None and self.hidden > 0


def together(flows: Sequence[Flow]) -> Way:
    """Several published ways as one; `ValueError` for none."""
    if not flows:
        raise ValueError("no way")
    known = [flow for flow in flows if flow.sent is not None]
    hidden = len(flows) - len(known)
    told = [(f.sent or 0, f.accepted) for f in known if f.accepted is not None]
    weight = sum(sent for sent, _share in told)
    accepted = sum(sent * share for sent, share in told) / weight if weight else None
    only = flows[0] if len(flows) == 1 else None
    return Way(
        sent=sum(flow.sent or 0 for flow in known) if known else None,
        hidden=hidden,
        accepted=only.accepted if only else accepted,
        minutes=only.minutes if only else None,
    )


def width_of(sent: int | None) -> Width:
    """The class of a number; a hidden one is drawn as thin as the least."""
    return next((w for w in reversed(WIDTHS) if (sent or 0) >= w.least), WIDTHS[0])


def share_of(accepted: float | None) -> Share:
    """The class of a share."""
    if accepted is None:
        return UNKNOWN_SHARE
    return next((s for s in reversed(SHARES) if accepted >= s.least), SHARES[0])


def bend(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float]:
    """The middle point by which the curve from 0 to 1 is drawn (quadratic), in a plane, y down."""
    return (x0 + x1) / 2 + (y1 - y0) * BEND, (y0 + y1) / 2 - (x1 - x0) * BEND

"""What an indicator is: its group, whether more is better, where its figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


def _(message: str) -> str:
    return message


class Group(StrEnum):
    """What an indicator is about, in the order of domain.md."""

    TIMELINESS = "timeliness"
    COMPLETION = "completion"
    LOSS = "loss"
    DECLINES = "declines"
    UNMET = "unmet"
    CONSENT = "consent"
    DIRECTORY = "directory"
    CAPACITY = "capacity"
    REINTEGRATION = "reintegration"
    NETWORK = "network"


class Sense(StrEnum):
    """Whether more of it is better, worse, or neither: what is only reported is never scored."""

    MORE = "more"
    LESS = "less"
    REPORTED = "reported"


class Source(StrEnum):
    """Where its figure comes from."""

    PUBLISHED = "published"  # counted from referrals, once a period is closed
    NOW = "now"  # of the registry, the beds and the clocks as they are
    NIGHTS = "nights"  # looked at each night
    GRAPH = "graph"  # of the network as a graph
    CASES = "cases"  # needs case work: not measured yet


GROUP_WORDS: dict[Group, str] = {
    Group.TIMELINESS: _("Timeliness"),
    Group.COMPLETION: _("Completion"),
    Group.LOSS: _("Loss"),
    Group.DECLINES: _("Declines"),
    Group.UNMET: _("Unmet needs"),
    Group.CONSENT: _("Consent"),
    Group.DIRECTORY: _("Directory"),
    Group.CAPACITY: _("Capacity"),
    Group.REINTEGRATION: _("Reintegration"),
    Group.NETWORK: _("Network"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """`number` is that of domain.md §4.2; `code` is what addresses and files call it."""

    number: int
    code: str
    group: Group
    label: str
    definition: str
    sense: Sense
    source: Source

"""Indicators 16 to 37: what is missing, how the registry is kept, how the network holds."""

from __future__ import annotations

from maps.rules.indicators.kinds import Group, Indicator, Sense, Source


def _(message: str) -> str:
    return message


_U, _A, _R, _P = Group.UNMET, Group.CONSENT, Group.DIRECTORY, Group.CAPACITY
_I, _N = Group.REINTEGRATION, Group.NETWORK
_MORE, _LESS, _SAID = Sense.MORE, Sense.LESS, Sense.REPORTED
_PUB, _NOW, _GRAPH, _CASES = Source.PUBLISHED, Source.NOW, Source.GRAPH, Source.CASES
_NIGHTS = Source.NIGHTS

STANDING: tuple[Indicator, ...] = (
    Indicator(
        16, "no-match", _U, _("Needs nobody can meet"),
        _("Needs that no service here meets, whoever asks. See the map of gaps."),
        _LESS, _NOW,
    ),
    Indicator(
        17, "open-needs", _U, _("Needs open too long"),
        _("Needs of cases that are open for longer than their limit. Needs the work on cases."),
        _LESS, _CASES,
    ),
    Indicator(
        18, "empty-searches", _U, _("Searches without a result"),
        _("Searches that found nobody: silent demand, by hour of the day, need and district."),
        _LESS, _PUB,
    ),
    Indicator(
        19, "basis", _A, _("With a valid basis"),
        _(
            "Referrals that were sent on a live consent or another legal basis. The database "
            "refuses any other, so this is all of them."
        ),
        _MORE, _PUB,
    ),
    Indicator(
        20, "withdrawals", _A, _("Withdrawn consent"),
        _(
            "Referrals that ended because the survivor withdrew consent. Withdrawing is a right, "
            "not a fault."
        ),
        _SAID, _PUB,
    ),
    Indicator(
        21, "wide-releases", _A, _("Releases wider than needed"),
        _("Consents that open more fields than the service asks for. Needs the work on cases."),
        _LESS, _CASES,
    ),
    Indicator(
        22, "verified", _R, _("Entries verified"),
        _("Services whose entry somebody verified within the last 90 days, as a share of all."),
        _MORE, _NOW,
    ),
    Indicator(
        23, "fresh-beds", _R, _("Fresh bed figures"),
        _(
            "Places to stay whose figure of free beds is at most 24 hours old, as a share of all "
            "with places."
        ),
        _MORE, _NOW,
    ),
    Indicator(
        24, "mou", _R, _("Agreements in force"),
        _(
            "Agencies whose memorandum of understanding is in force today, as a share of those "
            "that have one."
        ),
        _MORE, _NOW,
    ),
    Indicator(
        25, "occupancy", _P, _("Occupancy"),
        _("Places that are occupied or held, as a share of capacity, now."),
        _SAID, _NOW,
    ),
    Indicator(
        25, "full-nights", _P, _("Nights without an emergency place"),
        _(
            "Nights of the period on which, at 22:00, nobody was known who would take a person "
            "in at once: somebody there, and a place said to be free not too long ago. For men, "
            "mothers with children or wheelchair users choose that need. While nothing is "
            "published, of this quarter so far."
        ),
        _LESS, _NIGHTS,
    ),
    Indicator(
        26, "follow-ups", _I, _("Follow-up done"),
        _(
            "Of the follow-ups due after one, three and six months, the share that was done. "
            "Needs the work on cases."
        ),
        _MORE, _CASES,
    ),
    Indicator(
        27, "early-return", _I, _("Returned too early"),
        _(
            "Returns home before protection, restitution or treatment was finished. Needs the "
            "work on cases."
        ),
        _LESS, _CASES,
    ),
    Indicator(
        28, "re-entry", _I, _("Came back"),
        _("Persons who were trafficked or harmed again. Needs the work on cases."),
        _LESS, _CASES,
    ),
    Indicator(
        29, "components", _N, _("Parts of the network"),
        _("Parts between which nobody refers; an agency without any tie is a part of its own."),
        _SAID, _GRAPH,
    ),
    Indicator(
        30, "density", _N, _("Density"),
        _(
            "Ties that exist, as a share of those that could. A grown city network has 20 to 30 "
            "percent; more is not better."
        ),
        _SAID, _GRAPH,
    ),
    Indicator(
        31, "centralisation", _N, _("Centralisation"),
        _("How much the ties gather at one agency: 0 all alike, 1 a star."),
        _SAID, _GRAPH,
    ),
    Indicator(
        32, "gatekeepers", _N, _("Gatekeepers"),
        _(
            "Of all shortest ways between agencies, the share that passes through the first "
            "gatekeeper."
        ),
        _SAID, _GRAPH,
    ),
    Indicator(
        33, "overload", _N, _("Share of the top receiver"),
        _("Of all referrals, the share that the agency received which receives most."),
        _LESS, _GRAPH,
    ),
    Indicator(
        34, "reciprocity", _N, _("Reciprocity"),
        _(
            "Ties that go both ways, as a share. Referrals are not returned as a rule; this is no"
            " score."
        ),
        _SAID, _GRAPH,
    ),
    Indicator(
        35, "cores", _N, _("Cores and circles"),
        _("Groups of agencies that all refer to each other, and how different their services are."),
        _SAID, _GRAPH,
    ),
    Indicator(
        36, "single-points", _N, _("What would break it"),
        _("Agencies without whom the network falls apart, and needs with one reachable provider."),
        _LESS, _GRAPH,
    ),
    Indicator(
        37, "formal", _N, _("Formal and informal ties"),
        _(
            "Of the ties in use, the share that rests on a law, an agreement or the declared "
            "pathway."
        ),
        _SAID, _GRAPH,
    ),
)  # fmt: skip

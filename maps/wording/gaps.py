"""The gap map in words. English texts are the message ids."""

from __future__ import annotations

from agencies.rules.candidate import Candidate
from agencies.rules.needs import all_needs
from core.i18n import Say, _, decimal
from maps.queries.gaps.demand import What
from maps.queries.gaps.ground import Ground, Remark
from maps.queries.gaps.nearest import NOWHERE
from maps.queries.gaps.worst import Gap
from maps.rules.gaps import FARTHEST, Asked
from maps.wording.kinds import IN_A_SENTENCE

BY_DAY_WORDS = _("asked for a working day at 10:00")
BY_NIGHT_WORDS = _("asked for a Sunday at 22:00")
WHAT_WORDS = {
    What.REFERRED: _("Needs referred"),
    What.UNMET: _("Unmet needs"),
    What.SEARCHED: _("Searches that found nobody"),
}
REMARK_WORDS = {
    Remark.ELSEWHERE: _(
        "No service lies in the outlines that were loaded, so the map is drawn without them. Were"
        " the outlines of another area loaded?"
    ),
    Remark.UNMATCHED: _(
        "The gazetteer does not know the outlines that were loaded: districts are named by the"
        " nearest place instead."
    ),
    Remark.NO_SERVICES: _("No service has a place on the map yet."),
}
NOBODY_WORDS = _("Nobody at all")
BY_PHONE_WORDS = _("by phone, from everywhere")
NO_PLACE_WORDS = _("somewhere: its place is not known")
UNKNOWN_DISTRICT = _("Outside every known district")

UP_TO = _("up to %(far)s %(unit)s")
FROM_TO = _("%(from_)s to %(far)s %(unit)s")
BEYOND = _("more than %(far)s %(unit)s")
KM, MINUTES = _("km"), _("min")
MOST_NAMED = 5  # places in one sentence


def class_words(limits: tuple[float, ...], unit: str, tell: Say) -> list[str]:
    """The classes of the legend, nearest first; *nobody* last."""
    spoken = tell(unit)
    found = []
    for number, far in enumerate(limits):
        if number:
            found.append(
                tell(FROM_TO, from_=f"{limits[number - 1]:g}", far=f"{far:g}", unit=spoken)
            )
        else:
            found.append(tell(UP_TO, far=f"{far:g}", unit=spoken))
    assert len(found) == FARTHEST
    return [*found, tell(BEYOND, far=f"{limits[-1]:g}", unit=spoken), tell(NOBODY_WORDS)]


def say_far(km: float | None, offer: Candidate | None, tell: Say) -> str:
    """A distance: *31 km*, by phone, nobody."""
    if km is None:
        return tell(NOBODY_WORDS)
    if offer is not None and offer.by_phone:
        return tell(BY_PHONE_WORDS)
    return tell(NO_PLACE_WORDS) if km == NOWHERE else tell(_("%(n)s km"), n=say_km(km))


def say_km(km: float) -> str:
    """A figure of km: one place after the point or comma under ten."""
    return decimal(km, 1 if km < 10 else 0)


def say_offer(offer: Candidate | None) -> str:
    """The agency and the service of an offer."""
    if offer is None:
        return ""
    card = offer.card
    same = card.service_name == card.agency_name
    return card.agency_name if same else f"{card.agency_name}, {card.service_name}"


def say_count(asked: Asked | None, tell: Say) -> str:
    """A published count."""
    if asked is None:
        return tell(_("not published"))
    if asked.count is None:
        return tell(_("fewer than 5"))
    return tell(_("at least %(n)s"), n=asked.count) if asked.or_more else str(asked.count)


def say_gap(gap: Gap, ground: Ground, language: str, tell: Say) -> str:
    """*Emergency safe house: nobody takes a man within 60 km of Bekasi.*"""
    values = {
        "need": all_needs()[gap.need].label(language),
        "kind": tell(IN_A_SENTENCE[gap.kind]),
        "place": say_places(gap.places, ground, tell),
    }
    if gap.km is None:
        if gap.places:
            said = _("%(need)s: nobody in the network takes %(kind)s from %(place)s.")
        else:
            said = _("%(need)s: nobody in the network takes %(kind)s, from anywhere.")
    elif gap.km == NOWHERE:
        said = _("%(need)s: the place of whoever takes %(kind)s from %(place)s is not known.")
    elif gap.places:
        values["km"] = f"{int(gap.km)}"
        said = _("%(need)s: nobody takes %(kind)s within %(km)s km of %(place)s.")
    else:
        values["km"] = f"{int(gap.km)}"
        said = _("%(need)s: nobody takes %(kind)s within %(km)s km of anywhere on the map.")
    return tell(said, **values)


def say_places(codes: tuple[str, ...], ground: Ground, tell: Say) -> str:
    """The first places by name, and how many more."""
    if not codes:
        return tell(_("anywhere"))
    if len(codes) == 1:
        return ground.full_name(codes[0])
    named = ", ".join(ground.name_of(code) for code in codes[:MOST_NAMED])
    if len(codes) <= MOST_NAMED:
        return named
    return tell(_("%(places)s and %(n)s more places"), places=named, n=len(codes) - MOST_NAMED)


def say_nearest(gap: Gap, tell: Say) -> str:
    """Who is nearest all the same."""
    if gap.offer is None:
        return ""
    values = {"who": say_offer(gap.offer), "far": say_far(gap.km, gap.offer, tell)}
    if gap.is_sure:
        return tell(_("The nearest: %(who)s, %(far)s."), **values)
    return tell(_("The nearest, to be asked first: %(who)s, %(far)s."), **values)

"""The network map in words: its legend, what stands in its popups and under it."""

from __future__ import annotations

from typing import Any

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import Urgency
from core.i18n import Say, _
from maps.queries.names import Behind, Named
from maps.queries.sheet import TYPES
from maps.rules.agency_kinds import TIER_WORDS, kind_number
from maps.rules.lines import BEND, HIDDEN_WORD, SHARES, UNKNOWN_SHARE, WIDTHS, Way
from maps.wording.signs import signs

URGENCIES = {
    Urgency.EMERGENCY: _("Emergency"),
    Urgency.URGENT: _("Urgent"),
    Urgency.ROUTINE: _("Routine"),
}

_MAP_WORDS = {
    "map": _(
        "Map of the network. Arrow keys move it, plus and minus zoom, Enter tells of its middle"
    ),
    "zoomIn": _("Zoom in"),
    "zoomOut": _("Zoom out"),
    "close": _("Close"),
    "loading": _("Being fetched…"),
    "failed": _("This could not be fetched. The list below says the same."),
    "about": _("somewhere around here"),
    "min": _("minutes"),
    "hours": _("hours"),
    "hidden": HIDDEN_WORD,
}
# With places for figures, which JavaScript fills.
_FILLED_WORDS = {
    "free": (_("%(n)s of %(of)s places free"), ("n", "of")),
    "more": (_("and %(n)s more: zoom in"), ("n",)),
    "around": (_("%(n)s agencies around %(name)s"), ("n", "name")),
    "agencies": (_("%(n)s agencies here"), ("n",)),
    "way": (_("From %(from)s to %(to)s"), ("from", "to")),
    "sent": (_("%(n)s sent"), ("n",)),
    "atLeast": (_("at least %(n)s sent: a part is hidden"), ("n",)),
    "accepted": (_("%(n)s %% of the answered were accepted"), ("n",)),
    "minutes": (_("half were decided within %(n)s"), ("n",)),
    "leftOut": (_("The widest lines only: %(n)s more when you zoom in."), ("n",)),
}


def map_words(tell: Say) -> dict[str, str]:
    """What JavaScript says on the map; figures stand as {n}."""
    words = {name: tell(text) for name, text in _MAP_WORDS.items()}
    for name, (text, places) in _FILLED_WORDS.items():
        said = tell(text)
        for place in places:
            said = said.replace(f"%({place})s", f"{{{place}}}")
        words[name] = said.replace("%%", "%")
    return words


def legend(tell: Say) -> dict[str, Any]:
    """Shapes, colours and words, as the drawing and the page's legend use them."""
    return {
        "codes": list(TYPES),
        "kindOf": [kind_number(code) for code in TYPES],
        "kinds": signs(tell),
        "tiers": [tell(word) for word in TIER_WORDS],
        "shares": [_share(share.least, share.word, share.colour, tell) for share in SHARES],
        "unknown": _share(-1, UNKNOWN_SHARE.word, UNKNOWN_SHARE.colour, tell),
        "widths": [
            {"least": width.least, "word": tell(width.word), "pixels": width.pixels}
            for width in WIDTHS
        ],
        "hidden": tell(HIDDEN_WORD),
        "bend": BEND,
    }


def _share(least: float, word: str, colour: str, tell: Say) -> dict[str, Any]:
    return {"least": least, "word": tell(word), "colour": colour}


def behind_words(behind: Behind, tell: Say, url: Any) -> dict[str, Any]:
    """Who is behind a mark; `url(agency_id)` leads to the entry, '' to none."""
    return {"count": behind.count, "named": [_named(one, tell, url) for one in behind.named]}


def _named(one: Named, tell: Say, url: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": tell(AGENCY_TYPES[one.type]),
        "tier": tell(TIER_WORDS[one.tier]),
        "where": one.where,
        "about": one.about,
        "free": one.free,
        "capacity": one.capacity,
        "url": url(one.agency_id),
    }


def way_words(way: Way, tell: Say) -> str:
    """A way in one sentence's part: how many, how often accepted, how soon."""
    if way.sent is None:
        parts = [tell(HIDDEN_WORD)]
    elif way.least:
        parts = [tell(_("at least %(n)s sent: a part is hidden"), n=way.sent)]
    else:
        parts = [tell(_("%(n)s sent"), n=way.sent)]
    if way.accepted is None:
        parts.append(tell(UNKNOWN_SHARE.word))
    else:
        share = round(way.accepted * 100)
        parts.append(tell(_("%(share)s accepted"), share=f"{share} %"))
    if way.minutes is not None:
        parts.append(tell(_("half were decided within %(n)s"), n=span(way.minutes, tell)))
    return ", ".join(parts)


def span(minutes: float, tell: Say) -> str:
    """Minutes up to two hours, then hours."""
    if minutes < 120:
        return f"{round(minutes)} {tell(_('minutes'))}"
    return f"{round(minutes / 60)} {tell(_('hours'))}"


def period_words(period: str, tell: Say) -> str:
    """A quarter or a year."""
    year, _dash, quarter = period.partition("-Q")
    if not quarter:
        return year
    return tell(_("Quarter %(quarter)s of %(year)s"), quarter=quarter, year=year)

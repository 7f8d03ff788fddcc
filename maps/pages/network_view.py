"""The network map's list in words, and what stands over its drawings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import Urgency, all_needs
from core.i18n import Say, _, say
from maps.drawings.network import Heading
from maps.forms.network import Wish
from maps.queries.shown import Shown
from maps.queries.telling import Told, area_name
from maps.wording.network import URGENCIES, period_words, way_words

Plain = dict[str, Any]


def told_view(what: Shown, figures: Told, tell: Say) -> Plain:
    """Figures for sentences, with addresses of entries."""
    return {
        "agencies": figures.agencies,
        "secret": figures.secret,
        "free": figures.free,
        "all_secret": bool(figures.agencies) and figures.secret == figures.agencies,
        "by_type": [(tell(AGENCY_TYPES[code]), count) for code, count in figures.by_type],
        "off_map": [{"name": name, "url": _entry(id_)} for id_, name in figures.off_map],
        "off_map_more": figures.off_map_count - len(figures.off_map),
        "off_map_count": figures.off_map_count,
        "farther": figures.farther,
        "ways": figures.ways,
        "hidden_ways": figures.hidden_ways,
        "period": period_words(what.asked.period, tell) if what.asked.period else "",
        "top": [
            {
                "sender": top.sender[1],
                "sender_url": _entry(top.sender[0]),
                "receiver": top.receiver[1],
                "receiver_url": _entry(top.receiver[0]),
                "words": way_words(top.way, tell),
            }
            for top in figures.top
        ],
        "unheard": [
            {
                "name": one.name,
                "url": _entry(one.agency_id),
                "sent": tell(AT_LEAST if one.least else ASKED, n=one.sent),
            }
            for one in figures.unheard
        ],
        "has_outlines": figures.has_outlines,
        "outlines_match": figures.outlines_match,
    }


ASKED = _("asked %(n)s times")
AT_LEAST = _("asked at least %(n)s times")


def _entry(agency_id: Any) -> str:
    return url_for("directory.agency", agency_id=agency_id)


def heading_of(wish: Wish, what: Shown, moment: datetime, language: str) -> Heading:
    """Title and sentence of a drawing: what was asked, as of when."""
    tell = say(language)
    parts = [tell(_("%(n)s agencies"), n=what.agencies)]
    if wish.type:
        parts.append(tell(AGENCY_TYPES[wish.type]))
    if wish.area:
        parts.append(area_name(wish.area))
    if wish.need:
        parts.append(all_needs()[wish.need].label(language))
    if wish.urgency:
        parts.append(tell(URGENCIES[Urgency(wish.urgency)]))
    parts.append(
        tell(_("published referrals of %(period)s"), period=period_words(wish.period, tell))
        if wish.period
        else tell(_("no referrals published yet"))
    )
    asked = "; ".join(parts)
    return Heading(
        tell(_("Map of the network")),
        tell(_("%(asked)s. As of %(day)s."), asked=asked, day=f"{moment:%Y-%m-%d}"),
    )

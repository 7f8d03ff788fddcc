"""The network map as one HTML file: opens offline, from a mail, and asks nobody for anything.

The same file is the live page's drawing and what is taken along. It says itself what may run in it
(Content-Security-Policy): its own scripts by their hashes, and no request at all.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from maps.drawings.elements import (
    DOCUMENT_JS,
    KIT_JS,
    LEAFLET_CSS,
    LEAFLET_JS,
    NETWORK_CSS,
    POLICY_HERE,
    NetworkLayer,
    OwnMap,
    Page,
    Verbatim,
    script,
    style,
)

Box = tuple[float, float, float, float]  # west, south, east, north in degrees

_RUN = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLED = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document holds: `data` as `static/js/network_document.js` reads it."""

    title: str
    about: str  # a sentence: what is shown, as of when
    language: str
    box: Box
    data: dict[str, Any]


def document(sheet: Sheet) -> str:
    """The whole file. The same sheet gives the same bytes."""
    page = Page(sheet.title, sheet.language)
    west, south, east, north = sheet.box
    drawn = OwnMap(
        page,
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=5,
        zoom_control=False,
        attributionControl=False,
        min_zoom=3,
        max_zoom=17,
    )
    for number, part in enumerate((style(LEAFLET_CSS), style(NETWORK_CSS), script(LEAFLET_JS))):
        page.header.add_child(part, name=f"own_{number}")
    page.header.add_child(script(KIT_JS), name="kit")
    page.header.add_child(script(DOCUMENT_JS), name="document")
    layer = NetworkLayer()
    drawn.add_child(layer, name="network")
    page.html.add_child(Verbatim(_frame(sheet)), name="frame")
    page.html.add_child(layer.data_block({**sheet.data, "box": sheet.box}), name="data")
    text: str = page.render()
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(text)}">\n'
    return text.replace(POLICY_HERE, meta, 1)


def policy(html: str) -> str:
    """What may run in a document: its own scripts and styles, by their hashes, and no request."""
    runs, styles = _hashes(_RUN, html), _hashes(_STYLED, html)
    return (
        f"default-src 'none'; script-src {runs}; style-src {styles}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hashes(pattern: re.Pattern[str], html: str) -> str:
    found = (hashlib.sha256(part.encode()).digest() for part in pattern.findall(html))
    return " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in found)


def _frame(sheet: Sheet) -> str:
    """Title, sentence, places for legend and ticks; a sentence for who has no JavaScript."""
    return (
        f'<header class="network-head"><h1>{escape(sheet.title)}</h1>'
        f"<p>{escape(sheet.about)}</p></header>\n"
        '<div class="network-aside" id="network-aside"></div>\n'
        f"<noscript><p>{escape(str(sheet.data['words']['noscript']))}</p></noscript>\n"
    )

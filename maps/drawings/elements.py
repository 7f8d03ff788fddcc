"""folium without its thirteen addresses, and the elements that draw the network in it.

folium's own `Map` and plugins load Leaflet, jQuery, Bootstrap and fonts from CDNs (design.md §11,
trap 5). Here every list of addresses is empty and what is needed is written into the file. What
came from people never passes through a template: folium renders some of its texts twice, so an
agency called `{{ 7*7 }}` or `</script><b>` could otherwise become code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

STATIC = Path(__file__).resolve().parents[2] / "static"
LEAFLET_JS = STATIC / "vendor" / "leaflet" / "leaflet.js"
LEAFLET_CSS = STATIC / "vendor" / "leaflet" / "leaflet.css"
KIT_JS = STATIC / "js" / "network_kit.js"
DOCUMENT_JS = STATIC / "js" / "network_document.js"
NETWORK_CSS = STATIC / "css" / "network.css"
POLICY_HERE = "<!-- policy -->\n"  # where `document.py` writes what may run, once it is known


class Verbatim(Element):  # type: ignore[misc]
    """Text that is written as it is; no template looks at it."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Page(Figure):  # type: ignore[misc]
    """An HTML page of a language and title, whose names do not come of chance."""

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language }}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        f"{POLICY_HERE}"
        "<title>{{ this.title|e }}</title>\n"
        "{{ this.header.render(**kwargs) }}\n"
        "</head>\n"
        "<body>\n"
        "{{ this.html.render(**kwargs) }}\n"
        "<script>{{ this.script.render(**kwargs) }}</script>\n"
        "</body>\n"
        "</html>\n"
    )

    def __init__(self, title: str, language: str) -> None:
        super().__init__(title=title)
        self.language = language
        self.header._children.clear()  # folium's own <meta> for the same charset


class OwnMap(folium.Map):  # type: ignore[misc]
    """folium's map that asks nobody: no tiles, no addresses."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self, page: Page, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self._id = "network"  # folium would draw one by chance
        page.add_child(self, name="map")


class NetworkLayer(MacroElement):  # type: ignore[misc]
    """One columnar layer instead of thousands of markers: what the kit draws from its data.

    The data stands in a block of its own (`data_block`), which browsers do not run.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        'RujukanDocument.open(L, {{ this._parent.get_name() }}, "{{ this.block }}");'
        "{% endmacro %}"
    )

    def __init__(self, block: str = "network-data") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "NetworkLayer", "data"
        self.block = block

    def data_block(self, data: dict[str, Any]) -> Verbatim:
        """The data as a block of the page."""
        return Verbatim(
            f'<script type="application/json" id="{self.block}">{json_in_html(data)}</script>'
        )


def json_in_html(data: Any) -> str:
    """JSON that may stand in an HTML page: nothing in it ends a block or begins a tag."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, code in (("<", "003c"), (">", "003e"), ("&", "0026")):
        text = text.replace(sign, f"\\u{code}")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def script(path: Path) -> Verbatim:
    """A file of ours as a script in the page."""
    return Verbatim(f"<script>{_text(path)}</script>\n")


def style(path: Path) -> Verbatim:
    """A file of ours as a style sheet in the page; pictures beside it are left out."""
    return Verbatim(f"<style>{_without_pictures(_text(path))}</style>\n")


def _text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if "</script" in text or "</style" in text:
        raise ValueError(f"{path.name} would end its own block")
    return text.replace("//# sourceMappingURL=leaflet.js.map", "")


def _without_pictures(css: str) -> str:
    """Leaflet's buttons and pins that nobody here uses: each would be a request to the disk."""
    parts = css.split("url(")
    kept = [parts[0], *(f"none{part.partition(')')[2]}" for part in parts[1:])]
    return "".join(kept)

"""Papers as PDF, by WeasyPrint: an extra (requirements/papers.txt) that needs the library pango.

Fonts are embedded, nothing is fetched from anywhere, and the same paper gives the same file.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "papers.css"

# What WeasyPrint cannot do without, by the names of Linux.
LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint and its libraries are there."""
    try:
        import weasyprint  # noqa: F401 (an extra: asked for when the first paper is printed)
    except (ImportError, OSError):
        return False
    return True


@cache
def offers_pdf() -> bool:
    """The same without loading it, which takes a second: for a page that has a link to a PDF.

    Where it cannot be told so, it is loaded.
    """
    if sys.platform != "linux" or "weasyprint" in sys.modules:
        return can_make_pdf()
    return find_spec("weasyprint") is not None and all(map(_is_there, LIBRARIES))


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def as_pdf(page: str, name: str, style: Path = STYLE) -> bytes:
    """A page that stands alone as PDF, in the style of letters if no other is given.

    `RuntimeError` where `can_make_pdf` says no.
    """
    if not can_make_pdf():
        raise RuntimeError("WeasyPrint or its library pango is missing")
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    # Only what stands in the page itself: the code as a picture.
    nothing = URLFetcher(allowed_protocols=["data"])
    sheet = CSS(string=style.read_text(encoding="utf-8"), url_fetcher=nothing)
    made = HTML(string=page, url_fetcher=nothing).write_pdf(
        stylesheets=[sheet], pdf_identifier=name.encode()
    )
    return bytes(made)

"""Papers as PDF, by WeasyPrint: an extra (requirements/papers.txt) that needs the library pango.

Fonts are embedded, nothing is fetched from anywhere, and the same paper gives the same file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "papers.css"


@cache
def can_make_pdf() -> bool:
    """Whether WeasyPrint and its libraries are there."""
    try:
        import weasyprint  # noqa: F401 (an extra: asked for when the first paper is printed)
    except (ImportError, OSError):
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

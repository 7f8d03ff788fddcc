"""What a browser says of itself, in two words: for the list of one's own sessions."""

from __future__ import annotations

# The first that is found: Chrome calls itself Safari too, Edge calls itself Chrome.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str | None:
    """Such as "Chrome · Android"; None when it says nothing that we know."""
    words = [_first(names, user_agent) for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in words if word) or None


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((word for sign, word in names if sign in user_agent), None)

"""Where one may be sent after signing in: within this site only."""

from __future__ import annotations

HOME = "/"


def local_address(wish: str | None) -> str:
    """The wish when it is a path of this site, else the first page.

    `//host`, `/\\host` and control signs are read by browsers as another site's address.
    """
    if not wish or not wish.startswith("/") or wish.startswith("//"):
        return HOME
    if "\\" in wish or any(ord(sign) <= 32 or ord(sign) == 127 for sign in wish):
        return HOME
    return wish

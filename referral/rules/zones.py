"""Which of Indonesia's three time zones holds in a district, by its code's province."""

from __future__ import annotations

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"

# Keputusan Presiden 41/1987: Bali, Nusa Tenggara, South, East and North Kalimantan and Sulawesi
# are WITA; Maluku and Papua WIT; all others WIB.
_WITA = frozenset({"51", "52", "53", "63", "64", "65", *(str(n) for n in range(71, 77))})
_WIT = frozenset({"81", "82", *(str(n) for n in range(91, 98))})


def zone_of_area(code: str | None) -> str:
    """The zone's name, such as `Asia/Makassar`; WIB where no area is known."""
    province = (code or "").split(".")[0]
    if province in _WITA:
        return WITA
    return WIT if province in _WIT else WIB

"""Bands, wide enough that they point at nobody."""

from __future__ import annotations

AGE_BANDS = ((0, 5), (6, 11), (12, 17), (18, 24), (25, 59))


def age_band(age: int | None) -> str | None:
    """The band of an age in years, wide enough that it points at nobody."""
    if age is None:
        return None
    return next((f"{low}-{high}" for low, high in AGE_BANDS if low <= age <= high), "60+")

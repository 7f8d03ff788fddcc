"""What everybody knows of a demo's sample accounts."""

from __future__ import annotations

SAMPLE_PASSWORD = "data contoh bukan rahasia"  # noqa: S105 (shown on the demo's sign-in page)
SAMPLE_DOMAIN = "contoh.example"  # RFC 2606: nobody's, for ever


def is_sample(email: str) -> bool:
    """Whether the address is a sample account's; those of one agency have a domain below."""
    return email.endswith((f"@{SAMPLE_DOMAIN}", f".{SAMPLE_DOMAIN}"))

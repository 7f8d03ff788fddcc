"""What stands between this server and the world: demo mode, HTTPS, the proxy, the mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

from core.doctor import Finding
from core.mail import connected
from core.settings import Settings

MAIL_PATIENCE_SECONDS = 5.0


def demo(settings: Settings) -> Iterator[Finding]:
    """Whether the sample data is shown to people who need help."""
    if settings.demo:
        yield Finding(
            "is on: fictional agencies are shown and the secret tier is open",
            "Unset RUJUKAN_DEMO, and begin with an empty database.",
        )
        return
    yield Finding("is off")


def address(settings: Settings) -> Iterator[Finding]:
    """Whether it is said where people reach this site; any other name is refused."""
    if not settings.site_url:
        yield Finding(
            "it is not said where people reach this site: only this machine may ask",
            "Set RUJUKAN_SITE_URL=https://… to the address that people type.",
        )
        return
    if not settings.site_url.startswith("https://"):
        yield Finding(
            "people reach this site without HTTPS", "Begin RUJUKAN_SITE_URL with https://."
        )
        return
    yield Finding(f"people reach this site at {settings.site_url}")


def https(settings: Settings) -> Iterator[Finding]:
    """Whether cookies stay on HTTPS and the proxy before us is believed."""
    if not settings.https_cookies:
        yield Finding(
            "cookies may travel without HTTPS", "Set RUJUKAN_SECURE_COOKIES=1 behind HTTPS."
        )
    if not settings.trusted_proxies:
        yield Finding(
            "no proxy is believed: all callers seem to be one, and HTTPS is not seen",
            "Set RUJUKAN_TRUSTED_PROXIES=1 behind one reverse proxy (2 behind two).",
        )
    if settings.https_cookies and settings.trusted_proxies:
        yield Finding(f"cookies are secure, {settings.trusted_proxies} proxy is believed")


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server answers, if there is one."""
    if not settings.mail_server:
        yield Finding("no mail server is set: nothing is sent by e-mail")
        return
    where = f"{settings.mail_server}:{settings.mail_port}"
    try:
        with connected(settings, MAIL_PATIENCE_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            f"the mail server {where} does not take us in ({type(error).__name__})",
            "See RUJUKAN_MAIL_SERVER, _PORT, _SECURITY, _USER and _PASSWORD, and the firewall.",
        )
        return
    yield Finding(f"the mail server {where} takes us in")

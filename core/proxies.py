"""Behind a reverse proxy: whose word about the caller's address and HTTPS is believed."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from core import hooks
from core.settings import Settings

HSTS = "max-age=31536000"  # a year; subdomains are the operator's own affair


def init_proxies(app: Flask, settings: Settings) -> None:
    """Believe as many proxies as the operator runs; ask browsers to stay with HTTPS."""
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    if settings.https_cookies:
        hooks.after(app, _stay_with_https)


def _stay_with_https(response: Response) -> Response:
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response

"""Two languages: Indonesian first, English beside it.

Texts are English message ids in code and templates; `translations/` holds Indonesian. Answers of
the API come in the language that the request asks for, so `texts(language)` gives the catalogue
without a request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel
from werkzeug.exceptions import HTTPException

from core import hooks
from core.errors import Words

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
COOKIE = "language"
SHOW_IN = "show_in"  # in a form that is to be shown again in another language (core/forms.py)
CATALOGUES = Path(__file__).resolve().parent.parent / "translations"

babel = Babel()


def init_i18n(app: Flask, default: str) -> None:
    """Teach the app which language each request wants."""
    app.config["BABEL_DEFAULT_LOCALE"] = default
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    babel.init_app(app, locale_selector=language)
    hooks.after(app, _remember, pages_only=True)


def language() -> str:
    """The language of this request: asked for, remembered, preferred by the browser, default."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def _choose() -> str:
    said = request.environ
    wish = _asked_for()
    if wish not in LANGUAGES and "HTTP_COOKIE" in said:
        wish = request.cookies.get(COOKIE)
    if wish in LANGUAGES:
        return str(wish)
    fallback = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if "HTTP_ACCEPT_LANGUAGE" not in said:
        return fallback
    return request.accept_languages.best_match(list(LANGUAGES), fallback) or fallback


def _asked_for() -> str | None:
    if request.is_json:
        return request.args.get("lang") if request.query_string else None
    try:
        return _asked_to_show_in() or request.values.get("lang")
    except HTTPException:  # a body that is not read, too large for instance: its page speaks too
        return request.args.get("lang")


def _asked_to_show_in() -> str | None:
    try:
        return request.form.get(SHOW_IN)
    except HTTPException:
        return None


def speak(wanted: str) -> None:
    """Fix the language of this request, for a door that learns it from the body."""
    g.language = wanted


def _remember(response: Response) -> Response:
    wish = request.args.get("lang") if request.query_string else None
    if request.method == "POST" and not request.is_json:
        wish = _asked_to_show_in() or wish
    if wish in LANGUAGES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            COOKIE, wish, max_age=365 * 86400, samesite="Lax", httponly=True, secure=secure
        )
    return response


def language_url(code: str) -> str:
    """This page in another language; only what the address already holds is kept."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', code)])}"


@lru_cache(maxsize=len(LANGUAGES))
def texts(wanted: str) -> NullTranslations:
    """The catalogue of a language; English ids speak for themselves."""
    return Translations.load(str(CATALOGUES), [wanted]) if wanted != "en" else NullTranslations()


Say = Callable[..., str]
MOST_TEXTS = 10_000


def decimal(number: float, places: int, wanted: str | None = None) -> str:
    """A figure with just so many places, as a language writes it: `2.3`, in Indonesian `2,3`.

    `wanted`: a language; None is that of whoever asks.
    """
    return _decimal(number, places, wanted or language())


@lru_cache(maxsize=MOST_TEXTS)  # a page of distances writes the same ones again and again
def _decimal(number: float, places: int, wanted: str) -> str:
    spelled = "#,##0" + (f".{'0' * places}" if places else "")
    return str(format_decimal(number, format=spelled, locale=wanted))


@lru_cache(maxsize=len(LANGUAGES))
def say(wanted: str) -> Say:
    """A function that says a message id in a language, filling its named values."""
    gettext = texts(wanted).gettext
    known: dict[str, str] = {}  # message ids stand in the code: there are some hundreds

    def look_up(message: str) -> str:
        text = known.get(message)
        if text is None:
            text = str(gettext(message))
            if len(known) < MOST_TEXTS:
                known[message] = text
        return text

    def speak_it(message: str, **values: Any) -> str:
        if not values:
            return look_up(message)
        for name, value in values.items():
            if isinstance(value, Words):
                values[name] = look_up(value)
        return look_up(message) % values

    return speak_it


def _(message: str) -> str:
    """Mark a message id for the catalogues without translating it yet."""
    return message

"""The find pages: the form, and who can take this person.

Facts about a person travel in the body only. The address of an answer holds need and place at
the most, so it can be shared.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.doors import Found, find_for, settings
from agencies.forms.find import FindForm
from agencies.pages.find_view import answer_view, form_choices
from agencies.queries.entries.overview import facts_ageing
from agencies.queries.home import home_point
from agencies.queries.hops import hops_for
from agencies.schemas.find import DEFAULT_LIMIT, MOST_RESULTS
from core.clock import now
from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.hosts import address_of
from core.i18n import _, language, say
from core.pages import add_nav
from core.validation import whole_number

blueprint = Blueprint("find", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)
    add_nav("find.form", _("Find"))


@blueprint.get("/")
def form() -> str:
    """The empty form; `need` and `place` may be given, and nothing about a person."""
    return _page(_form(_shareable()))


@blueprint.get("/find")
def shared() -> Response:
    """An answer by need and place alone: a link that can be shared."""
    return _answer(_form(_shareable()))


def _shareable() -> MultiDict[str, str]:
    """What may stand in an address."""
    names = ("need", "place", "limit")
    return MultiDict({name: request.args.getlist(name) for name in names if name in request.args})


@blueprint.post("/find")
def find() -> Response:
    """An answer by everything that was typed."""
    wanted = _form(request.form)
    if not Protection().validate():
        wanted.errors["csrf"] = why_not_taken()
    return _answer(wanted)


def _form(values: MultiDict[str, str]) -> FindForm:
    return FindForm(MultiDict(values), settings().timezone)


def _answer(wanted: FindForm) -> Response:
    asked = wanted.read()
    if asked is None:
        return _response(_page(wanted), 422)
    try:
        found = find_for(asked, _limit(wanted))
    except RefusedError as refusal:
        tell = say(language())
        for trouble in refusal.troubles:
            wanted.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))
        return _response(_page(wanted), 422)
    if found.answer is None:
        return _response(_page(wanted, choices=found.understood.choices), 200)
    return _response(_results(wanted, found), 200)


def _limit(wanted: FindForm) -> int:
    return min(whole_number(wanted.get("limit")) or DEFAULT_LIMIT, MOST_RESULTS)


def _page(wanted: FindForm, choices: tuple[Any, ...] = ()) -> str:
    return render_template(
        "find/form.html",
        form=wanted,
        protection=Protection(),
        place_choices=choices,
        home=home_point(),
        facts_ageing=facts_ageing(who(), now()),
        **form_choices(language()),
    )


def _results(wanted: FindForm, found: Found) -> str:
    view = answer_view(found, language(), hops_for(who(), language()))
    return render_template(
        "find/results.html",
        form=wanted,
        protection=Protection(),
        place_choices=(),
        home=home_point(),
        view=view,
        share_url=_share_url(wanted),
        **form_choices(language()),
    )


def _share_url(wanted: FindForm) -> str:
    """Need and place alone; a tapped point is not told, it may be where the person is."""
    needs = wanted.chosen("need")
    place = wanted.get("place_code") or wanted.get("place")
    return address_of(url_for("find.shared", need=needs, place=place or None))


def _response(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response

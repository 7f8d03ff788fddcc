"""The pages of cases: the list of codes, a new one, one with its person.

Nothing of a person stands in an address or a title, and no page of these may wait in a cache. What
an actor may not see answers as if it did not exist.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right, holds
from agencies.queries.hours import zone_of
from agencies.wording.times import say_date
from core.crypto import CannotUnsealError
from core.db import write
from core.errors import RefusedError
from core.forms import Protection
from core.i18n import _, language
from core.keystore import MissingKeyError
from core.pages import add_nav, error_page
from core.validation import whole_number
from referral.commands.case.cases import (
    NoSuchCaseError,
    change_person_fields,
    close_case,
    open_case,
    read_case,
)
from referral.forms.cases import CaseForm
from referral.queries.cases import (
    CasePage,
    CaseState,
    WantedCases,
    agencies_with_cases_of,
    cases_of,
    listed_case,
)
from referral.rules.person import Person

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("cases.index", _("Cases"))
    app.register_blueprint(blueprint)


@blueprint.errorhandler(NoSuchCaseError)
def _unknown(_error: NoSuchCaseError) -> Any:
    return error_page(NotFound())


@blueprint.errorhandler(MissingKeyError)
@blueprint.errorhandler(CannotUnsealError)
def _broken(_error: Exception) -> Response:
    # Beside another store of keys, or with a row that somebody changed or moved.
    return _page("cases/broken.html", 503)


@blueprint.get("")
def index() -> Response:
    """The codes of the agencies in which one may see cases, a page at a time."""
    _agencies()
    asked = request.args
    wanted = WantedCases(asked.get("code", "")[:20], CaseState.named(asked.get("state", "")))
    found = cases_of(who(), wanted, whole_number(asked.get("page", ""), most_digits=4) or 1)
    return _page("cases/index.html", wanted=wanted, page=found, urls=_page_urls(found))


@blueprint.get("/new")
def new() -> Response:
    """The empty form."""
    agencies = _agencies()
    return _new(CaseForm(MultiDict()), agencies)


@blueprint.post("/new")
def create() -> Response:
    """Open a case; a phone that another open case has is asked about once."""
    agencies = _agencies()
    form = CaseForm(MultiDict(request.form))
    if not form.is_protected():
        return _new(form, agencies, 422)
    try:
        code = write(
            open_case,
            who(),
            agency_id=form.agency(agencies),
            person=form.person(),
            although_same_phone=bool(form.get("although_same_phone")),
        )
    except RefusedError as refusal:
        form.note(refusal)
        return _new(form, agencies, 422)
    return _no_store(redirect(url_for("cases.show", code=code), 303))


@blueprint.get("/<code>")
def show(code: str) -> Response:
    """One case with its person; that it was opened is recorded."""
    person = _read(code)
    return _case(code, person, CaseForm.opened(person))


@blueprint.post("/<code>")
def change(code: str) -> Response:
    """Write the person of a case anew."""
    form = CaseForm(MultiDict(request.form))
    try:
        if form.is_protected():
            write(
                change_person_fields,
                who(),
                code=code,
                person=form.person(),
                seen=form.seen,
                although_same_phone=bool(form.get("although_same_phone")),
            )
    except RefusedError as refusal:
        form.note(refusal)
    if form.errors:
        person = _read(code)
        if "seen" in form.errors and person is not None:
            form.compare(person)
        return _case(code, person, form, 422)
    return _no_store(redirect(url_for("cases.show", code=code), 303))


@blueprint.post("/<code>/close")
def close(code: str) -> Response:
    """Close a case."""
    form = CaseForm(MultiDict())
    if not form.is_protected():
        person = _read(code)
        opened = CaseForm.opened(person)
        opened.errors.update(form.errors)
        return _case(code, person, opened, 422)
    write(close_case, who(), code=code)
    return _no_store(redirect(url_for("cases.show", code=code), 303))


def _page_urls(page: CasePage) -> dict[int, str]:
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k in ("code", "state") and v}
    near = {1, page.number - 1, page.number, page.number + 1, page.pages}
    return {n: url_for("cases.index", **kept, page=n) for n in near if 1 <= n <= page.pages}


def _agencies() -> list[Any]:
    found = agencies_with_cases_of(who())
    if not found:
        abort(404)
    return found


def _read(code: str) -> Person | None:
    return write(read_case, who(), code=code)


def _case(code: str, person: Person | None, form: CaseForm, status: int = 200) -> Response:
    case = listed_case(who(), code) or abort(404)
    refers = holds(who().grants, Right.REFER)
    return _page("cases/case.html", status, case=case, person=person, form=form, refers=refers)


def _new(form: CaseForm, agencies: list[Any], status: int = 200) -> Response:
    return _page("cases/new.html", status, form=form, agencies=agencies)


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return _no_store(
        make_response(
            render_template(template, protection=Protection(), day=_day, **values), status
        )
    )


def _day(moment: datetime) -> str:
    zone = zone_of(current_app.config["RUJUKAN"].timezone)
    return say_date(moment.astimezone(zone).date(), language())


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

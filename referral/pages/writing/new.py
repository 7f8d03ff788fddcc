"""A new referral: from a found service, from another referral, or for somebody at one's own door.

Facts about the person travel in the body only. Nothing is kept until something was typed.
"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, request
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.doorkeeper import may_open
from accounts.rules.rights import Right, holds_for
from agencies.doors import settings
from core.db import write
from core.forms import Protection
from core.ids import new_id
from referral.commands.record.reading import Seen, read_referral
from referral.forms.referral.facts import OF_NEW_CASE
from referral.forms.referral.filled import fill
from referral.forms.referral.form import CHILD_FIELDS, ReferralForm
from referral.models import Bond
from referral.pages.writing.common import form_page
from referral.queries.cases import case_code_of, own_case_code
from referral.queries.drafts import agencies_that_refer
from referral.queries.referrals import referral_by_code

blueprint = Blueprint("new", __name__, url_prefix="/referrals")

# What a question of find says, by the same names; the place stays where it was asked.
OF_FIND = (
    *("sex", "age", "age_certainty", *CHILD_FIELDS),
    *("nationality", "id_document", "urgency", "offer"),
)
OF_FIND_MANY = ("need", "disability", "languages")
BONDS = {bond.value: bond for bond in Bond}
# The same person goes on elsewhere, in the same case: only for who had referred them.
GOES_ON = frozenset({Bond.DIVERTED, Bond.REDIRECTED})


def register(app: Flask) -> None:
    """Add the pages, and let find and the directory draw their button."""
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"referring": referring})


def referring() -> dict[str, str] | None:
    """What a “Refer” button needs; None for those who may not refer."""
    if not may_open("new.prefilled", "POST"):
        return None
    return {"token": Protection().csrf_token.current_token}


@blueprint.get("/new")
def form() -> Response:
    """The empty form; `from` and `bond` name a referral that this one follows."""
    wanted = request.args.get("from", "")
    empty = _following(wanted) if wanted else ReferralForm.empty(settings().timezone)
    if request.args.get("walk_in"):
        agencies = agencies_that_refer(who())
        empty.values["receiver"] = str(agencies[0][0]) if len(agencies) == 1 else ""
    return form_page(empty, new_id())


@blueprint.post("/new")
def prefilled() -> Response:
    """The form with what the question of find said; nothing is kept yet."""
    filled = ReferralForm.empty(settings().timezone)
    for name in OF_FIND:
        if request.form.get(name):
            filled.values[name] = request.form[name]
    for name in OF_FIND_MANY:
        filled.values.setlist(name, request.form.getlist(name))
    if request.form.get("at"):
        filled.values["requested_by"] = request.form["at"]
    status = 200 if filled.is_protected() else 422
    return form_page(filled, new_id(), status=status)


def _following(code: str) -> ReferralForm:
    """After another referral: what this side may see of its person, and whom to ask."""
    bond = BONDS.get(request.args.get("bond", ""), Bond.ONWARD)
    parent = referral_by_code(who(), code) or abort(404)
    seen: Seen = write(read_referral, who(), code=code)
    parent = referral_by_code(who(), code) or abort(404)  # read again: the write ended the snapshot
    filled = ReferralForm.empty(settings().timezone)
    fill(filled, {k: v for k, v in seen.fields.items() if k not in ("time_critical", "reason")})
    filled.put({"parent": str(parent.id), "bond": bond.value})
    filled.values.setlist("need", [link.need for link in parent.needs])
    mine = holds_for(who().grants, Right.REFER, agency_id=parent.sender_agency_id)
    if not mine and bond in GOES_ON:
        abort(404)
    # Who received them and has a case of its own goes on in that one: nobody is counted twice.
    case_code = case_code_of(parent.case_id) if mine else own_case_code(parent.id)
    if case_code:
        filled.put({"case_mode": "existing", "case_code": case_code})
        for name in OF_NEW_CASE:  # its case knows them
            filled.values.poplist(name)
    if bond is Bond.RETURN and not mine:
        filled.values["receiver"] = str(parent.sender_agency_id)
    return filled

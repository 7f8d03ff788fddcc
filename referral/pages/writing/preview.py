"""What the receiver will see, now and after acceptance; then it is sent, under its basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.doors import settings
from agencies.queries.find.one import offer_seen_by
from agencies.rules.needs import all_needs
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import CSRF, Protection, why_not_taken
from core.i18n import language, say
from referral.commands.asking.asking_others import send_with_others
from referral.commands.asking.handing_out import Draft, look_ahead, open_draft
from referral.commands.consent.consents import Given
from referral.commands.record.reading import Seen
from referral.forms.asking import AskingForm
from referral.forms.referral.form import TICKED, ReferralForm
from referral.forms.referral.said import Said, given_of, note_missing, read
from referral.models import Kind, Referral
from referral.pages.writing.common import page, reader_at
from referral.pages.writing.view import URGENCIES, asked_view
from referral.queries.alternatives import Proposed, alternatives_to
from referral.queries.askings import asked_agencies
from referral.queries.exclusions import excluded_agencies
from referral.queries.referrals import referral_by_code
from referral.queries.story import agency_names
from referral.rules.askings import several_at_once
from referral.rules.consent import ALWAYS, Basis
from referral.rules.facts import person_in
from referral.rules.states import State
from referral.wording.askings import proposals_view, ways_view
from referral.wording.consent import ASSENTS, BASES, GIVERS, MODES, STATEMENT_LANGUAGES, statement
from referral.wording.facts import Reader, lines_of

blueprint = Blueprint("preview", __name__, url_prefix="/referrals")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@dataclass(slots=True)
class Ready:
    """A draft that has everything, and the basis that is about to be recorded."""

    draft: Draft
    form: ReferralForm
    said: Said
    given: Given


@blueprint.get("/<ruj>/preview")
def show(ruj: str) -> Response:
    """Both views side by side. What is not ready yet leads back to the form."""
    ready = _ready(ruj)
    return _page(ready) if ready is not None else _back(ruj)


@blueprint.post("/<ruj>/preview")
def send(ruj: str) -> Response:
    """Record the basis and send, if the draft is still what was looked at."""
    ready, protected = _ready(ruj), Protection().validate()
    others = AskingForm(MultiDict(request.form))
    if ready is None:
        return _back(ruj) if protected else abort(400)
    if not protected:
        return _page(ready, {CSRF: why_not_taken()}, 422, others)
    mark = request.form.get("looked_at", "")
    try:
        write(
            send_with_others,
            who(),
            code=ruj,
            given=ready.given,
            mark=mark,
            offer_ids=others.offer_ids,
            agreed=others.agreed,
            how=others.how,
            choose_minutes=others.choose_minutes,
        )
    except RefusedError as refusal:
        ready.form.note(refusal)
        others.note(refusal)
        return _page(ready, ready.form.errors, 422, others)
    return _see(url_for("preview.sent", ruj=ready.draft.referral.code))


@blueprint.get("/<ruj>/sent")
def sent(ruj: str) -> Response:
    """What happens next: the code, until when an answer is due, and whom to call."""
    referral = referral_by_code(who(), ruj)
    if referral is None or referral.sender_agency_id not in who().agencies:
        abort(404)
    if referral.state is State.DRAFT:
        return _see(url_for("draft.edit", ruj=referral.code))
    reader = reader_at(now())
    offer = offer_seen_by(who(), referral.offer_id) if referral.offer_id else None
    asked = asked_view(who(), ReferralForm.empty(reader.timezone), _nothing(), offer, reader)
    return page(
        "referrals/sent.html",
        code=referral.code,
        receiver=_names(referral).get(referral.receiver_agency_id, ""),
        asked=asked,
        urgency=reader.tell(URGENCIES[referral.urgency]),
        acknowledge_by=referral.acknowledge_by and reader.when(referral.acknowledge_by),
        decide_by=referral.decide_by and reader.when(referral.decide_by),
        show_url=url_for("referrals.show", ruj=referral.code),
    )


def _nothing() -> Said:
    return read(ReferralForm.empty(settings().timezone), now())


def _ready(ruj: str) -> Ready | None:
    moment = now()
    draft: Draft = write(open_draft, who(), code=ruj)
    if draft.typed is None:
        raise HiddenError
    form = ReferralForm.of_draft(draft.typed, settings().timezone)
    said = read(form, moment)
    receiver_id = draft.referral.receiver_agency_id
    note_missing(form, said, has_receiver=receiver_id is not None)
    if form.errors or receiver_id is None:
        return None
    return Ready(draft, form, said, given_of(form, said, receiver_id, moment))


def _page(
    ready: Ready,
    errors: dict[str, str] | None = None,
    status: int = 200,
    others: AskingForm | None = None,
) -> Response:
    reader, code = reader_at(now()), ready.draft.referral.code
    ahead = write(look_ahead, who(), code=code, given=ready.given)
    referral = ahead.before.referral
    offer = offer_seen_by(who(), referral.offer_id) if referral.offer_id else None
    names = _names(referral)
    return page(
        "referrals/preview.html",
        status,
        code=code,
        case_code=ready.draft.case_code,
        errors=errors or {},
        looked_at=ahead.mark,
        before=_side(ahead.before, reader),
        after=_side(ahead.after, reader),
        papers=[paper.name for paper in ahead.papers_after],
        header=_header(ready, reader),
        asked=asked_view(who(), ready.form, ready.said, offer, reader),
        receiver=names.get(ready.given.receiver_agency_id, ""),
        basis=_basis(ready, reader),
        statement=_statement(ready, reader, names),
        others=others or AskingForm(MultiDict()),
        proposed=proposals_view(_others(ready, referral), reader.tell),
        ways=ways_view(reader.tell, several=several_at_once(ready.said.urgency)),
    )


def _others(ready: Ready, referral: Referral) -> list[Proposed]:
    """Whom to ask next, if these do not answer."""
    return alternatives_to(
        who(),
        needs=ready.said.needs,
        person=person_in(ready.said.facts),
        urgency=ready.said.urgency,
        first_offer_id=referral.offer_id,
        but_for=asked_agencies(referral) | excluded_agencies(referral.case_id),
        beds_fresh_for=timedelta(hours=settings().beds_fresh_hours),
    )


def _names(referral: Referral) -> dict[Any, str]:
    ids = (referral.sender_agency_id, referral.receiver_agency_id)
    return agency_names({one for one in ids if one is not None})


def _side(seen: Seen, reader: Reader) -> list[tuple[str, str]]:
    return [(line.label, line.text) for line in lines_of(seen.fields, reader)]


def _header(ready: Ready, reader: Reader) -> list[tuple[str, str]]:
    """What stands above the facts, and is no secret of the person's."""
    tell, said = reader.tell, ready.said
    needs = ", ".join(all_needs()[code].label(reader.language) for code in said.needs)
    found = [
        (gettext("Needs"), needs),
        (gettext("Urgency"), tell(URGENCIES[said.urgency])),
    ]
    if said.requested_by is not None:
        found.append((gettext("Answer wanted by"), reader.when(said.requested_by)))
    if ready.form.get("kind") == Kind.TRANSFER:
        found.append((gettext("What is asked"), gettext("To take the case over on arrival")))
    return found


def _basis(ready: Ready, reader: Reader) -> list[tuple[str, str]]:
    given, tell = ready.given, reader.tell
    found = [(gettext("Basis"), tell(BASES[given.basis]))]
    if given.basis is Basis.CONSENT:
        giver, mode = GIVERS.get(given.giver), MODES.get(given.mode)
        found.append((gettext("Given by"), tell(giver) if giver else ""))
        found.append((gettext("How"), tell(mode) if mode else ""))
    if given.assent is not None:
        found.append((gettext("The child"), tell(ASSENTS[given.assent])))
    until = reader.when(given.ends_at) if given.ends_at else gettext("the referral ends")
    found.append((gettext("Holds until"), until))
    return found


def _statement(ready: Ready, reader: Reader, names: dict[Any, str]) -> dict[str, str] | None:
    """Of a consent: the words that the person agreed to, in the language it was explained in."""
    given = ready.given
    if given.basis is not Basis.CONSENT:
        return None
    spoken = given.language if given.language in STATEMENT_LANGUAGES else "id"
    tell = say(spoken)
    there = Reader(spoken, tell, reader.timezone, reader.now)
    released = [name for name in (*_always(), *TICKED) if name in ALWAYS.union(given.fields)]
    text = statement(
        tell,
        sender=names.get(ready.draft.referral.sender_agency_id, ""),
        receiver=names.get(given.receiver_agency_id, ""),
        purpose=given.notes.get("purpose")
        or ", ".join(all_needs()[code].label(spoken) for code in ready.said.needs),
        until=there.when(given.ends_at) if given.ends_at else tell("the referral ends"),
        released=released,
        withheld=[name for name in TICKED if name not in given.fields],
    )
    return {"lang": spoken, "text": text, "other": language() if spoken != language() else ""}


def _always() -> list[str]:
    return sorted(ALWAYS)


def _back(ruj: str) -> Response:
    return _see(url_for("draft.edit", ruj=ruj, check=1))


def _see(address: str) -> Response:
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]

"""`/staff`: who works in the own agency, who is invited; inviting and leaving."""

from __future__ import annotations

import uuid
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.invitations import Welcome, invite, withdraw_invitation
from accounts.commands.leaving import end_memberships
from accounts.current import who
from accounts.models import Invitation
from accounts.pages.places_of_work import Group, group_named, own_groups, role_said, sees_staff
from accounts.pages.staff_view import group_view
from accounts.queries.registry import areas_meant
from accounts.queries.staff import Member, members_of, open_invitations
from accounts.rules.invitations import Where, may_end
from accounts.rules.rights import Right, Role, holds_in
from core.actors import ActorKind
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, Typed
from core.hosts import address_of
from core.i18n import _, language
from core.pages import add_footer

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("staff.index", _("Staff"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """Where the reader is a member, and who else is."""
    return _page(_own(), Typed())


@blueprint.get("/<word>")
def group(word: str) -> Response:
    """The people of an agency, or of the network."""
    return _page([_seen(word)], Typed())


@blueprint.post("/<word>/invitations")
def send(word: str) -> Response:
    """Invite somebody."""
    there, typed = _seen(word), Typed.sent()
    made = _invite(there, typed)
    return _made(there, typed.get("email"), made) if made else _page([there], typed, 422)


@blueprint.post("/<word>/invitations/<uuid:invitation_id>/again")
def again(word: str, invitation_id: uuid.UUID) -> Response:
    """A new link in place of an open or expired one."""
    there, typed = _seen(word), Typed.sent()
    row = _invitation(there, invitation_id)
    made = None if typed.errors else _write_invitation(typed, row.email, row.roles, row)
    return _made(there, row.email, made) if made else _page([there], typed, 422)


@blueprint.post("/<word>/invitations/<uuid:invitation_id>/withdraw")
def withdraw(word: str, invitation_id: uuid.UUID) -> Response:
    """Nobody comes in by this link any more."""
    there, typed = _seen(word), Typed.sent()
    _invitation(there, invitation_id)
    if not typed.errors:
        try:
            write(withdraw_invitation, who(), invitation_id=invitation_id)
        except RefusedError as refusal:
            typed.note(refusal)
    if typed.errors:
        return _page([there], typed, 422)
    flash(gettext("The invitation is withdrawn: its link opens nothing any more."), "good")
    return redirect(url_for("staff.group", word=word), 303)


@blueprint.get("/<word>/members/<uuid:account_id>")
def ending(word: str, account_id: uuid.UUID) -> Response:
    """What somebody holds there, to be ended."""
    there, member = _member(word, account_id)
    typed = Typed()
    typed.values.setlist("membership", [str(row.id) for row in member.memberships])
    return _ending_page(there, member, typed)


@blueprint.post("/<word>/members/<uuid:account_id>")
def end(word: str, account_id: uuid.UUID) -> Response:
    """End what was ticked."""
    there, member = _member(word, account_id)
    typed = Typed.sent()
    own = {str(row.id): row.id for row in member.memberships}
    chosen = [own.get(wanted) or abort(404) for wanted in typed.chosen("membership")]
    if not typed.errors:
        try:
            write(end_memberships, who(), membership_ids=chosen)
        except RefusedError as refusal:
            typed.note(refusal)
    if typed.errors:
        return _ending_page(there, member, typed, 422)
    return _after_ending(there, account_id)


def _after_ending(there: Group, account_id: uuid.UUID) -> Response:
    if account_id == who().id:  # their session ended with it
        flash(gettext("You have left. You are signed out everywhere."), "good")
        return redirect("/", 303)
    flash(gettext("It has ended, and this person is signed out everywhere."), "good")
    return redirect(url_for("staff.group", word=there.word), 303)


def _own() -> list[Group]:
    if who().kind is not ActorKind.MEMBER:
        abort(404)
    return own_groups(who())


def _seen(word: str) -> Group:
    """The group, if the reader may see who works there; else as if there were none."""
    found = group_named(word)
    return found if sees_staff(who(), found) else abort(404)


def _invitation(there: Group, invitation_id: uuid.UUID) -> Invitation:
    visible = {row.id for row in group_view(who(), there).invitations}
    found = [row for row in open_invitations(there.agency_id) if row.id == invitation_id]
    return found[0] if found and found[0].id in visible else abort(404)


def _member(word: str, account_id: uuid.UUID) -> tuple[Group, Member]:
    """Somebody whose membership the reader may end: their own, or that of others there."""
    there = group_named(word)
    found = members_of(there.agency_id, account_id)
    if not found:
        abort(404)
    member = found[0]
    if account_id != who().id:
        member.memberships = [row for row in member.memberships if _may_end(there, row)]
    return (there, member) if member.memberships else abort(404)


def _may_end(there: Group, row: Any) -> bool:
    where = there.where if there.agency_id else Where(area=row.area)
    return may_end(who().grants, row.role, where, strong=who().strong)


def _invite(there: Group, typed: Typed) -> Welcome | None:
    roles = typed.chosen("roles")
    if any(role not in list(Role) for role in roles):
        abort(404)
    area = _area(there, typed)
    if typed.errors:
        return None
    return _write_invitation(typed, typed.get("email"), roles, there, area)


def _write_invitation(
    typed: Typed, email: str, roles: list[str], into: Group | Invitation, area: str | None = None
) -> Welcome | None:
    if isinstance(into, Invitation):
        area = into.area
    try:
        return write(
            invite,
            who(),
            email=email,
            roles=[Role(role) for role in roles],
            agency_id=into.agency_id,
            area=area,
            language=language(),
        )
    except RefusedError as refusal:
        typed.note(refusal)
        return None


def _area(there: Group, typed: Typed) -> str | None:
    """The area that a coordinator is to be for; None for the whole network and for agencies."""
    said = typed.get("area").strip()
    if there.agency_id or Role.COORDINATOR not in typed.chosen("roles"):
        return None
    if not said:
        if not holds_in(who().grants, Right.INVITE_COORDINATORS, area=None):
            typed.errors["area"] = gettext("Say for which area")
        return None
    meant = areas_meant(said)
    if len(meant) == 1:
        return meant[0][0]
    names = "; ".join(f"{name} ({code})" for code, name in meant[:8])
    typed.errors["area"] = (
        gettext("Which one? Write its number: %(places)s", places=names)
        if meant
        else gettext("No place of that name is known here.")
    )
    return None


def _page(groups: list[Group], typed: Typed, status: int = 200) -> Response:
    page = render_template(
        "staff/index.html",
        views=[group_view(who(), there) for there in groups],
        form=typed,
        protection=Protection(),
        own_id=who().id,
    )
    return _private(page, status)


def _made(there: Group, email: str, made: Welcome) -> Response:
    page = render_template(
        "staff/invited.html",
        group=there,
        email=email.strip().lower(),
        mailed=made.mailed,
        link=shown_link(made),
        back=url_for("staff.group", word=there.word),
    )
    return _private(page, 200)


def shown_link(made: Welcome) -> str:
    """The link to hand over, where no mail carries it; else nothing: only the mail has it."""
    if made.mailed:
        return ""
    return address_of(made.path)


def _ending_page(there: Group, member: Member, typed: Typed, status: int = 200) -> Response:
    page = render_template(
        "staff/ending.html",
        group=there,
        member=member,
        is_self=member.account_id == who().id,
        options=[
            (str(row.id), role_said(row.role, row.area, row.agency_id))
            for row in member.memberships
        ],
        form=typed,
        protection=Protection(),
    )
    return _private(page, status)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response

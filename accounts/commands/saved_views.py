"""Save a view of a page under a name, and forget it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from sqlalchemy import func, select

from accounts.models import SavedView
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.text import one_line

LONGEST_NAME = 60
MOST_VIEWS = 50

NO_NAME = _("Give the view a name, in at most 60 letters")
NAME_TAKEN = _("You have a view of this name already")
TOO_MANY = _("You have 50 saved views: delete one first")


def save_view(actor: Actor, *, page: str, name: str, choices: Mapping[str, str]) -> uuid.UUID:
    """Command: keep a page's choices under a name of one's own; returns the id of the view.

    The door decides which pages and which choices may be kept: none may speak of a person.
    `HiddenError` for whoever has no account, `RefusedError` at `name` for none, one longer than 60
    letters, one's own name twice, and more than 50 views.
    """
    if actor.account_id is None:
        raise HiddenError
    given = one_line(name)
    if not 0 < len(given) <= LONGEST_NAME:
        raise refused("name", NO_NAME)
    mine = select(func.count()).where(SavedView.account_id == actor.account_id)
    if db.session.scalar(mine.where(SavedView.name == given)):
        raise refused("name", NAME_TAKEN)
    if (db.session.scalar(mine) or 0) >= MOST_VIEWS:
        raise refused("name", TOO_MANY)
    said = sorted((key, value) for key, value in choices.items() if value)
    view = SavedView(
        account_id=actor.account_id, name=given, page=page, query=urlencode(said), made_at=now()
    )
    db.session.add(view)
    db.session.flush()
    return view.id


def forget_view(actor: Actor, *, view_id: uuid.UUID) -> None:
    """Command: delete a view of one's own. `HiddenError` for another's, as for none."""
    view = db.session.get(SavedView, view_id)
    if view is None or actor.account_id is None or view.account_id != actor.account_id:
        raise HiddenError
    db.session.delete(view)
    db.session.flush()

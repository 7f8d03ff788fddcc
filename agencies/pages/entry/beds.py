"""Beds in two taps: a number, and done."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right
from agencies.commands.beds import say_free
from agencies.doors import settings
from agencies.pages.entry.common import blueprint, is_forged, own_agencies, sent_id, sentences
from agencies.queries.entries.beds import SaidPool, pools_of
from agencies.wording.times import ago
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Protection
from core.i18n import language, say

MOST_BUTTONS = 24  # beyond these a number is typed


@blueprint.get("/beds")
def beds() -> str:
    """Every pool of the agencies for which one speaks."""
    return _page({})


@blueprint.post("/beds")
def say_it() -> Response | tuple[str, int]:
    """How many places of a pool are free."""
    own_agencies(Right.SAY_BEDS)
    pool_id = sent_id("pool")
    if is_forged():
        return _page({}), 422
    typed = (request.form.get("free_typed", "").strip() or request.form.get("free", "")).strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        return _page({str(pool_id): gettext("Tap how many places are free, then Done.")}), 422
    try:
        pool = write(say_free, who(), pool_id=pool_id, free=int(typed))
    except RefusedError as refusal:
        troubles = sentences(refusal)
        if "pool" in troubles:
            abort(404)
        return _page({str(pool_id): next(iter(troubles.values()))}), 422
    words = gettext("%(n)s free", n=pool.free) if pool.free else gettext("Full")
    flash(gettext("Said: %(label)s, %(words)s.", label=pool.label, words=words), "good")
    return redirect(url_for("entry.beds"), 303)


def _page(errors: dict[str, str]) -> str:
    pools = pools_of(own_agencies(Right.SAY_BEDS))
    return render_template(
        "entry/beds.html",
        pools=[_card(pool, errors.get(str(pool.id), "")) for pool in pools],
        several=len({pool.agency for pool in pools}) > 1,
        errors=[(f"pool-{i}", e) for i, e in errors.items()],
        protection=Protection(),
    )


def _card(pool: SaidPool, error: str) -> dict[str, Any]:
    tell = say(language())
    age = now() - pool.said_at
    return {
        "id": str(pool.id),
        "label": pool.label,
        "agency": pool.agency,
        "service": pool.service,
        "place": pool.place,
        "capacity": pool.capacity,
        "free": pool.free,
        "held": pool.held,
        "closed": pool.closed,
        "choices": list(range(1, min(pool.most, MOST_BUTTONS) + 1)),
        "most": pool.most,
        "many": pool.most > MOST_BUTTONS,
        "said": ago(age, tell),
        "late": age.total_seconds() > settings().beds_fresh_hours * 3600,
        "error": error,
    }

"""What all forms of pages share: the token against forged posts, and being shown again.

A page that came by post cannot be asked for again in the other language: its address may take posts
only, and what was typed would be lost. So the language buttons of such a page (`forms.languages`)
send its form with the language in `show_in`. Nothing is done with that: every view shows a form
again, with all that was typed, when its token is not taken, and that is what happens here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm

from core.i18n import SHOW_IN

TOKEN = "csrf_token"  # noqa: S105 (the name of the field)


class Protection(FlaskForm):
    """Nothing but the token against forged posts."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether the form is to be taken: it is our own page's, and was sent to be taken."""
        return SHOW_IN not in request.form and super().validate(extra_validators)


def why_not_taken() -> str:
    """Why a form is shown again whose token was not taken, in the reader's language."""
    if SHOW_IN in request.form:
        return str(gettext("The language has changed. Nothing has been sent yet."))
    return str(gettext("The page had been open for long. Please send it again."))

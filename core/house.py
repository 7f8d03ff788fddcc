"""Pages of the house itself."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("house", __name__)


@blueprint.get("/style")
def style() -> str:
    """Every component in every state, for developers."""
    return render_template("style.html")

"""`/network/matrix`: who is where doing what; an empty cell is a gap."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for

from accounts.current import who
from agencies.rules.needs import all_needs
from agencies.rules.place_codes import DISTRICT, REGENCY
from core.i18n import _, language, say
from maps.exchange.matrix_files import matrix_table
from maps.exchange.tables import XLSX, as_csv, as_xlsx
from maps.pages.common import soon
from maps.pages.gaps_view import Plain, filters_view, wanted_from
from maps.queries.gaps.ground import Ground, ground_for
from maps.queries.gaps.matrix import BY_PHONE, ELSEWHERE, Matrix, matrix_of
from maps.queries.gaps.takers import are_offers_read
from maps.wording.gaps import REMARK_WORDS

WHERE_WORDS = {BY_PHONE: _("By phone"), ELSEWHERE: _("Elsewhere, or no known place")}

blueprint = Blueprint("matrix", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/matrix")
def index() -> Any:
    """The matrix."""
    if not are_offers_read(who()):
        return soon(_("Who is where, doing what"))
    tell, wanted = say(language()), wanted_from(request)
    ground, matrix = _asked()
    area = wanted.area or None
    return render_template(
        "maps/matrix.html",
        wanted=wanted,
        filters=filters_view(ground_for(who()), tell),
        places=[
            {"name": tell(WHERE_WORDS[place]), "href": ""}
            if place in WHERE_WORDS
            else {"name": ground.name_of(place), "href": _into(place)}
            for place in matrix.places
        ],
        rows=[_row(need, matrix) for need in matrix.needs],
        remarks=[tell(REMARK_WORDS[one]) for one in sorted(ground.remarks)],
        csv=url_for("matrix.csv_file", area=area),
        xlsx=url_for("matrix.xlsx_file", area=area),
    )


@blueprint.get("/matrix.csv")
def csv_file() -> Response:
    """The matrix as CSV."""
    ground, matrix = _asked()
    content = as_csv(matrix_table(matrix, ground, language()))
    answer = Response(content, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="matrix.csv"'
    return answer


@blueprint.get("/matrix.xlsx")
def xlsx_file() -> Response:
    """The matrix as a workbook."""
    ground, matrix = _asked()
    answer = Response(as_xlsx([matrix_table(matrix, ground, language())]), content_type=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="matrix.xlsx"'
    return answer


def _asked() -> tuple[Ground, Matrix]:
    """Regencies side by side; inside one of them its districts."""
    ground = ground_for(who(), wanted_from(request).area)
    regencies = {code[:5] for code in ground.districts if code}
    level = DISTRICT if len(regencies) == 1 else REGENCY
    return ground, matrix_of(who(), ground, level)


def _into(place: str) -> str:
    """A regency leads to its districts."""
    return url_for("matrix.index", area=place) if place.count(".") == 1 else ""


def _row(need: str, matrix: Matrix) -> Plain:
    cells = [matrix.cell(need, place) for place in matrix.places]
    return {"need": all_needs()[need].label(language()), "code": need, "cells": cells}

"""The import template to download: an empty table with an example and explanations."""

from __future__ import annotations

from flask import Blueprint, Flask, Response

from agencies.exchange.template_files import template_csv, template_xlsx
from core.i18n import language, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("import_template", __name__, url_prefix="/import")


def register(app: Flask) -> None:
    """Add the downloads to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/template.csv")
def csv_template() -> Response:
    """The template as CSV."""
    return _download(template_csv().encode(), "text/csv; charset=utf-8", "csv")


@blueprint.get("/template.xlsx")
def xlsx_template() -> Response:
    """The template as XLSX, explained in the reader's language."""
    content = template_xlsx(say(language()), language())
    return _download(content, XLSX, "xlsx")


def _download(content: bytes, kind: str, ending: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="rujukan-template.{ending}"'
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer

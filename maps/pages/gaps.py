"""`/network/gaps`: where a kind of person finds nobody: map, table, and the worst in words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for

from accounts.current import who
from agencies.rules.needs import all_needs
from core.i18n import language, say
from maps.exchange.gap_files import by_district_table, geojson, worst_table
from maps.exchange.tables import as_csv
from maps.pages.gaps_view import (
    Plain,
    filters_view,
    gaps_view,
    look,
    shade_of_cell,
    wanted_from,
)
from maps.queries.gaps.demand import demand_in
from maps.queries.gaps.districts import by_district
from maps.queries.gaps.ground import Ground, ground_for
from maps.queries.gaps.worst import Gap, Worst, worst_gaps
from maps.wording.gaps import REMARK_WORDS, say_gap, say_nearest
from maps.wording.kinds import IN_A_SENTENCE

MOST_TOLD = 60

blueprint = Blueprint("gaps", __name__, url_prefix="/network")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/gaps")
def index() -> str:
    """The map of a need and a kind of person, with the table that says the same."""
    return render_template("maps/gaps.html", **gaps_view(look(who(), wanted_from(request))))


@blueprint.get("/gaps.csv")
def csv_file() -> Response:
    """The table as CSV."""
    looked = look(who(), wanted_from(request))
    rows = by_district(looked.ground, looked.reach)
    asked = looked.wanted
    table = by_district_table(rows, looked.ground, asked.need, asked.kind, looked.demand)
    return _file(as_csv(table), "text/csv; charset=utf-8", "gaps.csv")


@blueprint.get("/gaps.geojson")
def geojson_file() -> Response:
    """The cells as GeoJSON."""
    looked = look(who(), wanted_from(request))
    near = [column.tolist() for column in looked.reach.first()]
    shades = [shade_of_cell(looked, n, near[0][n], near[1][n]) for n in range(len(near[0]))]
    text = geojson(looked.ground, looked.reach, shades, looked.minutes)
    return _file(text, "application/geo+json", "gaps.geojson")


@blueprint.get("/gaps/worst")
def worst() -> str:
    """The worst gaps over all needs and kinds, in words."""
    wanted = wanted_from(request)
    ground = ground_for(who(), wanted.area)
    found = worst_gaps(who(), ground, demand_in(wanted.period))
    tell = say(language())
    return render_template(
        "maps/worst.html",
        wanted=wanted,
        filters=filters_view(ground_for(who()), tell),
        rows=[_told(gap, ground) for gap in found.gaps[:MOST_TOLD]],
        more=max(0, len(found.gaps) - MOST_TOLD),
        looked=found,
        has_places=any(ground.known_districts),
        remarks=[tell(REMARK_WORDS[one]) for one in sorted(ground.remarks)],
        csv=url_for("gaps.worst_file", **_only(wanted.arguments())),
    )


@blueprint.get("/gaps/worst.csv")
def worst_file() -> Response:
    """The whole list as CSV."""
    wanted = wanted_from(request)
    ground = ground_for(who(), wanted.area)
    found: Worst = worst_gaps(who(), ground, demand_in(wanted.period), all_at_once=True)
    table = worst_table(found.gaps, ground, language())
    return _file(as_csv(table), "text/csv; charset=utf-8", "worst.csv")


def _told(gap: Gap, ground: Ground) -> Plain:
    """A gap in words, and where it leads."""
    tell = say(language())
    only = gap.places[0] if len(gap.places) == 1 else None
    regency = only if only and only.count(".") == 1 else None
    return {
        "words": say_gap(gap, ground, language(), tell),
        "nearest": say_nearest(gap, tell),
        "need": all_needs()[gap.need].label(language()),
        "kind": tell(IN_A_SENTENCE[gap.kind]),
        "map": url_for("gaps.index", need=gap.need, kind=gap.kind, area=regency),
        "find": url_for("find.shared", need=gap.need, place=only),
    }


def _only(arguments: dict[str, Any]) -> dict[str, Any]:
    """What the list can be narrowed by."""
    return {name: arguments[name] for name in ("period", "area") if name in arguments}


def _file(text: str | bytes, kind: str, name: str) -> Response:
    answer = Response(text, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

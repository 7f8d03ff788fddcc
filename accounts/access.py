"""The table of access rules: every endpoint of every room, by name. What is not here is a wall.

To add a route, add its line. `"POST staff.person"` speaks of one method and goes before
`"staff.person"`. Then `flask access --write` brings `docs/access.md` up to date, and the matrix
test (`tests/guards/test_matrix.py`) asks the route as everybody. How rules are read:
`accounts/rules/access.py`.
"""

from __future__ import annotations

from accounts.rules.access import Rule, everybody

RULES: dict[str, Rule] = {
    # the house
    "static": everybody(),
    "health.healthz": everybody(),
    "house.style": everybody(),
    "api_docs.docs": everybody(),
    "api-docs.openapi_json": everybody(),
    # find: what is asked is about a person, so no answer is kept
    "find.form": everybody(private=True),
    "find.shared": everybody(private=True),
    "find.find": everybody(private=True),
    "find_api.Find": everybody(private=True),
    "places.suggestions": everybody(),
    "maps.ground_geojson": everybody(),
    # the directory; which entries are seen depends on the tier
    "directory.index": everybody(),
    "directory.booklet": everybody(),
    "directory.agency": everybody(),
    "directory.service": everybody(),
    "import_template.csv_template": everybody(),
    "import_template.xlsx_template": everybody(),
}


def rule_for(endpoint: str, method: str) -> Rule | None:
    """The rule of an endpoint for a method; None when nobody may."""
    asked = "GET" if method == "HEAD" else method
    return RULES.get(f"{asked} {endpoint}") or RULES.get(endpoint)

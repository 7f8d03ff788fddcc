"""The table of access rules: every endpoint of every room, by name. What is not here is a wall.

To add a route, add its line. `"POST staff.person"` speaks of one method and goes before
`"staff.person"`. Then `flask access --write` brings `docs/access.md` up to date, and the matrix
test (`tests/guards/test_matrix.py`) asks the route as everybody. How rules are read:
`accounts/rules/access.py`.
"""

from __future__ import annotations

from accounts.rules.access import Other, Rule, everybody, holder_of, owner_or, signed_in
from accounts.rules.rights import Right
from accounts.walls import JOINING, PROVING, SIGNING_IN

# Beside oneself into the network; and who approves agencies brings the first manager, no other
# member and no second manager: nobody comes in past an agency's manager.
_IN_NETWORK = (Right.INVITE_COORDINATORS, Other.NETWORK)
_FIRST_MANAGER = (Right.APPROVE_AGENCY, Other.UNMANAGED)
_INVITES = holder_of(
    Right.INVITE_STAFF, of_agency=True, strong=False, also=(_IN_NETWORK, _FIRST_MANAGER)
)

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
    # signing in and out; a quick exit works for everybody, always
    "sign_in.form": everybody(crosses=SIGNING_IN),
    "sign_in.with_password": everybody(crosses=SIGNING_IN),
    "sign_in.as_sample": everybody(crosses=SIGNING_IN),
    "sign_in.passkey_options": everybody(crosses=SIGNING_IN),
    "sign_in.with_passkey": everybody(crosses=SIGNING_IN),
    "second_step.form": signed_in(),
    "second_step.with_code": signed_in(crosses=PROVING, waiting=True),
    "second_step.passkey_options": signed_in(waiting=True),
    "second_step.with_passkey": signed_in(crosses=PROVING, waiting=True),
    "leaving.leave": everybody(private=True),
    "leaving.neutral": everybody(private=True),
    "leaving.come_back": everybody(private=True),
    "leaving.style": everybody(),
    # the own account
    "account.own": signed_in(),
    "account.profile": signed_in(),
    "account.password": signed_in(crosses=PROVING),
    "account.end": owner_or(),
    "account.sign_out": everybody(private=True),
    "account.sign_out_everywhere": signed_in(),
    "factors.overview": signed_in(),
    "factors.app_form": signed_in(),
    "factors.enrol_app": signed_in(),
    "factors.passkey_options": signed_in(),
    "factors.add": signed_in(crosses=PROVING),
    "factors.new_codes": signed_in(crosses=PROVING),
    "factors.remove": owner_or(crosses=PROVING),
    "factors.remove_app": signed_in(crosses=PROVING),
    # coming and going of agencies, people and programs
    "join.form": everybody(crosses=JOINING),
    "join.apply": everybody(crosses=JOINING),
    "join.status": everybody(crosses=JOINING),
    "applications.index": holder_of(Right.APPROVE_AGENCY),
    "applications.application": holder_of(Right.APPROVE_AGENCY, of_agency=True),
    "applications.approve": holder_of(Right.APPROVE_AGENCY, of_agency=True),
    "applications.decline": holder_of(Right.APPROVE_AGENCY, of_agency=True),
    "applications.again": holder_of(Right.APPROVE_AGENCY, of_agency=True),
    "welcome.show": everybody(crosses=JOINING),
    "welcome.join": everybody(crosses=JOINING),
    "staff.index": signed_in(),
    "staff.group": holder_of(Right.SEE_STAFF, of_agency=True, strong=False, also=(_IN_NETWORK,)),
    "staff.send": _INVITES,
    "staff.again": _INVITES,
    "staff.withdraw": _INVITES,
    "staff.ending": owner_or(Right.INVITE_STAFF),
    "staff.end": owner_or(Right.INVITE_STAFF),
    "keys.index": holder_of(Right.MANAGE_KEYS, strong=True),
    "keys.make": holder_of(Right.MANAGE_KEYS, strong=True),
    "keys.end": holder_of(Right.MANAGE_KEYS, of_agency=True, strong=True),
    # keeping an entry true
    "entry.beds": holder_of(Right.SAY_BEDS),
    "entry.say_it": holder_of(Right.SAY_BEDS, of_agency=True),
    "entry.own": holder_of(Right.EDIT_ENTRY),
    "entry.edit": holder_of(Right.EDIT_ENTRY, of_agency=True),
    "entry.save": holder_of(Right.EDIT_ENTRY, of_agency=True),
    "entry.confirm": holder_of(Right.EDIT_ENTRY, of_agency=True),
    "entry.history": holder_of(Right.EDIT_ENTRY),
    "entry.undo": holder_of(Right.EDIT_ENTRY, of_agency=True),
    "entry.settle": holder_of(Right.EDIT_ENTRY, of_agency=True),
    "entry.report": holder_of(Right.REPORT_FACT),
    # secret places and where people are met instead
    "secret_places.edit": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "secret_places.save": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "secret_places.address": holder_of(Right.OPEN_ADDRESS, of_agency=True),
    "meeting_points.index": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "meeting_points.add": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "meeting_points.edit": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "meeting_points.save": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    "meeting_points.remove": holder_of(Right.EDIT_ENTRY, of_agency=True, strong=True),
    # cases, and who saw what
    "cases.index": holder_of(Right.SEE_CASES),
    "cases.new": holder_of(Right.SEE_CASES),
    "cases.create": holder_of(Right.SEE_CASES),
    "cases.show": holder_of(Right.SEE_CASES, of_agency=True),
    "cases.change": holder_of(Right.SEE_CASES, of_agency=True),
    "cases.close": holder_of(Right.SEE_CASES, of_agency=True),
    "audit.trail": holder_of(Right.SEE_AUDIT, of_agency=True),
    "audit.seen": holder_of(Right.SEE_AUDIT, of_agency=True),
}


def rule_for(endpoint: str, method: str) -> Rule | None:
    """The rule of an endpoint for a method; None when nobody may."""
    asked = "GET" if method == "HEAD" else method
    return RULES.get(f"{asked} {endpoint}") or RULES.get(endpoint)

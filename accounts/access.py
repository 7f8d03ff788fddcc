"""The table of access rules: every endpoint of every room, by name. What is not here is a wall.

To add a route, add its line. `"POST staff.person"` speaks of one method and goes before
`"staff.person"`. Then `flask access --write` brings `docs/access.md` up to date, and the matrix
test (`tests/guards/test_matrix.py`) asks the route as everybody. How rules are read:
`accounts/rules/access.py`.
"""

from __future__ import annotations

from accounts.rules.access import (
    Other,
    Rule,
    everybody,
    holder_of,
    key_with,
    owner_or,
    signed_in,
)
from accounts.rules.rights import Right, Scope
from accounts.walls import ANSWERING, JOINING, OWN_CARD, PROVING, SIGNING_IN

# Beside oneself into the network; and who approves agencies brings the first manager, no other
# member and no second manager: nobody comes in past an agency's manager.
_IN_NETWORK = (Right.INVITE_COORDINATORS, Other.NETWORK)
_FIRST_MANAGER = (Right.APPROVE_AGENCY, Other.UNMANAGED)
_INVITES = holder_of(
    Right.INVITE_STAFF, of_agency=True, strong=False, also=(_IN_NETWORK, _FIRST_MANAGER)
)

# Most of what is done about a person who is referred: by whoever refers for the agency.
_OF_SENDER = holder_of(Right.REFER, of_agency=True, strong=True)

_OF_ROUTES = (Right.PROPOSE_ROUTES, Right.KEEP_ROUTES)

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
    # desk: the page of a referral for both sides, the lists, the clerk's board
    "referrals.index": holder_of(Right.SEE_REFERRALS),
    "referrals.show": holder_of(Right.SEE_REFERRALS, of_agency=True),
    "referrals.answer": holder_of(Right.ANSWER, of_agency=True, strong=True),
    "referrals.confirm": holder_of(Right.ANSWER, of_agency=True, strong=True),
    "referrals.change": _OF_SENDER,
    "referrals.by_phone": _OF_SENDER,
    "referrals.tell_phone": _OF_SENDER,
    "board.index": holder_of(Right.ANSWER, strong=True),
    "board.fresh": holder_of(Right.ANSWER, strong=True),
    "walk_ins.take": holder_of(Right.SAY_BEDS, of_agency=True, strong=True),
    "walk_ins.undo": holder_of(Right.SAY_BEDS, of_agency=True, strong=True),
    # form: drafts of referrals, their papers and their preview
    "new.form": holder_of(Right.REFER, strong=True),
    "new.prefilled": holder_of(Right.REFER, strong=True),
    "draft.index": holder_of(Right.REFER, strong=True),
    "draft.save": holder_of(Right.REFER, strong=True),
    "draft.urgency": holder_of(Right.REFER, strong=True),
    "draft.edit": _OF_SENDER,
    "draft.delete": _OF_SENDER,
    "preview.show": _OF_SENDER,
    "preview.send": _OF_SENDER,
    "preview.sent": _OF_SENDER,
    "attachments.index": holder_of(Right.SEE_REFERRALS, of_agency=True),
    "attachments.add": _OF_SENDER,
    "attachments.change": _OF_SENDER,
    "attachments.download": holder_of(Right.SEE_REFERRALS, of_agency=True),
    # tell: channels, notices, the thread, answering without an account
    "channels.index": holder_of(Right.KEEP_CHANNELS, strong=True),
    "channels.add": holder_of(Right.KEEP_CHANNELS, strong=True, crosses=PROVING),
    "channels.again": holder_of(Right.KEEP_CHANNELS, of_agency=True, strong=True, crosses=PROVING),
    "channels.prove": holder_of(Right.KEEP_CHANNELS, of_agency=True, strong=True, crosses=PROVING),
    "channels.test": holder_of(Right.KEEP_CHANNELS, of_agency=True, strong=True, crosses=PROVING),
    "channels.hours": holder_of(Right.KEEP_CHANNELS, of_agency=True, strong=True),
    "channels.end": holder_of(Right.KEEP_CHANNELS, of_agency=True, strong=True),
    "channels.network": holder_of(Right.WATCH),
    "notices.index": signed_in(),
    "notices.seen": signed_in(),
    "referrals.thread": holder_of(Right.SEE_REFERRALS, of_agency=True),
    "referrals.note": holder_of(Right.SEE_REFERRALS, of_agency=True),
    "answering.show": everybody(crosses=ANSWERING),
    "answering.send_code": everybody(crosses=ANSWERING),
    "answering.enter": everybody(crosses=ANSWERING),
    "answering.decide": everybody(crosses=ANSWERING),
    "answering.answer": everybody(crosses=ANSWERING),
    # clock: who is on duty, and what is late
    "duty.index": holder_of(Right.SEE_REFERRALS, Right.WATCH),
    "duty.add": holder_of(Right.KEEP_ROSTER, of_agency=True, strong=True),
    "duty.end": holder_of(Right.KEEP_ROSTER, of_agency=True, strong=True),
    "duty.give": holder_of(Right.ANSWER, Right.REFER, Right.WATCH, of_agency=True, strong=True),
    "duty.take": holder_of(Right.ANSWER, Right.REFER, Right.WATCH, of_agency=True, strong=True),
    "late.index": holder_of(Right.WATCH, strong=True),
    "late.called": holder_of(Right.WATCH, of_agency=True, strong=True),
    "late.ask_next": holder_of(Right.WATCH, of_agency=True, strong=True),
    # consent: what was released of a case, who is left out of it, broken glass
    "consents.index": _OF_SENDER,
    "consents.shown": _OF_SENDER,
    "consents.again": _OF_SENDER,
    "consents.withdraw": _OF_SENDER,
    "consents.withdraw_everything": _OF_SENDER,
    "consents.exclusions": _OF_SENDER,
    "consents.leave_out_agency": _OF_SENDER,
    "consents.leave_out_person": _OF_SENDER,
    "consents.let_in": _OF_SENDER,
    "glass.form": holder_of(Right.BREAK_GLASS, of_agency=True),
    "glass.break_it": holder_of(Right.BREAK_GLASS, of_agency=True),
    "glass.index": holder_of(Right.REVIEW_GLASS, strong=True),
    "glass.show": holder_of(Right.REVIEW_GLASS, of_agency=True, strong=True),
    "glass.review": holder_of(Right.REVIEW_GLASS, of_agency=True, strong=True),
    # cascade: several agencies asked for one person
    "askings.others": _OF_SENDER,
    "askings.add": _OF_SENDER,
    "askings.next_now": _OF_SENDER,
    "askings.order": _OF_SENDER,
    "askings.stop": _OF_SENDER,
    "askings.choose_this": _OF_SENDER,
    # and people who travel together
    "batches.index": holder_of(Right.REFER, strong=True),
    "batches.begin": holder_of(Right.REFER, strong=True),
    "batches.show": _OF_SENDER,
    "batches.add": _OF_SENDER,
    "batches.expect": _OF_SENDER,
    "batches.landed": _OF_SENDER,
    "batches.again": _OF_SENDER,
    "batches.match": _OF_SENDER,
    "batches.ask": _OF_SENDER,
    # after: the way there, the hand-over, what follows
    "handing.arrival": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "handing.say_way": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "handing.confirm_sent": _OF_SENDER,
    "handing.confirm_got": holder_of(Right.ANSWER, of_agency=True, strong=True),
    "handing.own_case": holder_of(Right.SEE_CASES, of_agency=True, strong=True),
    "follow_ups.index": holder_of(Right.REFER, Right.ANSWER, strong=True),
    "follow_ups.show": _OF_SENDER,
    "follow_ups.done": _OF_SENDER,
    "papers.index": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "papers.number": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "papers.show": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "papers.pdf": holder_of(Right.SEE_REFERRALS, of_agency=True, strong=True),
    "papers.letterhead": holder_of(Right.KEEP_CHANNELS, strong=True),
    "papers.save_letterhead": holder_of(Right.KEEP_CHANNELS, strong=True),
    # routes: the pathway and agreements; an agreement is its two sides' and their coordinators'
    "routes.network": holder_of(Right.KEEP_ROUTES, strong=True),
    "routes.edit": holder_of(Right.KEEP_ROUTES, strong=True),
    "routes.save": holder_of(Right.KEEP_ROUTES, strong=True),
    "routes.switch": holder_of(Right.KEEP_ROUTES, strong=True),
    "agreements.mine": holder_of(Right.PROPOSE_ROUTES, strong=True),
    "agreements.new": holder_of(*_OF_ROUTES, strong=True),
    "agreements.propose": holder_of(*_OF_ROUTES, strong=True),
    **{
        f"agreements.{door}": holder_of(*_OF_ROUTES, of_agency=True, strong=True)
        for door in ("show", "confirm", "decline", "end")
    },
    "agreements.edit": holder_of(Right.KEEP_ROUTES, of_agency=True, strong=True),
    "agreements.change": holder_of(Right.KEEP_ROUTES, of_agency=True, strong=True),
    "routes_api.Routes": key_with(Scope.REFERRALS),
    # api: referrals for programs; who the person is never goes out by a key
    "referrals_api.Referrals": key_with(Scope.REFERRALS),
    "referrals_api.Export": key_with(Scope.REFERRALS),
    "referrals_api.Batches": key_with(Scope.REFERRALS),
    **{
        f"referrals_api.{name}": key_with(Scope.REFERRALS, of_agency=True)
        for name in (
            *("OneReferral", "Send", "Acknowledge", "Ask", "GiveAnswer", "Accept"),
            *("AcceptConditionally", "MeetConditions", "PutOnList", "Decline", "Redirect"),
            *("Divert", "Cancel", "HandOver", "Miss", "Begin", "Complete", "Close", "Reopen"),
            *("MarkError", "Consents", "RenewConsent", "WithdrawConsent", "WithdrawAll"),
            *("Notes", "Holds", "ArrivalSaid", "ConfirmHandOver", "ConfirmPhoneAnswer"),
            *("OneAsking", "AskNext", "OrderAsking", "StopAsking", "Choose"),
            *("OneBatch", "BatchPeople", "AskForPeople", "BatchExpected", "BatchLanded"),
        )
    },
    # the network as a whole: maps, figures, the same as files; no persons but in published counts
    **{
        endpoint: holder_of(Right.SEE_WHOLE, strong=True)
        for endpoint in (
            *("network.index", "picture.index", "picture.ego", "picture.pathway"),
            "picture.graph_file",
            *(f"network_map.{name}" for name in ("show", "drawing", "file", "picture")),
            *(f"network_layers.{name}" for name in ("agencies", "flows", "beds", "coverage")),
            *("network_layers.points", "network_layers.names", "holding.index", "holding.agency"),
            *("gaps.index", "gaps.csv_file", "gaps.geojson_file", "gaps.worst", "gaps.worst_file"),
            *("matrix.index", "matrix.csv_file", "matrix.xlsx_file"),
            *("indicators.index", "indicators.file", "indicators.called", "scorecards.index"),
            *("report.index", "report.file", "report.pdf"),
            *("saved_views.index", "saved_views.save", "saved_views.forget"),
        )
    },
    "scorecards.own": holder_of(Right.SEE_REFERRALS, crosses=OWN_CARD),
    "audit.trail": holder_of(Right.SEE_AUDIT, of_agency=True),
    "audit.seen": holder_of(Right.SEE_AUDIT, of_agency=True),
}


def rule_for(endpoint: str, method: str) -> Rule | None:
    """The rule of an endpoint for a method; None when nobody may."""
    asked = "GET" if method == "HEAD" else method
    return RULES.get(f"{asked} {endpoint}") or RULES.get(endpoint)

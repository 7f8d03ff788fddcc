"""Which table has which wall: every table of every room, by name.

A table that holds an agency's or a person's rows stands in `WALLS`; what everybody may read
because it is the registry, or the house's own bookkeeping, stands in `OPEN`. A test fails for a
table that is in neither. After a change: `flask walls apply`, or a migration that calls
`raise_walls` (`accounts/policies.py`). Conditions: `core/conditions.py`; what is behind it:
`docs/walls.md`.
"""

from __future__ import annotations

from accounts.rules.rights import AGENCY_ROLES, Role
from core.actors import Actor, ActorKind
from core.bearing import Bearing
from core.conditions import (
    anyone,
    crossing,
    got_openly,
    member,
    of_agency,
    of_chain,
    of_colleague,
    of_grouped,
    of_parent,
    of_place,
    of_referral,
    own,
    sent_or_got,
    unless_barred,
    wide,
)
from core.walls import Wall, closed_but_for

# Named crossings: for what is done before it is known, or proved, who it is. An endpoint that
# needs one says so in its access rule (`crosses=`); nothing else may cross.
SIGNING_IN = "signing in"  # from an address, a passkey or a session to its account
JOINING = "joining"  # from an invitation to a new member
PROVING = "proving"  # who is known shows a factor or the password again: it is counted, no more
ANSWERING = "answering"  # from a link and a code to one referral, by an agency without an account
HANDING = "handing over"  # what one side's move does to the other's rows: a place, a case, a rival
EXCLUDING = "excluding somebody"  # from an agency and an address to one account of that agency
REPORTING = "reporting"  # from a subject to whoever saw it, elsewhere too, and their names
ROUTING = "routing"  # from all agreements to what a process keeps to answer anybody from
OWN_CARD = "own card"  # from what is published to the card of the reader's own agency

_signing = crossing(SIGNING_IN)
_coming = crossing(SIGNING_IN, JOINING)
_handing = crossing(HANDING, ANSWERING)
_excluding = crossing(EXCLUDING)
_of_both = (of_referral(), _handing)
_of_somebody_known = (own(), of_colleague(), wide())

WALLS: dict[str, Wall] = {
    "account": Wall(
        read=(own("id"), of_colleague("id"), wide(), _coming, _excluding, crossing(REPORTING)),
        add=(wide(), crossing(JOINING)),
        change=(own("id"), _coming),
    ),
    "membership": Wall(
        read=(own(), of_agency(), wide(), _coming, _excluding),
        add=(of_agency(), wide(), crossing(JOINING)),
        change=(of_agency(), wide(), crossing(JOINING)),
    ),
    "passkey": closed_but_for(own(), _signing),
    "recovery_code": closed_but_for(own(), _signing),
    # A manager ends the sessions of somebody who leaves.
    "signed_in": Wall(
        read=(*_of_somebody_known, _coming),
        add=(own(), _coming),
        change=(*_of_somebody_known, _coming),
    ),
    "saved_view": closed_but_for(own()),
    # Keyed hashes of who and where: no own rows, but nobody may try uncounted.
    "sign_in_attempt": closed_but_for(crossing(SIGNING_IN, PROVING, ANSWERING)),
    "invitation": closed_but_for(of_agency(), wide(), crossing(JOINING)),
    "api_key": Wall(
        read=(of_agency(), _signing, crossing(REPORTING)),
        add=(of_agency(), _signing),
        change=(of_agency(), _signing),
        remove=(of_agency(), _signing),
    ),
    # Anything may be noted about anybody, nothing is ever changed; an agency reads its own.
    "audit_entry": Wall(read=(of_chain(), crossing(REPORTING)), add=(anyone(),)),
    "passkey_challenge": closed_but_for(own(), _signing),
    # Whoever applies is nobody yet: they are counted, and their link shows what became of it.
    "agency_application": Wall(
        read=(wide(), crossing(JOINING)), add=(crossing(JOINING),), change=(wide(),)
    ),
    # Who took somebody over reads the case as far as consent goes; the sender alone changes it,
    # until a confirmed arrival moves it.
    "case_file": Wall(
        read=(
            unless_barred(of_agency(), "id"),
            unless_barred(got_openly("id"), "id"),
            crossing(HANDING),
        ),
        add=(of_agency(),),
        change=(of_agency(), crossing(HANDING)),
        remove=(of_agency(),),
    ),
    # Coordinators see that it waits, by its code; what it says is sealed.
    "referral": Wall(
        read=(sent_or_got(), wide(), _handing),
        add=(of_agency("sender_agency_id"),),
        change=(sent_or_got(), _handing),
        remove=(of_agency("sender_agency_id"),),
    ),
    "referral_need": Wall(read=(*_of_both, wide()), add=_of_both, change=_of_both, remove=_of_both),
    "referral_move": Wall(read=(*_of_both, wide()), add=_of_both, change=_of_both),
    # Both sides read the proof; only whose case it is writes it. Nobody removes it. Whoever moves
    # a referral keeps it from being withdrawn meanwhile: to lock a row is to change it.
    "consent": Wall(
        read=(of_agency(), of_agency("receiver_agency_id"), _handing),
        add=(of_agency(),),
        change=(of_agency(), _handing),
    ),
    # That somebody is excluded is what their own wall is made of; why is sealed. When a decline
    # asks the next, it must be known who is never asked.
    "exclusion": Wall(
        read=(of_agency(), own("excluded_account_id"), _handing),
        add=(of_agency(),),
        change=(of_agency(),),
    ),
    "glass_break": Wall(
        read=(of_agency(), of_referral(), wide()), add=(of_agency(),), change=(wide(),)
    ),
    "asking": closed_but_for(of_agency(), _handing),
    "batch": Wall(
        read=(of_agency(), of_grouped()), add=(of_agency(),), change=(of_agency(), _handing)
    ),
    # Coordinators see places that are kept for nobody any more.
    "hold": Wall(
        read=(of_agency(), of_referral(), wide(), _handing),
        add=(of_agency(), _handing),
        change=(of_agency(), _handing),
    ),
    "arrival": closed_but_for(*_of_both),
    "hand_over": closed_but_for(*_of_both),
    "return_referral": closed_but_for(of_referral()),
    "note": closed_but_for(*_of_both),
    "attachment": Wall(
        read=(
            of_parent("referral", "referral_id", "sender_agency_id"),
            got_openly("referral_id", by="id", flag="is_released"),
        ),
        add=(of_parent("referral", "referral_id", "sender_agency_id"),),
        change=(of_parent("referral", "referral_id", "sender_agency_id"),),
        remove=(of_parent("referral", "referral_id", "sender_agency_id"),),
    ),
    "follow_up": closed_but_for(of_agency(), _handing),
    # Who is on duty is for everybody in the network to know and call.
    "duty_shift": Wall(
        read=(member(), _handing), add=(of_agency(), wide()), change=(of_agency(), wide())
    ),
    "shift_hand_over": closed_but_for(of_agency(), wide()),
    # Written by the worker; a coordinator adds what they did about it.
    "clock_mark": Wall(read=(*_of_both, wide()), add=(wide(),)),
    "channel": Wall(
        read=(of_agency(), wide(), _handing), add=(of_agency(),), change=(of_agency(), _handing)
    ),
    "notice": Wall(
        read=(of_agency(), own(), wide(), _handing),
        add=(anyone(),),
        change=(of_agency(), own(), _handing),
    ),
    "answer_link": closed_but_for(crossing(ANSWERING)),
    # Counts without persons, for whoever sees the network as a whole, and at the one door where
    # each agency sees its own card (maps/pages/scorecards.py); written once by the worker.
    "publication": Wall(read=(wide(), crossing(OWN_CARD))),
    "letterhead": closed_but_for(of_agency()),
    "letter": closed_but_for(of_agency()),
    "entry_change": closed_but_for(of_agency()),
    "entry_nudge": closed_but_for(of_agency()),
    # What staff of other agencies report is the agency's to settle; a decline may propose too.
    "fact_report": Wall(
        read=(member(), _handing),
        add=(member(), _handing),
        change=(of_agency(),),
        remove=(of_agency(),),
    ),
    "sealed_place": closed_but_for(of_place("location_id")),
    # Both sides, and coordinators, who keep them. What holds is kept for find by every process.
    "route_agreement": Wall(
        read=(
            of_agency("from_agency_id"),
            of_agency("to_agency_id"),
            wide(),
            crossing(ROUTING),
        ),
        add=(of_agency("from_agency_id"), of_agency("to_agency_id"), wide()),
        change=(of_agency("from_agency_id"), of_agency("to_agency_id"), wide()),
    ),
    # Messages to people: whoever acts puts them in, only the worker takes them out.
    "outbox": Wall(add=(anyone(),)),
}

OPEN: frozenset[str] = frozenset(
    {
        # the registry; its tiers are kept by the queries that read it
        *("agency", "agency_name", "service", "service_need", "location", "offer", "schedule"),
        *("phone", "contact", "language", "cost_option", "required_document", "service_area"),
        *("accessibility", "pool", "directory_words"),
        *("find_entry", "find_generation", "find_change"),
        # places and answers of geocoders
        *("place", "place_name", "place_revision", "outline", "population"),
        "geocoded_address",
        # the pathway between types of agency, and the number of its latest change
        *("declared_route", "route_version"),
        # when facts were confirmed, and where people are met: part of the registry
        *("fact_check", "meeting_point"),
        # on which nights places were free: of offers, of nobody
        *("nights_looked", "nights_free"),
        # number and hash of each chain's end: nothing of what happened
        "audit_head",
        # the house's own bookkeeping; bands and hours of searches that found nobody
        *("duty", "unmet_need"),
        # answers to repetitions: sealed, found by a hash of sender and key, and only for a day
        "kept_answer",
    }
)


def bearing_of(actor: Actor) -> Bearing:
    """What the walls need to know of an actor."""
    beyond = actor.kind is ActorKind.MEMBER and any(
        Role(grant.role) not in AGENCY_ROLES for grant in actor.grants
    )
    return Bearing(actor.kind, actor.id, actor.agencies, wide=beyond)

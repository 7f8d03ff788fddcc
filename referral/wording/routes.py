"""What routes, prerequisites, limits and agreements are called, and what is said of a hop."""

from __future__ import annotations

from functools import lru_cache

from agencies.queries.hops import Hops, SaidOfHop
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.actors import Actor
from core.i18n import Say, _, say
from referral.queries.hops import kept_routes
from referral.rules.agreements import AgreementState, Side
from referral.rules.hops import Hop
from referral.rules.mandate import Mandate, Reach
from referral.rules.routes import Ground, Limit, Prerequisite, Standing, When

PREREQUISITES: dict[Prerequisite, str] = {
    Prerequisite.VISUM_LETTER: _("Police letter asking for the forensic report (SPV)"),
    Prerequisite.WRITTEN_REQUEST: _("Written request of police, prosecutor or court"),
    Prerequisite.REFERRAL_LETTER: _("Referral letter"),
    Prerequisite.SOCIAL_REPORT: _("Social report"),
    Prerequisite.MEDICAL_CLEARANCE: _("Medical clearance"),
    Prerequisite.TEMPORARY_PROTECTION: _("Temporary protection by the police"),
    Prerequisite.IDENTIFIED_VICTIM: _("Identification as a victim of trafficking"),
    Prerequisite.APPLICATION: _("Application by the person"),
    Prerequisite.POVERTY_LETTER: _("Letter of poverty (SKTM), as a rule"),
    Prerequisite.TRANSFER_LETTER: _("Letter that hands the case over"),
    Prerequisite.OWN_CONSENT: _("The person's own yes to just this"),
    Prerequisite.SEPARATE_RELEASE: _("A release of health results for this service alone"),
    Prerequisite.BEST_INTEREST: _("A decision on the best interests of the child"),
    Prerequisite.SAFETY_CHECK: _("A check that it is safe there and nothing is left open here"),
    Prerequisite.OWN_CHOICE: _("The person chooses whom"),
    Prerequisite.MOU: _("An agreement between both agencies"),
}
GROUNDS: dict[Ground, str] = {
    Ground.LAW: _("Law"),
    Ground.SOP: _("Standard or SOP"),
    Ground.MOU: _("Memorandum of understanding"),
    Ground.PRACTICE: _("Practice"),
    Ground.PROPOSAL: _("Proposal, no source"),
    Ground.WALKED: _("Worked example, no source"),
}
WHEN: dict[When, str] = {
    When.ON_REQUEST: _("on request"),
    When.BEFORE_RETURN: _("before the return home"),
    When.BEFORE_FLIGHT: _("before the flight"),
    When.BEFORE_INDICTMENT: _("before the indictment"),
    When.NEXT_HEARING: _("by the next hearing"),
    When.STAY_ENDS: _("before the short stay ends, day 7 or 14"),
    When.AFTER_PROTECTION: _("after the temporary protection"),
    When.AFTER_ASSAULT: _("after the assault"),
}
STANDINGS: dict[Standing, str] = {
    Standing.VERIFIED: _("verified"),
    Standing.LOCAL: _("standard of one place"),
    Standing.PROPOSED: _("not verified"),
}
STATES: dict[AgreementState, str] = {
    AgreementState.PROPOSED: _("Waits for a yes"),
    AgreementState.COMING: _("Agreed, begins later"),
    AgreementState.LIVE: _("Holds"),
    AgreementState.EXPIRED: _("Its time is over"),
    AgreementState.ENDED: _("Ended"),
    AgreementState.DECLINED: _("Declined"),
}
STATE_SHAPES: dict[AgreementState, str] = {
    AgreementState.PROPOSED: "ask",
    AgreementState.COMING: "neutral",
    AgreementState.LIVE: "good",
    AgreementState.EXPIRED: "bad",
    AgreementState.ENDED: "bad",
    AgreementState.DECLINED: "bad",
}
SIDES: dict[Side, str] = {Side.FROM: _("Who refers"), Side.TO: _("Who is asked")}
UNKNOWN_FOR = _("No known route from your agency for: %(needs)s. You may still ask; call first.")
THROUGH = _("Another area: usually through %(who)s, not directly.")
NOWHERE = _("It is not known in which areas both of you work: ask whether it is theirs to take.")


def type_label(code: str, tell: Say) -> str:
    """What people call a type of agency, with its code where the name does not hold it."""
    name = tell(AGENCY_TYPES[code]) if code in AGENCY_TYPES else code
    return name if code in name else f"{name} ({code})"


def need_words(code: str | None, language: str) -> str:
    """A need's name with its code; in words that it is any."""
    if code is None:
        return say(language)(_("Any need"))
    known = all_needs().get(code)
    return f"{code} {known.label(language)}" if known else code


def span(minutes: int, tell: Say) -> str:
    """A span of time: minutes under two hours, hours up to three days, then days."""
    if minutes == 0:
        return tell(_("at once"))
    if minutes % (24 * 60) == 0 and minutes > 3 * 24 * 60:
        return tell(_("%(n)s days"), n=minutes // (24 * 60))
    if minutes % 60 == 0:
        return tell(_("%(n)s h"), n=minutes // 60)
    return tell(_("%(n)s min"), n=minutes)


def say_limit(limit: Limit, tell: Say) -> str:
    """A limit in words; empty where there is none."""
    parts = []
    if limit.emergency_minutes is not None:
        parts.append(tell(_("emergency: %(span)s"), span=span(limit.emergency_minutes, tell)))
    if limit.minutes is not None:
        parts.append(span(limit.minutes, tell))
    if limit.working_days is not None:
        parts.append(tell(_("%(n)s working days"), n=limit.working_days))
    if limit.start_minutes is not None:
        parts.append(tell(_("placed within %(span)s"), span=span(limit.start_minutes, tell)))
    words = ", ".join(parts)
    return " ".join(part for part in (words, tell(WHEN[limit.when]) if limit.when else "") if part)


def hops_in_words(actor: Actor, language: str) -> Hops:
    """What find says of the way to each entry; registered with the registry at start."""
    kept = kept_routes()
    told = kept.told(actor.agencies, language)

    def tell_of(
        agency_id: str, agency_type: str, needs: tuple[str, ...], area: str | None
    ) -> SaidOfHop:
        asked = agency_id, agency_type, needs, area
        known = told.get(asked)
        if known is None:
            askers = kept.askers(actor)
            hop = kept.hop(askers, agency_id, agency_type, needs)
            mandated = kept.mandate(askers, agency_id, agency_type, area)
            known = told[asked] = say_way(hop, mandated, language)
        return known

    return tell_of


@lru_cache(maxsize=4_000)
def say_way(hop: Hop, mandated: Mandate, language: str) -> SaidOfHop:
    """A hop and its mandate in words, for lists: of a mandate that nobody knows nothing is said."""
    tell = say(language)
    notes = [say_hop(hop, language)]
    if mandated.reach is not Reach.UNKNOWN:
        notes.append(say_mandate(mandated, tell))
    first = tuple((one.value, tell(PREREQUISITES[one])) for one in needed_first(hop, mandated))
    return SaidOfHop(hop.known, first, " ".join(note for note in notes if note))


def needed_first(hop: Hop, mandated: Mandate) -> list[Prerequisite]:
    """What both ask for, in order."""
    return [one for one in Prerequisite if one in hop.first or one in mandated.first]


def say_hop(hop: Hop, language: str) -> str:
    """That no route is known, in words; empty where one is, or nobody asks."""
    if hop.known is not False:
        return ""
    needs = ", ".join(need_words(code, language) for code in hop.unknown_for)
    return say(language)(UNKNOWN_FOR, needs=needs)


def say_mandate(found: Mandate, tell: Say) -> str:
    """A mandate in words; empty where nothing need be said."""
    if found.reach is Reach.THROUGH:
        who = tell(_(" or ")).join(type_label(code, tell) for code in found.through)
        return tell(THROUGH, who=who)
    return tell(NOWHERE) if found.reach is Reach.UNKNOWN else ""

"""Legal bases, consent and what it releases (domain.md §2.2 I, §2.3; UU 27/2022 PDP).

One consent is for one receiving agency, for named fields, with an end; it may be withdrawn at any
time without losing a service.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What makes handing data over lawful."""

    CONSENT = "consent"
    MANDATORY_REPORT = "mandatory_report"  # UU 12/2022 TPKS art 41
    VITAL_INTEREST = "vital_interest"
    BEST_INTEREST = "best_interest"  # of a child, decided by a named official
    COURT_ORDER = "court_order"


class Giver(StrEnum):
    """Who gave it."""

    SURVIVOR = "survivor"
    CAREGIVER = "caregiver"
    OFFICIAL = "official"  # for the other bases
    COURT = "court"


class Mode(StrEnum):
    """How it was given."""

    WRITTEN = "written"
    VERBAL = "verbal_with_witness"
    THUMBPRINT = "thumbprint"
    PHONE = "by_phone"
    NONE = "not_asked"  # for bases that need nobody's word


class Assent(StrEnum):
    """What a child said when asked (domain.md §2.3)."""

    YES = "yes"
    NO = "no"
    NOT_ABLE = "not_able"


class Stage(StrEnum):
    """When the receiver sees a field."""

    BEFORE = "before"  # what it needs to decide; nothing that identifies
    AFTER = "after"  # from acceptance on


@dataclass(frozen=True, slots=True)
class SharedField:
    """A field of the referral: when it may be seen, and whether it needs a release of its own."""

    name: str
    stage: Stage
    released_by_default: bool = False
    in_every_referral: bool = False  # without it nobody could decide


# In the order in which they are shown. Names are of `rules/facts.py` and `rules/person.py`.
SHARED: tuple[SharedField, ...] = (
    SharedField("sex", Stage.BEFORE, in_every_referral=True),
    SharedField("age", Stage.BEFORE, in_every_referral=True),  # the band, until accepted
    SharedField("children", Stage.BEFORE, in_every_referral=True),
    SharedField("disability", Stage.BEFORE, in_every_referral=True),
    SharedField("languages", Stage.BEFORE, in_every_referral=True),
    SharedField("pregnant", Stage.BEFORE),
    SharedField("nationality", Stage.BEFORE, released_by_default=True),
    SharedField("id_document", Stage.BEFORE, released_by_default=True),
    SharedField("province", Stage.BEFORE),
    SharedField("danger", Stage.BEFORE, in_every_referral=True),
    SharedField("escort", Stage.BEFORE, in_every_referral=True),
    SharedField("reason", Stage.BEFORE, in_every_referral=True),
    SharedField("time_critical", Stage.BEFORE),  # "assault about 50 h ago": to the treating only
    SharedField("done", Stage.BEFORE, released_by_default=True),
    SharedField("not_again", Stage.BEFORE, released_by_default=True),
    SharedField("alias", Stage.AFTER, released_by_default=True),
    SharedField("name", Stage.AFTER),
    SharedField("birth_year", Stage.AFTER),
    SharedField("phone", Stage.AFTER),
    SharedField("address", Stage.AFTER),
    SharedField("caregiver", Stage.AFTER),
    SharedField("must_not_know", Stage.AFTER, released_by_default=True),
    SharedField("contact", Stage.AFTER, released_by_default=True),
    SharedField("code_word", Stage.AFTER, released_by_default=True),
    SharedField("health", Stage.AFTER),
    SharedField("attachments", Stage.AFTER),
)
SHARED_BY_NAME = {field.name: field for field in SHARED}
ALWAYS = frozenset(field.name for field in SHARED if field.in_every_referral)
DEFAULTS = frozenset(f.name for f in SHARED if f.in_every_referral or f.released_by_default)
# These live in the case, sealed; the rest in the referral.
OF_CASE = frozenset({"name", "birth_year", "phone", "address"})


# What is never released to most kinds of agency (domain.md §2.4; §6A step 2): the only kinds that
# may have it. What came of an examination is the treating health service's alone; so is how long
# ago an assault was, which a shelter need not know.
_TREATING = frozenset({"PPT", "PKM"})
ONLY_TO: dict[str, frozenset[str]] = {"health": _TREATING, "time_critical": _TREATING}
# What is all that some kinds ever see (domain.md §6A step 8: a school sees name, grade, contact;
# the grade stands in the short reason).
ONLY_THESE: dict[str, frozenset[str]] = {
    "DISDIK": frozenset({"name", "age", "reason", "contact"}),
}
# Papers by the values of `AttachmentKind`: a medical report goes to who treats, the request for a
# forensic report to who writes it and back to the police (domain.md §1.1, PPT; §2.4).
PAPERS_ONLY_TO: dict[str, frozenset[str]] = {
    "medical": _TREATING,
    "forensic_request": frozenset({"PPT", "POL"}),
}


def may_go_to(name: str, agency_type: str | None) -> bool:
    """Whether a field may ever be released to a kind of agency (None: one that is not known)."""
    if agency_type in ONLY_THESE:
        return name in ONLY_THESE[agency_type]
    return name not in ONLY_TO or agency_type in ONLY_TO[name]


def paper_may_go_to(kind: str, agency_type: str | None) -> bool:
    """The same for a paper, by the value of its kind."""
    if agency_type in ONLY_THESE:
        return False
    return kind not in PAPERS_ONLY_TO or agency_type in PAPERS_ONLY_TO[kind]


def releasable(wanted: Iterable[str], agency_type: str | None) -> tuple[list[str], list[str]]:
    """Of the wanted fields those that may be released to a kind of agency, and those left out.

    What is in every referral is always among the first, as far as that kind may see it.
    """
    wanted = frozenset(wanted)
    names = [field.name for field in SHARED if field.name in wanted or field.in_every_referral]
    given = [name for name in names if may_go_to(name, agency_type)]
    return given, [name for name in names if name in wanted and name not in given]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a basis rests on, as it was said. `may_be_child`: under 18, or in doubt so;
    `is_sexual_violence`: None where nobody has said."""

    basis: Basis
    giver: Giver
    mode: Mode
    may_be_child: bool = False
    assent: Assent | None = None
    caregiver_informed: bool | None = None
    is_sexual_violence: bool | None = None
    witness: str = ""
    official: str = ""
    caregiver_why: str = ""


def usual_giver(basis: Basis, *, may_be_child: bool) -> Giver:
    """Who gives a basis where nobody says otherwise: the person, of a child the caregiver."""
    if basis is Basis.CONSENT:
        return Giver.CAREGIVER if may_be_child else Giver.SURVIVOR
    return Giver.COURT if basis is Basis.COURT_ORDER else Giver.OFFICIAL


class Flaw(StrEnum):
    """Why a basis does not hold, and at which field it is said (`FIELD_OF`)."""

    NO_WITNESS = "no_witness"
    NO_OFFICIAL = "no_official"
    NOT_ASKED = "not_asked"
    NOT_THE_SURVIVOR = "not_the_survivor"
    NOT_THE_CAREGIVER = "not_the_caregiver"
    NOT_AN_OFFICIAL = "not_an_official"
    NO_ASSENT = "no_assent"
    CHILD_SAID_NO = "child_said_no"
    NO_CHILD = "no_child"
    WHY_NOT_TOLD = "why_not_told"
    NOT_MANDATORY = "not_mandatory"


FIELD_OF: dict[Flaw, str] = {
    Flaw.NO_WITNESS: "witness",
    Flaw.NO_OFFICIAL: "official",
    Flaw.NOT_ASKED: "mode",
    Flaw.NOT_THE_SURVIVOR: "giver",
    Flaw.NOT_THE_CAREGIVER: "giver",
    Flaw.NOT_AN_OFFICIAL: "giver",
    Flaw.NO_ASSENT: "assent",
    Flaw.CHILD_SAID_NO: "assent",
    Flaw.NO_CHILD: "basis",
    Flaw.WHY_NOT_TOLD: "caregiver_why",
    Flaw.NOT_MANDATORY: "basis",
}


def flaws(said: Grounds) -> list[Flaw]:
    """Everything that keeps a basis from holding (domain.md §2.2 I, §2.3, §6A 2, §6B 5)."""
    found = _flaws_of_consent(said) if said.basis is Basis.CONSENT else _flaws_of_others(said)
    if said.may_be_child and said.caregiver_informed is False and not said.caregiver_why.strip():
        found.append(Flaw.WHY_NOT_TOLD)
    return found


def _flaws_of_consent(said: Grounds) -> list[Flaw]:
    """An adult's own word; for a child (in doubt a child) the caregiver's and the child's."""
    found = []
    if said.mode is Mode.NONE:
        found.append(Flaw.NOT_ASKED)
    if said.mode is Mode.VERBAL and not said.witness.strip():
        found.append(Flaw.NO_WITNESS)
    if not said.may_be_child:
        return found if said.giver is Giver.SURVIVOR else [*found, Flaw.NOT_THE_SURVIVOR]
    # A caregiver who was not told cannot have consented: that is a basis of best interest.
    if said.giver is not Giver.CAREGIVER or said.caregiver_informed is False:
        found.append(Flaw.NOT_THE_CAREGIVER)
    if said.assent is None:
        found.append(Flaw.NO_ASSENT)
    if said.assent is Assent.NO:
        found.append(Flaw.CHILD_SAID_NO)
    return found


def _flaws_of_others(said: Grounds) -> list[Flaw]:
    """What needs nobody's consent needs somebody who answers for it."""
    found = []
    if said.giver is not usual_giver(said.basis, may_be_child=said.may_be_child):
        found.append(Flaw.NOT_AN_OFFICIAL)
    if said.basis in (Basis.BEST_INTEREST, Basis.COURT_ORDER) and not said.official.strip():
        found.append(Flaw.NO_OFFICIAL)
    if said.basis is Basis.BEST_INTEREST and not said.may_be_child:
        found.append(Flaw.NO_CHILD)
    if said.basis is Basis.MANDATORY_REPORT and not is_mandatory(said):
        found.append(Flaw.NOT_MANDATORY)
    return found


def is_mandatory(said: Grounds) -> bool:
    """Whether a report is demanded by law: of sexual violence (UU 12/2022 TPKS), or of a child.

    None for an adult without sexual violence, trafficked or not: they decide (domain.md §6B 5).
    """
    return said.may_be_child or said.is_sexual_violence is True


def visible(
    stage: Stage, released: frozenset[str], agency_type: str | None = None
) -> tuple[str, ...]:
    """The names of the fields that a receiver sees at a stage, in their order.

    `agency_type` is a code of agencies/rules/agency_types.py: what its kind never sees is left
    out, whatever was released.
    """
    return tuple(
        field.name
        for field in SHARED
        if (field.in_every_referral or field.name in released)
        and (stage is Stage.AFTER or field.stage is Stage.BEFORE)
        and may_go_to(field.name, agency_type)
    )

"""The kinds of person for whom there is often nobody: plain facts in find's own terms.

A kind says only what makes it hard to find somebody who takes them (domain.md §1.6, §4.2 no. 15:
men, disability, boys over 7, no ID, foreign nationals); all else stays unknown, and unknown is
never a no. The graph and the gap map ask for the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from agencies.rules.person import Child, Disability, Person, Sex

AN_ADULT = 30  # years
A_FOREIGN_COUNTRY = "MM"  # whichever: find asks only whether it is another one

ANYONE, MAN, WHEELCHAIR = "anyone", "man", "wheelchair"
MOTHER, FOREIGNER, NO_ID = "mother", "foreigner", "no_id"

PERSONS: Mapping[str, Person] = {
    ANYONE: Person(),
    MAN: Person(sex=Sex.MALE, age=AN_ADULT),
    WHEELCHAIR: Person(disability=(Disability.MOBILITY,)),
    MOTHER: Person(sex=Sex.FEMALE, age=AN_ADULT, children=(Child(Sex.MALE, 8),)),
    FOREIGNER: Person(nationality=A_FOREIGN_COUNTRY),
    NO_ID: Person(id_document=False),
}

"""Where the people of a batch stand, in words."""

from __future__ import annotations

from core.i18n import _
from referral.queries.batches import GROUPS

GROUP_WORDS: dict[str, str] = {
    "not asked": _("nobody asked yet"),
    "asked": _("asked"),
    "accepted": _("accepted"),
    "did not come": _("did not come"),
    "handed over": _("handed over"),
    "diverted": _("taken elsewhere"),
    "needs another agency": _("need another agency"),
    "called off": _("called off"),
}
assert GROUP_WORDS.keys() == GROUPS.keys()

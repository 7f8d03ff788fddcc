"""The lists of referrals: what was sent by one's agencies, and what they got."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right, holds
from core.clock import now
from core.i18n import language, say
from referral.pages.referrals.common import blueprint, house_zone, page, row_view
from referral.queries.listed import referrals_of
from referral.rules.groups import Group
from referral.rules.moves import Party
from referral.wording.states import GROUP_WORDS


@blueprint.get("")
def index() -> Response:
    """One group of one side, or what a code finds; 25 a page."""
    actor, moment, zone = who(), now(), house_zone()
    given = request.args.get("page", "1")
    number = int(given) if given.isascii() and given.isdigit() and 0 < int(given) < 10_000 else 1
    group = _group()
    code = request.args.get("q", "")[:40]
    side = _side(sends=holds(actor.grants, Right.REFER))
    found = referrals_of(actor, side, group=group, code=code, number=number, moment=moment)
    tell = say(language())
    near = {1, number - 1, number, number + 1, found.pages}
    return page(
        "referrals/index.html",
        rows=[row_view(row, moment, zone.key) for row in found.rows],
        found=found,
        groups=[(one, tell(words), found.counts[one]) for one, words in GROUP_WORDS.items()],
        group=group,
        side=side.value,
        code=code,
        sends=holds(actor.grants, Right.REFER),
        urls={
            n: url_for("referrals.index", side=side.value, group=group.value, page=n)
            for n in near
            if 1 <= n <= found.pages
        },
    )


def _group() -> Group:
    asked = request.args.get("group", "")
    return Group(asked) if asked in set(Group) else Group.OPEN


def _side(*, sends: bool) -> Party:
    asked = request.args.get("side", "")
    if asked in (Party.SENDER, Party.RECEIVER):
        return Party(asked)
    return Party.SENDER if sends else Party.RECEIVER

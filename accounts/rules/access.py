"""Who may come in at a door: what an access rule is, and what it says of somebody.

The rules themselves are one table, `accounts/access.py`. Here is only how one is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.rules.rights import NEEDS_SECOND_FACTOR, Held, Right, holds


class Verdict(StrEnum):
    """What somebody who knocks is told."""

    ENTER = "enter"
    SIGN_IN = "sign in"
    SECOND_FACTOR = "second factor"
    NOTHING = "there is nothing here"


class Other(StrEnum):
    """What an address may speak of instead of an agency that somebody manages."""

    NETWORK = "the network"
    UNMANAGED = "an agency without a manager"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may come in at one endpoint.

    `rights`: one of them, held anywhere, opens the door; which object may be seen behind it is
    said by the query or command, which asks `holds_for` (`of_agency` says that it does). `scope`:
    a program with a key of that scope. `strong`: the second factor was shown. `private`: the
    answer may be kept by nobody. `hidden`: whoever is not signed in is not told that there is
    anything; None: when the address names an object. `crosses`: the named crossing of the walls
    around rows (`accounts/walls.py`) that this door needs, for what is done before signing in.
    `own`: also whose it is; whose, only the query or command can say. `also`: rights that open
    the same door for something else than an agency. `waiting`: only a session that waits for its
    second factor.
    """

    everybody: bool = False
    rights: tuple[Right, ...] = ()
    scope: str | None = None
    of_agency: bool = False
    strong: bool = False
    private: bool = True
    hidden: bool | None = None
    crosses: str | None = None
    own: bool = False
    also: tuple[tuple[Right, Other], ...] = ()
    waiting: bool = False

    @property
    def words(self) -> str:
        """The rule for people."""
        if self.everybody:
            return "everybody"
        if self.scope is not None:
            of = " of that agency" if self.of_agency else ""
            return f"API key{of}, scope `{self.scope}`"
        if self.waiting:
            return "whoever waits for a second factor"
        if not self.rights:
            return "whose it is" if self.own else "whoever is signed in"
        said = " or ".join(f"*{right.value}*" for right in self.rights)
        said = f"{said} for that agency" if self.of_agency else said
        said = ", ".join(
            (said, *(f"*{right.value}* for {other.value}" for right, other in self.also))
        )
        return f"whose it is, or {said}" if self.own else said


def everybody(*, private: bool = False, crosses: str | None = None) -> Rule:
    """Open to whoever comes."""
    return Rule(everybody=True, private=private or crosses is not None, crosses=crosses)


def signed_in(
    *,
    strong: bool = False,
    hidden: bool | None = None,
    crosses: str | None = None,
    waiting: bool = False,
) -> Rule:
    """Open to whoever has an account and a session, or only to a session that is `waiting`."""
    return Rule(strong=strong, hidden=hidden, crosses=crosses, waiting=waiting)


def holder_of(
    *rights: Right,
    of_agency: bool = False,
    strong: bool | None = None,
    hidden: bool | None = None,
    crosses: str | None = None,
    also: tuple[tuple[Right, Other], ...] = (),
) -> Rule:
    """Open to whoever holds one of the rights; the second factor as the rights demand it."""
    needed = bool(NEEDS_SECOND_FACTOR.intersection(rights)) if strong is None else strong
    return Rule(
        rights=rights,
        of_agency=of_agency,
        strong=needed,
        hidden=hidden,
        crosses=crosses,
        also=also,
    )


def owner_or(*rights: Right, hidden: bool | None = None, crosses: str | None = None) -> Rule:
    """Open to whose it is, and to whoever holds one of the rights for that agency."""
    return Rule(rights=rights, of_agency=True, own=True, hidden=hidden, crosses=crosses)


def key_with(scope: str, *, of_agency: bool = False) -> Rule:
    """Open to programs with a key of that scope; `of_agency`: for what is their agency's."""
    return Rule(scope=scope, of_agency=of_agency, hidden=False)


def decide(
    rule: Rule | None,
    *,
    grants: Iterable[Held],
    is_member: bool,
    strong: bool,
    scopes: Collection[str] | None,
    names_object: bool,
    waits: bool = False,
) -> Verdict:
    """What somebody is told at a door. `scopes` is None for whoever shows no API key; `waits`:
    the session waits for a second factor that its owner has.

    A door without a rule is a wall.
    """
    if rule is None:
        return Verdict.NOTHING
    if rule.everybody:
        return Verdict.ENTER
    if rule.scope is not None:
        return _program(rule.scope, scopes)
    if not is_member:
        hidden = names_object if rule.hidden is None else rule.hidden
        return Verdict.NOTHING if hidden else Verdict.SIGN_IN
    if not _may_ask(rule, tuple(grants), waits):
        return Verdict.NOTHING
    if rule.strong and not strong:
        return Verdict.SECOND_FACTOR
    return Verdict.ENTER


def _may_ask(rule: Rule, grants: tuple[Held, ...], waits: bool) -> bool:
    if rule.waiting and not waits:
        return False
    if not rule.rights or rule.own:
        return True
    rights = (*rule.rights, *(right for right, _ in rule.also))
    return any(holds(grants, right) for right in rights)


def _program(scope: str, scopes: Collection[str] | None) -> Verdict:
    if scopes is None:
        return Verdict.SIGN_IN
    return Verdict.ENTER if scope in scopes else Verdict.NOTHING

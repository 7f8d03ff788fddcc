"""`flask doctor`: is everything in order on this server, and if not, what is to be done.

A check takes the settings and gives what it found. Upper rooms add theirs with `register_check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.db import db
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is what to do, and empty when all is well."""

    says: str
    remedy: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether somebody must do something."""
        return bool(self.remedy)


Check = Callable[[Settings], Iterable[Finding]]

_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Have the doctor look at something; a check of the same name is replaced."""
    _checks[name] = check


def examine(settings: Settings) -> Iterator[tuple[str, Finding]]:
    """Every check's name with each of its findings, in the order of registration."""
    for name, check in _checks.items():
        try:
            findings = list(check(settings))
        except Exception as error:  # one fault must not hide the others
            findings = [_failed(error)]
        finally:
            db.session.rollback()
        yield from ((name, finding) for finding in findings)


def _failed(error: Exception) -> Finding:
    # The text of an error may quote a password in an address; its kind does not.
    return Finding(
        f"could not be checked ({type(error).__name__})",
        "Mend what is wrong with the database first; if it stays, look into the database's log.",
    )

"""Roles in words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

from accounts.rules.rights import Role


def role_words(roles: Iterable[str]) -> str:
    """Such as "worker, agency manager", in the reader's language."""
    words = {
        Role.WORKER: gettext("worker who refers"),
        Role.INTAKE: gettext("intake: answers referrals"),
        Role.MANAGER: gettext("agency manager"),
        Role.COORDINATOR: gettext("coordinator"),
        Role.ADMINISTRATOR: gettext("administrator"),
    }
    return ", ".join(words[Role(role)] for role in roles)

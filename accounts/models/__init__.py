"""The tables of accounts."""

from accounts.models.account import Account, Membership, Passkey, RecoveryCode
from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.challenge import PasskeyChallenge
from accounts.models.key import ApiKey
from accounts.models.saved_view import SavedView
from accounts.models.session import SignedIn, SignInAttempt
from accounts.models.welcome import Invitation

__all__ = [
    "Account",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "Invitation",
    "Membership",
    "Passkey",
    "PasskeyChallenge",
    "RecoveryCode",
    "SavedView",
    "SignInAttempt",
    "SignedIn",
]

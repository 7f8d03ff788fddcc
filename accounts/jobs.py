"""What the worker does for the audit."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, current_app

from accounts.commands.witness import tell_witness
from core.actors import SYSTEM
from core.settings import Settings
from core.worker import register_duty

WITNESS = "audit.witness"


def register(app: Flask) -> None:
    """Have the witness told as often as the settings say."""
    settings: Settings = app.config["RUJUKAN"]
    register_duty(WITNESS, timedelta(minutes=settings.witness_minutes), _tell_witness)


def _tell_witness() -> int:
    settings: Settings = current_app.config["RUJUKAN"]
    wanted = (address.strip() for address in settings.witness_mail.split(","))
    return tell_witness(
        SYSTEM, folder=settings.witness_folder, mail_to=[address for address in wanted if address]
    )

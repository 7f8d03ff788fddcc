"""What the doctor says of channels: one that is dead must never be a silent hole."""

from __future__ import annotations

from collections.abc import Iterator

from core.channels import gateway
from core.doctor import Finding, register_check
from core.settings import Settings
from referral.queries.channels import counts_of_holes


def register_channels_check() -> None:
    """Have the doctor look at them."""
    register_check("channels", channels)
    register_check("gateways", gateways)


def channels(_settings: Settings) -> Iterator[Finding]:
    """Whether a channel fails, or an agency that gets referrals has none."""
    failing, without = counts_of_holes()
    if failing:
        yield Finding(
            f"{failing} of the agencies' channels fail: messages do not get through",
            "See /network/channels for whose, and the log of the mail server or the gateway.",
        )
    if without:
        yield Finding(
            f"{without} agencies got referrals and have no proved channel: they must be called",
            "Ask their managers to add one on /channels; /network/channels names them.",
        )
    if not failing and not without:
        yield Finding("every channel of the agencies is sound")


def gateways(settings: Settings) -> Iterator[Finding]:
    """Whether the files of the gateways can be used."""
    for name, path in (("SMS", settings.sms_gateway), ("WhatsApp", settings.whatsapp_gateway)):
        if not path:
            yield Finding(f"no gateway for {name} is set: none is sent")
            continue
        try:
            gateway.read_gateway(path)
        except gateway.WrongGatewayError as wrong:
            yield Finding(
                f"the file of the gateway for {name} cannot be used: {wrong}",
                "docs/channels.md says what stands in it.",
            )
            continue
        yield Finding(f"the file of the gateway for {name} can be used")

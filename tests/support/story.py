"""The gazetteer and the sample, loaded as an operator would."""

from __future__ import annotations

from flask import Flask


def load_small_gazetteer(app: Flask) -> None:
    """The gazetteer that comes with Rujukan."""
    result = app.test_cli_runner().invoke(args=["places", "load", "--small"])
    assert result.exit_code == 0, result.output


def load_sample(app: Flask) -> None:
    """The demo's fictional agencies."""
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0, result.output

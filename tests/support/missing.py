"""What a test needs from this machine: there it is, or the test says what is missing.

On a person's machine the test is skipped and the end of the run says so (tests/support/summary.py);
in CI a missing thing is a failure, so that no test stays silent for ever.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from scripts.common import ROOT, in_ci
from scripts.needs import NEEDS

MARK = "Could not run here: "


def require_program(name: str) -> Path:
    """Where one of `scripts.needs.NEEDS` is: `chromium`, or the folder of `postgresql`."""
    need = NEEDS[name]
    return need.find() or cannot_run(need.sentence())


def require_shared(relative: str) -> Path:
    """A file or folder of the shared data, which is kept beside the checkout, not in it."""
    place = shared_folder() / relative
    return place if place.exists() else cannot_run(f"the shared data lacks {relative}")


def shared_folder() -> Path:
    """Where the shared data is: `RUJUKAN_SHARED`, or the folder `shared` beside the checkout."""
    return Path(os.environ.get("RUJUKAN_SHARED") or ROOT.parent / "shared")


def cannot_run(reason: str) -> NoReturn:
    """End the test because of something that this machine lacks."""
    if in_ci():
        pytest.fail(f"{MARK}{reason}", pytrace=False)
    pytest.skip(f"{MARK}{reason}", allow_module_level=True)

"""Bring the catalogues up to date with the texts in code and templates.

The ids are English, so English needs no catalogue. Babel's guesses (fuzzy matches) are off: in
this field a wrong word is worse than an untranslated one.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from scripts.common import BIN, ROOT

LANGUAGES = ("id",)
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
WIDTH = "--width=98"  # so that a catalogue changes only where its texts do
KEYWORDS = ("_lazy", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")


def main() -> None:
    """Collect the texts, then begin or update each language's catalogue."""
    extract(TEMPLATE)
    for language in LANGUAGES:
        given = (f"--input-file={TEMPLATE}", f"--output-dir={FOLDER}", f"--locale={language}")
        if (FOLDER / language / "LC_MESSAGES" / "messages.po").exists():
            pybabel("update", *given, "--no-fuzzy-matching", "--ignore-pot-creation-date", WIDTH)
        else:
            pybabel("init", *given)


def extract(target: Path) -> None:
    """Collect every text of code and templates in one file."""
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    pybabel(
        "extract", "--mapping=scripts/babel.cfg", *keywords, "--add-location=file",
        "--sort-by-file", "--project=Rujukan", f"--output={target}", ".",
    )  # fmt: skip


def pybabel(*command: str) -> None:
    """Run Babel's own tool; it says itself what is wrong."""
    if subprocess.run([BIN / "pybabel", "--quiet", *command], cwd=ROOT, check=False).returncode:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""`flask referral moves`: the table of moves, and its picture in the docs."""

from __future__ import annotations

import click

from core.settings import ROOT
from referral.cli.picture import moves_as_picture, moves_as_table
from referral.cli.unmet import referral

PICTURE = ROOT / "docs" / "img" / "moves.svg"
PAGE = ROOT / "docs" / "referral.md"
BEGINS, ENDS = "<!-- moves -->\n", "<!-- end of moves -->\n"


@referral.command("moves")
@click.option("--write", is_flag=True, help="Write the picture and the table into the docs.")
def moves(write: bool) -> None:
    """Which side may make which move from where."""
    if not write:
        click.echo(moves_as_table(), nl=False)
        return
    PICTURE.write_text(moves_as_picture(), encoding="utf-8")
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    click.echo(f"Wrote {PICTURE.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}.")


def page_with_table(page: str) -> str:
    """The page with the present table between its two marks."""
    before, _begins, rest = page.partition(BEGINS)
    _old, _ends, after = rest.partition(ENDS)
    return before + BEGINS + moves_as_table() + ENDS + after

"""`flask access`: who may open which address, as a table; `docs/access.md` is made by it."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app

from accounts.access import rule_for
from accounts.rules.access import Rule

ACCESS_PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "access.md"
ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")


def register(app: Flask) -> None:
    """Add the command to `flask`."""
    app.cli.add_command(access)


@click.command("access")
@click.option("--write", is_flag=True, help="Write docs/access.md instead of printing it.")
def access(write: bool) -> None:
    """Say who may open which address."""
    page = document(current_app)
    if write:
        ACCESS_PAGE.write_text(page, encoding="utf-8")
    else:
        click.echo(page, nl=False)


def document(app: Flask) -> str:
    """The page `docs/access.md`: every address and method of the app, and who may open it."""
    lines = [
        "# Who may open what",
        "",
        "Made from `accounts/access.py` by `flask access --write`; change it there.",
        "What is not listed is not there: the answer is that of an address that does not exist.",
        "`tests/guards/test_matrix.py` asks every line as everybody and compares.",
        "",
        "| address | method | endpoint | who | second factor | kept by browsers | not signed in |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in ASKED:
            if method in (rule.methods or ()):
                found = rule_for(rule.endpoint, method)
                lines.append(_line(rule.rule, method, rule.endpoint, found, bool(rule.arguments)))
    return "\n".join(lines) + "\n"


def _line(address: str, method: str, endpoint: str, rule: Rule | None, named: bool) -> str:
    if rule is None:
        return f"| `{address}` | {method} | {endpoint} | nobody | | | not found |"
    strong = "yes" if rule.strong else ""
    kept = "no" if rule.private else "as the answer says"
    return (
        f"| `{address}` | {method} | {endpoint} | {rule.words} | {strong} | {kept} "
        f"| {_visitor(rule, named)} |"
    )


def _visitor(rule: Rule, named: bool) -> str:
    if rule.everybody:
        return "may"
    if rule.scope is not None:
        return "401"
    hidden = named if rule.hidden is None else rule.hidden
    return "not found" if hidden else "sign in"

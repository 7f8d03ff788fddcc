"""`flask referral graph`: the graph as a file; and `graph` in `flask shell`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import networkx as nx
from flask import Flask
from flask.cli import AppGroup
from werkzeug.local import LocalProxy

from referral.cli.unmet import referral
from referral.exchange.graph_files import FORMATS, write_graph
from referral.graph import graph
from referral.graph.ways import ways_source

graphs = AppGroup("graph", help="The graph of who may refer, and does refer, to whom.")
referral.add_command(graphs)


@graphs.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice([*FORMATS, "csv"]), default="graphml", show_default=True
)
@click.option("--period", help="A published quarter or year, as 2026-Q3; the newest if not said.")
@click.option("--without-secret", is_flag=True, help="Leave secret places out altogether.")
def export(file: Path, kind: str, period: str | None, without_secret: bool) -> None:
    """Write the graph to FILE. Secret agencies carry their published cell and nothing nearer."""
    known = ways_source().periods()
    if period is not None and period not in known:
        said = ", ".join(known) or "none yet"
        raise click.BadParameter(f"Published periods: {said}.", param_hint="--period")
    made = graph(period, without_secret=without_secret)
    written = write_graph(made, file, kind)
    names = ", ".join(str(one) for one in written)
    click.echo(f"Wrote {len(made)} nodes and {made.number_of_edges()} edges to {names}")


def give_shell_the_graph(app: Flask) -> None:
    """`graph` in `flask shell`: made when it is first used, then the same until the shell ends."""

    @app.shell_context_processor
    def lazily() -> dict[str, Any]:
        made: list[nx.MultiDiGraph] = []

        def once() -> nx.MultiDiGraph:
            if not made:
                made.append(graph())
            return made[0]

        return {"graph": LocalProxy(once)}

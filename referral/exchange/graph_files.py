"""The graph as files that other programs read: GraphML, GEXF, node-link JSON, CSV.

Each is read back by networkx as the same nodes, edges, keys and attributes (docs/graph.md), CSV as
two tables. What is not known is absent.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import networkx as nx

from agencies.exchange.neutral import neutralised

# Characters that XML cannot hold; a name may have come with one from a file.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Columns that stand first; the others follow by name.
FIRST = {
    "nodes": ("id", "kind", "source_key", "name", "type"),
    "edges": ("from", "to", "key", "kind"),
}


def as_graphml(graph: nx.MultiDiGraph) -> bytes:
    """GraphML, the keys of edges as their ids."""
    file = BytesIO()
    nx.write_graphml(_printable(graph), file, named_key_ids=True)
    return file.getvalue()


def as_gexf(graph: nx.MultiDiGraph) -> bytes:
    """GEXF 1.2 for Gephi. Ids of edges are unique in the file, so they hold both ends; the key is
    an attribute.
    """
    spelt = _printable(graph)
    for sender, receiver, key, said in spelt.edges(keys=True, data=True):
        said |= {"id": f"{sender} {receiver} {key}", "way": key}
    for node, said in spelt.nodes(data=True):
        said["label"] = said.get("name", node)
    file = BytesIO()
    nx.write_gexf(spelt, file)
    return file.getvalue()


def as_json(graph: nx.MultiDiGraph) -> bytes:
    """Node-link JSON: `networkx.node_link_graph(data, edges="edges")` reads it."""
    data = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def as_tables(graph: nx.MultiDiGraph) -> dict[str, str]:
    """Nodes and edges as CSV: UTF-8, commas, no cell that a spreadsheet would run."""
    nodes = [{"id": node, **said} for node, said in graph.nodes(data=True)]
    edges = [
        {"from": sender, "to": receiver, "key": key, **said}
        for sender, receiver, key, said in graph.edges(keys=True, data=True)
    ]
    return {"nodes": _table("nodes", nodes), "edges": _table("edges", edges)}


def _table(which: str, rows: Iterable[Mapping[str, Any]]) -> str:
    kept = list(rows)
    others = sorted({name for row in kept for name in row} - set(FIRST[which]))
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    columns = [*FIRST[which], *others]
    writer.writerow(columns)
    writer.writerows([neutralised(_cell(row.get(name))) for name in columns] for row in kept)
    return file.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _printable(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """A copy whose texts XML can hold."""
    spelt = graph.copy()
    everything = [spelt.graph, *spelt.nodes.values(), *spelt.edges.values()]
    for said in everything:
        for name, value in said.items():
            if isinstance(value, str):
                said[name] = _NO_XML.sub("", value)
    return spelt


FORMATS: dict[str, Callable[[nx.MultiDiGraph], bytes]] = {
    "graphml": as_graphml,
    "gexf": as_gexf,
    "json": as_json,
}


def write_graph(graph: nx.MultiDiGraph, file: Path, kind: str) -> tuple[Path, ...]:
    """Write the graph; returns what was written.

    CSV is two tables: FILE.zip holds both, any other name becomes NAME.nodes.csv and
    NAME.edges.csv. `KeyError` for another format.
    """
    if kind != "csv":
        file.write_bytes(FORMATS[kind](graph))
        return (file,)
    tables = as_tables(graph)
    if file.suffix == ".zip":
        file.write_bytes(_zipped(tables))
        return (file,)
    written = []
    for which, text in tables.items():
        one = file.with_name(f"{file.stem}.{which}.csv")
        one.write_text(text, encoding="utf-8")
        written.append(one)
    return tuple(written)


def as_zip(graph: nx.MultiDiGraph) -> bytes:
    """Both tables in one file."""
    return _zipped(as_tables(graph))


def _zipped(tables: Mapping[str, str]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for which, text in tables.items():
            packed.writestr(zipfile.ZipInfo(f"{which}.csv"), text)
    return file.getvalue()

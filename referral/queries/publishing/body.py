"""What is kept of a publication: shown counts, and which cells of open tables are hidden."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from referral.queries.protecting import Cells, NotSafeError, Protected
from referral.queries.protecting.cells import Layout
from referral.queries.publishing.ground import Labels

Body = dict[str, Any]


def written(protected: Protected, labels: Labels, *, without: str = "/") -> Body:
    """The tables of a publication; those of earlier ones (`without` in their name) are left out."""
    cells = protected.cells
    layouts = [one for one in cells.layouts if without not in one.table.name]
    used = {name for layout in layouts for name in layout.codes()}
    return {
        "labels": {name: words for name, words in labels.items() if name in used},
        "tables": {layout.table.name: _table(cells, layout) for layout in layouts},
        "open_to_insiders": int(protected.open_to_insiders.sum()),
    }


def _table(cells: Cells, layout: Layout) -> Body:
    here = slice(layout.first, layout.first + len(layout))
    hidden = cells.hidden[here]
    told = ~hidden | cells.told[here]
    counts = np.where(hidden, -1, layout.counts)[told]
    return {
        "quiet": layout.table.quiet,
        "columns": list(layout.codes()),
        "keys": [codes[told].tolist() for codes in layout.codes().values()],
        "counts": counts.tolist(),  # -1: hidden, somebody is there
    }


def freeze(cells: Cells, labels: Labels, quarters: Mapping[int, Body]) -> None:
    """Mark what the quarters of a year have shown: it stays shown, and what they hid stays hidden.

    Quarters (0 to 3) that were never published have said nothing. `NotSafeError` where the log
    counts otherwise than what was published: the difference would tell who is missing.
    """
    for layout in cells.layouts:
        name, slash, _column = layout.table.name.partition("/")
        if not slash:
            continue
        quarter_of = layout.codes()["quarter"]
        here = slice(layout.first, layout.first + len(layout))
        bodies = {at: body for at, body in quarters.items() if name in body["tables"]}
        said = np.isin(quarter_of, sorted(bodies))
        cells.unsaid[here] = ~said
        cells.frozen[here] = said
        cells.hidden[here] = True
        cells.told[here] = False
        for quarter, body in bodies.items():
            _freeze(cells, layout, quarter, body["tables"][name], body["labels"], labels)


def _freeze(
    cells: Cells, layout: Layout, quarter: int, table: Body, theirs: Labels, ours: Labels
) -> None:
    keys = np.full(len(table["counts"]), quarter * layout.factors["quarter"], np.int64)
    for column, codes in zip(table["columns"], table["keys"], strict=True):
        place = {word: at for at, word in enumerate(ours[column])}
        known = np.asarray([place.get(word, -1) for word in theirs[column]], np.int64)
        code = known[np.asarray(codes, np.int64)]
        if (code < 0).any():
            raise NotSafeError
        keys += code * layout.factors[column]
    numbers, counts = layout.numbers(keys), np.asarray(table["counts"], np.int64)
    if (numbers < 0).any():
        raise NotSafeError
    shown = counts >= 0
    if (cells.count[numbers[shown]] != counts[shown]).any():
        raise NotSafeError
    cells.hidden[numbers[shown]] = False
    cells.told[numbers[~shown]] = True
    if not table["quiet"]:
        mine = (layout.codes()["quarter"] == quarter).sum()
        if mine != len(counts):
            raise NotSafeError


def pack(body: Body) -> bytes:
    """As it is kept: JSON, compressed."""
    return zlib.compress(orjson.dumps(body), 6)


def packed_body(packed: bytes) -> Body:
    """What was packed."""
    found: Body = orjson.loads(zlib.decompress(packed))
    return found

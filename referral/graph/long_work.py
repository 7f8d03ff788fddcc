"""Measures that take long: betweenness of a large network, worked out beside the pages.

A small network is measured at once. For a large one a thread of the process that is asked first
does it, in parts and mostly without the interpreter's lock (`measures/between.py`). What it found
is a file in the data folder, named after the agencies and ties that it is of; so every process
finds it, and a restart loses nothing. It holds numbers and no names. How far the work is stands in
a file beside it that grows stale when its process dies; then the next who asks begins anew.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog
from flask import current_app

from referral.graph.measures.between import betweenness
from referral.graph.measures.ties import Numbers, Ties
from referral.graph.network import Network

AT_ONCE = 4_000_000  # agencies × ties: about half a second
STALE_SECONDS = 60.0
TOLD_EVERY_SECONDS = 1.0
MOST_KEPT = 8

log = structlog.get_logger()


class Progress(NamedTuple):
    """How far the work is."""

    done: int
    of: int

    @property
    def percent(self) -> int:
        """0 to 99: what is whole is no progress any more."""
        return min(99, 100 * self.done // self.of) if self.of else 0


_kept: OrderedDict[str, Numbers] = OrderedDict()
_lock = threading.Lock()


def gatekeeping(network: Network) -> Numbers | Progress:
    """Betweenness of every agency of the network (see `measures`), or how far the work is."""
    ties, name = network.practised, network.fingerprint
    with _lock:
        known = _kept.get(name)
    if known is not None:
        return known
    if ties.size * len(ties) <= AT_ONCE:
        return _keep(name, betweenness(ties))
    folder = _folder()
    written = _read(folder / f"{name}.npy", ties.size)
    if written is not None:
        return _keep(name, written)
    return _progress(folder, name) or _begin(folder, name, ties)


def _keep(name: str, found: Numbers) -> Numbers:
    with _lock:
        _kept[name] = found
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _folder() -> Path:
    folder: Path = current_app.config["RUJUKAN"].data_dir / "graph"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _read(file: Path, size: int) -> Numbers | None:
    """What was found before; None if it is not there, or no such thing."""
    with suppress(OSError, ValueError):
        found: Numbers = np.load(file, allow_pickle=False)
        if found.shape == (size,):
            return found
    return None


def _progress(folder: Path, name: str) -> Progress | None:
    """How far some process is; None if nobody works on it (any more)."""
    file = folder / f"{name}.progress"
    with suppress(OSError, ValueError, TypeError):
        if time.time() - file.stat().st_mtime < STALE_SECONDS:
            return Progress(*json.loads(file.read_text(encoding="utf-8")))
    return None


def _begin(folder: Path, name: str, ties: Ties) -> Progress:
    begun = Progress(0, ties.size)
    _tell(folder, name, begun)
    worker = threading.Thread(
        target=_work, args=(folder, name, ties), name=f"betweenness {name[:8]}", daemon=True
    )
    worker.start()
    return begun


def _tell(folder: Path, name: str, progress: Progress) -> None:
    _write(folder / f"{name}.progress", json.dumps(progress).encode())


def _work(folder: Path, name: str, ties: Ties) -> None:
    told = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD_EVERY_SECONDS:
            told = time.monotonic()
            _tell(folder, name, Progress(done, of))

    try:
        found = _keep(name, betweenness(ties, progress=tell))
        _store(folder / f"{name}.npy", found)
    except Exception as error:  # a full disk, say: the next who asks begins anew
        log.error("betweenness failed", kind=type(error).__name__)
    finally:
        (folder / f"{name}.progress").unlink(missing_ok=True)


def _store(file: Path, found: Numbers) -> None:
    beside = file.with_suffix(f".{threading.get_ident()}")
    with beside.open("wb") as opened:
        np.save(opened, found, allow_pickle=False)
    beside.replace(file)
    whole = sorted(file.parent.glob("*.npy"), key=lambda it: it.stat().st_mtime)
    for old in whole[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def _write(file: Path, what: bytes) -> None:
    beside = file.with_suffix(f".{threading.get_ident()}")
    beside.write_bytes(what)
    beside.replace(file)

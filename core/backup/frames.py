"""What stands in a backup: compressed frames, each a JSON note or a piece of data."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

from core.backup.container import DAMAGED
from core.errors import refused

NOTE, DATA = b"n", b"d"
LONGEST = 64 * 1024 * 1024  # bytes of one frame: one row of COPY


class Sink(Protocol):
    """Where bytes go."""

    def write(self, plain: bytes) -> None:
        """Add bytes."""


class FrameWriter:
    """Writes frames; `close` writes what the compressor still holds."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._zip = zlib.compressobj(6)

    def note(self, **facts: Any) -> None:
        """Add a note."""
        self._put(NOTE, json.dumps(facts).encode())

    def data(self, piece: bytes) -> None:
        """Add a piece of data."""
        self._put(DATA, piece)

    def close(self) -> None:
        """Write the end."""
        self._sink.write(self._zip.flush())

    def _put(self, kind: bytes, piece: bytes) -> None:
        self._sink.write(self._zip.compress(kind + len(piece).to_bytes(4)))
        self._sink.write(self._zip.compress(piece))


Frame = dict[str, Any] | bytes


def frames(plain: Iterator[bytes]) -> Iterator[Frame]:
    """Notes as dicts and data as bytes; `RefusedError` for what `FrameWriter` did not write."""
    waiting = bytearray()
    for piece in _unzipped(plain):
        waiting += piece
        while len(waiting) >= 5:
            length = int.from_bytes(waiting[1:5])
            if length > LONGEST:
                raise refused("file", DAMAGED)
            if len(waiting) < 5 + length:
                break
            kind, body = bytes(waiting[:1]), bytes(waiting[5 : 5 + length])
            del waiting[: 5 + length]
            yield json.loads(body) if kind == NOTE else body
    if waiting:
        raise refused("file", DAMAGED)


def _unzipped(plain: Iterator[bytes]) -> Iterator[bytes]:
    unzip = zlib.decompressobj()
    for chunk in plain:
        rest = chunk
        while rest:
            yield unzip.decompress(rest, 1024 * 1024)
            rest = unzip.unconsumed_tail
    yield unzip.flush()
    if not unzip.eof:
        raise refused("file", DAMAGED)

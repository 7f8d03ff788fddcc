"""A backup file opens whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.backup.container import CHUNK, MAGIC, Writer, read_header, read_plain
from core.backup.frames import FrameWriter, frames
from core.crypto import new_key
from core.errors import RefusedError

KEY = new_key()


def packed(*pieces: bytes) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, KEY, {"kind": "test"})
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return file.getvalue()


def opened(raw: bytes, key: bytes = KEY) -> bytes:
    return b"".join(read_plain(io.BytesIO(raw), lambda _header: key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_it_comes_back(size: int) -> None:
    plain = bytes(size)
    raw = packed(plain[: size // 2], plain[size // 2 :])
    assert opened(raw) == plain
    assert read_header(io.BytesIO(raw))["kind"] == "test"


def test_another_key_opens_nothing() -> None:
    with pytest.raises(RefusedError):
        opened(packed(b"x"), new_key())


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_is_taken(data: st.DataObject) -> None:
    raw = bytearray(packed(bytes(CHUNK + 100)))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RefusedError):
        opened(bytes(raw))


@given(st.integers(min_value=0))
@settings(max_examples=150, deadline=None)
def test_no_end_may_be_missing(cut: int) -> None:
    raw = packed(bytes(2 * CHUNK + 100))
    with pytest.raises(RefusedError):
        opened(raw[: cut % len(raw)])


def test_chunks_are_not_left_out_swapped_repeated_or_added() -> None:
    raw = packed(bytes(range(256)) * (3 * CHUNK // 256) + b"end")
    start = len(MAGIC) + 4 + int.from_bytes(raw[len(MAGIC) : len(MAGIC) + 4])
    size = 4 + CHUNK + 16
    head, one, two, rest = (
        raw[:start],
        raw[start : start + size],
        raw[start + size : start + 2 * size],
        raw[start + 2 * size :],
    )
    assert opened(head + one + two + rest)
    for wrong in (
        head + two + rest,
        head + two + one + rest,
        head + one + one + two + rest,
        head + one + two + rest + b"x",
        head + one + two + rest + rest,
        head + one + two,
        head,
        b"",
        b"not a backup at all, but long enough to look at",
    ):
        with pytest.raises(RefusedError):
            opened(wrong)


def test_a_chunk_of_another_file_is_not_taken() -> None:
    one, other = packed(b"one"), packed(b"two")
    start = len(one) - 4 - 3 - 16
    with pytest.raises(RefusedError):
        opened(one[:start] + other[start:])


class _Memory:
    def __init__(self) -> None:
        self.raw = bytearray()

    def write(self, plain: bytes) -> None:
        self.raw += plain


@given(st.lists(st.one_of(st.binary(max_size=300), st.dictionaries(st.text(), st.text()))))
@settings(deadline=None)
def test_frames_come_back(wanted: list[bytes | dict[str, str]]) -> None:
    memory = _Memory()
    writer = FrameWriter(memory)
    for frame in wanted:
        if isinstance(frame, bytes):
            writer.data(frame)
        else:
            writer.note(facts=frame)
    writer.close()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(memory.raw), 7):
            yield bytes(memory.raw[start : start + 7])

    found = [frame if isinstance(frame, bytes) else frame["facts"] for frame in frames(pieces())]
    assert found == wanted

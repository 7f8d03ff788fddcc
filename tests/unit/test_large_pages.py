"""Memory on large pages: which of it is asked for, and that it stays what it was."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from core import large_pages
from core.large_pages import GROWN, LARGE, is_possible, laid_again, large_parts, lay

MB = 1024 * 1024


def _line(start: int, end: int, allowed: str = "rw-p", inode: int = 0, name: str = "") -> str:
    return f"{start:x}-{end:x} {allowed} 00000000 00:00 {inode} {name}".rstrip()


def test_of_a_process_only_what_is_its_own_is_laid() -> None:
    maps = [
        _line(0, 4 * LARGE, "r-xp", 7, "/usr/bin/python3"),
        _line(10 * LARGE, 12 * LARGE, name="[heap]"),
        _line(20 * LARGE, 24 * LARGE, "r--p"),
        _line(30 * LARGE, 34 * LARGE, "rw-s", 9, "/data/rujukan.db-shm"),
        _line(40 * LARGE, 44 * LARGE, name="[stack]"),
        _line(50 * LARGE, 51 * LARGE),
    ]
    assert list(large_parts(maps)) == [10 * LARGE, 11 * LARGE, 50 * LARGE]


def test_only_whole_large_pages_are_laid() -> None:
    assert list(large_parts([_line(LARGE - 4096, 3 * LARGE + 4096)])) == [LARGE, 2 * LARGE]
    assert list(large_parts([_line(LARGE + 4096, 2 * LARGE + 4096)])) == []


def test_a_path_with_blanks_is_read_as_one_name() -> None:
    assert list(large_parts([_line(0, LARGE, "rw-p", 3, "/data/my own.so (deleted)")])) == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what Linux alone has")
def test_memory_is_laid_and_stays_what_it_was() -> None:
    before = bytes(os.urandom(MB)) * 8
    kept = bytearray(before)
    laid = lay()
    assert kept == before
    if is_possible() and _version() >= (6, 1):
        assert laid >= 2 * LARGE, "eight megabytes in one piece hold at least three large pages"


def _version() -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(
    ("switch", "possible"),
    [("always [madvise] never", True), ("[always] madvise never", True), ("[never]", False)],
)
def test_who_turned_large_pages_off_gets_none(
    switch: str, possible: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "enabled"
    file.write_text(switch)
    monkeypatch.setattr(large_pages, "_SWITCH", file)
    assert is_possible() is possible


def test_without_linux_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_pages, "_SWITCH", tmp_path / "not there")
    assert not is_possible()


def test_memory_is_laid_again_only_when_it_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    monkeypatch.setattr(large_pages, "lay", lambda: times.append(1))
    resident = [200 * MB]
    monkeypatch.setattr(large_pages, "_resident", lambda: resident[0])
    last = laid_again(0)
    assert (last, len(times)) == (200 * MB, 1)
    resident[0] += GROWN - 1
    assert laid_again(last) == last
    resident[0] += 1
    assert laid_again(last) == resident[0]
    assert len(times) == 2


def test_how_much_there_is_is_read_in_bytes() -> None:
    assert 10 * MB < large_pages._resident() < 100_000 * MB

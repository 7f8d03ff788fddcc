"""The turn to write goes round among processes, and a process that dies gives it back."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from core.turns import FileTurn

WITHIN = 20  # seconds
spawn = multiprocessing.get_context("spawn")


def _hold(database: str, has_it: Event) -> None:
    with FileTurn().of(database):
        has_it.set()
        signal.pause()


def _add(database: str, figure: Path, times: int) -> None:
    turn = FileTurn()
    for _ in range(times):
        with turn.of(database):
            figure.write_text(str(int(figure.read_text()) + 1))


def test_two_processes_never_have_it_together(tmp_path: Path) -> None:
    figure, database = tmp_path / "figure", str(tmp_path / "db.sqlite")
    figure.write_text("0")
    others = [spawn.Process(target=_add, args=(database, figure, 150)) for _ in range(3)]
    for other in others:
        other.start()
    _add(database, figure, 150)
    for other in others:
        other.join(WITHIN)
    assert figure.read_text() == "600"


def test_who_dies_gives_it_back(tmp_path: Path) -> None:
    database, has_it = str(tmp_path / "db.sqlite"), spawn.Event()
    other = spawn.Process(target=_hold, args=(database, has_it))
    other.start()
    assert has_it.wait(WITHIN)
    assert other.pid is not None
    os.kill(other.pid, signal.SIGKILL)
    with FileTurn().of(database):
        other.join(WITHIN)
    assert other.exitcode == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:This process")  # (the worker of pytest-xdist has threads)
def test_a_forked_child_does_not_share_its_parents(tmp_path: Path) -> None:
    turn, database = FileTurn(), str(tmp_path / "db.sqlite")
    with turn.of(database):
        child = os.fork()
        if not child:  # takes the turn only after the parent gave it back
            with turn.of(database):
                os._exit(0 if (tmp_path / "given back").exists() else 1)
        (tmp_path / "given back").touch()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

"""`kill -9` in the middle of rotations: no key is ever lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from core.keystore import KeyStore
from core.masters import MasterKeys
from core.settings import ROOT

ROUNDS = 12
ROTATE_FOR_EVER = """
import sys
from pathlib import Path
from core.keystore import KeyStore
from core.masters import MasterKeys
folder = Path(sys.argv[1])
print("ready", flush=True)
while True:
    KeyStore(folder, MasterKeys(folder)).rotate()
"""


def test_no_kill_loses_a_key(tmp_path: Path) -> None:
    """Two processes rotate without pause; both are killed at an instant of chance."""
    folder = tmp_path / "keys"
    store = KeyStore(folder, MasterKeys(folder))
    keys = {f"case/{number}": store.key(f"case/{number}") for number in range(30)}
    marks = {store.facts()["master"]}
    chance = random.Random(3)
    for _ in range(ROUNDS):
        rotating = [
            subprocess.Popen(
                [sys.executable, "-c", ROTATE_FOR_EVER, str(folder)],
                stdout=subprocess.PIPE,
                cwd=ROOT,
            )
            for _ in range(2)
        ]
        for process in rotating:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.02, 0.3))
        for process in rotating:
            process.send_signal(signal.SIGKILL)
        for process in rotating:
            process.wait()
            assert process.stdout
            process.stdout.close()
        fresh = KeyStore(folder, MasterKeys(folder))
        assert {name: fresh.existing(name) for name in keys} == keys
        assert {name: store.existing(name) for name in keys} == keys
        marks.add(fresh.facts()["master"])
    assert len(marks) > ROUNDS // 2, "hardly a rotation was finished: this shows nothing"

"""Tell the witness: the heads of all chains, in a place where the database's owner writes not.

One file for each month, whose first lines are all heads there are, so that old files can be moved
to safety and a file that was lost is made good within one round.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import orjson
from sqlalchemy import select

from accounts.models import AuditHead
from accounts.queries.witness import last_heads
from core.actors import Actor
from core.clock import now
from core.db import db
from core.mail import MAIL
from core.outbox import put

SUBJECT = "Rujukan: audit heads"


def tell_witness(actor: Actor, *, folder: Path, mail_to: Sequence[str] = ()) -> int:
    """Command: write every head that is new since the last time; returns how many those were.

    The lines are on the disk when this returns. `OSError` when the folder cannot be written.
    """
    moment = now()
    path = folder / f"heads-{moment:%Y-%m}.jsonl"
    known = {chain: (head.number, head.own_hash) for chain, head in last_heads(path).items()}
    heads = db.session.scalars(
        select(AuditHead).where(AuditHead.number > 0).order_by(AuditHead.chain)
    )
    lines = [
        orjson.dumps(
            {
                "at": moment.isoformat(timespec="seconds"),
                "chain": head.chain,
                "number": head.number,
                "hash": head.own_hash,
            }
        )
        for head in heads
        if known.get(head.chain) != (head.number, head.own_hash)
    ]
    if lines:
        _append(path, b"".join(line + b"\n" for line in lines))
        if mail_to:
            put(MAIL, to=list(mail_to), subject=SUBJECT, text=b"\n".join(lines).decode())
    return len(lines)


def _append(path: Path, lines: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not path.exists()
    torn = not is_new and not path.read_bytes().endswith(b"\n")  # by a power cut
    # Appending is all that is asked for, so the folder may allow nothing else (chattr +a).
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (b"\n" if torn else b"") + lines)
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

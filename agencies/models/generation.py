"""What changed last in what find reads, so that a process can keep it in memory and be right."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

THE_ONE = 1  # the id of the only row


class FindGeneration(Base):
    """One row. Its number grows with every transaction that changed `find_entry`.

    `era` is another one after a restore: a backup may count the same and hold something else.
    """

    __tablename__ = "find_generation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    era: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(BigInteger)


class FindChange(Base):
    """With which generation an offer changed last, or went: no foreign key, it outlives the offer.

    Written by `commands.index`, as the last thing of its transaction.
    """

    __tablename__ = "find_change"

    offer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, index=True)

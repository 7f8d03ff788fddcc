"""Find what was done to a chain: one pass over its rows in the order of their numbers.

A row's hash covers its number, so a row that was moved still says, under its hash, which number it
was written as. `_written_as` finds that number; from the jumps of these numbers follows what was
deleted, inserted or reordered. A row that has no such number was edited.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from accounts.rules.chain import FIRST, NUMBER, spelt
from accounts.rules.faults import Fault, Found, Head

CHAIN = 1
OWN_HASH = -1
MOST_SUSPECTS = 300  # edited rows that are kept in case they turn out to be moved ones

Row = Sequence[Any]  # the values of `chain.COLUMNS`, then the row's own hash
Spell = Callable[[Sequence[Any]], bytes]
Witnessed = Mapping[int, Sequence[Head]]  # by number


class ChainCheck:
    """What is known of one chain after the rows seen so far."""

    def __init__(self, chain: str, witnessed: Witnessed, spell: Spell) -> None:
        self.chain = chain
        self.rows = 0
        self.number = 0  # the highest number that a row was written as
        self._last = FIRST  # the hash of that row
        self._doubtful = False  # whether that row is already known to be wrong
        self._shift = 0  # by how many numbers the rows here were moved
        self._missing: list[tuple[int, int]] = []
        self._suspects: list[Row] = []
        self._witnessed = witnessed
        self._contradicted: list[Head] = []
        self._spell = spell
        self._found: list[Found] = []

    def see(self, row: Row) -> None:
        """Take the next row."""
        self.rows += 1
        number, own = row[NUMBER], row[OWN_HASH]
        if number in self._witnessed:
            self._compare(self._witnessed[number], own)
        if number == self.number + 1 and row[0] == self._last and self._is_whole(row):
            self.number, self._last, self._doubtful = number, own, False
        elif not isinstance(number, int) or number < 1:
            self._say(
                0, Fault.INSERTED, f"A row with the impossible number {number!r} was inserted"
            )
        else:
            self._look_closer(row)

    def end(self, head: Head | None) -> list[Found]:
        """Everything that was found, now that the rows are over."""
        for row in self._suspects:
            self._say_edited(row[NUMBER])
        for first, last in self._missing:
            self._say_deleted(first, last)
        self._compare_head(head)
        self._compare_witness()
        return sorted(self._found, key=lambda found: found.number)

    # --- one row -------------------------------------------------------------------------------

    def _look_closer(self, row: Row) -> None:
        written = self._written_as(row)
        if written is None:
            self._suspect(row)
        elif written > self.number:
            self._go_on(row, written)
        elif self._was_missing(written):
            self._say_moved(row[NUMBER], written)
        else:
            self._repeated(row, written)

    def _written_as(self, row: Row) -> int | None:
        """The number under which the row's hash is right; None for a row that was edited."""
        number = row[NUMBER]
        if self._is_whole(row):
            return int(number)
        near = (number - self._shift, number - 1, number + 1)
        elsewhere = (suspect[NUMBER] for suspect in self._suspects)
        gaps = (first for first, _ in self._missing)
        for wish in (*near, *elsewhere, *gaps):
            if self._is_whole(row, wish):
                self._shift = number - wish
                return int(wish)
        return None

    def _is_whole(self, row: Row, number: int | None = None) -> bool:
        values = list(row[:OWN_HASH])
        if number is not None:
            values[NUMBER] = number
        try:
            return bool(hashlib.sha256(self._spell(values)).hexdigest() == row[OWN_HASH])
        except (TypeError, ValueError):  # bytes or broken text where we never write any
            return False

    def _suspect(self, row: Row) -> None:
        number = max(row[NUMBER] - self._shift, self.number + 1)
        self._miss(number)
        if len(self._suspects) < MOST_SUSPECTS:
            self._suspects.append(row)
        else:
            self._say_edited(row[NUMBER])
        self.number, self._last, self._doubtful = number, row[OWN_HASH], True

    def _go_on(self, row: Row, written: int) -> None:
        gap = written > self.number + 1
        self._miss(written)
        if not gap and row[0] != self._last and not self._doubtful:
            self._say_replaced(self.number, f"row {written} follows another one")
        self.number, self._last, self._doubtful = written, row[OWN_HASH], False

    def _repeated(self, row: Row, written: int) -> None:
        stands_at = row[NUMBER]
        if self._resolve_suspects(stands_at, written):
            self.number = max(self.number, stands_at)
            self._doubtful = True
            return
        self._say(
            written,
            Fault.INSERTED,
            f"A row was inserted at number {written}: the row that was written as number {written}"
            f" stands at number {stands_at}",
        )
        if written == self.number:
            self._last = row[OWN_HASH]

    def _resolve_suspects(self, stands_at: int, written: int) -> bool:
        """Whether the row changed places with one that was taken for edited."""
        there = next((s for s in self._suspects if s[NUMBER] == written), None)
        if there is None:
            return False
        self._say_moved(stands_at, written)
        wishes = [stands_at, *(suspect[NUMBER] for suspect in self._suspects)]
        came_from = next((wish for wish in wishes if self._is_whole(there, wish)), None)
        if came_from is not None:
            self._suspects.remove(there)
            self._say_moved(written, came_from)
        return True

    # --- gaps ----------------------------------------------------------------------------------

    def _miss(self, next_number: int) -> None:
        if next_number > self.number + 1:
            self._missing.append((self.number + 1, next_number - 1))

    def _was_missing(self, number: int) -> bool:
        for index, (first, last) in enumerate(self._missing):
            if first <= number <= last:
                rest = [(first, number - 1), (number + 1, last)]
                self._missing[index : index + 1] = [(a, b) for a, b in rest if a <= b]
                return True
        return False

    # --- the head and the witness --------------------------------------------------------------

    def _compare(self, heads: Sequence[Head], own_hash: Any) -> None:
        self._contradicted += [head for head in heads if head.own_hash != own_hash]

    def _compare_head(self, head: Head | None) -> None:
        if head is None:
            self._say(self.number, Fault.INSERTED, "The chain has rows but its head was removed")
        elif head.number > self.number:
            self._say(
                self.number + 1,
                Fault.CUT,
                f"The tail was cut: {head.number} rows were written, the last one is {self.number}",
            )
        elif head.number < self.number:
            self._say(
                head.number + 1,
                Fault.INSERTED,
                f"Rows were added past the writers, who had come to number {head.number}",
            )
        elif head.own_hash != self._last and not self._doubtful:
            self._say_replaced(self.number, "the writers' head keeps another one")

    def _compare_witness(self) -> None:
        if self._contradicted:
            first = min(self._contradicted, key=lambda head: head.number)
            self._say(
                first.number,
                Fault.REWRITTEN,
                f"The chain was rewritten at or before number {first.number}: the witness saw"
                f" another hash at {first.at}",
            )
        beyond = [number for number in self._witnessed if number > self.number]
        if beyond:
            (seen, *_) = self._witnessed[max(beyond)]
            self._say(
                self.number + 1,
                Fault.CUT,
                f"The tail was cut: the witness saw number {seen.number} at {seen.at}, the last"
                f" row is {self.number}",
            )

    # --- words ---------------------------------------------------------------------------------

    def _say(self, number: int, kind: Fault, sentence: str) -> None:
        self._found.append(Found(self.chain, number, kind, f"{sentence}."))

    def _say_edited(self, number: int) -> None:
        self._say(
            number, Fault.EDITED, f"Row {number} was edited: its hash is not that of its text"
        )

    def _say_deleted(self, first: int, last: int) -> None:
        which = f"Row {first} was" if first == last else f"Rows {first} to {last} were"
        self._say(first, Fault.DELETED, f"{which} deleted")

    def _say_moved(self, stands_at: int, written: int) -> None:
        self._say(
            stands_at,
            Fault.REORDERED,
            f"Rows were reordered: the row at number {stands_at} was written as number {written}",
        )

    def _say_replaced(self, number: int, why: str) -> None:
        row = f"Row {number}" if number else "The beginning of the chain"
        sentence = f"{row} was edited and given a new hash: {why}"
        self._say(max(number, 1), Fault.EDITED, sentence)


def check_rows(
    rows: Iterable[Row],
    heads: Mapping[str, Head],
    witnessed: Mapping[str, Witnessed],
    spell: Spell = spelt,
) -> Iterator[tuple[ChainCheck, list[Found]]]:
    """Check rows that are ordered by chain and number: each chain, as it ends, with its faults.

    Chains of which only the head or the witness knows come last, with no rows.
    """
    seen: set[str] = set()
    check: ChainCheck | None = None
    for row in rows:
        if check is None or row[CHAIN] != check.chain:
            if check is not None:
                yield check, check.end(heads.get(check.chain))
            check = ChainCheck(row[CHAIN], witnessed.get(row[CHAIN], {}), spell)
            seen.add(check.chain)
        check.see(row)
    if check is not None:
        yield check, check.end(heads.get(check.chain))
    for chain in sorted({*heads, *witnessed} - seen):
        gone = ChainCheck(chain, witnessed.get(chain, {}), spell)
        yield gone, gone.end(heads.get(chain) or Head(chain, 0, FIRST, ""))

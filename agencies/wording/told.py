"""What rules say of an offer's facts, in words, kept for whoever is of the same kind.

Of a woman such a rule says the same of an offer, whoever she is (`rules.facts`): its sentence is
found once for each offer and for what the rule reads of the question, not for each question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any

from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Verdict
from agencies.rules.facts import KINDS, what_is_read
from agencies.rules.person import Person
from agencies.wording.verdicts import Saying, sentence

Spell = Callable[[dict[str, Any]], Any]
Memory = dict[int | None, Any]
MOST_TOLD = 100_000

Numbers = dict[str, int]  # the number of what each rule of facts reads of a question


class Told:
    """The sentences of one language; what is kept, in the form that `spell` gives it."""

    def __init__(self, spell: Spell) -> None:
        self._spell = spell
        self._number_of: dict[Hashable, int] = {}
        self._numbers = count(1)  # so that two threads never give one number to two things
        self._numbers_of: dict[Person, Numbers] = {}
        self._told: dict[Candidate, Memory] = {}
        self._spelt: dict[tuple[str, str], Any] = {}
        self._count = 0

    def numbers(self, person: Person) -> Numbers:
        """What each rule of facts reads, as a number: quicker to look up, offer after offer."""
        if self._count >= MOST_TOLD:
            # Whoever is reading still holds numbers: they are never given a second time.
            self._told, self._spelt, self._count = {}, {}, 0
        known = self._numbers_of.get(person)
        if known is None:
            if len(self._numbers_of) >= KINDS:
                self._numbers_of = {}
            known = self._numbers_of[person] = self._numbered(person)
        return known

    def _numbered(self, person: Person) -> Numbers:
        number_of, numbers = self._number_of, self._numbers
        return {
            rule: number_of.get((rule, read)) or number_of.setdefault((rule, read), next(numbers))
            for rule, read in what_is_read(person).items()
        }

    def of(self, candidate: Candidate) -> Memory:
        """What was told of an offer before, by those numbers."""
        known = self._told.get(candidate)
        if known is None:
            known = self._told[candidate] = {}
        return known

    def sentences(
        self,
        rules: tuple[str, ...],
        verdict: Verdict,
        saying: Saying,
        numbers: Numbers,
        memory: Memory,
    ) -> list[Any]:
        """The rules of a verdict in words, in their order."""
        said = [memory.get(numbers.get(rule)) for rule in rules]
        if None not in said:
            return said
        return [
            known or self._worded(rule, verdict, saying, numbers, memory)
            for rule, known in zip(rules, said, strict=True)
        ]

    def _worded(
        self, rule: str, verdict: Verdict, saying: Saying, numbers: Numbers, memory: Memory
    ) -> Any:
        worded: Any = {"rule": rule, "text": sentence(rule, verdict, saying)}
        number = numbers.get(rule)
        if number is not None:
            # One object for all offers of which the same is said: they are few.
            spelt = self._spelt.setdefault((rule, worded["text"]), self._spell(worded))
            worded = memory[number] = spelt
            self._count += 1
        return worded

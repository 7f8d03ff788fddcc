"""Which need does somebody mean by the words they typed?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agencies.rules.needs import Need, all_needs

Stems = Callable[[str], Sequence[str]]

MOST_CHOICES = 8


def needs_meant(typed: str, stems: Stems) -> list[Need]:
    """The needs that the typed words may mean: one when it is sure, several to choose from.

    A code or a whole label in either language is sure. Otherwise every typed word (as a stem, or
    as the beginning of one) must stand in the need's labels.
    """
    text = typed.strip()
    if not text:
        return []
    needs = all_needs()
    code = text.split()[0].upper()
    if code in needs:
        return [needs[code]]
    same = [n for n in needs.values() if text.casefold() in _labels(n)]
    if same:
        return same
    wanted = stems(text)
    return [n for n in needs.values() if _speaks_of(n, wanted, stems)][:MOST_CHOICES]


def _labels(need: Need) -> tuple[str, str]:
    return need.label_id.casefold(), need.label_en.casefold()


def _speaks_of(need: Need, wanted: Sequence[str], stems: Stems) -> bool:
    known = stems(f"{need.label_id} {need.label_en} {need.code}")
    return bool(wanted) and all(any(k.startswith(word) for k in known) for word in wanted)

"""The table of moves as a picture (SVG) and as Markdown: drawn from `rules/moves.py` alone."""

from __future__ import annotations

from dataclasses import dataclass

from referral.rules.moves import MOVES, Name, Party, may_make
from referral.rules.states import State

WIDE, HIGH = 150, 36  # of a state's box
ACROSS, DOWN = 210, 92  # from one to the next
EDGE = 30

# Where each state stands: column and row. Time goes from left to right.
PLACES: dict[State, tuple[float, float]] = {
    State.DRAFT: (0, 2),
    State.SENT: (1, 2),
    State.ACKNOWLEDGED: (2, 2),
    State.INFO_REQUESTED: (2, 3.5),
    State.WAITLISTED: (2, 0.5),
    State.CONDITIONAL: (3, 1.2),
    State.ACCEPTED: (3, 2.8),
    State.NO_SHOW: (4, 3.5),
    State.HANDED_OVER: (4, 2),
    State.IN_SERVICE: (5, 1),
    State.COMPLETED: (5, 2.6),
    State.CLOSED: (6, 2.6),
    State.DECLINED: (2, -1),
    State.REDIRECTED: (1, -1),
    State.EXPIRED: (1, 5),
    State.DIVERTED: (4, 0.3),
    State.CANCELLED: (3, 5),
    State.IN_ERROR: (6, 5),
}
# From nearly everywhere: said in words, or the picture would be nothing but these.
SAID_IN_WORDS = frozenset({Name.CANCEL, Name.MARK_ERROR})
# Who acts is shown by colour and by the line.
LINES: dict[Party, tuple[str, str]] = {
    Party.SENDER: ("#1d4f91", ""),
    Party.RECEIVER: ("#0b6b50", "7 3"),
    Party.CLOCK: ("#8a4b00", "2 3"),
}
ROW = -1  # the topmost


@dataclass(frozen=True, slots=True)
class Arrow:
    """Who leads from which state to which."""

    source: State
    target: State
    party: Party


def moves_as_table() -> str:
    """The table of moves in Markdown: a line for each move and party."""
    lines = ["| move | from | to | by | needs |", "|---|---|---|---|---|"]
    for name, move in MOVES.items():
        for by, sources in _sources(name).items():
            cells = (name.value, sources, move.target.value, by, ", ".join(move.needs))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def moves_as_picture() -> str:
    """The same as an SVG that stands by itself: no script, no font, no address."""
    columns, rows = (max(place[axis] for place in PLACES.values()) for axis in (0, 1))
    wide = round(columns * ACROSS + WIDE + 2 * EDGE)
    high = round((rows - ROW) * DOWN + HIGH + 2 * EDGE + 50)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img"'
        ' font-family="sans-serif" font-size="13">',
        "<title>The moves of a referral</title>",
        f"<defs>{''.join(_head(party) for party in Party)}</defs>",
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        *(_curve(arrow) for arrow in _arrows()),
        *(_box(state) for state in State),
        *_legend(high),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _arrows() -> list[Arrow]:
    found = {
        Arrow(state, move.target, party)
        for name, move in MOVES.items()
        if name not in SAID_IN_WORDS
        for state in State
        for party in Party
        if may_make(name, state, party) and state is not move.target
    }
    return sorted(found, key=lambda a: (a.source.value, a.target.value, a.party.value))


def _sources(name: Name) -> dict[str, str]:
    """From which states, by whom: parties that may the same stand together."""
    grouped: dict[str, list[str]] = {}
    for state in State:
        by = [party.value for party in Party if may_make(name, state, party)]
        if by:
            grouped.setdefault(", ".join(by), []).append(state.value)
    every = len(State) - 1
    return {by: "any" if len(found) == every else ", ".join(found) for by, found in grouped.items()}


def _middle(state: State) -> tuple[float, float]:
    column, row = PLACES[state]
    return EDGE + column * ACROSS + WIDE / 2, EDGE + (row - ROW) * DOWN + HIGH / 2


def _box(state: State) -> str:
    x, y = _middle(state)
    return (
        f'<rect x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" height="{HIGH}" rx="8"'
        ' fill="#f4f1ea" stroke="#333"/>'
        f'<text x="{x:g}" y="{y + 4.5:g}" text-anchor="middle" fill="#111">'
        f"{state.value.replace('accepted_with_conditions', 'with conditions').replace('_', ' ')}"
        "</text>"
    )


def _curve(arrow: Arrow) -> str:
    (x1, y1), (x2, y2) = _middle(arrow.source), _middle(arrow.target)
    start, end = _border(x1, y1, x2, y2), _border(x2, y2, x1, y1)
    # Each party bends its own way, so that arrows between the same two lie side by side.
    bend = (0.10, 0.18, 0.26)[list(Party).index(arrow.party)]
    middle = ((x1 + x2) / 2 + (y1 - y2) * bend, (y1 + y2) / 2 + (x2 - x1) * bend)
    colour, dashes = LINES[arrow.party]
    return (
        f'<path d="M{start[0]:.1f} {start[1]:.1f} Q{middle[0]:.1f} {middle[1]:.1f}'
        f' {end[0]:.1f} {end[1]:.1f}" fill="none" stroke="{colour}" stroke-width="1.4"'
        f' stroke-dasharray="{dashes or "none"}" marker-end="url(#{arrow.party.value})"/>'
    )


def _border(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    """Where the straight line to another box leaves this one."""
    far_x, far_y = to_x - x, to_y - y
    share = min(
        (WIDE / 2) / abs(far_x) if far_x else float("inf"),
        (HIGH / 2) / abs(far_y) if far_y else float("inf"),
    )
    return x + far_x * share, y + far_y * share


def _head(party: Party) -> str:
    return (
        f'<marker id="{party.value}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        f' markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="{LINES[party][0]}"/>'
        "</marker>"
    )


def _legend(high: int) -> list[str]:
    y = high - 40
    found = []
    for number, (party, (colour, dashes)) in enumerate(LINES.items()):
        x = EDGE + number * 150
        found.append(
            f'<path d="M{x} {y} h40" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dashes or "none"}"/>'
            f'<text x="{x + 48}" y="{y + 4}">{party.value}</text>'
        )
    found.append(
        f'<text x="{EDGE}" y="{y + 26}">Not drawn: cancelled, by the sender from every state'
        " before the person is there; entered in error, by the sender from any.</text>"
    )
    return found

"""What happened at the pool during a task that failed, drawn with signs: a row per borrower, time from left to right.

         12 ms                                         116 ms
1 line 14  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━→
2 line 14  ··············································✗
         · waits  ━ holds  ✗ got none  → never returned
"""

from typing import NamedTuple

from poolschool.grading.pool_use import A_WAIT, Borrower, PoolUse, milliseconds

MOST_ROWS = 13  # borrowers; with the scale, the legend and what is left out 16 lines
LABEL = 15  # columns
LEAST = 12  # columns of a drawing


class Signs(NamedTuple):
    """What a drawing is made of."""

    waits: str
    holds: str
    gave_up: str
    kept: str


SIGNS = Signs("·", "━", "✗", "→")
PLAIN_SIGNS = Signs(".", "=", "x", ">")


def draw(use: PoolUse, columns: int, signs: Signs) -> list[str]:
    """Draw the use of a pool in so many columns; no lines if there is nothing to tell."""
    rows = use.most_telling(MOST_ROWS)
    if not rows:
        return []
    width = max(LEAST, columns - LABEL - 1)  # one for the sign at the end
    start = min(one.asked for one in rows)
    end = max(one.until for one in rows)
    scale = width / (end - start or 1.0)
    first, last = milliseconds(start), milliseconds(end)
    lines = [f"{'':{LABEL}}{first}{last:>{width + 1 - len(first)}}"]
    lines += [f"{_label(one):{LABEL}}{_row(one, start, scale, width, signs)}" for one in rows]
    words = zip(signs, ("waits", "holds", "got none", "never returned"), strict=True)
    lines.append(" " * LABEL + "  ".join(f"{sign} {word}" for sign, word in words))
    if use.asked > len(rows):
        lines.append(f"{'':{LABEL}}and {use.asked - len(rows)} more")
    return lines


def _label(one: Borrower) -> str:
    return f"{one.number:>4} " + (f"line {one.line}" if one.line else "not yours")


def _row(one: Borrower, start: float, scale: float, width: int, signs: Signs) -> str:
    """Draw one borrower: nothing that happened is narrower than a column."""
    begin = min(int((one.asked - start) * scale), width - 1)
    waits = max(1, round(one.waited * scale)) if one.waited >= A_WAIT else 0
    last = {"not returned": signs.kept, "returned": "", "waits": ""}.get(one.end, signs.gave_up)
    holds = max(1, round(one.held * scale)) if one.end in ("returned", "not returned") else 0
    waits = min(waits, width - begin - min(holds, 1))
    holds = min(holds, width - begin - waits)
    return " " * begin + signs.waits * waits + signs.holds * holds + last

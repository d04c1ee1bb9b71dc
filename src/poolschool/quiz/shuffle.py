"""Shuffle and draw by seed: the same in Python and in the page (docs/assets/quiz/shuffle.js), today and in ten years.

`random.Random` is Python's alone, hence two small known algorithms: FNV-1a makes a number of the seed and the
question's uid, mulberry32 draws from it.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_32_BITS = 0xFFFFFFFF
T = TypeVar("T")


class Draw:
    """Draws that belong to a seed and a question: the same ones every time."""

    def __init__(self, seed: int, uid: str) -> None:
        self._draws = _mulberry32(fnv1a(f"{seed}:{uid}"))

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return low + (next(self._draws) * (high - low + 1) >> 32)

    def one_of(self, choices: Sequence[T]) -> T:
        """Draw one of several."""
        return choices[self.whole(0, len(choices) - 1)]

    def some_of(self, choices: Sequence[T], count: int) -> list[T]:
        """Draw so many different ones, in the order in which they were drawn."""
        left = list(choices)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(count)]


def permutation(count: int, seed: int, uid: str) -> list[int]:
    """Give the numbers from 0 to count − 1 in the order that belongs to this seed and question."""
    order, draw = list(range(count)), Draw(seed, uid)
    for last in range(count - 1, 0, -1):
        other = draw.whole(0, last)
        order[last], order[other] = order[other], order[last]
    return order


def out_of_order(count: int, seed: int, uid: str) -> list[int]:
    """Shuffle likewise, but never into the right order: a question that asks for an order must not show it."""
    order = permutation(count, seed, uid)
    return [*order[1:], order[0]] if order == list(range(count)) else order


def fnv1a(text: str) -> int:
    """Hash a text to 32 bits (FNV-1a over its UTF-8)."""
    number = 0x811C9DC5
    for byte in text.encode(errors="replace"):
        number = (number ^ byte) * 0x01000193 & 0xFFFFFFFF
    return number


def _mulberry32(state: int) -> Iterator[int]:
    """Draw numbers of 32 bits."""
    while True:
        state = state + 0x6D2B79F5 & _32_BITS
        mixed = (state ^ state >> 15) * (state | 1) & _32_BITS
        mixed ^= mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _32_BITS) & _32_BITS
        yield mixed ^ mixed >> 14

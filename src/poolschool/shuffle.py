"""Shuffle by seed: the same order in Python and in the page (docs/assets/shuffle.js), today and in ten years.

`random.Random` is Python's alone, hence two small known algorithms: FNV-1a makes a number of the seed and the
question's uid, mulberry32 draws from it.
"""

from collections.abc import Iterator

_32_BITS = 0xFFFFFFFF


def shuffled(count: int, seed: int, uid: str) -> list[int]:
    """Give the numbers from 0 to count − 1 in the order that belongs to this seed and question."""
    order, draws = list(range(count)), _mulberry32(_fnv1a(f"{seed}:{uid}"))
    for last in range(count - 1, 0, -1):
        other = next(draws) * (last + 1) >> 32
        order[last], order[other] = order[other], order[last]
    return order


def out_of_order(count: int, seed: int, uid: str) -> list[int]:
    """Shuffle likewise, but never into the right order: a question that asks for an order must not show it."""
    order = shuffled(count, seed, uid)
    return [*order[1:], order[0]] if order == list(range(count)) else order


def _fnv1a(text: str) -> int:
    """Hash a text to 32 bits (FNV-1a over its UTF-8)."""
    number = 0x811C9DC5
    for byte in text.encode():
        number = (number ^ byte) * 0x01000193 & _32_BITS
    return number


def _mulberry32(state: int) -> Iterator[int]:
    """Draw numbers of 32 bits."""
    while True:
        state = state + 0x6D2B79F5 & _32_BITS
        mixed = (state ^ state >> 15) * (state | 1) & _32_BITS
        mixed ^= mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _32_BITS) & _32_BITS
        yield mixed ^ mixed >> 14

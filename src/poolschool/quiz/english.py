"""Number agreement in the texts of generated questions, where a number may be one in some versions."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Give a number with its noun: `1 connection`, `2 connections`; `plural` is needed where it is not noun + s."""
    return f"{number} {agree(number, noun, plural or f'{noun}s')}"


def agree(number: int, singular: str, plural: str) -> str:
    """Choose the form that goes with a number: `is` with 1, `are` with 0 and 2."""
    return singular if number == 1 else plural

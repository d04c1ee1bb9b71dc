"""A terminal with colours and nothing else; pytest's own writer does the same inside pytest."""

import os
from typing import TextIO

CODES = {"bold": 1, "light": 2, "red": 31, "green": 32, "yellow": 33}


class PlainTerminal:
    """Writes lines, coloured only where somebody looks: on a terminal, and unless NO_COLOR is set."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.hasmarkup = out.isatty() and "NO_COLOR" not in os.environ

    def line(self, s: str = "", **markup: bool) -> None:
        """Write a line at once."""
        self.write(self.markup(s, **markup) + "\n")

    def markup(self, text: str, **markup: bool) -> str:
        """Wrap a text in its colours."""
        codes = [str(CODES[name]) for name, on in markup.items() if on]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if codes and text and self.hasmarkup else text

    def write(self, text: str) -> None:
        """Write as it is."""
        self.out.write(text)
        self.out.flush()

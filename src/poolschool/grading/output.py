"""What a learner's code prints: kept in part, bounded in full, through a text stream like any other."""

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

KEPT_LINES = 20
KEPT_CHARACTERS = 4000
MOST_CHARACTERS = 200_000
STDOUT = 1


class TooMuchOutput(BaseException):
    """The learner's code printed without end. Not an Exception, so that `except Exception` in a loop cannot swallow it."""


class BoundedOutput(io.TextIOWrapper):
    """A text stream that remembers the first lines and refuses to go on after MOST_CHARACTERS, also through its `buffer`."""

    def __init__(self) -> None:
        self._kept = ""
        self._written = 0
        self._lower = io.BufferedWriter(_Bytes(self._note))
        super().__init__(self._lower, encoding="utf-8", write_through=True)

    def write(self, text: str) -> int:
        """Take a piece of output; raise TooMuchOutput when it has become too much."""
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.buffer.flush()
        self._note(text)
        return len(text)

    def take(self) -> str:
        """Return what was kept since the last time, and begin anew."""
        with suppress(ValueError):  # of a stream that was closed
            self._lower.flush()
        kept, self._kept, self._written = "\n".join(self._kept.splitlines()[:KEPT_LINES]), "", 0
        return kept

    def _note(self, text: str) -> None:
        if self._kept.count("\n") < KEPT_LINES and len(self._kept) < KEPT_CHARACTERS:
            self._kept += text[:KEPT_CHARACTERS]
        self._written += len(text)
        if self._written > MOST_CHARACTERS:
            self._written = 0  # the words about it must still get through
            raise TooMuchOutput(f"more than {MOST_CHARACTERS:,} characters of output")


class _Bytes(io.RawIOBase):
    """What lies below a text stream: bytes, passed on as text."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Return the number of the process's own output, which leads nowhere while an answer is graded."""
        return STDOUT

    def write(self, data: Any) -> int:
        """Pass bytes on; what is no UTF-8 is replaced."""
        piece = bytes(data)
        self._note(piece.decode("utf-8", "replace"))
        return len(piece)

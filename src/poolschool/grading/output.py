"""What a learner's code prints: kept in part, bounded in full."""

import io

KEPT_LINES = 20
MOST_CHARACTERS = 200_000


class TooMuchOutput(BaseException):
    """The learner's code printed without end. Not an Exception, so that `except Exception` in a loop cannot swallow it."""


class BoundedOutput(io.TextIOBase):
    """A text stream that remembers the first lines and refuses to go on after MOST_CHARACTERS."""

    def __init__(self) -> None:
        self.kept = ""
        self.written = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Take a piece of output; raise TooMuchOutput when it has become too much."""
        if self.kept.count("\n") < KEPT_LINES and len(self.kept) < 4000:
            self.kept += text[:4000]
        self.written += len(text)
        if self.written > MOST_CHARACTERS:
            self.written = 0  # the words about it must still get through
            raise TooMuchOutput(f"more than {MOST_CHARACTERS:,} characters of output")
        return len(text)

    def take(self) -> str:
        """Give what was kept since the last time, and begin anew."""
        kept, self.kept, self.written = "\n".join(self.kept.splitlines()[:KEPT_LINES]), "", 0
        return kept

"""Where a worker was when its time was over: the learner's innermost line in the stacks that it left."""

import os
import re
import stat
from pathlib import Path

NO_TRICKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
MOST_BYTES = 1_000_000
FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)


def innermost_line(stacks: Path, learner: Path, source: Path | None = None) -> tuple[str, str]:
    """Give `file:line` and the code of the learner's innermost line, ("", "") if there is none.

    `source` is the file to which the learner's led when grading began, if it was a link.
    The main thread's stack comes last in the file and counts first.
    """
    try:
        threads = _plain_text(stacks).split("\n\n")
        lines = _plain_text(source or learner).splitlines()
    except OSError:
        return "", ""
    for thread in reversed(threads):
        for frame in FRAME.finditer(thread):
            if Path(frame["file"]) == learner and int(frame["line"]) <= len(lines):
                return f"{learner.name}:{frame['line']}", lines[int(frame["line"]) - 1].strip()
    return "", ""


def _plain_text(path: Path) -> str:
    """Read a file that a learner's code may have replaced by a link, a pipe or a huge one."""
    with os.fdopen(os.open(path, os.O_RDONLY | NO_TRICKS), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("no plain file")
        return file.read(MOST_BYTES).decode("utf-8", errors="replace")

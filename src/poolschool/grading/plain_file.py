"""What lies at a file's place: nothing but a plain file is opened, for a pipe or a device may never come to an end."""

import os
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def kind_of_place(path: Path) -> str:
    """Name what lies at a path instead of a plain file; "" for a plain file, also at the end of a link."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - follows links, as whoever opens it
    except (OSError, ValueError) as error:
        if os.path.islink(path):  # noqa: PTH114 - no OSError for a name that no file can have
            return "a link that leads to no file"
        return "nothing" if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError) else "closed to you"
    if stat.S_ISREG(mode):
        return ""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")


def plain_bytes(path: Path) -> bytes:
    """Read a plain file; raise OSError for anything else, without opening it."""
    if kind := kind_of_place(path):
        raise OSError(f"{path} is {kind}, and no file")
    return path.read_bytes()

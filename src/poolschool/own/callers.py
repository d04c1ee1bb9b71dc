"""Which line of the app is behind a checkout: the innermost one outside of SQLAlchemy, Python's own library and this room.

Text and numbers are noted, never a frame: a frame that is kept keeps all its variables, also the connection.
"""

import os
import sys
from collections.abc import Iterable
from types import FrameType

try:
    from greenlet import getcurrent
except ImportError:  # SQLAlchemy comes without it: then no engine of this process is async

    def getcurrent() -> None:
        """Tell that there are no greenlets."""


# Who stands between an app and the pool. engine.begin() comes through contextlib.
LIBRARIES = frozenset({"sqlalchemy", "sqlmodel", "greenlet", *sys.stdlib_module_names})
ROOM = __name__.rpartition(".")[0]

Noted = tuple[str, int, str]  # the file as Python knows it, the line's number, the function's name
UNKNOWN: Noted = ("unknown", 0, "unknown")  # no frame of the app: what is raised here would fail the checkout


class Callers:
    """Finds callers; `libraries` are further top-level modules to look past, as in "fastcrud"."""

    def __init__(self, libraries: Iterable[str] = ()) -> None:
        self._is_library = _Libraries(LIBRARIES.union(libraries))

    def line(self) -> Noted:
        """Find the innermost of the app's lines: what every checkout does, so it is lines(1) in a hurry."""
        is_library = self._is_library
        frame: FrameType | None = sys._getframe(3)  # our own: this function, the note, connect()
        while frame is not None:
            if not is_library[frame.f_globals.get("__name__")]:
                code = frame.f_code
                return code.co_filename, frame.f_lineno, code.co_qualname
            frame = frame.f_back
        return self.lines(1)[0]

    def lines(self, most: int) -> list[Noted]:
        """Find the app's lines that led here, the innermost first; at least one, and not more than asked for."""
        is_library, running, found = self._is_library, getcurrent(), list[Noted]()
        frame: FrameType | None = sys._getframe(2)
        while True:
            while frame is not None:
                # By the module's name, not by the file: the Session has a generated frame without a file.
                if not is_library[frame.f_globals.get("__name__")]:
                    code = frame.f_code
                    found.append((code.co_filename, frame.f_lineno, code.co_qualname))
                    if len(found) == most:
                        return found
                frame = frame.f_back
            # An async engine runs SQLAlchemy in a greenlet: where its stack ends, that of its parent goes on.
            running = None if running is None else running.parent
            if running is None:
                return found or [UNKNOWN]
            frame = running.gr_frame


class _Libraries(dict[object, bool]):
    """Whether a module belongs to a library, by its name; each name is looked at once."""

    def __init__(self, libraries: frozenset[str]) -> None:
        super().__init__()
        self._libraries = libraries

    def __missing__(self, module: object) -> bool:
        name = str(module)
        ours = name == ROOM or name.startswith(f"{ROOM}.")
        self[module] = found = ours or name.partition(".")[0] in self._libraries
        return found


def place(noted: Noted) -> str:
    """Write file and line as editors open them; below the working directory without that directory's name."""
    file, line, _ = noted
    here = os.getcwd() + os.sep  # noqa: PTH109 - text is compared, no path is asked for
    return f"{file.removeprefix(here)}:{line}" if line else file

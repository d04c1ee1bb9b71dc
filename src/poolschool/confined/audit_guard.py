"""A guard in the interpreter: an audit hook, which Python cannot take away again, refuses what an answer has no need of.

It stops what people try and names it, on every system. Whoever brings machine code of their own gets past it: see
poolschool.confined.system for what the kernel refuses. Events are those of https://docs.python.org/3/library/audit_events.html .
"""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

NEW_PROCESS = {
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2", "os.system"),
    *("pty.spawn", "subprocess.Popen"),
}
# What would change the limits, or this guard.
LIMITS = {"resource.prlimit", "resource.setrlimit", "sys.addaudithook", "os.chown", "os.setxattr", "os.removexattr"}
# What is told of an event, and at which places of its arguments paths stand.
WRITES = {
    "os.chmod": ("changing the rights of", (0,)),
    "os.link": ("linking", (0, 1)),
    "os.mkdir": ("making the folder", (0,)),
    "os.remove": ("removing", (0,)),
    "os.rename": ("renaming", (0, 1)),
    "os.rmdir": ("removing the folder", (0,)),
    "os.symlink": ("making the link", (1,)),
    "os.truncate": ("emptying", (0,)),
    "os.utime": ("changing the date of", (0,)),
}
READS = {"os.listdir", "os.scandir"}
# Ways to the objects of others, to the grader's secrets among them: libraries may need them, an answer does not.
# Frames are not among them: a lesson asks for the line that borrowed.
PEEKS = {
    *("gc.get_objects", "gc.get_referents", "gc.get_referrers", "sys._current_frames", "sys._current_exceptions"),
    *("code.__new__", "sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"),
}
INNARDS = {"__code__", "__defaults__", "__kwdefaults__"}
CTYPES = {
    *("ctypes.addressof", "ctypes.call_function", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.memoryview_at"),
    *("ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.PyObj_FromPtr"),
    *("ctypes.string_at", "ctypes.wstring_at"),
}
OTHERS = {
    *("open", "sqlite3.connect", "os.kill", "os.killpg", "socket.connect", "import"),
    *("object.__setattr__", "compile"),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MOST_SAID = 20
MOST_WORDS = 200
IN_MEMORY = {"", ":memory:"}


class Refused(PermissionError):
    """Something that an answer may not do while it is graded."""


def stand_guard(
    *,
    writable: str,
    readable: tuple[str, ...],
    trusted: tuple[str, ...],
    files: int,
    tell: Callable[[str], None],
) -> None:
    """Refuse from now on, in every thread. `trusted` are the folders of code that is not the learner's; `tell` hears refusals.

    What a library tries to read is refused without a word: imports and entry points are looked for in every folder of
    sys.path, and a no is an answer. An answer that lets a library read for it gets the same exception.
    """
    # Everything is held by the closure: what a learner replaces in a module later is not asked.
    real, join, inside, own, within = os.path.realpath, os.path.join, threading.get_ident, os.getpid(), _within
    frame_at, told, written, busy = sys._getframe, [0], [0], set[int]()
    ours = (*(join(folder, "") for folder in trusted), "<frozen ")
    write_in, read_in = (join(writable, ""),), tuple(join(folder, "") for folder in readable)

    def refuse(what: str, *, silently: bool = False) -> None:
        told[0] += not silently
        if not silently and told[0] <= MOST_SAID:
            tell(what[:MOST_WORDS])
        raise Refused(f"{what[:MOST_WORDS]} is not allowed while an answer is graded")

    def of_learner() -> bool:
        """Say whether it is the learner's code itself that raised the event."""
        return not frame_at(3).f_code.co_filename.startswith(ours)

    def path(given: object) -> str | None:
        """Give the true path of an event's argument; None for an open file's number."""
        if isinstance(given, bytes):
            given = given.decode("utf-8", "surrogateescape")
        return real(given) if isinstance(given, str) else None

    def may(given: object, folders: tuple[str, ...], doing: str, *, silently: bool = False) -> None:
        place = path(given)
        if place is not None and not within(place, folders):
            refuse(f"{doing} {given!s}", silently=silently)

    def look(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            name, _, flags = args
            if isinstance(flags, int) and flags & WRITING:
                if name not in ("/dev/null", b"/dev/null"):
                    may(name, write_in, "writing to")
                    written[0] += 1
                    if written[0] > files:
                        refuse(f"writing more than {files} files")
            else:
                may(name, read_in, "reading", silently=not of_learner())
        elif event in WRITES:
            doing, places = WRITES[event]
            for place in places:
                may(args[place], write_in, doing)
        elif event == "sqlite3.connect":
            if args[0] not in IN_MEMORY:
                may(str(args[0]).removeprefix("file:").partition("?")[0] or None, write_in, "opening the database")
        elif event in READS:
            may(args[0] if args[0] is not None else ".", read_in, "looking into", silently=not of_learner())
        elif event in NEW_PROCESS:
            refuse(f"starting a process ({event})")
        elif event in LIMITS or event in CTYPES:
            refuse(event)
        elif event in ("os.kill", "os.killpg"):
            if args[0] != own:
                refuse(f"a signal to another process ({event})")
        elif event == "socket.connect":
            if (far := _elsewhere(args[1])) is not None:
                refuse(f"a connection to {far}")
        elif event == "import":
            if args[0] in ("ctypes", "_ctypes", "cffi", "_cffi_backend"):
                refuse(f"importing {args[0]}")
        elif event in PEEKS:
            if of_learner():
                refuse(f"looking at what belongs to others ({event})")
        elif event == "object.__setattr__":
            if args[1] in INNARDS and args[0].__globals__.get("__file__", "").startswith(ours) and of_learner():
                refuse(f"changing {args[0].__qualname__}")
        elif event == "compile" and isinstance(args[1], str) and args[1].startswith(ours) and of_learner():
            refuse("code under another file's name")

    watched = frozenset({*NEW_PROCESS, *LIMITS, *WRITES, *READS, *PEEKS, *CTYPES, *OTHERS})

    def guard(event: str, args: tuple[Any, ...]) -> None:
        if event not in watched:  # thousands, of every id() and many attributes
            return
        thread = inside()
        if thread in busy:  # what this function itself causes
            return
        busy.add(thread)
        try:
            look(event, args)
        finally:
            busy.discard(thread)

    sys.addaudithook(guard)


def _within(place: str, folders: tuple[str, ...]) -> bool:
    return f"{place}{os.sep}".startswith(folders) or place in {"/dev/null", "/dev/urandom", "/dev/random"}


def _elsewhere(address: object) -> str | None:
    """Give the place to connect to if it is not on this machine; a local socket belongs to another program too."""
    if not isinstance(address, tuple):
        return str(address)
    host = str(address[0])
    return None if host in ("127.0.0.1", "::1", "localhost") or host.startswith("127.") else host

"""What the guard refuses: one table, event → rule. Events are those of https://docs.python.org/3/library/audit_events.html .

A rule gets an event's arguments and the file whose code raised it, and returns a Refusal or None. The guard runs a private
copy of this module with builtins of its own: what a learner replaces in a module is not asked. For the same reason a path is
resolved here, component by component, with the system's own calls, and never by a method of the learner's object.
"""

import os
import re
import sys
from collections.abc import Callable
from os import getcwd, getpid, lstat, readlink, sep
from os import name as system
from os.path import realpath
from pathlib import Path
from stat import S_ISDIR, S_ISLNK
from types import FunctionType
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """Why something is refused; `silent` if a library asked, to which a no is an answer, `search` if modules are looked for there."""

    what: str
    silent: bool = False
    search: bool = False


Args = tuple[Any, ...]
Rule = Callable[[Args, str], Refusal | None]

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
UNNAMED = getattr(os, "O_TMPFILE", 0)
MOST_LINKS = 40  # as many as Linux follows
DEVICES = ("/dev/null", "/dev/urandom", "/dev/random")
NO_DIR_FD = -1
IN_MEMORY = ("", ":memory:")
THIS_MACHINE = re.compile(r"127(\.\d{1,3}){3}|::1|localhost")

NEW_PROCESS = (
    *("os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.startfile/2", "os.system"),
    *("pty.spawn", "subprocess.Popen"),
)
# What would change the limits or this guard, and an interpreter in which no guard stands.
LIMITS = (
    *("resource.prlimit", "resource.setrlimit", "sys.addaudithook", "os.chown", "os.setxattr", "os.removexattr"),
    *("cpython.PyInterpreterState_New", "sqlite3.enable_load_extension", "sqlite3.load_extension"),
)
CTYPES = (
    *("ctypes.addressof", "ctypes.call_function", "ctypes.cdata", "ctypes.cdata/buffer", "ctypes.memoryview_at"),
    *("ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.PyObj_FromPtr"),
    *("ctypes.string_at", "ctypes.wstring_at"),
)
# Ways to the objects of others, to the grader's secrets among them: a checker may need them, nobody else does.
# Frames are not among them: a lesson asks for the line that borrowed.
PEEKS = (
    *("gc.get_objects", "gc.get_referents", "gc.get_referrers", "sys._current_frames", "sys._current_exceptions"),
    *("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"),
)
# Machine code, interpreters without a guard, and fresh copies of modules from which something was taken away.
NOT_IMPORTED = frozenset(
    (
        *("ctypes", "_ctypes", "cffi", "_cffi_backend", "_xxsubinterpreters", "_interpreters", "_xxinterpchannels"),
        *("_testcapi", "_testinternalcapi", "_testlimitedcapi", "_ctypes_test"),
        *("posix", "nt", "_signal", "_posixsubprocess", "_imp"),
    )
)
INNARDS = ("__code__", "__defaults__", "__kwdefaults__")
# What is said of an event, at which of its arguments paths stand, where a dir_fd stands, and whether a link is followed.
WRITES: dict[str, tuple[str, tuple[int, ...], tuple[int, ...], bool]] = {
    "os.chmod": ("changing the rights of", (0,), (2,), True),
    "os.link": ("linking", (0, 1), (2, 3), False),
    "os.mkdir": ("making the folder", (0,), (2,), False),
    "os.remove": ("removing", (0,), (1,), False),
    "os.rename": ("renaming", (0, 1), (2, 3), False),
    "os.rmdir": ("removing the folder", (0,), (1,), False),
    "os.symlink": ("making the link", (1,), (2,), False),
    "os.utime": ("changing the date of", (0,), (3,), True),
    "os.truncate": ("emptying", (0,), (), True),
}
READS = ("os.listdir", "os.scandir", "os.chdir")
SIGNALS = ("os.kill", "os.killpg")
SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")
OWNER = {"fcntl.fcntl": (8, 10, 15), "fcntl.ioctl": (0x8901, 0x8902, 0x5412)}  # signals for others, keys for a terminal


def table(
    *, writable: str, readable: tuple[str, ...], trusted: tuple[str, ...], checker: str, files: int
) -> dict[str, Rule]:
    """Make the table. `trusted` is how names of files begin whose code is not the learner's; `checker` may look around."""
    slash = sep
    ours = (*trusted, "<frozen ")
    write_in, read_in = (writable.rstrip(slash) + slash,), tuple(folder.rstrip(slash) + slash for folder in readable)
    own, written, searched = getpid(), [0], frozenset(sys.path)

    def outside(given: object, folders: tuple[str, ...], doing: str, *, follow: bool = True) -> str:
        """Say what is wrong with a path; nothing if it lies in the folders."""
        if (path := plain(given)) is None:
            return f"{doing} a path that is no plain text"
        place = resolve(path, follow=follow)
        return "" if place is not None and (place + slash).startswith(folders) else f"{doing} {path}"

    def opening(args: Args, by: str) -> Refusal | None:
        name, mode, flags = args
        if type(name) is int:  # open already
            return None
        if type(flags) is int and flags & WRITING and (path := plain(name)) not in DEVICES:
            if what := outside(name, write_in, "writing to"):
                return Refusal(what)
            unnamed = UNNAMED and flags & UNNAMED == UNNAMED
            if mode is None and not unnamed and path is not None and is_folder(path):
                return Refusal(f"opening the folder {path}")
            written[0] += 1
            return Refusal(f"writing more than {files} files") if written[0] > files else None
        if plain(name) in DEVICES:
            return None
        if what := outside(name, read_in, "reading"):
            return Refusal(what, by.startswith(ours), is_searched(name))
        # A folder's number would let relative paths begin there, which no event tells.
        return Refusal(f"opening the folder {plain(name)}") if mode is None and is_folder(plain(name) or "") else None

    def writing(event: str) -> Rule:
        doing, places, dir_fds, follow = WRITES[event]

        def rule(args: Args, _: str) -> Refusal | None:
            for place in dir_fds:
                if len(args) > place and args[place] != NO_DIR_FD:
                    return Refusal(f"{doing} {plain(args[0])} by the number of a folder")
            for place in places:
                if event == "os.truncate" and type(args[place]) is int:  # of a file that could be opened for writing
                    continue
                if what := outside(args[place], write_in, doing, follow=follow):
                    return Refusal(what)
            return None

        return rule

    def looking(args: Args, by: str) -> Refusal | None:
        what = outside("." if args[0] is None else args[0], read_in, "looking into")
        return Refusal(what, by.startswith(ours), is_searched(args[0])) if what else None

    def is_searched(given: object) -> bool:
        """Say whether a path is one of the folders in which modules were looked for before the answer ran."""
        return plain(given) in searched

    def database(args: Args, _: str) -> Refusal | None:
        name = args[0]
        if type(name) is PATH and PATH.__fspath__ is FSPATH:
            name = FSPATH(name)
        if (path := plain(name)) is None:
            return Refusal("opening the database of a path that is no plain text")
        if path.startswith("file:"):
            path, _, options = path.removeprefix("file:").partition("?")
            if "%" in path or "vfs" in options:
                return Refusal(f"opening the database {path}")
            path = "/" + path.removeprefix("//").partition("/")[2] if path.startswith("//") else path
        if path in IN_MEMORY:
            return None
        what = outside(path, write_in, "opening the database")
        return Refusal(what) if what else None

    def signalling(event: str) -> Rule:
        def rule(args: Args, _: str) -> Refusal | None:
            return None if args[0] == own else Refusal(f"a signal to another process ({event})")

        return rule

    def owning(event: str) -> Rule:
        refused = OWNER[event]

        def rule(args: Args, _: str) -> Refusal | None:
            return Refusal(f"a signal to another process ({event})") if args[1] in refused else None

        return rule

    def sending(args: Args, _: str) -> Refusal | None:
        far = elsewhere(args[1])
        return Refusal(f"a connection to {far}") if far else None

    def importing(args: Args, _: str) -> Refusal | None:
        name, file = plain(args[0]), args[1]
        if name is None or name in NOT_IMPORTED or name.partition(".")[0] in NOT_IMPORTED:
            return Refusal(f"importing {name}")
        if file is not None:
            place = resolve(plain(file) or "/")
            if place is None or not place.startswith(tuple(real_code)):
                return Refusal(f"importing machine code ({name})")
        return None

    def peeking(event: str) -> Rule:
        def rule(_: Args, by: str) -> Refusal | None:
            return None if by == checker else Refusal(f"looking at what belongs to others ({event})")

        return rule

    def coding(event: str) -> Rule:
        def rule(_: Args, by: str) -> Refusal | None:
            return None if by.startswith(ours) else Refusal(f"looking at what belongs to others ({event})")

        return rule

    def compiling(args: Args, by: str) -> Refusal | None:
        name = "" if args[1] is None else plain(args[1])
        if name is not None and not name.startswith(ours):
            return None
        reads_source = by.startswith("<frozen importlib") or by.endswith(f"assertion{slash}rewrite.py")
        return None if name is not None and reads_source else Refusal("code under another file's name")

    def setting(args: Args, _: str) -> Refusal | None:
        thing, name = args[0], args[1]
        if name == "__class__":
            kept = id(type(thing)) in guarded or id(thing) in guarded
            return Refusal("changing the class of a part of the grading") if kept else None
        # A function of ours, whatever its module claims now.
        if name in INNARDS and type(thing) is FunctionType and thing.__code__.co_filename.startswith(trusted):
            return Refusal(f"changing {thing.__qualname__}")
        return None

    real_code = [f"{resolve(place)}{slash}" for place in trusted if place.endswith(slash)]
    guarded = keep_their_class()

    def refused(what: str) -> Rule:
        return lambda _args, _by: Refusal(what)

    rules: dict[str, Rule] = {
        "open": opening,
        "sqlite3.connect": database,
        "import": importing,
        "compile": compiling,
        "object.__setattr__": setting,
        "object.__delattr__": setting,
        "code.__new__": coding("code.__new__"),
        "marshal.loads": coding("marshal.loads"),
    }
    rules |= {event: writing(event) for event in WRITES}
    rules |= dict.fromkeys(READS, looking)
    rules |= dict.fromkeys(SENDS, sending)
    rules |= {event: signalling(event) for event in SIGNALS}
    rules |= {event: owning(event) for event in OWNER}
    rules |= {event: peeking(event) for event in PEEKS}
    rules |= {event: refused(f"starting a process ({event})") for event in NEW_PROCESS}
    rules |= {event: refused(event) for event in (*LIMITS, *CTYPES)}
    return rules


PATH = type(Path())
FSPATH = PATH.__fspath__
KEEP_THEIR_CLASS = ("poolschool.", "_pytest.", "pluggy.", "starlette.testclient.", "fastapi.testclient.", "httpx")


def keep_their_class() -> frozenset[int]:
    """Collect the identities of the modules, and of the classes with instances, that must stay what they are."""
    modules = {name: module for name, module in list(sys.modules.items()) if f"{name}.".startswith(KEEP_THEIR_CLASS)}
    values = [value for module in modules.values() for value in list(vars(module).values())]
    classes = [value for value in values if isinstance(value, type) and value.__module__.startswith(KEEP_THEIR_CLASS)]
    return frozenset(map(id, (*modules.values(), *classes)))


def plain(given: object) -> str | None:
    """Return the text that the system will get, as an exact str; None for anything that is no text."""
    if type(given) is str:
        return given
    if type(given) is bytes:
        return given.decode("utf-8", "surrogateescape")
    if isinstance(given, str):
        copy = str.__str__(given)  # reads the characters, as the kernel will, and no method of the learner's class
        return copy if type(copy) is str else None
    return None


def is_folder(path: str) -> bool:
    """Say whether a path leads to a folder."""
    try:
        return S_ISDIR(lstat(resolve(path) or path).st_mode)
    except (OSError, ValueError):
        return False


def resolve(path: str, *, follow: bool = True) -> str | None:
    """Return the place that the kernel would reach, without `follow` that of a last link itself; None if there is none."""
    if system == "nt":
        return realpath(path)
    try:
        done = "" if path.startswith("/") else getcwd().rstrip("/")  # noqa: PTH109 - as the kernel has it
        left, links = path.split("/")[::-1], 0
        while left:
            part = left.pop()
            if part in ("", "."):
                continue
            if part == "..":
                done = done.rpartition("/")[0]
                continue
            here = f"{done}/{part}"
            if (left or follow) and is_link(here):
                links += 1
                if links > MOST_LINKS:
                    return None
                target = readlink(here)  # noqa: PTH115 - no method of a class that can be changed
                done = "" if target.startswith("/") else done
                left += target.split("/")[::-1]
            else:
                done = here
    except (OSError, ValueError):
        return None
    return done or "/"


def is_link(path: str) -> bool:
    """Say whether a path is a link itself."""
    try:
        return S_ISLNK(lstat(path).st_mode)
    except OSError:
        return False


def elsewhere(address: object) -> str:
    """Name the place of a socket's address unless it is on this machine; a local socket belongs to another program too."""
    if address is None:  # of a socket that is connected
        return ""
    if type(address) is not tuple or not address:
        return str(plain(address) or "an address of another kind")
    host = plain(address[0])
    return "" if host is not None and THIS_MACHINE.fullmatch(host) else str(host)

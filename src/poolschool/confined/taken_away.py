"""What answers have no need of and no audit event tells: taken away before the learner's code runs.

Whoever finds another way to it meets the kernel, where Landlock or another user stand: see poolschool.confined.system.
"""

import functools
import importlib
import shutil
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from typing import Any, NoReturn

PIDFD = "a signal to another process"
# Module, function, what is said.
WITHOUT_EVENT = (
    ("os", "pidfd_open", PIDFD),
    ("posix", "pidfd_open", PIDFD),
    ("signal", "pidfd_send_signal", PIDFD),
    ("_signal", "pidfd_send_signal", PIDFD),
    ("_posixsubprocess", "fork_exec", "starting a process"),
    ("subprocess", "_fork_exec", "starting a process"),
    *((module, name, "making a special file") for module in ("os", "posix") for name in ("mkfifo", "mknod")),
    *((module, name, "leaving its place") for module in ("os", "posix") for name in ("chroot", "setns", "unshare")),
    *(
        (module, name, "changing how others run")
        for module in ("os", "posix")
        for name in ("setpriority", "sched_setaffinity", "sched_setscheduler", "sched_setparam")
    ),
)
TAKEN_AWAY = frozenset((module, name) for module, name, _ in WITHOUT_EVENT)
# Built in, and loaded already: a fresh copy would have all again.
LOADED = ("posix", "nt", "_signal", "_posixsubprocess", "_imp", "_thread")


def take_away(refuse: Callable[[str], NoReturn]) -> None:
    """Replace each of these functions by one that refuses it."""
    for module, name, what in WITHOUT_EVENT:
        try:
            place = importlib.import_module(module)
        except ImportError:
            continue
        if hasattr(place, name):
            setattr(place, name, hidden(_refusing(refuse, f"{what} ({name})")))
    make_spec = ModuleSpec
    imports: Any = importlib.import_module("_imp")
    real = imports.create_builtin

    def create_builtin(spec: Any) -> Any:
        name = str.__str__(spec.name)
        if name in LOADED:
            refuse(f"importing {name}")
        return real(make_spec(name, None))

    imports.create_builtin = hidden(create_builtin)
    # Removing a tree by numbers of folders is not needed, and cannot be looked at; by paths it can.
    shutil._use_fd_functions = False  # type: ignore[attr-defined]


def hidden(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function in C, so that neither its closure nor its defaults can be reached by who calls it."""
    wrap: Any = functools._lru_cache_wrapper
    wrapped: Callable[..., Any] = wrap(function, 0, False, functools._CacheInfo)
    return wrapped


def _refusing(refuse: Callable[[str], NoReturn], what: str) -> Callable[..., NoReturn]:
    return lambda *_, **__: refuse(what)

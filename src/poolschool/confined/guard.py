"""A guard in the interpreter: an audit hook, which Python cannot take away again, refuses what an answer has no need of.

It stops what people try and names it, on every system. Whoever brings machine code of their own gets past it, and so does
whoever swaps a link between the look and the act: see poolschool.confined.system for what the kernel refuses.
"""

import builtins
import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from poolschool.confined import rules

MOST_SAID = 20
MOST_WORDS = 200
Decide = Callable[[str, tuple[Any, ...]], str | None]


class Refused(PermissionError):
    """Something that an answer may not do while it is graded."""


def stand_guard(
    *,
    writable: str,
    readable: tuple[str, ...],
    trusted: tuple[str, ...],
    checker: str,
    files: int,
    tell: Callable[[str], None],
    notice: Callable[[str], None] = lambda _: None,
) -> None:
    """Refuse from now on, in every thread. `tell` hears refusals, `notice` those that are silent.

    `trusted` is how the names of files begin whose code is not the learner's.

    What a library tries to read is refused without failing the task, for a no may be an answer: an answer that lets a
    library read for it gets the same exception, and the instructor hears of it. Only a look for modules and entry points
    into the folders of sys.path is passed over: every import does that.
    """
    own = _private_copy(rules)
    table = own["table"](writable=writable, readable=readable, trusted=trusted, checker=checker, files=files)
    own |= {
        "rules": table,
        "tell": tell,
        "notice": notice,
        "_getframe": sys._getframe,
        "told": [0],
        "noticed": [0],
        "MOST_SAID": MOST_SAID,
        "MOST_WORDS": MOST_WORDS,
    }
    exec(compile(_DECIDE, "<the guard>", "exec"), own)  # noqa: S102 - our own source, in the private copy's namespace
    # A wrapper in C hides the function: a Refused carries the frames from which it comes, and they must lead nowhere.
    wrap: Any = functools._lru_cache_wrapper
    decide: Decide = wrap(own["decide"], 0, False, functools._CacheInfo)

    def guard(
        event: str,
        args: tuple[Any, ...],
        watched: frozenset[str] = frozenset(table),
        decide: Decide = decide,
        refused: type = Refused,
    ) -> None:
        if event in watched:  # a few among thousands
            why = decide(event, args)
            if why is not None:
                raise refused(why)

    sys.addaudithook(guard)


# Looks up everything in the private copy of the rules. No event is exempt while it runs: nothing here causes one that is refused.
_DECIDE = '''
def decide(event, args):
    """Return the words of a refusal, None if an event may happen."""
    try:
        by = plain(_getframe(2).f_code.co_filename)
    except ValueError:
        by = ""
    refusal = rules[event](args, by or "")
    if refusal is None:
        return None
    what = refusal.what[:MOST_WORDS]
    if not refusal.silent:
        told[0] += 1
        if told[0] <= MOST_SAID:
            tell(what)
    elif not refusal.search:
        noticed[0] += 1
        if noticed[0] <= MOST_SAID:
            notice(what)
    return f"{what} is not allowed while an answer is graded"
'''


def _private_copy(module: ModuleType) -> dict[str, Any]:
    """Run a module's code once more in a namespace that no module table holds, with a copy of the builtins."""
    loader: Any = module.__loader__
    namespace = {"__name__": module.__name__, "__file__": module.__file__, "__builtins__": dict(vars(builtins))}
    exec(loader.get_code(module.__name__), namespace)  # noqa: S102 - our own module
    return namespace

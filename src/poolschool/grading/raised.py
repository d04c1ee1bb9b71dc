"""Turn an exception from a learner's code into words: what was called, what was returned, where, and one hint."""

import re
import traceback
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from sqlalchemy import Pool

from poolschool.checks import CallNote, Wrong
from poolschool.grading.output import TooMuchOutput

POOL_EMPTY = (
    "Every connection was in use and none was returned in time. Look for code that never closes, "
    "or for more loans at once than the pool may open."
)
# Whoever notices it first: it is the learner's code that used so much.
TOO_MUCH = (MemoryError, RecursionError, TooMuchOutput)
MOST_TRACE = 10_000
MOST_WORDS = 600  # characters of one answer that a verdict shows
HINTS: dict[str, str] = {
    "SystemExit": "A handler must not end the whole program: return, or raise an error that somebody can handle.",
    "EOFError": "Nobody is there to answer: leave input() away.",
    "MemoryError": "There is no room for so much: look for what grows without end, also in what repr() gives.",
    "RecursionError": "The function calls itself and never comes to an end.",
    "NotImplementedError": "This is where your code goes.",
    "ResourceClosedError": "The connection had been returned already. Borrow again, or return it later.",
    "PendingRollbackError": "A statement failed before, and the transaction waits for rollback().",
    "ModuleNotFoundError": "Is the name right? The course needs no other packages than those it installs.",
    "KeyboardInterrupt": "Leave KeyboardInterrupt to the person at the keyboard.",
}


def explain(problem: BaseException, learner: Path, module: ModuleType | None = None) -> dict[str, Any] | None:
    """Give the fields of a failed Verdict, or None if the problem is not the learner's but the checker's."""
    if isinstance(problem, Wrong):
        return {
            "called": problem.called,
            "got": _bounded(problem.got),
            "expected": _bounded(problem.expected),
            "hint": problem.hint,
            "belief": problem.belief,
        }
    if isinstance(problem, SyntaxError) and problem.filename == str(learner):
        return {
            "called": f"import {learner.stem}",
            "got": f"a syntax error: {problem.msg}",
            "where": f"{learner.name}:{problem.lineno}",
            "code": (problem.text or "").rstrip(),
            "hint": "Python cannot read this line, or the one before it.",
        }
    if (missing := _missing_name(problem, learner, module)) is not None:
        return missing
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if Path(frame.filename) == learner]
    # A checker asks a pool for what the stub's class of pool has; another class was the learner's choice.
    if not frames and isinstance(problem, AttributeError) and isinstance(pool := getattr(problem, "obj", None), Pool):
        return {
            "called": CallNote.text or f"import {learner.stem}",
            "got": f"an engine with a {type(pool).__name__}, which has no `{problem.name}`",
            "expected": "the class of pool that the task speaks of",
            "hint": "Which `poolclass` does create_engine get?",
        }
    name = type(problem).__name__
    if not frames and not _called_wrongly(problem) and not isinstance(problem, TOO_MUCH):
        return None
    fields = {
        "called": CallNote.text or f"import {learner.stem}",
        "got": exception_line(problem),
        "hint": HINTS.get(name, ""),
        "trace": frames_of(problem, _from_learner(problem.__traceback__, learner)),
    }
    if frames:
        fields |= {"where": f"{learner.name}:{frames[-1].lineno}", "code": frames[-1].line or ""}
    if isinstance(problem, TooMuchOutput):
        fields |= {"got": str(problem), "hint": "Look for a print in a loop that never ends.", "trace": ""}
    elif name == "TimeoutError" and type(problem).__module__ == "sqlalchemy.exc":
        fields |= {"hint": POOL_EMPTY}
    elif (
        isinstance(problem, NameError)
        and module is not None
        and (near := get_close_matches(str(problem.name), dir(module)))
    ):
        fields |= {"hint": f"Did you mean `{near[0]}`?"}
    elif isinstance(problem, SystemExit):
        fields |= {"got": f"the program ended itself: sys.exit({'' if problem.code is None else repr(problem.code)})"}
    return fields


def explain_neighbour(problem: BaseException, learner: Path, checker: Path) -> dict[str, Any] | None:
    """Return the fields of a failed Verdict that name a file beside the checker or the answer which is not of the course."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if Path(frame.filename) != checker]
    near = [frame for frame in frames if Path(frame.filename).parent in (checker.parent, learner.parent)]
    if not near:
        return None
    name = Path(near[-1].filename).name
    return {
        "called": CallNote.text or f"import {name}",
        "got": f"{exception_line(problem)}, in {name}",
        "where": f"{name}:{near[-1].lineno}",
        "code": near[-1].line or "",
        "hint": f"{name} is not of the course. Fix it, or take it out of this folder.",
    }


def frames_of(problem: BaseException, trace: TracebackType | None) -> str:
    """Return an exception as Python prints it, cut; "" if it breaks when looked at."""
    try:
        return "".join(traceback.format_exception(type(problem), problem, trace))[:MOST_TRACE]
    except Exception:
        return ""


def exception_line(problem: BaseException) -> str:
    """Give an exception's name and the first line of its text, as a traceback would end."""
    try:
        text = str(problem)[:MOST_TRACE].strip()
    except Exception:  # a learner's own exception may break even here
        text = ""
    name = type(problem).__name__
    return f"{name}: {_bounded(text.splitlines()[0])}" if text else name


def _missing_name(problem: BaseException, learner: Path, module: ModuleType | None) -> dict[str, Any] | None:
    """Words for a name that the checker looks for in the learner's file and does not find."""
    if not isinstance(problem, AttributeError | ImportError) or module is None:
        return None
    imported = re.match(r"cannot import name '(\w+)'", str(problem)) if problem.name == module.__name__ else None
    if getattr(problem, "obj", None) is not module and imported is None:
        return None
    name = imported[1] if imported else str(problem.name)
    near = get_close_matches(name, [known for known in vars(module) if not known.startswith("_")], n=1)
    return {
        "called": f"{module.__name__}.{name}",
        "got": f"your file has no `{name}`",
        "expected": f"`{name}`, as the stub had it",
        "hint": f"Did you mean it by `{near[0]}`?"
        if near
        else "Names that the stub gave must stay: the checker calls them.",
        "where": learner.name,
    }


def _called_wrongly(problem: BaseException) -> bool:
    """Whether calling the learner's function failed before its first line, as with a changed signature."""
    if not isinstance(problem, TypeError) or problem.__traceback__ is None:
        return False
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return Path(last.filename).name == "checks.py" or "argument" in str(problem)


def _from_learner(trace: TracebackType | None, learner: Path) -> TracebackType | None:
    while trace is not None and Path(trace.tb_frame.f_code.co_filename) != learner:
        trace = trace.tb_next
    return trace


def _bounded(text: str) -> str:
    """Cut what nobody would read, and what no file in UTF-8 can hold."""
    text = text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]}…"
    return text.encode(errors="backslashreplace").decode()

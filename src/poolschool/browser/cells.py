"""The live code of a page: cells that share one namespace, with output as it comes, and tracebacks of the reader's own lines.

Runs only in the page.
"""

import ast
import io
import linecache
import traceback
from collections.abc import Callable
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from poolschool.browser import loop as page_loop

MOST_SHOWN = 100_000  # characters of one run's output that reach the page
MOST_OF_A_VALUE = 2_000
DIRECT_WRITES = 500  # so many pieces are passed on at once, later ones in larger pieces
PIECE = 8_000


class PageOutput(io.TextIOBase):
    """A text stream whose pieces are sent to the page as they come, and never more than it can bear."""

    def __init__(self, pass_on: Callable[[str], None]) -> None:
        self.pass_on = pass_on
        self.begin()

    def begin(self) -> None:
        """Begin a run."""
        self.pending, self.writes, self.shown, self.lost = "", 0, 0, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        """Pass a piece on, or hold it back until there is a larger one; count what is too much."""
        room = max(0, MOST_SHOWN - self.shown)
        self.lost += max(0, len(text) - room)
        self.shown += min(len(text), room)
        self.pending += text[:room]
        self.writes += 1
        if (self.pending.endswith("\n") and self.writes <= DIRECT_WRITES) or len(self.pending) >= PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Pass on what is held back."""
        if self.pending:
            self.pass_on(self.pending)
            self.pending = ""

    def end(self) -> None:
        """End a run: pass on the rest, and say how much was left out."""
        self.flush()
        if self.lost:
            self.pass_on(f"\n… and {self.lost:,} more characters, which are not shown.\n")


class Cells:
    """Runs cells one after another in one namespace."""

    def __init__(self) -> None:
        self.loop = page_loop.SleepingLoop()
        self.count = 0
        self.reset()

    def reset(self) -> None:
        """Begin with an empty namespace."""
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, source: str) -> dict[str, str]:
        """Run one cell; give `value`, the shown last expression, and `error`, the reader's part of a traceback; "" for none."""
        self.count += 1
        file = f"<cell {self.count}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        try:
            tree = ast.parse(source, file)
            last = tree.body[-1] if tree.body else None
            if isinstance(last, ast.Expr):
                del tree.body[-1]
            self._run(_compiled(tree, file, "exec"))
            value = (
                self._run(_compiled(ast.Expression(last.value), file, "eval")) if isinstance(last, ast.Expr) else None
            )
            return {"value": "" if value is None else _short(repr(value)), "error": ""}
        except SystemExit as end:
            return {"value": "", "error": f"The program ended itself: sys.exit({end.code!r})"}
        except BaseException as error:
            return {"value": "", "error": readers_traceback(error)}

    def _run(self, code: CodeType) -> Any:
        result = eval(code, self.names)  # noqa: S307 - the reader's own code, in the reader's own browser
        return self.loop.finish(result) if code.co_flags & CO_COROUTINE else result


def readers_traceback(error: BaseException) -> str:
    """Format an exception with the frames of cells only; of causes, those that have such frames."""
    summary = traceback.TracebackException.from_exception(error)
    _keep_own(summary)
    return "".join(summary.format()).rstrip()


def _keep_own(summary: traceback.TracebackException) -> bool:
    own = [frame for frame in summary.stack if frame.filename.startswith("<cell ")]
    summary.stack = traceback.StackSummary.from_list(own)
    for link in ("__cause__", "__context__"):
        inner = getattr(summary, link)
        if inner is not None and not _keep_own(inner):
            setattr(summary, link, None)
    return bool(own)


def _compiled(tree: ast.Module | ast.Expression, file: str, mode: str) -> CodeType:
    code: CodeType = compile(tree, file, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return code


def _short(text: str) -> str:
    return text if len(text) <= MOST_OF_A_VALUE else f"{text[:MOST_OF_A_VALUE]}…"

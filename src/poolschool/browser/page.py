"""What the page's worker calls: JSON in, JSON out. Runs only in the page; poolschool's way into Pyodide."""

import asyncio
import io
import json
import os
import sys
import tempfile
import zipimport
from collections.abc import Callable
from typing import Any

from poolschool.browser import loop as page_loop
from poolschool.browser.cells import Cells, PageOutput


def name_sources() -> None:
    """Let modules from a zip with bytecode say that they come from `….py`, as their frames do and as elsewhere."""
    original = zipimport.zipimporter.get_filename

    def get_filename(self: zipimport.zipimporter, fullname: str) -> str:
        return _source(original(self, fullname))

    zipimport.zipimporter.get_filename = get_filename  # type: ignore[method-assign]
    for module in list(sys.modules.values()):
        if file := getattr(module, "__file__", None):
            module.__file__ = _source(file)


def _source(file: str) -> str:
    return f"{file[:-4]}.py" if file.endswith(".pyc") else file


class Page:
    """All that one page has running. `tell` takes JSON: {"text": …}, {"pool": …}, {"verdict": …}, {"started": …}."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self.output = PageOutput(lambda text: self.tell({"text": text}))
        self.cells = Cells()
        self.window: Any = None
        self.running = False
        name_sources()
        asyncio.run = page_loop.run
        sys.stdout = sys.stderr = self.output
        sys.stdin = io.StringIO()  # nobody is there to answer: input() ends at once
        os.chdir(tempfile.mkdtemp(prefix="page-"))

    def tell(self, message: dict[str, Any]) -> None:
        """Let the page know."""
        self._tell(json.dumps(message))

    def _draw(self, picture: dict[str, Any]) -> None:
        if self.running:  # what checkers and proofs do is not drawn
            self.tell({"pool": picture})

    def run(self, source: str) -> str:
        """Run a cell; give JSON of `value` and `error`. A cell may use SQLAlchemy, so its pools are watched."""
        if self.window is None and "sqlalchemy" in source:
            from poolschool.browser.pools import PoolWindow

            self.window = PoolWindow(self._draw)
        self.output.begin()
        if self.window:
            self.window.begin()
        self.running = True
        try:
            return json.dumps(self.cells.run(source))
        finally:
            self.output.end()
            if self.window:
                self.window.end()
            self.running = False

    def reset(self) -> str:
        """Forget what cells have defined and written."""
        self.cells.reset()
        if self.window:
            self.window.forget()
        os.chdir(tempfile.mkdtemp(prefix="page-"))
        return "null"

    def grade(self, order: str) -> str:
        """Grade an exercise: `stem`, `checker` and `learner`; give the verdicts."""
        from poolschool.browser.grade import grade

        return json.dumps(grade(**json.loads(order), say=self.tell))

    def prove(self, order: str) -> str:
        """Run a proof: `stem`, `proofs`, `conftest` and `question`."""
        from poolschool.browser.grade import prove

        return json.dumps(prove(**json.loads(order)))

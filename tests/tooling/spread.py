"""How the suite is spread over workers: units of a few tests, and nobody beside what measures time.

controller: files ─> units ─> workers, a unit at a time. There are more workers than cores, because most tests wait.
worker:     every test holds a lock that many share; one marked `alone` holds it by itself.

What measures time comes first, then what lasts: so no worker is left alone with it at the end.

A file is cut into units of a few tests, so a new file needs nothing. Four marks say more:
`pytestmark = pytest.mark.together`  its fixtures are dear: one worker runs the whole file.
`pytestmark = pytest.mark.page_by_page`  tests share what is open: a unit is a page, which stands last in their ids.
`@pytest.mark.quiet`                 measures time and waits for most of it: runs beside its like only.
`@pytest.mark.alone`                 measures time, or takes all cores: runs when nothing else does.
"""

import ast
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fasteners
import pytest
from xdist.scheduler import LoadScopeScheduling

UNIT = 8  # tests
WAITING = 2  # workers beyond one for each core


@dataclass(frozen=True)
class Wishes:
    """What a test file says of how it is run."""

    together: bool
    page_by_page: bool
    alone: frozenset[str]  # names of test functions
    quiet: frozenset[str]
    lasts: bool  # it gives some test more time than the others have


@cache
def wishes(file: Path) -> Wishes:
    """Read the marks of a file without importing it: the controller collects nothing."""
    text = file.read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]

    def marked(mark: str) -> frozenset[str]:
        return frozenset(one.name for one in functions if f"pytest.mark.{mark}" in map(ast.unparse, one.decorator_list))

    return Wishes(
        *(f"pytest.mark.{mark}" in text for mark in ("together", "page_by_page")),
        *map(marked, ("alone", "quiet")),
        "pytest.mark.timeout(" in text,
    )


class Units(LoadScopeScheduling):
    """Hands out units of tests in the order of the collection."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        """Take the order from the workers, which sort by `rank`."""
        super().__init__(config, log)
        config.option.loadscopereorder = False
        self._unit: dict[str, str] = {}
        self._tests: Counter[str] = Counter()  # seen so far, by file

    def _split_scope(self, nodeid: str) -> str:
        """Name the unit of a test."""
        if nodeid not in self._unit:
            file, _, function = nodeid.partition("::")
            wish = wishes(self.config.rootpath / file)
            if function.partition("[")[0] in wish.alone:
                self._unit[nodeid] = "alone"
            elif function.partition("[")[0] in wish.quiet:
                self._unit[nodeid] = nodeid
            elif wish.page_by_page and "[" in function:
                self._unit[nodeid] = f"{file} {function.partition('[')[2].rpartition('-')[2]}"
            else:
                self._unit[nodeid] = file if wish.together else f"{file} {self._tests[file] // UNIT}"
                self._tests[file] += 1
        return self._unit[nodeid]


class Spread:
    """The plugin: how many workers, which order, who runs beside whom."""

    def __init__(self) -> None:
        self.folder: Path | None = None  # shared by all workers

    def pytest_xdist_auto_num_workers(self) -> int:
        """Give the number of workers for this machine."""
        return (os.cpu_count() or 1) + WAITING

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> Units | None:
        """Spread by units, unless every worker shall run everything."""
        return None if config.getoption("dist") == "each" else Units(config, log)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """In a worker, put what measures time first, and then what lasts."""
        if hasattr(config, "workerinput"):
            self.folder = config._tmp_path_factory.getbasetemp().parent
            items.sort(key=rank)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Wait, before the time of the test begins, until it may run."""
        if self.folder is None:
            return (yield)
        with beside_others(self.folder, kind_of(item)):
            return (yield)


def kind_of(item: pytest.Item) -> str:
    """Give how a test is marked: `quiet`, `alone` or, as most are, neither."""
    return next((mark for mark in ("quiet", "alone") if item.get_closest_marker(mark)), "")


def rank(item: pytest.Item) -> int:
    """Give 0 for a quiet test, 1 for one that runs alone, 2 for one of a file that lasts, 3 for all others."""
    kind = kind_of(item)
    return ("quiet", "alone").index(kind) if kind else 2 if wishes(item.path).lasts else 3


@contextmanager
def beside_others(folder: Path, kind: str) -> Iterator[None]:
    """Keep out those of the other kind, and a test that runs alone all; who has to wait is let in before those who come later."""
    mine, others = (fasteners.InterProcessReaderWriterLock(folder / f"{name}.lock") for name in ("most", "quiet"))
    if kind == "quiet":
        mine, others = others, mine
    with ExitStack() as held:
        with fasteners.InterProcessLock(folder / "next.lock"):
            if kind == "alone":
                held.enter_context(others.write_lock())
                held.enter_context(mine.write_lock())
            else:
                with others.write_lock():
                    held.enter_context(mine.read_lock())
        yield

"""How the suite is spread over workers: units of a few tests, long ones first, and nobody beside what measures time.

controller: files ─> units ─> workers, a unit at a time. There are more workers than cores, because most tests wait.
worker:     every test holds a lock that many share; one marked `alone` holds it by itself.

A file is cut into units of a few tests, so a new file needs nothing. Three marks say more:
`pytestmark = pytest.mark.together`  its fixtures are dear: one worker runs the whole file.
`pytestmark = pytest.mark.page_by_page`  tests share what is open: a unit is a page, which stands last in their ids.
`@pytest.mark.alone`                 measures time, or takes all cores: runs when nothing else does, at the end.
"""

import ast
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
    lasts: bool  # it gives some test more time than the others have


@cache
def wishes(file: Path) -> Wishes:
    """Read the marks of a file without importing it: the controller collects nothing."""
    text = file.read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    alone = {one.name for one in functions if "pytest.mark.alone" in map(ast.unparse, one.decorator_list)}
    return Wishes(
        *(f"pytest.mark.{mark}" in text for mark in ("together", "page_by_page")),
        frozenset(alone),
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
        """In a worker, put what lasts first and what runs alone last."""
        if hasattr(config, "workerinput"):
            self.folder = config._tmp_path_factory.getbasetemp().parent
            items.sort(key=rank)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Wait, before the time of the test begins, until it may run."""
        if self.folder is None:
            return (yield)
        with beside_others(self.folder, alone=item.get_closest_marker("alone") is not None):
            return (yield)


def rank(item: pytest.Item) -> int:
    """Give 0 for a test of a file that lasts, 2 for one that runs alone, 1 for all others."""
    return 2 if item.get_closest_marker("alone") else 0 if wishes(item.path).lasts else 1


@contextmanager
def beside_others(folder: Path, *, alone: bool) -> Iterator[None]:
    """Hold what all workers share, or all of it; who wants all of it is let in before those who come later."""
    running = fasteners.InterProcessReaderWriterLock(folder / "running.lock")
    with fasteners.InterProcessLock(folder / "next.lock"):
        (running.acquire_write_lock if alone else running.acquire_read_lock)()
    try:
        yield
    finally:
        (running.release_write_lock if alone else running.release_read_lock)()

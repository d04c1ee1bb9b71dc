"""Lessons run: every Python fence of every page, in order, in one namespace per page, with its output compared.

`pytest tests/content/test_fences.py --update-examples` writes the real outputs into the pages.
"""

import os
import re
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import pytest
from packaging.version import Version
from pytest_examples import CodeExample, EvalExample, find_examples
from sqlalchemy import Connection, Engine

DOCS = Path(__file__).parents[2] / "docs"


def _page(example: CodeExample) -> str:
    return example.path.relative_to(DOCS).as_posix()


def as_pages_say(printed: str) -> str:
    """Give what was printed as SQLAlchemy 2.1 says it: an error text names the version's own page, and nothing else differs."""
    return re.sub(r"(?<=sqlalche\.me/e/)\d+(?=/)", "21", printed)


def runs_here(example: CodeExample) -> bool:
    """Say whether a fence that begins with `# needs FastAPI 0.121` has what it needs; `make test-lowest` has older versions."""
    needs = re.match(r"# needs (\w+) ([\d.]+)$", example.source, re.MULTILINE)
    return not needs or Version(version(needs[1])) >= Version(needs[2])


FENCES = [example for example in find_examples(str(DOCS)) if example.prefix == "python"]
PAGES = {page: list(fences) for page, fences in groupby(sorted(FENCES, key=lambda e: (_page(e), e.start_line)), _page)}


@pytest.mark.parametrize("page", PAGES)
def test_page_prints_what_it_says(
    page: str, eval_example: EvalExample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fences of one page share one namespace and print exactly what stands behind `#>`."""
    monkeypatch.chdir(tmp_path)
    if any("POOLSCHOOL_DATABASE_URL" in fence.source for fence in PAGES[page]):
        from poolschool.database.running import running_url

        monkeypatch.setitem(os.environ, "POOLSCHOOL_DATABASE_URL", running_url())
    eval_example.set_config(line_length=120, ruff_ignore=["ALL"])
    eval_example.print_callback = as_pages_say
    namespace: dict[str, object] = {}
    for fence in filter(runs_here, PAGES[page]):
        run = eval_example.run_print_update if eval_example.update_examples else eval_example.run_print_check
        namespace = run(fence, module_globals=namespace, rewrite_assertions=False)
    # A reader's program ends here; in this process, what it leaves open would be a warning in a later test.
    for one in namespace.values():
        if isinstance(one, Connection):
            one.close()
        if isinstance(one, Connection | Engine):
            one.engine.dispose()


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("p")])
def test_code_of_a_lesson_is_no_wider_than_a_page(page: str) -> None:
    """Code is at most 68 columns wide, so that nothing decisive hides behind a scroll bar; outputs are as they are."""
    lines = [line for fence in PAGES[page] for line in fence.source.splitlines()]
    assert [line for line in lines if len(line) > 68 and not line.lstrip().startswith("#>")] == []


def test_there_is_something_to_run() -> None:
    """The search for fences finds some: a moved folder must not turn this file into a test of nothing."""
    assert len(FENCES) >= len(PAGES) > 0


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_no_python_hides_under_another_name(page: Path) -> None:
    """Fences are called `python`: under `py`, `python3` or `pycon` they would escape the tests."""
    names = {
        line.strip().removeprefix("```").split()[0]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("```") and line.strip("` ")
    }
    assert not names & {"py", "python3", "pycon", "Python"}

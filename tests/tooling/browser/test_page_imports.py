"""What the page loads of our own package is all that it imports, and needs no more than the page has."""

import ast
import sys
from collections.abc import Iterator

from poolschool import FOLDER
from poolschool.browser.build import MODULES

IN_THE_PAGE = {"pytest", "_pytest", "sqlalchemy", "anyio"}  # besides the standard library; anyio comes with FastAPI
OF_THE_BROWSER = {"js", "pyodide", "pyodide_js", "fastapi", "starlette", "anyio"}  # for poolschool.browser itself


def imports(module: str) -> Iterator[str]:
    """Give every module that a file imports, inside of functions as well, but for type checkers only."""
    tree = ast.parse((FOLDER / module).read_text(encoding="utf-8"))
    hidden = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "poolschool":
            yield from (f"poolschool.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def files(name: str) -> set[str]:
    """Give the files that importing one of our modules runs: its own and the packages' around it."""
    parts = name.split(".")[1:]
    packages = {"/".join([*parts[:depth], "__init__.py"]) for depth in range(len(parts))}
    own = "/".join(parts)
    return packages | ({f"{own}.py"} if (FOLDER / f"{own}.py").is_file() else set())


def closure(starts: set[str]) -> set[str]:
    """Give all files of ours that these files import, one through the other."""
    reached: set[str] = set()
    waiting = set(starts)
    while waiting:
        file = waiting.pop()
        reached.add(file)
        for name in imports(file):
            if name.partition(".")[0] == "poolschool":
                waiting |= files(name) - reached
    return reached


def test_the_page_is_given_all_that_it_imports_and_nothing_else() -> None:
    """The modules that are packed for the page are the import closure of poolschool.browser.page and of the checkers."""
    starts = files("poolschool.browser.page") | files("poolschool.checks") | files("poolschool.schedules.traffic")
    # The next two are not imported by name in Python: the page's script and a replaced part of anyio do it.
    starts |= {"browser/loop.py", "browser/grade.py"}
    assert closure(starts) == set(MODULES)


def test_course_and_grading_need_what_the_page_has() -> None:
    """What the page loads of course, grading and checks imports the standard library, pytest and SQLAlchemy only."""
    allowed = IN_THE_PAGE | set(sys.stdlib_module_names) | {"poolschool"}
    for module in MODULES:
        names = {name.partition(".")[0] for name in imports(module)}
        strangers = names - allowed - (OF_THE_BROWSER if module.startswith("browser/") else set())
        assert not strangers, module

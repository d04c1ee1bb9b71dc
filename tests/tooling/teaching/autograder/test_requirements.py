"""What an exported autograder installs is all that grading imports, and no more."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from poolschool.course.lessons import find_root, load_course
from poolschool.teaching.autograder.requirements import grading_requirements

REAL = find_root(Path(__file__))


def named(requirements: str) -> set[str]:
    """Give the names of a requirements file."""
    return {line.partition("==")[0] for line in requirements.splitlines() if line[:1].isalnum()}


IMPORT_ALL = """
import ast, importlib, sys

modules, hidden, *files = sys.argv[1:]

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in hidden.split():
            raise ModuleNotFoundError(f'{name} is not among the requirements', name=name)

sys.meta_path.insert(0, Hide())
for module in modules.split():
    importlib.import_module(f'poolschool.{module}')
for file in files:
    with open(file, encoding='utf-8') as source:
        tree = ast.parse(source.read())
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name not in file:  # a checker imports the answer
                importlib.import_module(name)
print(*{name.partition('.')[0] for name in sys.modules})
"""


def test_the_requirements_hold_all_that_grading_imports() -> None:
    """Grading, checkers and solutions find all that they import where nothing is installed but the requirements file."""
    modules = "confined.worker grading.judge database.server database.keeper teaching.autograder.run_one "
    modules += "teaching.autograder.gradescope_run teaching.autograder.classroom50_run"
    requirements = grading_requirements(REAL)
    known = packages_distributions()
    wanted = named(requirements) | {"poolschool"}
    hidden = [name for name, parts in known.items() if not wanted & {str(canonicalize_name(part)) for part in parts}]
    lessons = [lesson for lesson in load_course(REAL).lessons if lesson.has_exercise]
    files = [str(path) for lesson in lessons for path in (lesson.checker, lesson.solution)]
    command = [sys.executable, "-P", "-W", "ignore", "-c", IMPORT_ALL, modules, " ".join(hidden), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "mkdocs" in hidden
    assert done.stderr == ""
    assert "sqlalchemy" in done.stdout
    assert requirements.count("--hash=sha256:") > len(named(requirements))


def test_the_requirements_are_closed() -> None:
    """What a part of the requirements file needs on this machine is in the file too."""
    parts = named(grading_requirements(REAL))
    lacking = set()
    for part in parts:
        try:
            needs = [Requirement(text) for text in requires(part) or ()]
        except PackageNotFoundError:  # of another system
            continue
        lacking |= {
            str(canonicalize_name(needed.name))
            for needed in needs
            if needed.marker is None or needed.marker.evaluate({"extra": ""})
        } - parts
    assert lacking == set()

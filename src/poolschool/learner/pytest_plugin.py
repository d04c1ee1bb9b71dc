"""`pytest exercises`: grade instead of test. Elsewhere this plugin only adds its options; its parts are in `grading_run`."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from poolschool.learner.grading_run.request import TREE, checkers, course_root

OPTIONS = {
    "--solutions": {"action": "store_true", "help": "grade the worked solutions instead of exercises/"},
    "--submission": {"metavar": "DIR", "help": "grade the files in DIR, laid out like exercises/"},
    "--results": {"metavar": "FILE", "help": "also write the verdicts to FILE, as JSON"},
    "--ignore-needs": {"action": "store_true", "help": "run every task, whatever earlier ones did"},
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of grading."""
    group = parser.getgroup("pool school", "Pool School: pytest exercises")
    for name, words in OPTIONS.items():
        try:
            group.addoption(name, **words)
        except ValueError:
            raise pytest.UsageError(
                f"{name} is an option of Pool School, and another plugin of yours has one of the same name. "
                "Switch that plugin off with `-p no:NAME`, or uninstall it here."
            ) from None
    with suppress(OSError, ValueError):
        _warm_up_early(sys.argv[1:])


def _warm_up_early(words: list[str]) -> None:
    """Let the workers' imports begin while pytest itself is starting; nothing is decided by what is guessed here."""
    folder = next((place for word in words if (place := Path(word.split("::")[0])).name == TREE), None)
    if folder is not None and folder.is_dir():
        from poolschool.grading.grader import WORKER
        from poolschool.grading.processes import warm_up

        named = [
            checker
            for checker in folder.glob("*/*_test.py")
            if checker.is_file() and any(word in checker.name for word in words)
        ]
        warm_up((WORKER,), postgresql=any("pytest.mark.postgresql" in checker.read_text("utf-8") for checker in named))


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Have no conftest.py read for a grading: none is needed, and a broken or clever one would decide over verdicts."""
    known = early_config.known_args_namespace
    if course_root(_arguments(early_config, known.file_or_dir), early_config.invocation_params.dir):
        known.noconftest = True
        from poolschool.grading.processes import path_without_here

        sys.path[:] = path_without_here(sys.path)  # `python -m pytest` puts it first, with every random.py in it


def _arguments(config: pytest.Config, words: list[str]) -> list[str]:
    """Give the arguments as pytest will take them if there are none: testpaths, or the folder one is in."""
    folder = config.invocation_params.dir
    return words or (config.getini("testpaths") if folder == config.rootpath else []) or [str(folder)]


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, object, object]:
    """Take over when every argument lies in a course's exercises/, before any other plugin is configured."""
    root = course_root(config.args, config.invocation_params.dir)
    if root is None:
        if asked := next((name for name in OPTIONS if config.getoption(name.strip("-").replace("-", "_"))), None):
            raise pytest.UsageError(f"{asked} goes with `pytest exercises`.")
    else:
        _take_over(config, root)
    return (yield)


def _take_over(config: pytest.Config, root: Path) -> None:
    """Collect lessons and, unless something is only to be shown, grade them."""
    from poolschool.course.exercises import MARKS
    from poolschool.course.faults import CourseFault, UserMistake
    from poolschool.course.lessons import load_course
    from poolschool.learner.grading_run.items import Collection

    folder, submission = config.invocation_params.dir, config.getoption("submission")
    for name in ("submission", "results"):
        if (value := config.getoption(name)) is not None and not value.strip():
            raise pytest.UsageError(f"--{name} is empty. Give a {OPTIONS[f'--{name}']['metavar']}, or leave it out.")
    if config.getoption("solutions") and submission:
        raise pytest.UsageError("Choose one: --solutions or --submission DIR.")
    if submission and not (folder / submission).is_dir():
        raise pytest.UsageError(f"There is no folder {submission}. It should be laid out like exercises/.")
    try:
        course = load_course(root)
        config.args = checkers(config.args, folder, course)
    except (CourseFault, UserMistake) as mistake:
        raise pytest.UsageError(str(mistake)) from None
    for mark in ("timeout", *MARKS):
        config.addinivalue_line("markers", f"{mark}: of Pool School's exercises")
    config.pluginmanager.register(Collection(course), "poolschool-collection")
    if any(
        config.getoption(name, False) for name in ("collectonly", "showfixtures", "show_fixtures_per_test", "cacheshow")
    ):
        return
    from poolschool.learner.grading_run.conflicts import disarm
    from poolschool.learner.grading_run.reporter import ReporterSwap
    from poolschool.learner.grading_run.run import Grading

    notes = disarm(config)
    swap = ReporterSwap(config)
    config.pluginmanager.register(swap, "poolschool-reporter")
    config.pluginmanager.register(Grading(config, course, swap, notes), "poolschool-grading")

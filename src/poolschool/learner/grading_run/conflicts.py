"""Other plugins in a grading: those that cannot work are switched off, and what breaks is named by who broke it."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import poolschool

OURS = (Path(poolschool.__file__).parent, Path(pytest.__file__).parent, Path(pytest.__file__).parents[1] / "_pytest")


def disarm(config: pytest.Config) -> list[str]:
    """Switch off what has no meaning where each lesson is graded in a process of its own; give what a user should know."""
    option, notes = config.option, []
    if getattr(option, "usepdb", False) or getattr(option, "trace", False):
        notes.append("--pdb and --trace do nothing here: your code runs in a process of its own. -v shows its frames.")
    if getattr(option, "looponfail", False):
        notes.append("-f does nothing here. To grade again at each save: poolschool check --watch")
    for name, off in {"looponfail": False, "usepdb": False, "trace": False, "dist": "no", "distload": False}.items():
        if hasattr(option, name):
            setattr(option, name, off)
    # pytest-xdist's workers would each grade all, and who asks again gets the same verdict: a lesson is graded once.
    for name, off in {"numprocesses": None, "tx": [], "forked": False, "reruns": None, "retries": None}.items():
        if getattr(option, name, None):
            setattr(option, name, off)
    return notes


def unused_conftests(root: Path) -> list[str]:
    """Name the conftest.py files in exercises/, of which grading uses none: they could change what passes."""
    return [
        f"{path.relative_to(root).as_posix()} is not used: grading needs no conftest.py."
        for path in sorted((root / "exercises").rglob("conftest.py"))
    ]


def culprit(problem: BaseException, manager: pytest.PytestPluginManager) -> str:
    """Name the plugin in whose code an exception was raised, with file and line; "" if it was pytest's or ours."""
    files = {Path(file).resolve(): name for name, file in _plugin_files(manager)}
    for frame in reversed(traceback.extract_tb(problem.__traceback__)):
        path = Path(frame.filename).resolve()
        if any(folder in path.parents for folder in OURS):
            continue
        name = files.get(path) or next((files[file] for file in files if file.parent in path.parents), "")
        if name:
            return f"the plugin {name} ({_shown(path)}:{frame.lineno})"
    return ""


def _plugin_files(manager: pytest.PytestPluginManager) -> Iterator[tuple[str, str]]:
    """Give each registered plugin of somebody else's with the file of its code, by the name that `-p no:NAME` takes."""
    packages = {id(plugin): dist.project_name for plugin, dist in manager.list_plugin_distinfo()}
    for name, plugin in manager.list_name_plugin():
        module: Any = plugin if isinstance(plugin, ModuleType) else sys.modules.get(type(plugin).__module__)
        file = getattr(module, "__file__", None)
        if plugin is not None and file and not any(folder in Path(file).resolve().parents for folder in OURS):
            package = packages.get(id(plugin))
            yield (f"{name} of {package}" if package and package != name else name), file


def _shown(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)

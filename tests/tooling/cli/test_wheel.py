"""What somebody gets who installs the wheel alone, without the course: built, installed and used in an environment of its own."""

import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]
BIN = "Scripts" if os.name == "nt" else "bin"
LOG = (
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00\n"
)
Run = Callable[..., subprocess.CompletedProcess[str]]


def needed(requirements: list[Requirement]) -> set[str]:
    """Name the distributions that these are, and those that they need themselves."""
    found: set[str] = set()
    while requirements:
        one = requirements.pop()
        if one.name not in found:
            found.add(one.name)
            extras = one.extras or {""}
            asked = map(Requirement, distribution(one.name).requires or ())
            requirements += [
                part
                for part in asked
                if not part.marker or any(part.marker.evaluate({"extra": extra}) for extra in extras)
            ]
    return found


def link_only(kept: set[str], site: Path) -> None:
    """Link the packages of these distributions from the running environment into another: nothing is fetched."""
    for name in kept:
        for file in distribution(name).files or ():
            top = file.parts[0]
            link, real = site / top, Path(str(distribution(name).locate_file(top)))
            if top not in ("..", "__pycache__") and not link.exists():
                link.symlink_to(real, target_is_directory=real.is_dir())


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Install the wheel beside what it declares and pytest; give a function that runs a program there."""
    folder = tmp_path_factory.mktemp("bare")
    build = [sys.executable, "-c", f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "env", symlinks=os.name != "nt", with_pip=False)
    site = next((folder / "env").glob("[Ll]ib/**/site-packages"))
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    link_only(needed([*map(Requirement, declared), Requirement("pytest")]), site)
    python = folder / "env" / BIN / "python"
    install = [sys.executable, "-m", "pip", f"--python={python}", "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*install, *map(str, folder.glob("*.whl"))], check=True, capture_output=True)

    def run(*command: str, stdin: str = "", cwd: Path = folder) -> subprocess.CompletedProcess[str]:
        program, *arguments = command
        line = [str(folder / "env" / BIN / program), *arguments]
        return subprocess.run(line, input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)

    return run


def test_it_is_alone(bare: Run) -> None:
    """The environment has neither the course's parts nor this folder."""
    for name in ("fastapi", "mkdocs", "psycopg", "uvicorn"):
        assert "ModuleNotFoundError" in bare("python", "-c", f"import {name}").stderr
    where = bare("python", "-c", "import poolschool; print(poolschool.__file__)").stdout
    assert str(ROOT) not in where


def test_an_error_is_explained(bare: Run) -> None:
    """`explain` knows the pages and names the lesson, with no course anywhere."""
    done = bare("poolschool", "explain", "-", stdin=LOG)
    assert done.returncode == 0, done.stderr
    assert "QueuePool limit" in done.stdout
    assert "lesson" in done.stdout.lower()


def test_a_size_is_given(bare: Run) -> None:
    """`size` answers."""
    done = bare("poolschool", "size", "--rate", "100", "--hold", "20")
    assert done.returncode == 0, done.stderr
    assert "pool_size" in done.stdout


SERVICE = """
from poolschool.own import watch
from sqlalchemy import create_engine

engine = create_engine("sqlite:///shop.db")
watched = watch(engine)
connection = engine.connect()
"""


def test_an_engine_is_inspected_and_watched(bare: Run, tmp_path: Path) -> None:
    """`inspect` and `watch` need SQLAlchemy and no FastAPI."""
    (tmp_path / "shop.py").write_text(SERVICE, encoding="utf-8")
    done = bare("poolschool", "inspect", "shop:engine", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    done = bare("poolschool", "inspect", "shop:engines", cwd=tmp_path)
    assert done.returncode == 2
    assert "engine" in done.stderr.partition("It has ")[2], done.stderr
    told = bare("python", "-c", "import shop; print([one.line for one in shop.watched.holders()])", cwd=tmp_path)
    assert "shop.py:7" in told.stdout, told.stderr


def test_a_leak_fails_a_test(bare: Run, tmp_path: Path) -> None:
    """`--fail-on-leak` is there without the course."""
    (tmp_path / "shop.py").write_text(SERVICE, encoding="utf-8")
    (tmp_path / "test_shop.py").write_text("def test_shop():\n    import shop\n", encoding="utf-8")
    done = bare("python", "-m", "pytest", "-q", "--fail-on-leak", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "shop.py:7" in done.stdout


def test_what_belongs_to_the_course_says_so(bare: Run) -> None:
    """A command that needs more says what brings it, in a sentence."""
    for command in ("serve", "compare"):
        done = bare("poolschool", command)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "poolschool[course]" in done.stderr, done.stderr


def test_another_project_is_tested_as_before(bare: Run, tmp_path: Path) -> None:
    """The pytest plugin, loaded in a project that has nothing to do with the course, changes nothing."""
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", encoding="utf-8")
    done = bare("python", "-m", "pytest", "-q", "-W", "error", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout

"""`make` on a bare machine: one command, and one clear sentence for each way it can fail."""

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
SETUP_FILES = ("Makefile", "pyproject.toml", ".ci/bootstrap.py", ".ci/requirements.lock", "README.md", "LICENSE")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins for Python are shell scripts")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of what set-up reads, without an environment."""
    for name in SETUP_FILES:
        (tmp_path / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "course" / name)
    return tmp_path / "course"


def make(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make with a changed environment."""
    return subprocess.run(
        [shutil.which("make") or "make", *words],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def stand_in(folder: Path, script: str) -> str:
    """Make a folder of programs in which every Python is `script`, and nothing else is found but a shell."""
    folder.mkdir()
    for name in ("python3", "python"):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name in ("sh", "echo"):
        (folder / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    return str(folder)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Give what was said, without make's own line about the failed target."""
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return said[-1]


def test_no_python(copy: Path, tmp_path: Path) -> None:
    """Without any Python, make says which is needed."""
    empty = tmp_path / "programs"
    empty.mkdir()
    for name in ("sh", "echo"):
        (empty / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    assert one_sentence(make(copy, "setup", PATH=str(empty))).startswith(
        "Pool School needs Python 3.11 or newer, and found none."
    )


def test_old_python(copy: Path, tmp_path: Path) -> None:
    """With a Python that is too old, make says which was found and which is needed."""
    old = stand_in(tmp_path / "programs", 'case "$2" in *exit*) exit 1;; *) echo 3.9.2;; esac')
    assert "needs Python 3.11 or newer, and found 3.9.2" in one_sentence(make(copy, "setup", PATH=old))


def test_no_network(copy: Path) -> None:
    """With no package index in reach, set-up says so and that nothing is lost."""
    nowhere = "http://127.0.0.1:9"  # the discard port: nobody answers
    said = one_sentence(
        make(
            copy,
            "setup",
            f"PYTHON={sys.executable}",
            PIP_INDEX_URL=f"{nowhere}/index",
            PIP_RETRIES="0",
            PIP_NO_CACHE_DIR="1",
            PIP_CONFIG_FILE=os.devnull,
            PIP_FIND_LINKS="",
        )
    )
    assert "could not be fetched: the package index does not answer. Check the network" in said


@pytest.fixture
def bootstrap(copy: Path) -> ModuleType:
    """Import the set-up of the copy."""
    spec = importlib.util.spec_from_file_location("bootstrap", copy / ".ci/bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PYTHON.parent.mkdir(parents=True)
    return module


@pytest.mark.parametrize(("code", "by_pip"), [(0, 0), (1, 1), (None, 1)], ids=["uv works", "uv fails", "no uv"])
def test_pip_installs_what_uv_does_not(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, code: int | None, by_pip: int
) -> None:
    """The locked uv comes by its hash; whatever becomes of it, all parts are asked for once by one of the two."""
    asked = []
    monkeypatch.setattr(bootstrap, "pip", lambda *words, **_: asked.append(Path(words[-1]).read_text(encoding="utf-8")))
    if code is not None:
        uv = bootstrap.PYTHON.with_name("uv")
        uv.write_text(f'#!/bin/sh\necho "$@"\nexit {code}\n', encoding="utf-8")
        uv.chmod(0o755)
    bootstrap.install(parts=1)
    lock = bootstrap.LOCK.read_text(encoding="utf-8")
    assert asked[0].startswith("uv==")
    assert asked[0].count("==") == 1
    assert asked[0] in lock
    assert asked[1:] == [lock] * by_pip
    assert code is None or "--require-hashes" in bootstrap.LOG.read_text(encoding="utf-8")


def test_second_run_does_nothing(bootstrap: ModuleType) -> None:
    """An environment whose stamp matches is left alone, so a second run starts at once."""
    bootstrap.PYTHON.touch()
    (bootstrap.VENV / "poolschool.stamp").write_text(bootstrap.fingerprint(), encoding="utf-8")
    before = sorted(bootstrap.VENV.rglob("*"))
    bootstrap.main()
    assert sorted(bootstrap.VENV.rglob("*")) == before


def test_the_lock_names_hashes_and_no_addresses() -> None:
    """Every locked part has a hash, and the lock holds no address of a package index."""
    lock = (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")
    parts = [part for part in lock.split("\n") if part and not part.startswith(" ")]
    assert len(parts) > 50
    assert all(part.endswith("\\") for part in parts)
    assert "://" not in lock

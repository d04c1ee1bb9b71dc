"""Python for the pages is fetched at set-up: pinned, by hash, with Node.js from PyPI if need be, and without it all else works."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from poolschool.browser.build import requirements

ROOT = Path(__file__).parents[3]
NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody answers


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of what this step reads, with nothing fetched."""
    course = tmp_path / "course"
    for name in ("package.json", "package-lock.json", ".ci/requirements.lock", ".ci/node.lock"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, course / name)
    (course / ".venv").mkdir()
    shutil.copytree(ROOT / "src/poolschool", course / "src/poolschool", ignore=shutil.ignore_patterns("__pycache__"))
    return course


def set_up(course: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the step as the set-up does."""
    return subprocess.run(
        [sys.executable, "-P", str(course / "src/poolschool/browser/build.py")],
        cwd=course,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheels_are_the_lock_s(tmp_path: Path) -> None:
    """Each wheel of the page is pinned with the lock's own version and hashes."""
    lock = "\n" + (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")
    entries = requirements()
    assert len(entries) >= 18
    for entry in entries:
        name, version = re.match(r"([a-z0-9-]+)==(\S+)", entry).groups()
        assert f"\n{name}=={version} " in lock
        assert "--hash=sha256:" in entry
        assert "sys_platform" not in entry


def test_no_address_is_written_down() -> None:
    """Npm's lock pins by hash and names no place to fetch from; nor does Node.js's."""
    for name in ("package-lock.json", ".ci/node.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "resolved" not in text
        assert "://" not in re.sub(r'"url": "[^"]*"', "", text)  # a package's own page for donations


def test_a_second_run_has_nothing_to_do() -> None:
    """What is there and right is left alone, without a word."""
    done = set_up(ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_network_one_sentence_says_what_is_missing(copy: Path) -> None:
    """Nothing answers: one sentence, no traceback, nothing half done."""
    npm = {
        "npm_config_registry": NOWHERE,
        "npm_config_cache": str(copy / "none"),
        "npm_config_fetch_retry_mintimeout": "1",
    }
    done = set_up(copy, PIP_INDEX_URL=NOWHERE, PIP_RETRIES="0", **npm)
    assert done.returncode == 1
    *_, last = done.stderr.splitlines()
    assert last.startswith("npm's parts could not be fetched. The course works without;")
    assert "Traceback" not in done.stderr
    assert not (copy / "docs/assets/python").exists()


def test_a_changed_hash_is_refused(copy: Path) -> None:
    """A wheel that is not the one of the lock is not packed."""
    lock = copy / ".ci/requirements.lock"
    text = lock.read_text(encoding="utf-8")
    start = text.index("\niniconfig==")
    end = text.index("\n", text.index("sha256:", start) + 80)
    changed = re.sub(r"sha256:[0-9a-f]{64}", "sha256:" + "0" * 64, text[start:end])
    lock.write_text(text[:start] + changed + text[end:], encoding="utf-8")
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    done = set_up(copy)
    assert done.returncode == 1
    assert "The libraries for the page could not be fetched." in done.stderr
    assert not (copy / "docs/assets/python").exists()


@pytest.mark.skipif(os.name == "nt", reason="the path without Node.js is made of links")
def test_node_comes_from_pypi_where_there_is_none(copy: Path, tmp_path: Path) -> None:
    """On a machine without Node.js, node and npm are fetched by hash and work."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv/bin/python"
    code = "from build import find_node; node, npm = find_node(); print(node, *npm)"
    environment = {
        "PATH": "/nowhere",
        "PYTHONPATH": str(copy / "src/poolschool/browser"),
        "HOME": os.environ.get("HOME", "/"),
    }
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_", "SSL_", "REQUESTS_"))}
    done = subprocess.run(
        [python, "-c", code], env=kept | environment, capture_output=True, text=True, check=False, cwd=copy
    )
    assert done.returncode == 0, done.stderr
    node, npm = done.stdout.split()
    assert Path(node).parent == Path(npm).parent == tmp_path / "venv/bin"
    said = subprocess.run([npm, "--version"], env={"PATH": str(Path(node).parent)}, capture_output=True, text=True)  # noqa: PLW1510
    assert re.match(r"\d+\.", said.stdout), said.stderr


def test_the_site_builds_without_it(tmp_path: Path) -> None:
    """Where nothing could be fetched the site builds strictly all the same."""
    for tree in ("docs", "exercises", "solutions", "quizzes", "src/poolschool/site/theme"):
        shutil.copytree(ROOT / tree, tmp_path / tree, ignore=shutil.ignore_patterns("__pycache__", "python"))
    for file in ("mkdocs.yml", "src/poolschool/site/notebook_hook.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "POOLSCHOOL_ROOT": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "site/assets/python").exists()

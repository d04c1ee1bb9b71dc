"""The recipe for containers: its words fit the export, and its script grades as it would in there, read-only and without a network."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from fake_course import SOLUTION
from gradescope_service import SCHEMA, service

from poolschool.course.lessons import find_root

PAGE = find_root(Path(__file__)) / "docs/instructors/grade.md"
# What the container's options do, done by hand: read-only but for /tmp and results, no network.
INSIDE = """
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/autograder
mount --bind "$1" /mnt/autograder
mount -o remount,bind,ro /mnt/autograder
mount --bind "$1/results" /mnt/autograder/results
mkdir /mnt/python
mount --bind "$2" /mnt/python
mount -t tmpfs -o mode=1777 tmpfs /tmp
case "$2" in /tmp/*) mkdir -p "$2"; mount --bind /mnt/python "$2"; mount -o remount,bind,ro "$2";; esac
! touch /mnt/autograder/source/x 2>/dev/null
exec /mnt/autograder/run_autograder
"""


def fences(kind: str) -> list[str]:
    """Give the fences of a language in the section on containers."""
    section = PAGE.read_text(encoding="utf-8").partition("{ #containers }")[2].partition("\n## ")[0]
    return re.findall(rf"^```{kind}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def test_the_commands_are_shell(tmp_path: Path) -> None:
    """The shell reads every command, and what is said to be refused is among the options."""
    export, grade = fences("sh")
    for text in (export, grade):
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    for option in (
        "--network none",
        "--read-only",
        "--cap-drop all",
        "no-new-privileges",
        ":/autograder/submission:ro",
        "--rm",
    ):
        assert option in grade


def test_the_sums_are_made_of_the_results(tmp_path: Path) -> None:
    """The last command of the recipe adds up each student's points."""
    for name, scores in (("ada", [1, 0]), ("bob", [1, 1])):
        (tmp_path / "results" / name).mkdir(parents=True)
        (tmp_path / "results" / name / "results.json").write_text(
            json.dumps({"tests": [{"score": score} for score in scores]})
        )
    (tmp_path / "results" / "cyd").mkdir()
    command = fences("sh")[1].partition("done\n")[2]
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
    assert (tmp_path / "points.csv").read_text() == "ada,1\nbob,2\n"


def test_the_image_is_made_of_what_the_export_has(export: Callable[..., Path], tmp_path: Path) -> None:
    """Every file that the Containerfile names is in the zip, and its entry is the script for a submission."""
    (containerfile,) = fences("dockerfile")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(export("lamps")), str(tmp_path / "source")], check=True)
    named = re.findall(r"/autograder/source/(\S+)", containerfile)
    assert sorted(set(named)) == ["run_autograder", "setup.sh"]
    assert all((tmp_path / "source" / name).is_file() for name in named)
    assert 'ENTRYPOINT ["/autograder/run_autograder"]' in containerfile
    assert "COPY source /autograder/source" in containerfile


def namespaces() -> bool:
    """Say whether this user may make namespaces of mounts and networks."""
    if sys.platform != "linux" or shutil.which("unshare") is None or os.geteuid() != 0:
        return False
    return (
        subprocess.run(
            ["unshare", "--net", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
        ).returncode
        == 0
    )


@pytest.mark.skipif(not namespaces(), reason="namespaces of mounts and networks need root here")
def test_the_script_grades_read_only_and_without_a_network(export: Callable[..., Path]) -> None:
    """Where only /tmp and the results can be written and no network is, a right answer passes and one that calls out does not."""
    root = service(export("lamps"))
    calls = "import socket\n\n\ndef add(a, b):\n    socket.create_connection(('192.0.2.1', 80), 1)\n    return a + b\n"
    environment = {
        "POOLSCHOOL_AUTOGRADER": "/mnt/autograder",
        "POOLSCHOOL_PYTHON": sys.executable,
        "PYTHONPATH": "/mnt/autograder/source/course/src",
        "PATH": os.environ["PATH"],
    }
    scores = []
    try:
        for answer in (SOLUTION, calls):
            (root / "submission").mkdir(exist_ok=True)
            (root / "submission" / "l01_lamps.py").write_text(answer, encoding="utf-8")
            command = ["unshare", "--net", "--mount", "bash", "-c", INSIDE, "bash", str(root), sys.prefix]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
            assert done.returncode == 0, done.stderr
            results = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
            jsonschema.validate(results, SCHEMA)
            scores.append([test["score"] for test in results["tests"]])
    finally:
        shutil.rmtree(root)
    assert scores == [[1, 1], [0, 0]]

"""What holds in every format."""

import subprocess
import sys
from pathlib import Path

from export_papers import ROOT, exported

from poolschool.teaching.exports.export import FORMATS


def test_what_a_format_cannot_carry_is_said_by_name() -> None:
    """Each loss names the questions that it concerns; the key loses nothing."""
    losses = {kind: exported("course", kind).losses for kind in FORMATS}
    for name, question in {
        "moodle": "leaks.still_holding",
        "qti": "leaks.life_of_a_leak",
        "gift": "leaks.four_endings",
    }.items():
        assert any(question in loss for loss in losses[name])
    assert any("engine_and_pool.cap" in loss for loss in losses["print"])
    assert losses["key"] == ()


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A second process with another hash seed writes the same files; another seed writes others."""
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests/tooling'); "
        "from export_papers import whole_course; from poolschool.teaching.exports.export import FORMATS, render; "
        "paper = whole_course(int(sys.argv[1])); "
        "print([(n, hashlib.sha256(c).hexdigest()) for f in FORMATS for n, c in render(f, paper).files.items()])"
    )

    def run(seed: str, hashes: str) -> str:
        environment = {"PYTHONHASHSEED": hashes, "PATH": str(Path(sys.executable).parent)}
        command = [sys.executable, "-c", program, seed]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    first = run("5", "1")
    assert run("5", "2") == first
    theirs = dict(eval(first))  # noqa: S307 - we printed it
    others = dict(eval(run("6", "1")))  # noqa: S307 - likewise
    assert all(theirs[name] != others[name] for name in theirs)

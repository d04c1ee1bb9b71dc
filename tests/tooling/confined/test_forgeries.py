"""Whatever an answer does to the judge, to pytest or to what its checker uses: a point that it does not deserve is never given."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_course import make_course
from store_answers import CHECKER, NEVER_JUDGED, NOT_COUNTED, RIGHT, WRONG
from store_forgeries import FORGERIES

from poolschool.confined import system
from poolschool.confined.grader import ConfinedGrader
from poolschool.course.lessons import load_course
from poolschool.grading.verdict import Verdict

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="on Windows nothing is forked"), pytest.mark.timeout(300)]
Grade = Callable[[str], tuple[Verdict, ...]]


@pytest.fixture(scope="module")
def grade() -> Iterator[Grade]:
    """Give a function that grades an answer confined, each of its tasks whatever became of the others."""
    root = Path(tempfile.mkdtemp(prefix="forged-")).resolve()
    root.chmod(0o755)
    make_course(root)
    (root / "exercises/p1_why/l01_lamps_test.py").write_text(CHECKER, encoding="utf-8")
    (root / "exercises/p1_why/l01_lamps.py").write_text(WRONG, encoding="utf-8")
    lesson = load_course(root).lesson("lamps")
    answer = root / "handed_in" / f"{lesson.stem}.py"
    answer.parent.mkdir(parents=True)
    grader = ConfinedGrader([lesson])

    def graded(code: str) -> tuple[Verdict, ...]:
        answer.write_text(code, encoding="utf-8")
        return grader.grade(lesson, root / "handed_in", ignore_needs=True).verdicts

    yield graded
    shutil.rmtree(root)


def test_a_right_answer_passes(grade: Grade) -> None:
    """With all that is compared and asked, a right answer gets every point."""
    assert [(verdict.status, verdict.got) for verdict in grade(RIGHT)] == [("passed", "")] * 2


@pytest.mark.parametrize("name", FORGERIES)
def test_no_point_is_given_for_a_lie(name: str, grade: Grade) -> None:
    """No task of a wrong answer passes, and none is left unjudged: each says why it failed."""
    verdicts = grade(WRONG + FORGERIES[name])
    assert {verdict.status for verdict in verdicts} <= {"failed", "blocked"}
    assert all(verdict.got for verdict in verdicts)


@pytest.mark.parametrize("name", NEVER_JUDGED)
def test_what_cannot_be_looked_at_is_the_students_failure(name: str, grade: Grade) -> None:
    """A value that breaks whoever looks at it fails its task, in the first verdict and in words."""
    code, words = NEVER_JUDGED[name]
    first, _ = grade(WRONG + code)
    assert first.status == "failed"
    # On a machine that is slow in giving memory the time limit comes first.
    assert any(word in first.got for word in (*words.split("|"), "no end after"))
    assert len(first.got) < 1000


# Keeps a connection and wants another one.
USES_A_POOL = """
from sqlalchemy import create_engine
engine, kept = create_engine("sqlite:///pool.db", pool_size=1, max_overflow=0, pool_timeout={timeout}), []
def in_add():
    kept.append(engine.connect())
    engine.connect()
"""
SAYS_A_PICTURE = """
def in_add():
    judge().say(("pool", {said}))
    __import__("time").sleep(60)
"""


@pytest.mark.parametrize(("timeout", "end"), [(0.1, "gave up"), (60, "waits")], ids=["gives up", "out of time"])
def test_the_use_of_a_pool_is_seen_in_confinement(timeout: float, end: str, grade: Grade) -> None:
    """The picture of a pool comes with the failed verdict, also if time ran out."""
    first, _ = grade(WRONG + USES_A_POOL.format(timeout=timeout))
    assert [one["end"] for one in first.pool["borrowers"]] == ["not returned", end], first


@pytest.mark.parametrize(
    ("said", "got"),
    [("dict(asked=0, borrowers=[])", "no end after"), ("dict(asked=0, borrowers=7)", "a use of a pool that there cannot be")],
    ids=["sound", "nonsense"],
)  # fmt: skip
def test_a_picture_that_is_made_up_helps_nobody(said: str, got: str, grade: Grade) -> None:
    """A sound one changes nothing; nonsense is a forged message like any other."""
    first, _ = grade(WRONG + SAYS_A_PICTURE.format(said=said))
    assert first.status == "failed"
    assert got in first.got
    assert first.pool["borrowers"] == []


@pytest.mark.parametrize("name", NOT_COUNTED)
def test_listeners_and_counts_are_left_alone(name: str, grade: Grade) -> None:
    """Whoever takes listeners away or writes the counts fails the task that counts, and is told so."""
    code, words = NOT_COUNTED[name]
    _, second = grade(RIGHT + code)
    assert second.status == "failed"
    assert words in second.got


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Landlock is Linux's")
@pytest.mark.parametrize(
    ("version", "users", "walls", "open_ways"),
    [
        (7, False, "the kernel's Landlock", []),
        (6, True, "the kernel's Landlock", []),
        (5, False, "the kernel's Landlock (files only)", ["signals to the grader (this kernel's Landlock"]),
        (5, True, "the kernel's Landlock (files only)", []),
        (0, True, "limits on memory and files", []),
        (0, False, "limits on memory and files", ["files that compiled code opens", "signals to the grader (neither"]),
    ],
)
def test_what_is_not_held_is_said(
    version: int, users: bool, walls: str, open_ways: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Landlock holds signals from its version 6 on, another user everywhere; where neither is, the command says so."""
    monkeypatch.setattr(system, "landlock", lambda: version)
    assert system.protections(users)[-1] == walls
    gaps = system.gaps(users)
    assert len(gaps) == len(open_ways)
    assert all(gap.startswith(words) for gap, words in zip(gaps, open_ways, strict=True))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Landlock is Linux's")
def test_the_kernel_holds_what_the_guard_would_miss(tmp_path: Path) -> None:
    """Where Landlock says that it holds signals, a confined process cannot signal its parent, nor read outside of its folders."""
    if system.landlock() < system.HOLDS_SIGNALS:
        pytest.skip("this kernel's Landlock does not hold signals, and `poolschool grade` says so")
    from poolschool.confined.job import ConfinedJob, Limits

    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "answers" / "p1_why").mkdir(parents=True)
    job = ConfinedJob(
        Path(__file__), tmp_path / "answers/p1_why/l01.py", (), tmp_path / "scratch", 1.0, {}, limits=Limits(())
    )
    ours, theirs = os.pipe()
    if (child := os.fork()) == 0:
        system._lock(job, system._readable(job))
        outcome = b""
        for attempt in (lambda: os.kill(os.getppid(), 0), lambda: open(tmp_path / "secret")):  # noqa: PTH123, SIM115
            try:
                attempt()
                outcome += b"done "
            except PermissionError:
                outcome += b"refused "
        os.write(theirs, outcome)
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(ours, 100) == b"refused refused "
    os.close(ours)
    os.close(theirs)

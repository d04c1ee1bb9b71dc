"""The doctor: a line per part, what to do for each that is not well, and never a traceback."""

import socket
from pathlib import Path

import pytest
from fake_course import make_course

from poolschool.course.faults import UserMistake
from poolschool.learner import doctor


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a tiny course in which the doctor looks."""
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "300")  # whole sentences on one line
    return make_course(tmp_path)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out PostgreSQL, which the tiny course would start for itself."""
    monkeypatch.setattr(
        doctor, "EXAMINATIONS", {name: one for name, one in doctor.EXAMINATIONS.items() if name != "PostgreSQL"}
    )


def test_the_real_course_has_a_postgresql() -> None:
    """The embedded server is started and named with its version and the milliseconds it took."""
    finding = doctor.postgresql()
    assert finding.state == "ok"
    assert finding.what.startswith("18.")
    assert finding.what.endswith(" ms")


@pytest.mark.usefixtures("course", "only")
def test_a_healthy_course_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    """With every needed part there, each has its line and the exit code is 0."""
    assert doctor.doctor() == 0
    told = capsys.readouterr().out
    assert all(part in told for part in doctor.EXAMINATIONS)
    assert "All that the course needs works." in told


@pytest.mark.usefixtures("only")
def test_a_missing_exercise_is_broken_and_has_a_way_out(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stub that was deleted gives exit code 1 and the command that brings it back."""
    (course / "exercises" / "p1_why" / "l01_lamps.py").unlink()
    assert doctor.doctor() == 1
    told = capsys.readouterr().out
    assert "missing: l01_lamps.py" in told
    assert "poolschool reset lamps" in told


def test_a_server_that_does_not_answer_is_told(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """POOLSCHOOL_DATABASE_URL where nobody answers is broken, in words."""
    assert course.exists()
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", "postgresql://me:secret@127.0.0.1:9/shop")
    assert doctor.doctor() == 1
    told = capsys.readouterr().out
    assert "POOLSCHOOL_DATABASE_URL names 127.0.0.1:9/shop, which cannot be used" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("problem", "says"),
    [(UserMistake("It is gone. Bring it back."), "It is gone"), (RuntimeError("[bold]odd"), "RuntimeError: [bold]odd")],
)
def test_whatever_goes_wrong_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], problem: Exception, says: str
) -> None:
    """An examination that fails in any way is a broken part, not a traceback, and the others are still examined."""

    def fail() -> doctor.Finding:
        raise problem

    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"odd": fail, "Python": doctor.python})
    assert doctor.doctor() == 1
    told = capsys.readouterr().out
    assert says in told
    assert "Python" in told


def test_another_version_than_the_locked_one_is_a_note(course: Path) -> None:
    """A part that differs from the lock is named with both versions and breaks nothing."""
    (course / ".ci").mkdir()
    (course / ".ci" / "requirements.lock").write_text(
        "rich==0.1 \\\n    --hash=sha256:0\nnot-installed==1\n", encoding="utf-8"
    )
    finding = doctor.parts()
    assert finding.state == "optional"
    assert finding.what.startswith("rich ")
    assert finding.what.endswith("(locked: 0.1)")


def test_a_taken_port_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else on the site's port is no illness; another port is named."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setattr(doctor, "PORT", other.getsockname()[1])
        finding = doctor.port()
    assert finding.state == "optional"
    assert finding.to_do == f"Another one: `poolschool serve --port {doctor.PORT + 1}`."


def test_a_full_disk_is_broken(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than PostgreSQL and the site need is broken; the place and the amount are named."""
    assert course.exists()
    monkeypatch.setattr(doctor, "FREE_MEGABYTES", 2**60)
    finding = doctor.disk()
    assert finding.state == "broken"
    assert "MB free in" in finding.what


def test_a_course_without_python_for_the_pages_is_a_note(course: Path) -> None:
    """What could not be fetched is told with the way to it, and breaks nothing."""
    assert not (course / "docs/assets/python").exists()
    assert doctor.pages_python().state == "optional"
    assert "make course" in doctor.pages_python().to_do

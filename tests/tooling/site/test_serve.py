"""`poolschool serve`: builds when it must, serves compressed, and says in a sentence when the port is taken."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest
from page_course import STEM, change, make_page_course
from starlette.testclient import TestClient

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.site.serve import build_if_stale, is_stale, serve, site_app


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a tiny course and stand in it."""
    root = make_page_course(tmp_path)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(root))
    return root


def test_a_site_is_built_once(course: Path) -> None:
    """The first call builds; the second finds nothing to do."""
    assert build_if_stale(course) is True
    assert build_if_stale(course) is False
    assert "quiz-lamps" in (course / f"site/{STEM}/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [f"docs/{STEM}.md", f"quizzes/{STEM}.toml", f"solutions/{STEM}.py", "mkdocs.yml"])
def test_a_newer_source_makes_the_site_stale(course: Path, name: str) -> None:
    """Pages, quizzes, solutions and the configuration count; the built site does not."""
    (course / "site").mkdir()
    index = course / "site/index.html"
    index.write_text("", encoding="utf-8")
    later = time.time() + 60
    os.utime(index, (later, later))
    assert not is_stale(course)
    os.utime(course / name, (later + 60, later + 60))
    assert is_stale(course)


def test_faults_are_told_instead_of_built(course: Path) -> None:
    """A fault in a page stops the build before MkDocs could show a traceback."""
    change(course, f"docs/{STEM}.md", "/// quiz | lamps", "/// quizz | lamps")
    with pytest.raises(CourseFault, match="quizz"):
        build_if_stale(course)


def test_pages_are_served_compressed(tmp_path: Path) -> None:
    """Pages come compressed, parts of a file on demand, heads alone, and a missing page with the site's own 404."""
    (tmp_path / "index.html").write_text("<p>" + "pool " * 500 + "</p>", encoding="utf-8")
    (tmp_path / "404.html").write_text("This lane is empty", encoding="utf-8")
    client = TestClient(site_app(tmp_path))
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert page.headers["cache-control"] == "no-cache"
    assert client.get("/", headers={"if-none-match": page.headers["etag"]}).status_code == 304
    part = client.get("/index.html", headers={"range": "bytes=0-2", "accept-encoding": "identity"})
    assert (part.status_code, part.text) == (206, "<p>")
    assert client.head("/").status_code == 200
    lost = client.get("/nowhere/")
    assert (lost.status_code, lost.text) == (404, "This lane is empty")


def test_a_taken_port_is_said_in_one_sentence(course: Path) -> None:
    """Who asks for a taken port learns it at once, and how to ask for another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserMistake, match=rf"Port {port} is taken.*make course PORT=\d+"):
            serve(port, course)
    assert not (course / "site").exists()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process of a console there")
def test_ctrl_c_leaves_quietly(course: Path) -> None:
    """It prints its address, answers, and ends with 0 and no traceback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"import sys; from poolschool.site.serve import serve; sys.exit(serve({port}))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout
    lines = [process.stdout.readline(), process.stdout.readline()]
    assert f"http://127.0.0.1:{port}/" in lines[1]
    assert "Lamps" in httpx.get(f"http://127.0.0.1:{port}/{STEM}/").text
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in said

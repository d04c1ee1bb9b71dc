"""Say what works on this machine, what does not, and what to do about it."""

import json
import re
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.lessons import find_root, load_course
from poolschool.grading.words import printable

OLDEST_PYTHON = (3, 11)
FREE_MEGABYTES = 500  # PostgreSQL's folder takes about 50, the built site and the caches the rest
PORT = 8000
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)
State = Literal["ok", "optional", "broken"]
LOOKS: dict[State, str] = {"ok": "[green]✓ ok[/]", "optional": "[yellow]– note[/]", "broken": "[bold red]✗ broken[/]"}


@dataclass(frozen=True)
class Finding:
    """What a part is like, and what to do unless it is fine."""

    state: State
    what: str
    to_do: str = ""


def doctor() -> int:
    """Print a line for every part that the course needs; give 1 if a part that it cannot do without is broken."""
    table = Table("", "part", "found", "what to do")
    broken = False
    for part, examine in EXAMINATIONS.items():
        finding = _examined(examine)
        broken |= finding.state == "broken"
        table.add_row(LOOKS[finding.state], part, escape(printable(finding.what)), escape(printable(finding.to_do)))
    console = Console()
    console.print(table)
    console.print("Something is broken: see above." if broken else "All that the course needs works.")
    return int(broken)


def _examined(examine: Callable[[], Finding]) -> Finding:
    """Examine one part; whatever goes wrong in it is a finding as well."""
    try:
        return examine()
    except UserMistake as mistake:
        what, _, to_do = str(mistake).partition(". ")
        return Finding("broken", what, to_do)
    except CourseFault as faults:
        return Finding("broken", str(faults).splitlines()[0], "Run `poolschool lint` and fix what it names.")
    except Exception as problem:
        return Finding(
            "broken", f"{type(problem).__name__}: {problem}", "Run `make course` again; if it stays, report it."
        )


def python() -> Finding:
    """Examine the Python that runs this."""
    found = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return Finding("broken", found, "Install Python 3.11 or newer and run `make course` again.")
    return Finding("ok", found)


def parts() -> Finding:
    """Compare what is installed with what is declared and locked."""
    missing = [name for name in _declared() if _installed(name) is None]
    if missing:
        return Finding("broken", f"missing: {', '.join(missing)}", "Run `make course`, which installs them.")
    lock = find_root() / ".ci" / "requirements.lock"
    locked = (
        {found["name"]: found["version"] for found in LOCKED.finditer(lock.read_text(encoding="utf-8"))}
        if lock.is_file()
        else {}
    )
    installed = {name: _installed(name) for name in locked}
    others = [
        f"{name} {installed[name]} (locked: {locked[name]})"
        for name in locked
        if installed[name] not in (None, locked[name])
    ]
    if others:
        return Finding(
            "optional", ", ".join(others), "Fine if you meant it. `make course` puts the locked versions back."
        )
    return Finding("ok", f"{sum(map(bool, installed.values()))} parts, as locked")


def postgresql() -> Finding:
    """Start the PostgreSQL that lessons use, and ask it who it is."""
    import psycopg

    from poolschool.database.running import DRIVER, server

    began = time.perf_counter()
    with server() as url, psycopg.connect(url.replace(DRIVER, "postgresql://", 1), connect_timeout=5) as connection:
        found = connection.info.parameter_status("server_version")
        return Finding("ok", f"{found}, answered after {1000 * (time.perf_counter() - began):.0f} ms")


def stubs() -> Finding:
    """Look for the exercise of every lesson that has one."""
    lessons = [lesson for lesson in load_course().lessons if lesson.has_exercise]
    gone = [lesson for lesson in lessons if not lesson.stub.is_file()]
    if gone:
        return Finding(
            "broken", f"missing: {', '.join(one.stub.name for one in gone)}", f"Run `poolschool reset {gone[0].topic}`."
        )
    return Finding("ok", f"{len(lessons)} in exercises/")


def disk() -> Finding:
    """Look for room where PostgreSQL keeps its data."""
    from poolschool.database.home import home

    folder = home().folder
    free = shutil.disk_usage(folder).free // 2**20
    if free < FREE_MEGABYTES:
        return Finding("broken", f"{free} MB free in {folder.parent}", f"Make room: {FREE_MEGABYTES} MB are needed.")
    return Finding("ok", f"{free / 1024:,.1f} GB free")


def port() -> Finding:
    """See whether the site's usual port is free."""
    with socket.socket() as listener:
        if sys.platform != "win32":  # elsewhere a port just left would look taken; on Windows it would look free
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", PORT))
        except OSError:
            return Finding("optional", f"{PORT} is taken", f"Another one: `poolschool serve --port {PORT + 1}`.")
    return Finding("ok", f"{PORT} is free")


def chromium() -> Finding:
    """Look for a browser that the tests can drive."""
    if found := next(filter(None, map(shutil.which, CHROMIUMS)), None):
        return Finding("ok", Path(found).name)
    return Finding("optional", "none", "Only the tests in a browser need it: install chromium, or they are skipped.")


def node() -> Finding:
    """Look for Node.js."""
    if shutil.which("node"):
        return Finding("ok", "found")
    return Finding("optional", "none", "The set-up fetches one if it needs it.")


def pages_python() -> Finding:
    """Look for the Python that runs in the pages."""
    manifest = find_root() / "docs" / "assets" / "python" / "manifest.json"
    if manifest.is_file():
        versions = json.loads(manifest.read_text(encoding="utf-8"))["versions"]
        return Finding("ok", f"with SQLAlchemy {versions['sqlalchemy']} and FastAPI {versions['fastapi']}")
    return Finding(
        "optional", "none", "Run buttons then tell terminal commands. With a network, `make course` fetches it."
    )


def git() -> Finding:
    """Look for git."""
    if shutil.which("git"):
        return Finding("ok", "found")
    return Finding("optional", "none", "`poolschool reset` and updates need it: install git.")


EXAMINATIONS: dict[str, Callable[[], Finding]] = {
    "Python": python,
    "installed parts": parts,
    "PostgreSQL": postgresql,
    "Python in the pages": pages_python,
    "exercises": stubs,
    "free disk": disk,
    "port for the site": port,
    "Chromium": chromium,
    "Node.js": node,
    "git": git,
}


def _declared() -> list[str]:
    """Name what Pool School itself needs, without the extras for its tests."""
    needs = [need for need in requires("poolschool") or [] if "extra ==" not in need]
    return [re.split(r"[\[<>=!~; ]", need, maxsplit=1)[0] for need in needs]


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None

"""Serve the built site on this machine, compressed; build it first if a source is newer."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_root
from poolschool.site.course_html import course_html

if TYPE_CHECKING:
    from starlette.applications import Starlette

HOST = "127.0.0.1"
# What the pages are made of; `mkdocs build` reads nothing else of the tree.
SOURCES = ("docs", "quizzes", "exercises", "solutions", "src/poolschool", "mkdocs.yml")
NOT_SOURCES = {"__pycache__", ".pytest_cache"}


def serve(port: int, root: Path | None = None) -> int:
    """Serve until Ctrl-C; `port` on 127.0.0.1. Exit code 0, or 2 with a sentence if the port is taken."""
    import uvicorn

    root = root or find_root()
    with _listen(port) as listener:  # before building: whoever has to choose another port learns it at once
        build_if_stale(root)
        print(f"Pool School is open: http://{HOST}:{port}/  (Ctrl-C closes it)", flush=True)  # noqa: T201 - the command's output
        server = uvicorn.Server(uvicorn.Config(site_app(root / "site"), log_level="warning", lifespan="off"))
        with suppress(KeyboardInterrupt):  # uvicorn has shut down cleanly and raises it once more
            server.run(sockets=[listener])
    return 0


def site_app(site: Path) -> "Starlette":
    """Make the application that serves a built site: compressed, revalidated, with the site's own 404 page."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    class Site(StaticFiles):
        """The site's files; a browser asks again each time whether they changed, since the next build may change them."""

        keeping = "no-cache"

        async def get_response(self, path, scope):  # type: ignore[no-untyped-def]
            """Answer one request."""
            response = await super().get_response(path, scope)
            response.headers["cache-control"] = "no-cache" if path.endswith("manifest.json") else self.keeping
            return response

    class Python(Site):
        """Python for the pages: it lies in folders named by their content, which the manifest names."""

        keeping = "public, max-age=31536000, immutable"

    pages = Starlette(
        routes=[Mount("/", Site(directory=site, html=True))],
        middleware=[Middleware(GZipMiddleware, minimum_size=500)],
    )
    # To compress its 20 MB would take longer than to send them on one machine.
    python = Python(directory=site / "assets" / "python", check_dir=False)
    return Starlette(routes=[Mount("/assets/python", python), Mount("/", pages)])


def build_if_stale(root: Path) -> bool:
    """Build `root`/site with MkDocs if it is missing or older than a source; tell whether it was built."""
    if not is_stale(root):
        return False
    course_html(root)  # the build finds that it is checked, and says nothing of mistakes in a traceback
    print("Building the site …", flush=True)  # noqa: T201
    command = [sys.executable, "-P", "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", "site"]
    done = subprocess.run(command, cwd=root, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=False)
    if done.returncode:
        raise UserMistake("The site was not built; MkDocs says above why.")
    return True


def is_stale(root: Path) -> bool:
    """Tell whether a source changed, came or went after the site was built."""
    built = root / "site" / "index.html"
    if not built.is_file():
        return True
    return max(_changed(root)) > built.stat().st_mtime


def _changed(root: Path) -> list[float]:
    """Give the times of change of all sources and of the folders that hold them: a file that went changes its folder."""
    times = []
    for source in SOURCES:
        for folder, folders, files in os.walk(root / source):
            folders[:] = [name for name in folders if name not in NOT_SOURCES]
            times += [os.stat(folder).st_mtime, *(os.stat(os.path.join(folder, name)).st_mtime for name in files)]  # noqa: PTH116, PTH118
    return [*times, (root / "mkdocs.yml").stat().st_mtime]


def _listen(port: int) -> socket.socket:
    """Take the port; raise UserMistake if it is taken."""
    listener = socket.socket()
    try:
        if os.name == "posix":  # elsewhere the option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise UserMistake(
            f"Port {port} is taken or not allowed. Choose another: make course PORT={port % 65535 + 1}"
        ) from None
    return listener

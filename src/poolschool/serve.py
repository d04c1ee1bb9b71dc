"""`poolschool serve`: build the site if its sources are newer, and serve it, compressed, on this machine only."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

from poolschool.course import find_root
from poolschool.faults import UserMistake
from poolschool.page_check import lint

HOST = "127.0.0.1"
SOURCES = ("docs", "quizzes", "exercises", "solutions", "src/poolschool", "mkdocs.yml")


def serve(port: int, root: Path | None = None) -> int:
    """Serve the site on 127.0.0.1:port until Ctrl-C; build it first if it is missing or older than a source."""
    root = root or find_root()
    listening = _listen(port)
    if is_stale(root) and (code := build(root)):
        return code
    import uvicorn

    print(f"Pool School is served on http://{HOST}:{port}  (Ctrl-C to stop)", flush=True)  # noqa: T201
    server = uvicorn.Server(uvicorn.Config(site_app(root / "site"), log_level="warning", lifespan="off"))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    return 0


def _listen(port: int) -> socket.socket:
    """Take the port before the long work of building begins."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as problem:
        listening.close()
        why = "in use" if problem.errno == errno.EADDRINUSE else f"not to be had ({problem.strerror})"
        raise UserMistake(f"Port {port} is {why}. Choose another: make course PORT={port + 1}") from None
    return listening


def is_stale(root: Path) -> bool:
    """Whether the site is missing or any source is newer than it."""
    built = root / "site" / "index.html"
    if not built.exists():
        return True
    since = built.stat().st_mtime
    return any(
        path.stat().st_mtime > since
        for source in SOURCES
        for path in ([root / source] if (root / source).is_file() else (root / source).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )


def build(root: Path) -> int:
    """Build the site strictly with MkDocs; author's faults are told without a traceback."""
    print("Building the site …", flush=True)  # noqa: T201
    if lint():
        return 1
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", "site"]
    return subprocess.run(command, cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=False).returncode


def site_app(site: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201 - Starlette's own type, imported only here
    """Give an ASGI application that serves a folder with compression and the site's own page for what is not there."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.requests import Request
    from starlette.responses import FileResponse, Response
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    class Site(StaticFiles):
        """Files that are asked for again are compared by their tag, so that an edited page is never stale."""

        def file_response(self, *args, **kwargs) -> Response:  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN003
            response = super().file_response(*args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-cache")
            return response

    async def missing(request: Request, problem: Exception) -> Response:
        return FileResponse(site / "404.html", status_code=404)

    return Starlette(
        routes=[Mount("/", Site(directory=site, html=True))],
        middleware=[Middleware(GZipMiddleware, minimum_size=500, compresslevel=6)],
        exception_handlers={404: missing},
    )

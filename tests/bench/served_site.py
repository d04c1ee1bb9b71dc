"""The built course, served as `poolschool serve` does, and the Chromium that looks at it."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from rows import Missing

from poolschool.site.serve import site_app

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Give the program; raise Missing if this machine has none."""
    program = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        raise Missing("There is no Chromium. Install it, or name one in POOLSCHOOL_CHROMIUM.")
    return program


@contextmanager
def build_and_serve() -> Iterator[tuple[Path, str]]:
    """Build the site into a folder of its own and serve it; give folder and address, which ends with a slash."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
        server = uvicorn.Server(uvicorn.Config(site_app(site), port=0, log_level="error", lifespan="off"))
        listener = server.config.bind_socket()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield site, f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()

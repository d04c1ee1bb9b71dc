"""How heavy and how fast are the pages? Run it as a program, after `npm ci`, on a machine with nothing else to do.

    python tests/bench/bench_pages.py [RUNS]

Builds the site, serves it as `poolschool serve` does, and prints for each lesson Lighthouse's four scores (medians; mobile,
the default) and the bytes over the wire (targets: 100 for accessibility, best practices and SEO, at least 99 for
performance, at most 150 kB). The first line is an all but empty page: what this machine can reach at the moment.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn

from poolschool.course.lessons import load_course
from poolschool.site.serve import site_app

ROOT = Path(__file__).parents[2]
CATEGORIES = ("accessibility", "best-practices", "seo", "performance")
BLANK = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Blank</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="An all but empty page.">
<link rel="icon" href="data:,"></head><body><main><h1>Blank</h1></main></body></html>"""
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def lighthouse(address: str) -> dict[str, float]:
    """Measure one page once; give the scores in percent and `bytes`."""
    chrome = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)))
    command = [
        "npx",
        "--no-install",
        "lighthouse",
        address,
        "--quiet",
        "--output=json",
        "--chrome-flags=--headless=new --no-sandbox",
    ]
    environment = os.environ | {"CHROME_PATH": chrome}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True)
    report = json.loads(done.stdout)
    scores = {name: 100 * report["categories"][name]["score"] for name in CATEGORIES}
    return scores | {"bytes": report["audits"]["total-byte-weight"]["numericValue"]}


def measure(name: str, address: str, runs: int) -> None:
    """Print the medians of one page."""
    results = [lighthouse(address) for _ in range(runs)]
    middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
    scores = "  ".join(f"{key} {middle[key]:.0f}" for key in CATEGORIES)
    print(f"{name:20} {scores}  {middle['bytes'] / 1000:.0f} kB", flush=True)  # noqa: T201 - the program's output


def main(runs: int) -> None:
    """Build, serve and measure every lesson and the landing page."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
        (site / "blank.html").write_text(BLANK, encoding="utf-8")
        server = uvicorn.Server(uvicorn.Config(site_app(site), port=0, log_level="error", lifespan="off"))
        listener = server.config.bind_socket()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            base = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            measure("(an empty page)", base + "blank.html", runs)
            measure("landing", base, runs)
            for lesson in load_course(ROOT).lessons:
                measure(lesson.topic, base + lesson.url, runs)
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)

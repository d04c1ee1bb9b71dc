"""How fast is Python in the page? Ratios and medians in one Chromium; run it as a program, after `make site`.

    python tests/bench/bench_python.py [RUNS]

Prints, with everything in the browser's cache: the first output of a SQLAlchemy cell against a bare `loadPyodide()` of the
same Pyodide as npm gives it (target: at most 1.5 times); what a second run of a cell adds to the code's own time (target:
at most 50 ms); and a second check of each exercise (target: at most 1 s).
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
from playwright.sync_api import Page, sync_playwright

from poolschool.course.lessons import load_course
from poolschool.site.runs_in_page import needs
from poolschool.site.serve import site_app

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BARE = """onmessage = async () => {
  const began = performance.now();
  const { loadPyodide } = await import("./pyodide.mjs");
  await loadPyodide();
  postMessage(performance.now() - began);
};"""
BARELY = """() => new Promise((resolve) => {
  const worker = new Worker("/bare/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => { resolve(data); worker.terminate(); };
  worker.postMessage(0);
})"""
CELL = """from sqlalchemy import create_engine, text
with create_engine("sqlite:///store.db").connect() as connection:
    print(connection.scalar(text("SELECT 'a lamp'")))
"""
ASK = """async ([order, argument, text]) => {
  const { ask } = await import("/assets/live/python.js");
  const began = performance.now();
  let first = 0;
  await ask(order, { argument, text, hear: (told) => { if (told.text) first ||= performance.now() - began; } });
  return [first, performance.now() - began];
}"""
SLOW = "import time\nbegan = time.perf_counter()\ntime.sleep(0.1)\nprint(time.perf_counter() - began)\n"


def milliseconds(page: Page, runs: int) -> None:
    """Measure in turn, so that both meet the same machine; the first round fills the caches and is not counted."""
    bare, ours = [], []
    for number in range(runs + 1):
        page.reload()
        took = page.evaluate(BARELY)
        page.reload()
        first = page.evaluate(ASK, ["run", CELL, CELL])[0]
        if number:
            bare.append(took)
            ours.append(first)
    one, other = statistics.median(ours), statistics.median(bare)
    say(f"first output of a SQLAlchemy cell {one:.0f} ms, bare loadPyodide() {other:.0f} ms: {one / other:.2f} x")
    again = [page.evaluate(ASK, ["run", CELL, CELL])[1] for _ in range(runs)]
    say(f"the same cell again {statistics.median(again):.0f} ms, its own work included")
    over = [page.evaluate(ASK, ["run", SLOW, SLOW])[1] - 100 for _ in range(runs)]
    say(f"a run adds to the code's own 100 ms {statistics.median(over):.0f} ms")


def checks(page: Page, runs: int) -> None:
    """Measure the checks after the first."""
    for lesson in load_course(ROOT).lessons:
        checker = lesson.checker.read_text(encoding="utf-8")
        if needs(checker):
            continue
        learner = lesson.solution.read_text(encoding="utf-8")
        order = json.dumps({"stem": lesson.stem, "checker": checker, "learner": learner, "done": []})
        took = [page.evaluate(ASK, ["grade", order, checker + learner])[1] for _ in range(runs + 1)]
        say(f"check of {lesson.topic}: the first {took[0]:.0f} ms, later {statistics.median(took[1:]):.0f} ms")


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - the program's output


def main(runs: int) -> None:
    """Build, serve, open Chromium with a cache of its own on disk, measure."""
    program = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
        shutil.copytree(ROOT / "node_modules" / "pyodide", site / "bare")
        (site / "bare" / "worker.js").write_text(BARE, encoding="utf-8")
        server = uvicorn.Server(uvicorn.Config(site_app(site), port=0, log_level="error", lifespan="off"))
        listener = server.config.bind_socket()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            context = playwright.chromium.launch_persistent_context(
                Path(folder) / "profile", executable_path=program, headless=True, args=["--no-sandbox"]
            )
            page = context.pages[0]
            page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/reference/glossary/")
            milliseconds(page, runs)
            checks(page, runs)
            context.close()
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)

"""How fast is Python in the page? Ratios and medians in one Chromium; run it as a program, after `make site`.

    python tests/bench/bench_python.py [RUNS]

Gives, with everything in the browser's cache: the first output of a SQLAlchemy cell against a bare `loadPyodide()` of the
same Pyodide as npm gives it, before and after the memory of a started Python is kept (target: 0.35 times); what a second run of a cell adds to the code's own time (target:
at most 50 ms); and a second check of each exercise (target: at most 1 s).
"""

import json
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rows import Missing, Row, program
from served_site import build_and_serve, chromium

from poolschool.course.lessons import load_course
from poolschool.site.runs_in_page import needs

ROOT = Path(__file__).parents[2]
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
# What is kept of a started Python, told by the last part of its address.
FORGET = """async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (request.url.endsWith("/snapshot")) await cache.delete(request);
  }
}"""
UNTIL_KEPT = """async () => {
  for (let tries = 0; tries < 600; tries += 1) {
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) if (url.endsWith("/snapshot")) return;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error("the memory of Python was not kept");
}"""
SLOW = "import time\nbegan = time.perf_counter()\ntime.sleep(0.1)\nprint(time.perf_counter() - began)\n"


def first_rows(page: Page, runs: int, how: str, target: str) -> Iterator[Row]:
    """Measure in turn, so that both meet the same machine; the first round fills the caches and is not counted."""
    bare, ours = [], []
    for number in range(runs + 1):
        page.reload()
        took = page.evaluate(BARELY)
        if not target:
            page.evaluate(FORGET)
        page.reload()
        first = page.evaluate(ASK, ["run", CELL, CELL])[0]
        if number:
            bare.append(took)
            ours.append(first)
    one, other = statistics.median(ours), statistics.median(bare)
    yield Row(f"first output of a SQLAlchemy cell, {how}", one, "ms")
    yield Row("bare loadPyodide()", other, "ms")
    yield Row("ratio of the two", one / other, "", target)


def cell_rows(page: Page, runs: int) -> Iterator[Row]:
    """Measure first runs without and with the memory of a started Python, then runs that follow."""
    yield from first_rows(page, runs, "imported anew", "")
    page.evaluate(UNTIL_KEPT)
    yield from first_rows(page, runs, "memory kept", "0.35")
    again = [page.evaluate(ASK, ["run", CELL, CELL])[1] for _ in range(runs)]
    yield Row("the same cell again, its own work included", statistics.median(again), "ms")
    over = [page.evaluate(ASK, ["run", SLOW, SLOW])[1] - 100 for _ in range(runs)]
    yield Row("what a run adds to the code's own time", statistics.median(over), "ms", "at most 50")


def check_rows(page: Page, runs: int) -> Iterator[Row]:
    """Measure the checks after the first."""
    for lesson in load_course(ROOT).with_exercise():
        checker = lesson.checker.read_text(encoding="utf-8")
        if needs(checker):
            continue
        learner = lesson.solution.read_text(encoding="utf-8")
        order = json.dumps({"stem": lesson.stem, "checker": checker, "learner": learner, "done": []})
        took = [page.evaluate(ASK, ["grade", order, checker + learner])[1] for _ in range(runs + 1)]
        yield Row(f"first check of {lesson.topic} in the page", took[0], "ms")
        yield Row(f"later checks of {lesson.topic}", statistics.median(took[1:]), "ms", "at most 1,000")


def rows(runs: int = 5) -> Iterator[Row]:
    """Build, serve, open Chromium with a cache of its own on disk, measure."""
    program = chromium()
    pyodide = ROOT / "node_modules" / "pyodide"
    if not pyodide.is_dir():
        raise Missing("npm's Pyodide is not there. `npm ci` in the course's folder fetches it.")
    if not (ROOT / "docs" / "assets" / "python" / "manifest.json").is_file():
        raise Missing("Python for the pages is not built. `make site` builds it, with a network.")
    with build_and_serve() as (site, address), sync_playwright() as playwright:
        shutil.copytree(pyodide, site / "bare")
        (site / "bare" / "worker.js").write_text(BARE, encoding="utf-8")
        context = playwright.chromium.launch_persistent_context(
            site.parent / "profile", executable_path=program, headless=True, args=["--no-sandbox"]
        )
        page = context.pages[0]
        page.goto(f"{address}reference/glossary/")
        yield from cell_rows(page, runs)
        yield from check_rows(page, runs)
        context.close()


if __name__ == "__main__":
    program(rows, 5)

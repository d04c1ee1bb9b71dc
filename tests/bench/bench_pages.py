"""How heavy and how fast are the pages? Run it as a program, after `npm ci`, on a machine with nothing else to do.

    python tests/bench/bench_pages.py [RUNS]

Builds the site, serves it as `poolschool serve` does, and gives for each lesson Lighthouse's four scores (medians; mobile,
the default) and the bytes over the wire (targets: 100 for accessibility, best practices and SEO, at least 99 for
performance, at most 150 kB). The first is an all but empty page: what this machine can reach at the moment.
"""

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

from rows import Missing, Row, program
from served_site import build_and_serve, chromium

from poolschool.course.labs import load_labs
from poolschool.course.lessons import load_course

ROOT = Path(__file__).parents[2]
TARGETS = {"accessibility": "100", "best-practices": "100", "seo": "100", "performance": "at least 99"}
BLANK = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Blank</title>
<meta name="viewport" content="width=device-width"><meta name="description" content="An all but empty page.">
<link rel="icon" href="data:,"></head><body><main><h1>Blank</h1></main></body></html>"""
GET_LIGHTHOUSE = "Lighthouse is not installed. `npm install --no-save lighthouse` in the course's folder fetches it."


def lighthouse(address: str) -> dict[str, float]:
    """Measure one page once; give the scores in percent and `bytes`. Raises Missing without Lighthouse."""
    command = [
        *("npx", "--no-install", "lighthouse", address),
        *("--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"),
    ]
    environment = os.environ | {"CHROME_PATH": chromium()}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    try:
        report = json.loads(done.stdout)
        scores = {name: 100 * report["categories"][name]["score"] for name in TARGETS}
        return scores | {"bytes": report["audits"]["total-byte-weight"]["numericValue"]}
    except (ValueError, KeyError, TypeError):
        words = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise Missing(f"Lighthouse gave no report of {address}: {words[-1]}") from None


def page_rows(name: str, address: str, runs: int) -> Iterator[Row]:
    """Give the medians of one page."""
    results = [lighthouse(address) for _ in range(runs)]
    middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
    for key, target in TARGETS.items():
        yield Row(f"{name}: {key}", middle[key], "of 100", target)
    yield Row(f"{name}: weight", middle["bytes"] / 1000, "kB", "at most 150")


def rows(runs: int = 3) -> Iterator[Row]:
    """Measure the landing page, every lesson, every lab and the error finder."""
    if shutil.which("npx") is None:
        raise Missing("There is no npx. Install Node.js.")
    if not (ROOT / "node_modules" / "lighthouse").is_dir() and shutil.which("lighthouse") is None:
        raise Missing(GET_LIGHTHOUSE)
    chromium()
    with build_and_serve() as (site, address):
        (site / "blank.html").write_text(BLANK, encoding="utf-8")
        yield from page_rows("(an empty page)", f"{address}blank.html", runs)
        yield from page_rows("landing", address, runs)
        for lesson in load_course(ROOT).lessons:
            yield from page_rows(lesson.topic, address + lesson.url, runs)
        for lab in load_labs(ROOT):
            yield from page_rows(lab.name, address + lab.url, runs)
        yield from page_rows("errors", f"{address}reference/errors/", runs)


if __name__ == "__main__":
    program(rows, 3)

"""How smoothly does the simulator move? Frames per second with 200 shoppers and two pools; run it as a program.

    python tests/bench/bench_view.py [SECONDS]

Opens the built page in Chromium, lets the simulator run in real time, and prints frames per second and the longest gap
between two frames, beside those of the same page at rest (target: 60 a second, or what the page at rest reaches).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from poolschool.site.serve import site_app

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SETTINGS = "scenario=why_pooling&shoppers=200&think=100&pool_size=20&max_overflow=20&compare=1&pool_size_b=60&speed=1"
FRAMES = """seconds => new Promise(done => {
    const times = [];
    const note = now => {
        times.push(now);
        if (now - times[0] < seconds * 1000) requestAnimationFrame(note);
        else done([(times.length - 1) / (now - times[0]) * 1000, Math.max(...times.slice(1).map((one, n) => one - times[n]))]);
    };
    requestAnimationFrame(note);
})"""


def measure(page: Page, seconds: float) -> str:
    """Count frames for so long."""
    rate, gap = page.evaluate(FRAMES, seconds)
    return f"{rate:.1f} frames a second, longest gap {gap:.0f} ms"


def main(seconds: float) -> None:
    """Build, open, run and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
        server = uvicorn.Server(uvicorn.Config(site_app(site), port=0, log_level="error", lifespan="off"))
        listener = server.config.bind_socket()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        chrome = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)))
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.goto(
            f"http://127.0.0.1:{listener.getsockname()[1]}/reference/simulator/#{SETTINGS}", wait_until="networkidle"
        )
        page.locator("figure[data-alive=yes]").scroll_into_view_if_needed()
        print("at rest:", measure(page, seconds))  # noqa: T201 - the program's output
        page.locator("[data-do=play]").click()
        print("running:", measure(page, seconds))  # noqa: T201 - the program's output
        browser.close()
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)

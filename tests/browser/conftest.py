"""A real Chromium on the real site, built strictly and served as `poolschool serve` serves it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import pytest
import uvicorn
from built_site import built_site
from live_page import COURSE, LITTLE_MEMORY, PATIENCE, UNTIL_KEPT, run
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from poolschool.site.serve import site_app

# The shell is the same browser without windows: a new context costs a seventh of the processor time.
CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
# Optimizing the page's Python takes longer than it saves in what a test runs: V8 begins it after so many more instructions.
ARGUMENTS = ("--no-sandbox", "--js-flags=--wasm-tiering-budget=1000000000")
NO_WORKER = "Service Worker registration blocked by Playwright"
PHONE, DESKTOP = 360, 1280  # CSS pixels
expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no fault of the page


class Chromium:
    """One Chromium for all browser tests of a process that follow each other.

    It ends before another test begins: Playwright leaves a running event loop in its thread, beside which `asyncio.run` fails.
    """

    def __init__(self) -> None:
        self.playwright: Playwright | None = None
        self.browser: Browser | None = None

    def start(self) -> Browser:
        """Start it, unless it runs; skip the test where there is none."""
        program = os.environ.get("POOLSCHOOL_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
        if program is None:
            pytest.skip("No Chromium found: install it (Debian: apt install chromium) or set POOLSCHOOL_CHROMIUM.")
        if self.browser is None or not self.browser.is_connected():
            self.stop()
            self.playwright = sync_playwright().start()
            self.browser = self.playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        return self.browser

    def stop(self) -> None:
        """End it, if it runs."""
        if self.browser is not None:
            self.browser.close()
        if self.playwright is not None:
            self.playwright.stop()
        self.browser = self.playwright = None


CHROMIUM = Chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """End Chromium after the last browser test in a row."""
    try:
        return (yield)
    finally:
        if nextitem is None or Path(__file__).parent not in nextitem.path.parents:
            CHROMIUM.stop()


@pytest.fixture(scope="module")
def browser() -> Browser:
    """Give the Chromium that all browser tests share; each opens a context of its own."""
    return CHROMIUM.start()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once for all workers; give its folder."""
    return built_site(tmp_path_factory)


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Serve the built site; give its address, which ends in a slash."""
    server = uvicorn.Server(uvicorn.Config(site_app(built), port=0, log_level="error", lifespan="off"))
    listener = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
    listener.close()


class Opened:
    """A page; if it is watched, what went wrong on it, and if it is weighed, how much came for it."""

    errors: list[str]  # console errors and warnings, failed requests
    foreign: list[str]  # addresses of other sites that were asked
    transferred: int  # bytes over the wire, compressed, with heads

    def __init__(self, page: Page) -> None:
        self.page = page

    def watch(self, address: str) -> None:
        """Note errors and requests to others from now on."""
        page, errors, foreign = self.page, [], []
        self.errors, self.foreign = errors, foreign
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and NO_WORKER not in said.text and errors.append(said.text),
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("requestfailed", lambda request: errors.append(f"failed: {request.url}"))
        page.on("response", lambda answer: answer.status >= 400 and errors.append(f"{answer.status}: {answer.url}"))
        page.on("request", lambda asked: asked.url.startswith((address, "data:")) or foreign.append(asked.url))

    def weigh(self) -> None:
        """Count bytes from now on."""
        self.transferred = 0

        def count(event: dict[str, float]) -> None:
            self.transferred += int(event["encodedDataLength"])

        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", count)


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Callable[..., Opened]]:
    """Open pages of the site, each in a context of its own; all are closed at the end."""
    contexts = []

    def opened(
        path: str = "",
        *,
        width: int = DESKTOP,
        scheme: str = "light",
        scripts: bool = True,
        watched: bool = False,
        weighed: bool = False,
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            service_workers="block",  # what keeps the site has tests of its own
        )
        context.add_init_script(LITTLE_MEMORY)
        contexts.append(context)
        one = Opened(context.new_page())
        if watched:
            one.watch(address)
        if weighed:
            one.weigh()
        one.page.goto(address + path, wait_until="networkidle")
        return one

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Opened]]:
    """Open a page of the site: `open_page(path, width=…, scheme="dark", scripts=False, watched=True)`."""
    with opening(browser, address) as opened:
        yield opened


@pytest.fixture(scope="module")
def look_at(browser: Browser, address: str, path: str) -> Iterator[Callable[..., Opened]]:
    """Open the page at `path` once for each way to look at it, for all tests of a file that only look."""
    with opening(browser, address) as opened:
        yield cache(partial(opened, path))


@pytest.fixture(scope="module")
def python(browser: Browser, address: str) -> Iterator[Page]:
    """Open one page and keep its Python for all that asks it directly."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(LITTLE_MEMORY)
    page = context.new_page()
    page.goto(f"{address}reference/glossary/")
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture(scope="module")
def reader(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Give the profile of a reader who ran Python before: it was kept, and starts in half the time on every later page."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    page = context.new_page()
    page.goto(address + COURSE.lesson("why_pooling").url, wait_until="networkidle")
    assert run(page, 0)[0] == "Done."
    page.evaluate(UNTIL_KEPT)
    page.close()
    yield context
    context.close()


@pytest.fixture
def come_back(reader: BrowserContext, address: str) -> Iterator[Callable[[str], Page]]:
    """Open pages as that reader: `come_back(path)`; what was written on them is gone afterwards."""
    pages = []

    def opened(path: str) -> Page:
        page = reader.new_page()
        pages.append(page)
        page.goto(address + path, wait_until="networkidle")
        return page

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()

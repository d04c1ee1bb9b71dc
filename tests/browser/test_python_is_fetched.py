"""Python for the page: of the versions locked, fetched when asked for and once, and named where it is missing."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from live_page import COURSE, ROOT, press, run
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser, expect

from poolschool.site.runs_in_page import PYTHON_MB
from poolschool.site.serve import site_app


def test_the_libraries_are_those_of_the_lock(built: Path) -> None:
    """Each library in the page has the version that .ci/requirements.lock pins for the terminal."""
    manifest = json.loads((built / "assets/python/manifest.json").read_text(encoding="utf-8"))
    lock = (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", lock, re.MULTILINE))
    assert {name: pinned[canonicalize_name(name)] for name in manifest["versions"]} == manifest["versions"]
    assert {"sqlalchemy", "fastapi", "pydantic_core", "pytest"} <= set(manifest["versions"])


def test_the_size_that_is_said_is_the_size(built: Path) -> None:
    """What a page says of the first Run is what the progress counts: Pyodide, Python, our part and SQLAlchemy."""
    files = json.loads((built / "assets/python/manifest.json").read_text(encoding="utf-8"))["files"]
    fetched = ("pyodide.asm.wasm", "python.zip", "pyodide-lock.json", "poolschool.zip", "sqlalchemy.zip")
    assert round(sum(files[name] for name in fetched) / 1e6) == PYTHON_MB


@pytest.fixture
def served(built: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve the site once more; give its address and a list that grows by each path that a browser asks for."""
    asked: list[str] = []
    site = site_app(built)

    async def noting(scope, receive, send) -> None:
        asked.append(scope["path"])
        await site(scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(noting, port=0, log_level="error", lifespan="off"))
    listener = server.config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/", asked
    server.should_exit = True
    thread.join(10)
    listener.close()


def test_nothing_is_fetched_before_it_is_asked_for_and_twice_never(
    browser: Browser, served: tuple[str, list[str]]
) -> None:
    """A page fetches no Python by itself; the first Run does, with bytes told; a second page takes it from the cache."""
    address, asked = served
    context = browser.new_context(service_workers="block")  # it keeps the site for offline, the editor too
    page = context.new_page()
    page.goto(address + COURSE.lesson("why_pooling").url, wait_until="networkidle")
    assert not [path for path in asked if "/python/" in path]
    expect(page.locator(".ps-fetches:visible")).to_have_text([f"The first Run fetches Python: {PYTHON_MB} MB, once."])
    page.evaluate("""() => {
      window.said = [];
      const note = () => window.said.push(document.querySelector('.ps-live-status')?.textContent ?? '');
      new MutationObserver(note).observe(
        document.querySelector('.ps-live'), { subtree: true, childList: true, characterData: true });
    }""")
    assert run(page, 0)[0] == "Done."
    assert any(re.match(r"Fetching Python: [\d.]+ of [\d.]+ MB", said) for said in page.evaluate("window.said"))
    fetched = [path for path in asked if "/python/" in path]
    assert any(path.endswith("pyodide.asm.wasm") for path in fetched)
    assert not any(path.endswith(("fastapi.zip", "pytest.zip", "editor.js")) for path in fetched)
    second = context.new_page()
    second.goto(address + COURSE.lesson("leaks").url)
    expect(second.locator(".ps-fetches:visible")).to_have_count(0)
    asked.clear()
    assert run(second, 0)[0] == "Done."
    assert [path for path in asked if "/python/" in path] == ["/assets/python/manifest.json"]
    context.close()


def test_without_a_runtime_the_terminal_command_is_told(browser: Browser, address: str) -> None:
    """If Python was not packed into the site, Run, Solve and the proofs say so and what to type."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/assets/python/**", lambda route: route.fulfill(status=404))
    page.goto(address + COURSE.lesson("why_pooling").url)
    cell = page.locator(".ps-live").first
    cell.locator("button[data-do=run]").click()
    expect(cell.locator(".ps-live-status")).to_contain_text("`make course`")
    card = page.locator(".ps-exercise")
    press(card.get_by_role("button", name="Solve it here"))
    expect(card).to_contain_text("In a terminal: pytest exercises -k why_pooling")
    context.close()

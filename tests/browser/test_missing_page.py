"""A page that is not there: the way back works at any depth, and below any path."""

from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from served_folder import serve_folder


class Below(SimpleHTTPRequestHandler):
    """Serves the site below /course/, and its 404 page for all else there, as static hosts do."""

    def do_GET(self) -> None:
        inside = self.path.startswith("/course/")
        self.path = self.path.removeprefix("/course") if inside else "/nothing-is-here"
        if inside and not Path(self.translate_path(self.path)).exists():
            content = (Path(self.directory) / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)
            return
        super().do_GET()

    def do_HEAD(self) -> None:
        inside = self.path.startswith("/course/")
        self.path = self.path.removeprefix("/course") if inside else "/nothing-is-here"
        super().do_HEAD()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def below(built: Path) -> Iterator[str]:
    """Serve the site below a path; give its address."""
    with serve_folder(built, Below) as address:
        yield f"{address}course/"


def test_the_way_back_leads_to_the_course(browser: Browser, below: str) -> None:
    """From a missing page three folders down the link leads to the course below its path, and the page has its looks."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{below}p9_none/l99_none/deeper/")
    link = page.get_by_role("link", name="The map of the course")
    expect(link).to_have_attribute("href", "/course/")
    link.click()
    expect(page.locator("h1")).to_contain_text("Break a pool")
    assert page.url == below
    context.close()

"""The page that an app mounts, in a real browser: accessible in light and dark, no wider than a phone, readable by keyboard."""

from pathlib import Path

import pytest
from axe import axe
from playwright.sync_api import Browser
from sqlalchemy import create_engine

from poolschool.own import watch
from poolschool.own.page import page as write_page


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
@pytest.mark.parametrize("holders", [0, 2])
def test_it_is_for_everybody(browser: Browser, tmp_path: Path, scheme: str, width: int, holders: int) -> None:
    """axe-core finds nothing; only the table scrolls sideways, and the keyboard reaches it."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}")
    watched = watch(engine, name="db.example:5432/a-store-with-a-long-name-" + "x" * 40, stacks=True)
    taken = [engine.connect() for _ in range(holders)]
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 700})  # type: ignore[arg-type]
    page = context.new_page()
    try:
        page.set_content(write_page([watched]))
        found = axe(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("tbody tr").count() == holders
        if holders:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.getAttribute('role')") == "region"
    finally:
        context.close()
        for connection in taken:
            connection.close()
        engine.dispose()

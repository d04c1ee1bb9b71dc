"""axe-core on a page: what it finds wrong, and nothing of what it finds right, which takes as long again."""

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def axe(page: Page, **where: Any) -> AxeResults:
    """Run all rules of axe-core on a page, or on part of it (`context`)."""
    return Axe().run(page, options={"resultTypes": ["violations"]}, **where)

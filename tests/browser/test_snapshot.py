"""The memory of a started Python is kept: a later page's first Run begins with it, and one that is spoilt does no harm."""

from collections.abc import Callable

import pytest
from live_page import COURSE, KEPT, run, write
from playwright.sync_api import expect

FIRST, LEAKS = COURSE.lesson("why_pooling").url, COURSE.lesson("leaks").url
SPOIL = """async ([name, url]) => (await caches.open(name)).put(url, new Response(new Uint8Array(1_000_000).fill(7)))"""
IMPORTED = "import sys, random\nprint('sqlalchemy.orm' in sys.modules, random.random())"


@pytest.mark.timeout(240)
def test_a_later_page_begins_with_what_was_kept(come_back: Callable) -> None:
    """SQLAlchemy is imported before a cell asks for it, random numbers are new, and the lesson's cells do what they say."""
    drawn = set()
    for _ in range(2):
        page = come_back(LEAKS)
        write(page, 0, IMPORTED)
        imported, number = run(page, 0)[1].split()
        assert imported == "True"
        drawn.add(number)
        page.locator(".ps-live").first.locator("button[data-do=reset]").click()
        expect(page.locator(".ps-live").first.locator(".ps-live-status")).to_contain_text("Code reset")
        assert "call 6 failed" in run(page, 0)[1]
    assert len(drawn) == 2


@pytest.mark.timeout(240)
def test_a_spoilt_one_is_thrown_away(come_back: Callable) -> None:
    """Where the kept memory cannot be used, Python starts as without it, and it is kept no more."""
    page = come_back(FIRST)
    page.evaluate(SPOIL, page.evaluate(KEPT))
    assert run(page, 0) == ("Done.", "QueuePool\nFalse True\n")

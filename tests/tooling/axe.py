"""axe-core on a page: what it finds wrong, and nothing of what it finds right, which takes as long again."""

from functools import cache
from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Words in code of one kind have one colour: the first of each kind in a block stands for all, or most of the time goes there.
SAME = """document.querySelectorAll('pre').forEach(block => {
    const kinds = new Set();
    for (const word of block.querySelectorAll('span[class]:not(:has(*))')) {
        const path = [];
        for (let outer = word; outer !== block; outer = outer.parentElement) path.push(outer.className);
        const kind = path.join(' in ');
        word.toggleAttribute('data-same', kinds.has(kind));
        kinds.add(kind);
    }
})"""
LOOK_ONCE = ";axe.configure({ rules: [{ id: 'color-contrast', selector: ':not([data-same])' }] });"


@cache
def tool() -> Axe:
    """Give axe-core, which asks for the contrast of each kind of word once in each block of code."""
    found = Axe()
    found.axe_script += LOOK_ONCE
    return found


def axe(page: Page, **where: Any) -> AxeResults:
    """Run all rules of axe-core on a page, or on part of it (`context`)."""
    page.evaluate(SAME)
    return tool().run(page, options={"resultTypes": ["violations"]}, **where)

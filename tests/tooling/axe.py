"""axe-core on a page: what it finds wrong, and nothing of what it finds right, which takes as long again."""

from functools import cache
from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# Contrast takes most of the time. Text of one colour, size and weight on one ground, in text of one colour, has one contrast:
# three of it stand for all. What is placed over something else has a ground of its own, and what is disabled need not be read.
SAME = r"""(() => {
    const seen = new Map();
    const isText = ({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim();
    const walk = (element, ground, around) => {
        const style = getComputedStyle(element);
        const [paint, ...more] = ["backgroundColor", "backgroundImage", "opacity", "filter", "position"].map(name => style[name]);
        const plain = more.join() === "none,1,none,static";
        const covers = plain && paint.startsWith("rgb("), clear = plain && paint === "rgba(0, 0, 0, 0)";
        const behind = covers ? paint : clear ? ground : `${ground} ${paint} ${more}`;
        element.removeAttribute("data-same");
        if ([...element.childNodes].some(isText) && element.checkVisibility({ visibilityProperty: true })) {
            const { color, fill, fontSize, fontWeight, textShadow } = style;
            const kind = [element.localName, color, around, fill, fontSize, fontWeight, textShadow, behind, element.matches("[disabled] *, [aria-disabled] *, :disabled")].join();
            seen.set(kind, (seen.get(kind) ?? 0) + 1);
            element.toggleAttribute("data-same", seen.get(kind) > 3);
        }
        for (const child of element.children) walk(child, behind, style.color);
    };
    walk(document.body, "", "");
})()"""
LOOK_AT_THREE = """;axe.configure({ rules: [
    { id: "color-contrast", selector: ":not([data-same])" }, { id: "link-in-text-block", selector: "a[href]:not([data-same])" },
] });"""


@cache
def tool() -> Axe:
    """Give axe-core, which asks for the contrast of each kind of text three times."""
    found = Axe()
    found.axe_script += LOOK_AT_THREE
    return found


def axe(page: Page, **where: Any) -> AxeResults:
    """Run all rules of axe-core on a page, or on part of it (`context`)."""
    page.evaluate(SAME)
    return tool().run(page, options={"resultTypes": ["violations"]}, **where)

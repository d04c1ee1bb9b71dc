"""axe-core on a page: what it finds wrong, and nothing of what it finds right, which takes as long again."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
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


# The report takes long to write and to send, so it holds what is wrong only. What axe loads before (`preload`) is all style sheets
# again, for a rule that is off, and the sound of audio and video, which no page has.
RUN = """([where, options]) => axe.run(where ?? document, options).then(({ violations }) => ({ violations }))"""
OPTIONS = {"resultTypes": ["violations"], "preload": False}


def axe(page: Page, context: object = None) -> AxeResults:
    """Run all rules of axe-core on a page, or on the part of it that axe-core calls its context."""
    page.evaluate(SAME)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT + LOOK_AT_THREE)
    return AxeResults(page.evaluate(RUN, [context, OPTIONS]))

"""What the browser tests of Python in the page share: the course, presses and runs, and orders to its Python."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from poolschool.course.lessons import find_root, load_course
from poolschool.site.runs_in_page import needs

ROOT = find_root(Path(__file__).parent)
COURSE = load_course(ROOT)
HERE = [
    lesson for lesson in COURSE.lessons if lesson.has_exercise and not needs(lesson.checker.read_text(encoding="utf-8"))
]
PATIENCE = 120_000  # milliseconds; the first Python of a browser compiles everything
# A machine with little memory keeps no Python for later pages: in a context that has no later page, making it is in vain.
LITTLE_MEMORY = "Object.defineProperty(navigator, 'deviceMemory', { get: () => 2 })"
# The answer that is kept of a started Python's memory, once it is there.
KEPT = """async () => {
    for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) {
        if (url.endsWith("/snapshot")) return [name, url];
    }
    return null;
}"""
UNTIL_KEPT = f"""async () => {{
    for (let tries = 0; !(await ({KEPT})()); tries += 1) {{
        if (tries > 600) throw new Error("it was not kept");
        await new Promise(later => setTimeout(later, 100));
    }}
}}"""
ENDED = "cell => !cell.hasAttribute('data-running') && /^(Done|It ended|Stopped)/.test(cell.querySelector('.ps-live-status')?.textContent)"
ASK = """async ([order, argument, text]) => {
  const { ask } = await import(new URL('assets/live/python.js', location.origin + '/'));
  return await ask(order, { argument: JSON.stringify(argument), text });
}"""


def press(button: Locator) -> None:
    """Press a button as a reader does: once it stands still. A phone lays out what is near only after the jump there."""
    button.scroll_into_view_if_needed()
    button.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    button.click()


def run(page: Page, number: int) -> tuple[str, str]:
    """Press Run of a live cell; give its status and what it printed."""
    cell = page.locator(".ps-live").nth(number)
    press(cell.locator("button[data-do=run]"))
    page.wait_for_function(ENDED, arg=cell.element_handle(), timeout=PATIENCE)
    printed = cell.locator(".ps-live-out").evaluate(
        "out => [...out.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('')"
    )
    return cell.locator(".ps-live-status").inner_text(), printed


def write(page: Page, number: int, code: str) -> None:
    """Replace the code of a live cell in its editor."""
    cell = page.locator(".ps-live").nth(number)
    if cell.locator(".cm-content").count() == 0:
        cell.locator("button[data-do=edit]").click()
    cell.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)

"""The whole walk of a learner: landing page, lesson, exercise, quiz, the next lesson, and on without a network."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from live_page import COURSE, PATIENCE, press, run
from playwright.sync_api import Browser, Page, expect

FIRST, SECOND = COURSE.lesson("why_pooling"), COURSE.lessons[1]
PICTURES = os.environ.get("POOLSCHOOL_WALK")  # a folder: then a picture is taken at each stop
SITE_KEPT = """async () => {
    for (let tries = 0; !(await caches.match(new URL('/sw-whole', location.href).href)); tries += 1) {
        if (tries > 900) throw new Error('the site was not kept');
        await new Promise(later => setTimeout(later, 100));
    }
}"""


@pytest.fixture(
    params=[(360, "dark"), (1280, "light"), (1920, "dark")], ids=["dark phone", "light desktop", "dark projector"]
)
def walker(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, Callable[[str], None]]]:
    """Give a page in a fresh profile, and a way to take its picture."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def picture(stop: str) -> None:
        if PICTURES:
            page.wait_for_timeout(300)
            page.screenshot(path=Path(PICTURES) / f"{width}-{scheme}-{stop}.png")

    yield page, picture
    context.close()
    assert errors == []


def answer_all(page: Page) -> None:
    """Answer each question of the quiz as its key says, by the controls that a reader has."""
    for key in json.loads(page.locator(".quiz-key").text_content() or "")["questions"]:
        section = page.locator(f"[data-uid='{key['uid']}']")
        if key["type"] in ("choice", "choose_all"):
            for part, right in enumerate(key["right"]):
                if right:
                    section.locator(f"input[value='{part}']").check()
        elif key["type"] == "order":
            for place in range(key["steps"]):
                while section.locator(".quiz-steps > li").nth(place).get_attribute("data-part") != str(place):
                    section.locator(f".quiz-steps > li[data-part='{place}'] [data-move='-1']").click()
        else:
            section.locator("input, textarea").first.fill(str(key.get("value", key.get("prints"))))
        section.locator("[type=submit]").click()
        expect(section.locator(".quiz-state")).to_have_attribute("data-state", "right")


@pytest.mark.timeout(400)
def test_a_learner_goes_all_the_way(walker: tuple[Page, Callable[[str], None]], address: str) -> None:
    """Begin, run, solve, answer, go on to the next lesson, come back to the map, and run a cell with the cable pulled."""
    page, picture = walker
    page.goto(address, wait_until="networkidle")
    picture("1-landing")
    page.locator(".ps-begin").click()
    page.wait_for_url(f"**/{FIRST.url}")
    expect(page.locator("figure[data-alive=yes]").first).to_be_visible()
    picture("2-lesson")
    assert run(page, 0)[0] == "Done."
    picture("3-run")
    card = page.locator(".ps-exercise")
    press(card.get_by_role("button", name="Solve it here"))
    expect(card.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(FIRST.solution.read_text(encoding="utf-8"))
    card.get_by_role("button", name="Check", exact=True).click()
    expect(card.locator(".ps-success")).to_contain_text("All 3 tasks pass.", timeout=2 * PATIENCE)
    card.locator(".ps-success").scroll_into_view_if_needed()
    picture("4-exercise")
    answer_all(page)
    done = page.locator(".quiz > .ps-success")
    done.scroll_into_view_if_needed()
    picture("5-quiz")
    page.evaluate(SITE_KEPT)
    done.get_by_role("link", name=f"Next lesson: {SECOND.title}").click()
    page.wait_for_url(f"**/{SECOND.url}")
    page.context.set_offline(True)
    page.goto(address)
    expect(page.locator(".ps-stop").first).to_contain_text("quiz done, exercise passed")
    expect(page.locator(".ps-begin")).to_have_text(f"Continue: {SECOND.title}")
    picture("6-offline-map")
    page.goto(address + COURSE.lesson("leaks").url)
    run(page, 0)
    expect(page.locator(".ps-live-out").first).to_contain_text("call 6 failed")
    picture("7-offline-run")

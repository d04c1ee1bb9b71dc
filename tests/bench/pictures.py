"""Take the pictures of the course again: the README's (docs/assets/screenshot.png) and the social card (docs/assets/social.png).

    make pictures

Builds the site and opens it in Chromium. Time stands still in both pictures, so that they show the same moment each time.
"""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from served_site import build_and_serve, chromium

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
LESSON = "p1_why/l01_why_pooling/"
STEPS = 5  # of a rush: the left street is being built, the right one serves
CARD = (1200, 630)
# The card takes its parts from the landing page: mark, headline and the figure's two streets.
COMPOSE = """() => {
    const mark = document.querySelector(".ps-mark").cloneNode(true);
    const scenes = [...document.querySelectorAll("figure.ps-pool .ps-scene")].map(scene => scene.cloneNode(true));
    const words = document.querySelector("h1").firstChild.textContent.trim().split(/(?<=\\.) /);
    document.head.append(...document.body.querySelectorAll("style")); // the figure's own
    const card = document.createElement("div");
    card.id = "card";
    const title = document.createElement("h1");
    words.forEach(word => title.append(word, document.createElement("br")));
    const about = document.createElement("p");
    about.textContent = "Connection pooling in FastAPI with SQLAlchemy";
    const streets = document.querySelector("figure.ps-pool").cloneNode(false);
    streets.append(...scenes);
    card.append(mark, title, about, streets);
    document.body.replaceChildren(card);
    const style = document.createElement("style");
    style.textContent = `
        html { font-size: 20px }
        #card { background: #0b3c4d; box-sizing: border-box; color: #fff; height: 630px; overflow: hidden; padding: 64px; position: relative; width: 1200px }
        #card::before, #card::after { background: var(--ps-rope); content: ""; height: 10px; inset-inline: 0; position: absolute }
        #card::before { top: 0 } #card::after { bottom: 0 }
        #card .ps-mark { --ps-float: #ff7a5c; --ps-blue: #7fd0ec; height: 64px }
        #card h1 { color: #fff; font: 800 70px/1.08 var(--ps-sans); letter-spacing: -0.03em; margin: 46px 0 20px }
        #card p { color: #d6e8ee; font: 400 30px/1.3 var(--ps-sans); margin: 0; width: 440px }
        #card .ps-pool { background: none; border: 0; display: grid; gap: 22px; margin: 0; padding: 0; position: absolute; right: 56px; top: 112px; width: 500px }
        #card .ps-scene { border-radius: 10px }`;
    document.head.append(style);
}"""


def take_screenshot(browser: Browser, address: str) -> None:
    """Show the first lesson in the middle of a rush."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(address + LESSON, wait_until="networkidle")
    figure = page.locator("figure[data-alive=yes]")
    figure.locator(".ps-more > summary").click()
    figure.locator("[data-do=burst]").click()
    for _ in range(STEPS):
        figure.locator("[data-do=step]").click()
    figure.locator(".ps-more > summary").click()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(500)  # milliseconds: until who walks has arrived
    page.screenshot(path=ASSETS / "screenshot.png")


def take_card(browser: Browser, address: str) -> None:
    """Compose the card that other sites show beside a link."""
    page = browser.new_page(
        viewport={"width": CARD[0], "height": CARD[1]}, reduced_motion="reduce", color_scheme="light"
    )
    page.goto(address, wait_until="networkidle")
    page.evaluate(COMPOSE)
    page.locator("#card").screenshot(path=ASSETS / "social.png")


def main() -> None:
    """Take both."""
    program = chromium()
    with build_and_serve() as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take_screenshot(browser, address)
        take_card(browser, address)
        browser.close()


if __name__ == "__main__":
    main()

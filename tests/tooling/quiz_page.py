"""The sample quiz in a page: its questions, and what a reader does there."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from poolschool.quiz.reader import load_quiz

SAMPLE = Path(__file__).with_name("sample_course")
QUIZ = load_quiz(SAMPLE / "quizzes/p1_why/l01_lamps.toml", "lamps")


def question(page: Page, name: str) -> Locator:
    """Find a question's section."""
    return page.locator(f'[data-uid="lamps.{name}"]')


def state(page: Page, name: str) -> str | None:
    """Say how a question stands."""
    return question(page, name).locator(".quiz-state").get_attribute("data-state")


def answer_lent(page: Page, part: int) -> None:
    """Choose an option of the first question and submit."""
    question(page, "lent").locator(f'input[value="{part}"]').check()
    question(page, "lent").locator("[type=submit]").click()


def focused(page: Page) -> str:
    """Name what has the focus: its label, its text or its kind."""
    return str(
        page.evaluate(
            "(e => e.ariaLabel || e.closest('label')?.innerText || e.innerText || e.tagName)(document.activeElement)"
        )
    )


def tab_to(page: Page, text: str) -> None:
    """Press Tab until something with this text has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in focused(page):
            return
    pytest.fail(f"Tab never comes to {text!r}")


def tab_to_either_way(page: Page, text: str) -> None:
    """Go back to the start of the steps, then on to the wanted button."""
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    tab_to(page, text)

"""The quiz in a real browser: answered, by keyboard alone as well, told why, asked again."""

import json

from playwright.sync_api import Page
from quiz_page import answer_lent, focused, question, state, tab_to, tab_to_either_way


def test_the_whole_quiz_by_keyboard_alone(page: Page) -> None:
    """Every type is answered with Tab, arrows, Space and Enter; after the last answer the score is full."""
    press = page.keyboard.press
    tab_to(page, "A copy of it is made.")
    press("ArrowDown")
    assert "back to the shelf" in focused(page)
    press("Space")
    press("Enter")

    tab_to(page, "The store buys a sixth.")
    press("Space")
    tab_to(page, "Somebody gives one back.")
    press("Space")
    press("Enter")

    tab_to(page, "Your answer")
    page.keyboard.type("20 lamps")
    press("Enter")

    tab_to(page, "The output")
    page.keyboard.type("floor\n1 left")
    press("Control+Enter")

    wanted = ["Take the lamp.", "Carry it home.", "Read.", "Bring it back."]
    steps = question(page, "one_loan").locator(".quiz-step")
    for place, step in enumerate(wanted):
        while (now := steps.all_inner_texts()).index(step) > place:
            if focused(page) != f"Move up: {step}":
                press("Shift+Tab") if f"Move down: {step}" == focused(page) else tab_to_either_way(
                    page, f"Move up: {step}"
                )
            press("Enter")
            assert focused(page) == f"Move up: {step}"  # the focus went along
            moved = question(page, "one_loan").locator(".quiz-moved").inner_text()
            assert moved == f"“{step}” is now step {now.index(step)} of 4."
    assert steps.all_inner_texts() == wanted
    question(page, "one_loan").locator("[type=submit]").focus()
    press("Enter")

    tab_to(page, "Your answer")
    page.keyboard.type("0,3")
    press("Enter")
    assert page.locator(".quiz-score").first.inner_text() == "6 of 6 right"
    assert "That was the last one: 6 of 6 right." in question(page, "share").locator("[role=status]").inner_text()


def test_a_wrong_answer_says_why(page: Page) -> None:
    """The reason, the truth behind the belief and its link come into the status region; the solution is offered."""
    answer_lent(page, 1)
    said = question(page, "lent").locator("[role=status]")
    assert "Not right yet." in said.inner_text()
    assert "That would be a sale." in said.inner_text()
    assert said.get_by_role("link").get_attribute("href") == "#borrowing"
    assert focused(page) == "Submit question 1"
    solution = question(page, "lent").locator(".quiz-solution")
    assert solution.get_attribute("open") is None
    question(page, "lent").get_by_role("button", name="Show the solution").click()
    assert solution.get_attribute("open") is not None
    assert "Worked solution" in focused(page)


def test_a_right_answer_opens_the_solution_and_is_kept(page: Page) -> None:
    """After the right answer the worked solution is open and the options are locked."""
    answer_lent(page, 0)
    assert question(page, "lent").locator(".quiz-solution").get_attribute("open") is not None
    assert question(page, "lent").locator('input[value="1"]').is_disabled()
    assert focused(page) == "Submit question 1"
    assert state(page, "lent") == "right"


def test_nothing_chosen_is_no_attempt(page: Page) -> None:
    """An empty Submit is told kindly, leads back to the options and does not count."""
    question(page, "lent").locator("[type=submit]").click()
    assert "Choose one of the options first." in question(page, "lent").locator("[role=status]").inner_text()
    assert state(page, "lent") == "open"
    assert page.evaluate("localStorage.length") == 0
    assert focused(page).strip() in (
        "A copy of it is made.",
        "It comes back to the shelf.",
        "It is gone, and the store buys another.",
    )


def test_choose_all_marks_each_option(page: Page) -> None:
    """A half right answer names the right, the wrong and the missing ones, each in words."""
    waits = question(page, "waits")
    for part in (0, 2):
        waits.locator(f'input[value="{part}"]').check()
    waits.locator("[type=submit]").click()
    marks = {part: waits.locator(f'.quiz-option[data-part="{part}"]').get_attribute("data-mark") for part in range(4)}
    assert marks == {0: "right", 1: "missing", 2: "wrong", 3: None}
    said = waits.locator("[role=status]").inner_text()
    assert "Missing. The store buys a sixth." in said
    assert "The shopper asks again. Wrong. Asking does not make lamps." in said


def test_retry_clears_only_the_missed(page: Page) -> None:
    """Right answers stay, missed ones are empty and open again, and the focus is on the first of them."""
    answer_lent(page, 0)
    question(page, "how_many").locator("input").fill("5")
    question(page, "how_many").locator("[type=submit]").click()
    assert "These are the ones that are kept" in question(page, "how_many").locator("[role=status]").inner_text()
    page.get_by_role("button", name="Retry incorrect").click()
    assert (state(page, "lent"), state(page, "how_many")) == ("right", "open")
    assert question(page, "how_many").locator("input").input_value() == ""
    assert question(page, "how_many").locator("[role=status]").inner_text() == ""
    assert "Your answer" in focused(page)
    assert page.locator(".quiz-score").first.inner_text() == "1 of 6 right"
    kept = json.loads(page.evaluate("localStorage.getItem('poolschool/quiz/lamps.how_many')"))
    assert (kept["answer"], kept["tries"]) == (None, 1)


def test_start_over_forgets_everything(page: Page) -> None:
    """All questions are open, shuffled anew, and nothing is kept."""
    answer_lent(page, 0)
    before = question(page, "waits").locator(".quiz-option").all_inner_texts()
    for _ in range(3):
        page.get_by_role("button", name="Reset quiz").click()
    assert state(page, "lent") == "open"
    assert question(page, "lent").locator("input:checked").count() == 0
    assert page.evaluate("Object.keys(localStorage)") == []
    order = [before[0], *question(page, "waits").locator(".quiz-option").all_inner_texts()]
    assert sorted(order[1:]) == sorted(before)
    assert order[1:] != before

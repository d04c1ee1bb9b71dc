"""The page marks and shuffles as the terminal does."""

import json
from pathlib import Path

from playwright.sync_api import Page
from quiz_page import QUIZ, question

from poolschool.quiz.shuffle import out_of_order, permutation
from poolschool.site.quiz import marking_key

TOOLING = Path(__file__).parents[2] / "tooling"


def test_page_and_terminal_mark_alike(page: Page) -> None:
    """The table of cases that the Python marking passes gives the same verdicts and remarks in the script."""
    keys = {one.id: marking_key(one) for one in QUIZ.questions}
    cases = json.loads((TOOLING / "marking_cases.json").read_text(encoding="utf-8"))
    got = page.evaluate(
        "cases => import('/assets/quiz/marking.js').then(({ mark }) => cases.map(([key, answer]) => mark(key, answer)))",
        [[keys[case["question"]], case["answer"]] for case in cases],
    )
    for case, marking in zip(cases, got, strict=True):
        unread = "unread" in case
        expected = [["note", None, case["unread"]]] if unread else case["remarks"]
        assert [[it["kind"], it["part"], it["text"]] for it in marking["remarks"]] == expected, case
        assert (marking["right"], marking["counted"]) == (not unread and case["right"], not unread), case


def test_page_and_terminal_shuffle_alike(page: Page) -> None:
    """The same seed gives the same order in the script and in Python, with letters beyond ASCII too."""
    asked = [
        [count, seed, uid] for count in (2, 3, 4, 7) for seed in (0, 1, 12345) for uid in ("lamps.lent", "lämpchen.ö")
    ]
    script = """asked => import('/assets/quiz/shuffle.js').then(({ permutation, outOfOrder }) =>
        asked.map(([count, seed, uid]) => [permutation(count, seed, uid), outOfOrder(count, seed, uid)]))"""
    assert page.evaluate(script, asked) == [[permutation(*one), out_of_order(*one)] for one in asked]


def test_a_seed_in_the_address_arranges_the_page(page: Page, site: str) -> None:
    """`?seed=3` shows the options in the order that the terminal shows with `--seed 3`."""
    page.goto(f"{site}?seed=3")
    shown = (
        question(page, "waits").locator(".quiz-option").evaluate_all("all => all.map(one => Number(one.dataset.part))")
    )
    assert shown == permutation(4, 3, "lamps.waits")
    steps = (
        question(page, "one_loan")
        .locator(".quiz-steps > li")
        .evaluate_all("all => all.map(one => Number(one.dataset.part))")
    )
    assert steps == out_of_order(4, 3, "lamps.one_loan")

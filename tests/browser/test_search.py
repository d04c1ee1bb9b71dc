"""The search: fetched when it is asked for, finds what people paste, shows no answers and no instructors' pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

LESSON = "p1_why/l01_why_pooling/"
# What people paste, and where it should lead first.
PASTED = {
    "QueuePool limit of size 5 overflow 10 reached": ("reference/errors/queue_pool_limit/",),
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size 20 overflow 30 reached, connection timed out, timeout 30.00 "
    "(Background on this error at: https://sqlalche.me/e/20/3o7r)": ("reference/errors/queue_pool_limit/",),
    "The garbage collector is trying to clean up non-checked-in connection": ("reference/errors/non_checked_in/",),
    "3o7r": ("reference/errors/queue_pool_limit/", "p3_breaks/l09_leaks/", "p1_why/l01_why_pooling/"),
    "idle in transaction": ("reference/errors/idle_in_transaction/", "p3_breaks/l10_who_holds_it/"),
    "remaining connection slots are reserved": ("reference/errors/slots_reserved/",),
    "pool_timeout": ("reference/settings/", "p2_how/l04_engine_and_pool/", "reference/glossary/"),
    "database is locked": ("reference/errors/database_locked/",),
    "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked": (
        "reference/errors/database_locked/",
    ),
    "could not receive data from client: Connection reset by peer": ("reference/errors/client_gone/",),
    "psycopg2.OperationalError: SSL SYSCALL error: EOF detected": ("reference/errors/server_closed/",),
    "the database system is starting up": ("reference/errors/server_not_ready/",),
    "database table is locked": ("reference/errors/table_locked/",),
    "https://sqlalche.me/e/20/8s2b": ("reference/errors/pending_rollback/",),
    "TooManyConnectionsError": ("reference/errors/too_many_clients/",),
    '  File ".venv/lib/python3.12/site-packages/sqlalchemy/pool/impl.py", line 166, in _do_get raise exc.TimeoutError('
    "QueuePool limit of size 5 overflow 10 reached": ("reference/errors/queue_pool_limit/",),
}


def search(page: Page, text: str) -> list[str]:
    """Type a text into the search; give the addresses of what it finds, the best first."""
    if not page.locator(".ps-search-field").is_visible():
        page.locator(".ps-find").click()
    page.locator(".ps-search-field").fill(text)
    expect(page.locator(".ps-search-count")).not_to_be_empty()
    return page.locator(".ps-search-results a").evaluate_all("links => links.map(link => link.pathname + link.hash)")


@pytest.fixture
def lesson(open_page: Callable) -> Page:
    """Open a lesson."""
    page: Page = open_page(LESSON).page
    return page


def test_it_is_fetched_when_it_is_asked_for(lesson: Page) -> None:
    """Nothing of the search is loaded with a page; a key opens it, an arrow reaches the results, Escape closes it."""
    fetched = "performance.getEntriesByType('resource').filter(r => /search-|search_index|bundle/.test(r.name)).length"
    assert lesson.evaluate(fetched) == 0
    lesson.keyboard.press("/")
    expect(lesson.locator(".ps-search-field")).to_be_focused(timeout=20_000)
    lesson.keyboard.type("max_overflow")
    expect(lesson.locator(".ps-search-results a").first).to_be_visible()
    lesson.keyboard.press("ArrowDown")
    expect(lesson.locator(".ps-search-results a").first).to_be_focused()
    lesson.keyboard.press("Escape")
    expect(lesson.locator(".ps-search-field")).not_to_be_visible()
    expect(lesson.locator(".ps-find")).to_be_focused()


def test_what_people_paste_leads_to_the_right_page(lesson: Page) -> None:
    """Error texts, codes and settings find the page that explains them first."""
    for text, wanted in PASTED.items():
        first, *_ = search(lesson, text)
        assert first.lstrip("/").split("#")[0] in wanted, (text, first)


def test_neither_answers_nor_instructors_pages_are_found(lesson: Page) -> None:
    """Quizzes, exercises and teaching notes are not searched: a search must not give an answer away."""
    for text in ("pool_timeout", "max_overflow", "question", "worked solution", "teaching notes", "Gradescope"):
        for address in search(lesson, text):
            assert not address.startswith(("/instructors/", "/assigned/")), (text, address)
            assert "#quiz" not in address
            assert "#exercise" not in address


def test_short_words_are_not_beginnings(lesson: Page) -> None:
    """A word of three letters matches itself only; a long one also matches what begins with it."""
    assert search(lesson, "zzz") == []
    expect(lesson.locator(".ps-search-count")).to_contain_text("Nothing found")
    assert search(lesson, "checko") != []


def test_what_is_typed_stays_text(lesson: Page) -> None:
    """Nothing that is typed becomes HTML."""
    search(lesson, "<img src=x onerror=alert(1)> pool")
    assert lesson.locator(".ps-search img").count() == 0

"""A pasted text leads to its page, in Python and in the page alike; what is about something else leads nowhere."""

import io
import json
import re
from pathlib import Path

import pytest
from error_pastes import LOOK_ALIKES, PASTES
from error_reports import OTHERS, REPORTS

from poolschool.course.lessons import find_root, load_course
from poolschool.errors.entry import load_entries
from poolschool.errors.finder import Found, find, nearest
from poolschool.errors.log import tally
from poolschool.measure.javascript import Module
from poolschool.site.block_html import BLOCK_HTML
from poolschool.site.content import Content
from poolschool.site.error_index import error_index_html

ROOT = find_root(Path(__file__).parent)
ENTRIES = load_entries(ROOT)
CHAIN = """
Traceback (most recent call last):
psycopg.OperationalError: consuming input failed: server closed the connection unexpectedly
sqlalchemy.exc.PendingRollbackError: Can't reconnect until invalid transaction is rolled back.  Please rollback() fully before proceeding
"""
# As a verdict has it: nothing of a log's format is in it.
PLAIN = [
    ("QueuePool limit reached", "TimeoutError: QueuePool limit of size 2 overflow 0 reached, connection timed out, timeout 1.00"),
    ("Database is locked", "OperationalError: (sqlite3.OperationalError) database is locked"),
    ("Another operation is in progress", "InterfaceError: cannot perform operation: another operation is in progress; database is locked"),
]  # fmt: skip
CUT = [
    ("server_closed", "psycopg2.OperationalError: server closed the connection unexp"),
    ("transaction_aborted", "current transaction is aborted, commands ignored until end of trans"),
    ("too_many_clients", "FATAL:  sorry, too many clients alr"),
    ("pending_rollback", "PendingRollbackError: Can't reconnect until invalid transaction is rolled ba"),
    ("sqlite_thread", "SQLite objects created in a thread can only be used in that sa"),
]
BACKWARDS = "\n".join(reversed(CHAIN.strip().splitlines()))


def said(found: list[Found]) -> list[tuple[str, tuple[str, ...]]]:
    """Give what was found by its ids."""
    return [(one.entry.id, tuple(other.id for other in one.follows)) for one in found]


@pytest.mark.parametrize(("page", "source", "text"), REPORTS, ids=[f"{page}-{source}" for page, source, _ in REPORTS])
def test_a_public_report_leads_to_its_page(page: str, source: str, text: str) -> None:
    """The first page found is the report's, whatever format its log has."""
    assert [found.entry.id for found in find(text, ENTRIES)][:1] == [page], source


@pytest.mark.parametrize(("page", "name", "text"), PASTES, ids=[name for _, name, _ in PASTES])
def test_a_pasted_text_leads_to_its_page(page: str, name: str, text: str) -> None:
    """However it was copied; the command counts the same pages in it."""
    found = [one.entry.id for one in find(text, ENTRIES)]
    assert found[:1] == [page], name
    assert {one.entry.id for one in tally(io.BytesIO(text.encode()), ENTRIES)} == set(found)


@pytest.mark.parametrize("text", [*OTHERS, *LOOK_ALIKES])
def test_what_is_about_something_else_leads_nowhere(text: str) -> None:
    """No page is found."""
    assert find(text, ENTRIES) == []


@pytest.mark.parametrize("text", [CHAIN, BACKWARDS])
def test_the_cause_stands_above_its_consequence(text: str) -> None:
    """Whichever stands first in the log, the lost connection comes before what follows from it."""
    found = find(text, ENTRIES)
    assert said(found) == [("server_closed", ()), ("pending_rollback", ("server_closed",))]  # fmt: skip


def test_the_nearest_page_is_told_only_if_it_is_near() -> None:
    """A text that somebody remembers roughly gets the page; one about something else gets none."""
    near = nearest("the queue pool limit of size and overflow was reached, my connection timed out after a timeout", ENTRIES)  # fmt: skip
    assert near is not None
    assert near.id == "queue_pool_limit"
    assert nearest("KeyError: 'DATABASE_URL'", ENTRIES) is None


@pytest.mark.parametrize(("page", "text"), CUT)
def test_what_was_cut_is_near_its_page(page: str, text: str) -> None:
    """The end is lost: no error is found, and no other page is called the nearest."""
    assert find(text, ENTRIES) == []
    near = nearest(text, ENTRIES)
    assert near is not None
    assert near.id == page


@pytest.mark.parametrize("text", [one for one in (*OTHERS, *LOOK_ALIKES) if "remaining slots" not in one])
def test_what_is_about_something_else_is_near_nothing(text: str) -> None:
    """Words that all programs use make no page the nearest."""
    assert nearest(text, ENTRIES) is None


def test_the_page_finds_what_python_finds() -> None:
    """Both have the patterns of one source, and the same order and nearest page on every text of these tests."""
    html = error_index_html(ENTRIES)
    held = re.search(r'class="ps-errors-data">(.*?)</script>', html)
    assert held is not None
    texts = [*(text for *_, text in (*REPORTS, *PASTES)), *OTHERS, *LOOK_ALIKES, CHAIN, BACKWARDS, *(text for _, text in CUT), "queue pool limit of size reached, overflow connection timed"]  # fmt: skip
    with Module(ROOT / "tests/content/error_finder.mjs") as module:
        in_page = module.call("found", json.loads(held[1]), texts)
    for text, (found, near) in zip(texts, in_page, strict=True):
        assert [(one, tuple(follows)) for one, follows in found] == said(find(text, ENTRIES))  # fmt: skip
        ours = nearest(text, ENTRIES)
        assert near == (ours.id if ours else None), text


def test_a_verdict_in_the_page_names_the_error_that_stands_first() -> None:
    """The card of an exercise has all pages, at addresses that are there, and names one beside what somebody got."""
    html = BLOCK_HTML["exercise"](Content(load_course(ROOT)), "leaks")
    held = re.search(r'class="ps-exercise-data">(.*?)</script>', html)
    assert held is not None
    errors = json.loads(held[1])["errors"]
    for title, address, _ in errors:
        page = ROOT / "docs" / f"{address.removeprefix('../../').removesuffix('/')}.md"
        assert f"# {title}" in page.read_text(encoding="utf-8")
    with Module(ROOT / "tests/content/error_finder.mjs") as module:
        named = module.call("named", errors, [*(text for *_, text in PLAIN), *OTHERS])
    assert named == [title for title, _ in PLAIN] + [None] * len(OTHERS)


def test_there_are_forty_reports_and_twenty_others() -> None:
    """Recall and precision are those of this many texts."""
    assert len({source for _, source, _ in REPORTS}) >= 40
    assert len(set(OTHERS)) >= 20


def test_lessons_and_errors_link_each_other() -> None:
    """Each lesson under an error's Read on links its page, and stands there by its title."""
    course = load_course(ROOT)
    for entry in ENTRIES:
        for topic in entry.lessons:
            lesson = course.lesson(topic)
            assert f"reference/errors/{entry.id}.md" in lesson.page.read_text(encoding="utf-8"), (entry.id, topic)
            assert f"[{lesson.title}](../../{lesson.stem}.md)" in (ROOT / entry.page).read_text(encoding="utf-8")

"""A pasted text leads to its page, in Python and in the page alike; what is about something else leads nowhere."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from error_pastes import LOOK_ALIKES, PASTES
from error_reports import OTHERS, REPORTS
from error_threads import THREADS

from poolschool.course.faults import CourseFault
from poolschool.course.lessons import find_root, load_course
from poolschool.errors.entry import Entry, load_entries
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
SAID = "OperationalError: (sqlite3.OperationalError) database is locked"
# A text that is a value in a statement, or in its parameters, as libraries and servers write them; beside it one that is said.
VALUES = [
    "[SQL: INSERT INTO log (line) VALUES ('database is locked')]",
    "[parameters: {'line': 'QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00', 'level': 'error'}]",
    "[parameters: ('shop', 'sorry, too many clients already')]",
    "INFO sqlalchemy.engine.Engine [generated in 0.00012s] ('server closed the connection unexpectedly', 3)",
    "2026-11-27 19:02:03 UTC [7] STATEMENT:  UPDATE jobs SET note = 'PgBouncer said query_wait_timeout' WHERE id = 7",
    "2026-11-27 19:02:03 UTC [7] LOG:  statement: SELECT id FROM log WHERE line = 'sorry, too many clients already'",
    "2026-11-27 19:02:03 UTC [7] DETAIL:  parameters: $1 = '4', $2 = 'current transaction is aborted, commands ignored until end of transaction block'",
]
# Texts that other programs have too: theirs, and ours among their frames.
FRAME = '  File "/app/.venv/lib/python3.12/site-packages/{library}/connection.py", line 40, in close'
THEIRS = [
    "websockets.exceptions.ConnectionClosedError: the connection is closed",
    "aiomysql.pool: pymysql.err.InterfaceError: connection is closed",
    "java.sql.SQLNonTransientConnectionException: This connection is closed",
    "[root@shop ~]# pacman -Syu\nerror: failed to init transaction\nerror: database is locked",
    FRAME.format(library="aiormq")
    + "\nOSError: Multiple exceptions: [Errno 111] Connect call failed ('::1', 5672, 0, 0)",
    "Exception ignored in: <function _SSLProtocolTransport.__del__ at 0x1>\nRuntimeError: Event loop is closed",
    FRAME.format(library="aiohttp") + "\nRuntimeError: Task <Task-1> got Future <Future> attached to a different loop",
    FRAME.format(library="httpx") + "\nConnectionResetError: [Errno 104] Connection reset by peer",
]
CUT = [
    ("server_closed", "psycopg2.OperationalError: server closed the connection unexp"),
    ("transaction_aborted", "current transaction is aborted, commands ignored until end of trans"),
    ("too_many_clients", "FATAL:  sorry, too many clients alr"),
    ("pending_rollback", "Can't reconnect until invalid transaction is rolled ba"),
    ("sqlite_thread", "SQLite objects created in a thread can only be used in that sa"),
]
BACKWARDS = "\n".join(reversed(CHAIN.strip().splitlines()))


@pytest.fixture(autouse=True)
def collect() -> None:
    """Leave the collector alone: nothing here opens a connection."""


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


@pytest.mark.parametrize(("page", "thread", "text"), THREADS, ids=[one for _, one, _ in THREADS])
def test_a_thread_leads_to_its_page(page: str, thread: str, text: str) -> None:
    """What a stranger has pasted: the page and the command find the same."""
    found = [one.entry.id for one in find(text, ENTRIES)]
    assert found[:1] == ([page] if page else []), thread
    assert {one.entry.id for one in tally(io.BytesIO(text.encode()), ENTRIES)} == set(found)


@pytest.mark.parametrize("text", VALUES)
def test_a_value_in_a_statement_is_not_said(text: str) -> None:
    """Whatever a table is about to hold; what is said beside it is found."""
    for around, pages in (
        (text, []),
        (f"{text}\n{SAID}", ["database_locked"]),
        (f"{SAID}\n{text}", ["database_locked"]),
    ):
        assert [one.entry.id for one in find(around, ENTRIES)] == pages
        assert [one.entry.id for one in tally(io.BytesIO(around.encode()), ENTRIES)] == pages


@pytest.mark.parametrize("text", THEIRS)
def test_what_another_program_says_leads_nowhere(text: str) -> None:
    """A text of few words counts where one of ours is named near it, or nobody is."""
    assert find(text, ENTRIES) == []
    assert tally(io.BytesIO(text.encode()), ENTRIES) == []
    ours = f"{FRAME.format(library='sqlalchemy')}\n{text}"
    assert len(find(ours, ENTRIES)) == len(tally(io.BytesIO(ours.encode()), ENTRIES)) == 1


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.names], ids=lambda one: one.id)
def test_a_name_alone_leads_to_its_page(entry: Entry) -> None:
    """A class without its text, and SQLAlchemy's address, in each version; a text says more than a name."""
    for name in entry.names:
        pastes = [f"sentry: {name} in get_basket, 214 events"]
        if re.fullmatch(r"\w{4}", name):
            pastes = [f"https://sqlalche.me/e/{version}/{name}" for version in (14, 20, 21)]
            pastes += [f"http://sqlalche.me/e/{name}", f"docs.sqlalchemy.org/en/20/errors.html#error-{name}"]
        for paste in pastes:
            assert [one.entry.id for one in find(paste, ENTRIES)] == [entry.id]
            assert [one.entry.id for one in tally(io.BytesIO(paste.encode()), ENTRIES)] == [entry.id]
        assert [one.entry.id for one in find(f"{name}\n{SAID}", ENTRIES)] == ["database_locked"]


@pytest.mark.parametrize("text", [*OTHERS, *LOOK_ALIKES])
def test_what_is_about_something_else_leads_nowhere(text: str) -> None:
    """No page is found."""
    assert find(text, ENTRIES) == []


@pytest.mark.parametrize("text", [CHAIN, BACKWARDS])
def test_the_cause_stands_above_its_consequence(text: str) -> None:
    """Whichever stands first in the log, the lost connection comes before what follows from it."""
    found = find(text, ENTRIES)
    assert said(found) == [("server_closed", ()), ("pending_rollback", ("server_closed",))]  # fmt: skip


def text_of(entry: Entry) -> str:
    """Give a line that says the error."""
    return "ERROR " + re.sub(r"\{\w+\}", "7", " ".join(entry.texts[0].split()))


@pytest.mark.parametrize("cause", [one for one in ENTRIES if one.texts], ids=lambda one: one.id)
def test_each_cause_stands_above_each_of_its_consequences(cause: Entry) -> None:
    """Of any two that occur together the cause stands first, in whatever order, and however many steps lie between."""
    for effect in ENTRIES:
        if effect is cause or not effect.texts:
            continue
        first, second = (cause, effect) if cause.id not in effect.leads_to else (effect, cause)
        related = second.id in first.leads_to
        for lines in ([cause, effect], [effect, cause]):
            found = said(find("\n".join(map(text_of, lines)), ENTRIES))
            ids = [first.id, second.id] if related else [one.id for one in lines]
            assert found == [(ids[0], ()), (ids[1], (first.id,) if related else ())]


def test_what_was_lost_or_refused_stands_above_the_failed_transaction() -> None:
    """All that can go wrong at the database has the transaction that then fails among its consequences."""
    by_id = {entry.id: entry for entry in ENTRIES}
    assert "pending_rollback" in by_id["transaction_aborted"].leads_to
    for entry in ENTRIES:
        if entry.group == "lost" and entry.id not in ("client_gone", "connection_is_closed"):
            assert "pending_rollback" in entry.leads_to, entry.id
    assert not by_id["pending_rollback"].leads_to


def test_an_error_that_follows_from_itself_is_an_authors_fault(tmp_path: Path) -> None:
    """Whoever closes a ring of consequences is told so, with the page."""
    pages = tmp_path / "docs/reference/errors"
    pages.mkdir(parents=True)
    for one, leads_to in (("server_closed", "pending_rollback"), ("pending_rollback", "server_closed")):
        page = (ROOT / f"docs/reference/errors/{one}.md").read_text(encoding="utf-8")
        without = re.sub(r"^leads_to: .*\n", "", page, flags=re.MULTILINE)
        (pages / f"{one}.md").write_text(
            without.replace("group:", f"leads_to: [{leads_to}]\ngroup:", 1), encoding="utf-8"
        )
    with pytest.raises(CourseFault, match="follows from itself"):
        load_entries(tmp_path)


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


def counted(text: str) -> dict[str, Any]:
    """Give what the command counts: how often, and when first and last."""
    return {one.entry.id: (one.count, one.first, one.last) for one in tally(io.BytesIO(text.encode()), ENTRIES)}


def test_the_page_finds_what_python_finds() -> None:
    """Both have the patterns of one source: the same order, counts, times and nearest page on every text of these tests."""
    html = error_index_html(ENTRIES)
    held = re.search(r'class="ps-errors-data">(.*?)</script>', html)
    assert held is not None
    texts = [*(text for *_, text in (*REPORTS, *PASTES, *THREADS)), *VALUES, *THEIRS, *OTHERS, *LOOK_ALIKES, CHAIN, BACKWARDS, *(text for _, text in CUT), "queue pool limit of size reached, overflow connection timed"]  # fmt: skip
    with Module(ROOT / "tests/content/error_finder.mjs") as module:
        in_page = module.call("found", json.loads(held[1]), texts)
    for text, (found, near) in zip(texts, in_page, strict=True):
        assert [(one, tuple(follows)) for one, follows, *_ in found] == said(find(text, ENTRIES)), text
        assert {one: tuple(times) for one, _, *times in found} == counted(text), text
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

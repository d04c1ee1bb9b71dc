"""What proves an error page: its causes are reproduced, and what it says to look at tells them from each other.

@reproduces(page, cause) ─────> Seen: the text, and what somebody finds who looks
@tells(page, cause, words) ───> looks at a Seen: yes on its cause's, no on every other cause's; `words` are the page's
@healthy(page) ───────────────> Seen where nothing is wrong, for a page without a second cause to be told from
@also(page) ──────────────────> the text, where a page has another one than its causes' reproductions say

All take fixtures by name, as tests do. A file of tests/content/errors proves the pages of one group.
"""

from collections.abc import Callable, Iterator
from inspect import getsource, signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from error_proofs.texts import is_text
from poolschool.course.lessons import find_root
from poolschool.errors.entry import Entry, load_entries

ENTRIES = {entry.id: entry for entry in load_entries(find_root(Path(__file__).parent))}
# What is not caused here, and why: texts as the pages have them, causes as page#cause.
EXEMPT = {
    "The garbage collector is trying to clean up connection {connection}": "SQLAlchemy 1.4",
    "remaining connection slots are reserved for non-replication superuser connections": "PostgreSQL 15 and earlier; here is 18",
    "greenlet_spawn has not been called; can't call await_only() here.": "SQLAlchemy 2.0; here is 2.1",
    "alert bad record mac": "a PostgreSQL with TLS, which notices first; the embedded one is built without",
    "the greenlet library is required to use this function.": "SQLAlchemy 2.0; here is 2.1",
    "This Session's transaction has been rolled back by a nested rollback() call": "SQLAlchemy 1.4; here is 2.1",
    "remaining connection slots are reserved for azure replication users": "Azure's own server",
    "connection already closed": "psycopg2; here are psycopg and asyncpg",
    "could not connect to server: Connection refused": "libpq 13 and earlier; here is 18",
    "non_checked_in#cancelled": "SQLAlchemy and FastAPI of today leave no such moment: the page's healthy situation shows it",
    "SSL SYSCALL error: EOF detected": "OpenSSL 1.1 and earlier; here is OpenSSL 3",
    "SSL SYSCALL error: {reason}": "a network that swallows packets until TCP gives up",
    "could not receive data from server: {reason}": "a network that swallows packets until TCP gives up",
    "the database system is not yet accepting connections": "a standby; here is no second server",
    "error with status PGRES_TUPLES_OK and no message from the libpq": "psycopg2; here is psycopg",
    "error with no message from the libpq": "psycopg2; here is psycopg",
    "client connections exceeded (max_db_client_connections)": "PgBouncer from 1.24 on; Debian 12 has 1.18",
    "client connections exceeded (max_user_client_connections)": "PgBouncer from 1.24 on; Debian 12 has 1.18",
    "max clients reached in session mode": "Supabase's own pooler",
    "unsupported startup parameter in options: {name}": "PgBouncer from 1.20 on; Debian 12 has 1.18",
}


class Seen(SimpleNamespace):
    """What somebody finds who looks: `said` is the text ("" where nothing is said), `code` what caused it."""

    said: str
    code: str


Reproduction = Callable[..., Seen]
Telling = Callable[[Seen], bool]
REPRODUCTIONS: dict[tuple[str, str], Reproduction] = {}
TELLINGS: dict[tuple[str, str], Telling] = {}
HEALTHY: dict[str, Reproduction] = {}
OTHER_TEXTS: dict[str, list[Callable[..., str]]] = {}


def reproduces(page: str, cause: str) -> Callable[[Reproduction], Reproduction]:
    """Mark a function as the reproduction of a cause."""
    _cause(page, cause)
    return lambda function: REPRODUCTIONS.setdefault((page, cause), function)


def tells(page: str, cause: str, *words: str) -> Callable[[Telling], Telling]:
    """Mark a function as what the page says to look at; these words of the page name it."""
    for word in words:
        assert word in _cause(page, cause), f"{page}#{cause} does not say {word!r} under How to tell"
    return lambda function: TELLINGS.setdefault((page, cause), function)


def healthy(page: str) -> Callable[[Reproduction], Reproduction]:
    """Mark a function as the situation in which nothing is wrong."""
    assert page in ENTRIES, page
    return lambda function: HEALTHY.setdefault(page, function)


def also(page: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Mark a function that causes one more text of a page."""

    def mark(function: Callable[..., str]) -> Callable[..., str]:
        OTHER_TEXTS.setdefault(page, []).append(function)
        return function

    return mark


def _cause(page: str, cause: str) -> str:
    return next(one.tell for one in ENTRIES[page].causes if one.id == cause)


def pages(group: str) -> list[str]:
    """Give the pages of a group, each of which has to be proven."""
    return [entry.id for entry in ENTRIES.values() if entry.group == group]


def prove(page: str, request: pytest.FixtureRequest) -> None:
    """Cause everything that a page speaks of, and fail with all that it does not hold."""
    entry = ENTRIES[page]
    causes = [cause.id for cause in entry.causes]
    faults = list(_incomplete(page, causes))
    seen = {one: _call(REPRODUCTIONS[page, one], request) for one in causes if (page, one) in REPRODUCTIONS}
    others = [_call(function, request) for function in OTHER_TEXTS.get(page, ())]
    faults += _texts(entry, {one: found.said for one, found in seen.items()}, others)
    if page in HEALTHY:
        seen["a healthy situation"] = well = _call(HEALTHY[page], request)
        faults += [f"a healthy situation says {text!r}" for text in entry.texts if is_text(text, well.said)]
    for teller in causes:
        for one, found in seen.items():
            if (page, teller) in TELLINGS and TELLINGS[page, teller](found) != (one == teller):
                faults.append(f"How to tell {teller!r} says {'no' if one == teller else 'yes'} on {one!r}: {found}")
    assert not faults, "\n".join([f"{page}:", *faults])


def _incomplete(page: str, causes: list[str]) -> Iterator[str]:
    for one in causes:
        exempt = f"{page}#{one}" in EXEMPT
        for what, table in (("reproduction", REPRODUCTIONS), ("telling", TELLINGS)):
            if exempt == ((page, one) in table):
                yield f"{one!r} has a {what}: take it out of EXEMPT" if exempt else f"{one!r} has no {what}"
    if (page in HEALTHY) + sum((page, one) in REPRODUCTIONS for one in causes) < 2:
        yield "the page has one cause that is reproduced, and no healthy situation to tell it from"


def _texts(entry: Entry, causes: dict[str, str], others: list[str]) -> Iterator[str]:
    """Compare whole texts: each that is said stands on the page, and each on the page is said."""
    said = [*causes.values(), *others]
    for one in said:
        if not any(is_text(text, one) for text in entry.texts) and (entry.texts or one):
            yield f"the page has no such text: {one!r}"
    for text in entry.texts:
        if (text in EXEMPT) == any(is_text(text, one) for one in said):
            yield f"{text!r} is said: take it out of EXEMPT" if text in EXEMPT else f"{text!r} is not caused"


def _call(function: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    found = function(**{name: request.getfixturevalue(name) for name in signature(function).parameters})
    if isinstance(found, Seen):
        found.code = getsource(function)
    return found


for known in EXEMPT:
    is_known = any(
        known in (*entry.texts, *(f"{entry.id}#{cause.id}" for cause in entry.causes)) for entry in ENTRIES.values()
    )
    assert is_known, f"no page has {known!r} any more: take it out of EXEMPT"

"""No page is left out of these proofs, and the proofs fail for whatever a page does not hold."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from error_proofs import prove as proofs
from error_proofs.prove import ENTRIES, Seen, prove, reproduces, tells
from error_proofs.texts import is_text

from poolschool.errors.entry import GROUPS, plain

PAGE, TEXT = "database_locked", "(sqlite3.OperationalError) database is locked\n[SQL: UPDATE stock]"
CAUSES = [cause.id for cause in ENTRIES[PAGE].causes]
Change = Callable[[pytest.MonkeyPatch], None]


def test_each_group_is_proven_in_one_file() -> None:
    """The groups of the index and the files that prove a group's pages are the same."""
    files = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py")]
    proven = [group for file in files for group in re.findall(r'^@pytest\.mark\.parametrize\("page", pages\("(\w+)"\)\)$', file, re.MULTILINE)]  # fmt: skip
    assert sorted(proven) == sorted(GROUPS)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Have a page whose proofs are complete: each cause is told by its name."""
    for name in ("REPRODUCTIONS", "TELLINGS", "HEALTHY", "OTHER_TEXTS"):
        monkeypatch.setattr(proofs, name, {})
    for cause in CAUSES:
        fake_proofs(cause)
    return monkeypatch


def fake_proofs(cause: str) -> None:
    """Enter a reproduction and a telling that cause nothing."""
    reproduces(PAGE, cause)(lambda: Seen(said=TEXT, cause=cause))
    tells(PAGE, cause)(lambda seen: bool(seen.cause == cause))


FAULTS: dict[str, Change] = {
    "'load' has no reproduction": lambda to: to.delitem(proofs.REPRODUCTIONS, (PAGE, "load")),
    "'load' has no telling": lambda to: to.delitem(proofs.TELLINGS, (PAGE, "load")),
    "the page has no such text": lambda to: to.setitem(proofs.OTHER_TEXTS, PAGE, [lambda: "database table is locked"]),
    "How to tell 'load' says yes on 'upgrade'": lambda to: to.setitem(proofs.TELLINGS, (PAGE, "load"), lambda _: True),
    "How to tell 'load' says no on 'load'": lambda to: to.setitem(proofs.TELLINGS, (PAGE, "load"), lambda _: False),
    "'load' has a reproduction: take it out": lambda to: to.setitem(proofs.EXEMPT, f"{PAGE}#load", "not needed"),
    "'database is locked' is said: take it out": lambda to: to.setitem(
        proofs.EXEMPT, "database is locked", "not needed"
    ),
    "a healthy situation says": lambda to: to.setitem(proofs.HEALTHY, PAGE, lambda: Seen(said=TEXT, cause="")),
}


def test_a_page_whose_proofs_are_complete_passes(tables: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nothing is said about it."""
    prove(PAGE, request)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_page_that_does_not_hold_fails(
    fault: str, tables: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """The failure names what is missing, wrong or not needed any more."""
    FAULTS[fault](tables)
    with pytest.raises(AssertionError) as failed:
        prove(PAGE, request)
    assert fault in str(failed.value)


def test_one_cause_needs_a_situation_to_be_told_from(
    tables: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Where one cause only is reproduced, a healthy situation is asked for."""
    for cause in CAUSES[1:]:
        tables.delitem(proofs.REPRODUCTIONS, (PAGE, cause))
    with pytest.raises(AssertionError, match="no healthy situation"):
        prove(PAGE, request)


@pytest.mark.parametrize(
    ("text", "said", "same"),
    [
        ("database is locked", TEXT, True),
        ("database is locked", "the database is locked", False),
        ("database is locked", "database is lockedness", False),
        ("no such table: {table}", "no such table: stock", True),
        ("no such table: {table}", "no such table: ", False),
        ("attached to a different loop", "Task <Task> got Future <Future> attached to a different loop", True),
    ],
)
def test_texts_are_compared_whole(text: str, said: str, same: bool) -> None:
    """Only what the libraries put around a text, and its variable parts, may be otherwise."""
    assert is_text(text, said) == same


def test_plain_text_of_a_cause() -> None:
    """What the terminal says of a cause has no Markdown in it, and a query keeps its star."""
    paragraph = "`SELECT count(*)` in [Leaks](../l.md), **now**\nor *never*"
    assert plain(paragraph) == "SELECT count(*) in Leaks (docs/reference/l.md), now or never"
    for entry in ENTRIES.values():
        for cause in entry.causes:
            assert not re.search(r"\]\(|\*\*|`", f"{cause.title} {cause.tell} {cause.cure}"), entry.id

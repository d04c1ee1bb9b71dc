"""No page is left out of these tests, and their own words are such that the terminal can print them."""

import re
from pathlib import Path

from error_proofs import ENTRIES

from poolschool.errors.entry import GROUPS, plain


def test_each_group_is_proven_in_one_file() -> None:
    """The groups of the index and the files that prove a group's pages are the same."""
    files = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py")]
    proven = [group for file in files for group in re.findall(r'^@pytest\.mark\.parametrize\("page", pages\("(\w+)"\)\)$', file, re.MULTILINE)]  # fmt: skip
    assert sorted(proven) == sorted(GROUPS)


def test_plain_text_of_a_cause() -> None:
    """What the terminal says of a cause has no Markdown in it, and a query keeps its star."""
    paragraph = "`SELECT count(*)` in [Leaks](../l.md), **now**\nor *never*"
    assert plain(paragraph) == "SELECT count(*) in Leaks, now or never"
    for entry in ENTRIES.values():
        for cause in entry.causes:
            assert not re.search(r"\]\(|\*\*|`", f"{cause.title} {cause.tell} {cause.cure}"), entry.id

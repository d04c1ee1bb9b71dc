"""Words of the field, everywhere a person reads: those of a home-made dialect are gone and stay gone."""

import re
from pathlib import Path

import pytest

from poolschool.site.notebooks import Notebook

ROOT = Path(__file__).parents[2]
# What is gone, and what is said instead.
GONE = {
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\b(came|comes?|coming) back\b": "returned",
    r"\bg(i|a)v(e|es|en|ing) (it |them |one |another )?back\b": "return",
    r"\blen(d|t|ds|ding)\b": "check out, in use",
    r"\bstill out\b": "not returned",
    r"\b(95|99) of 100\b": "p95, p99",
    r"\bhalf (done|of them) within\b": "p50",
    r"\bat the mean\b": "on average",
    r"\bby chance\b": "random, Poisson",
    r"\bseed of chance\b": "random seed",
    r"\bA minute at once\b": "Run 60 s instantly",
    r"\bFrom the start\b": "Restart",
    r"\bIs the goal reached\b": "Check goal",
}
# Where the words stand that people read. Names in code are another matter.
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs/labs").glob("*.ipynb")), ROOT / "README.md"]
PROSE = [*PAGES, *sorted((ROOT / "quizzes").rglob("*.toml")), *sorted((ROOT / "src").rglob("simulator_goals.json"))]
DRAWING = re.compile(r"<figure.*?</figure>", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`|\{ [^}]*\}|\]\([^)]*\)", re.DOTALL)
ALLOWED = {
    "Break a pool. Measure it. Mend it.",  # the headline
    "coming back",  # people, not connections
    "shoppers who come back",
}


def prose(path: Path) -> str:
    """Read a file without its code, addresses and what is allowed."""
    page = path.read_text(encoding="utf-8") if path.suffix != ".ipynb" else DRAWING.sub(" ", Notebook(path).markdown())
    text = CODE.sub(" ", page)
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return text


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_page_speaks_the_old_dialect(path: Path) -> None:
    """Each page, quiz and scenario uses the field's words."""
    found = [
        f"“{match[0]}”: say {better}. … {text[max(0, match.start() - 40) : match.end() + 40]!r}"
        for text in [prose(path)]
        for gone, better in GONE.items()
        for match in re.finditer(gone, text, re.IGNORECASE)
    ]
    assert found == []


TOKEN = re.compile(
    r'"(?P<plain>(?:[^"\\\n]|\\.)*)"|`(?P<template>(?:[^`\\]|\\.)*)`|/\*.*?\*/|(?<!:)//[^\n]*', re.DOTALL
)


def strings(path: Path) -> str:
    """Give the texts of a script that are sentences or labels: its strings that have a blank, without what is computed."""
    tokens = TOKEN.finditer(path.read_text(encoding="utf-8"))
    texts = (re.sub(r"\$\{[^}]*\}", "", token["plain"] or token["template"] or "") for token in tokens)
    return "\n".join(text for text in texts if " " in text)


SCRIPTS = [path for path in sorted((ROOT / "docs/assets").rglob("*.js")) if "/python/" not in path.as_posix()]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT / "docs/assets").as_posix())
def test_no_script_speaks_it(path: Path) -> None:
    """What scripts say on a page uses the field's words too."""
    text = strings(path)
    assert [gone for gone in GONE if re.search(gone, text, re.IGNORECASE)] == []

"""The blocks as Python-Markdown renders them, in the way that both builders call it."""

import json
import re
from pathlib import Path

import pytest
from markdown import Markdown
from page_course import INDEX, PAGE, STEM, change, make_page_course

from poolschool.course.faults import CourseFault


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a tiny course and stand in it, as a builder does."""
    root = make_page_course(tmp_path)
    monkeypatch.setenv("POOLSCHOOL_ROOT", str(root))
    return root


def convert(page: str) -> str:
    """Convert a page by the extension's entry point."""
    return Markdown(extensions=["attr_list", "tables", "pymdownx.superfences", "poolschool"]).convert(
        page.split("---\n", 2)[-1]
    )


@pytest.mark.usefixtures("course")
def test_a_lesson_has_its_blocks() -> None:
    """Toy, exercise and quiz stand in the page, each once, as HTML and not as escaped text."""
    html = convert(PAGE)
    assert html.count('data-pool="phone_booths"') == 1
    assert html.count('<section class="ps-exercise"') == 1
    assert html.count('id="quiz-lamps"') == 1
    assert "&lt;section" not in html
    assert "///" not in html


@pytest.mark.usefixtures("course")
def test_an_exercise_tells_what_to_do() -> None:
    """The card names the file, the tasks as the checker has them, the command, the starter code and the solution."""
    html = convert(PAGE)
    assert f"exercises/{STEM}.py" in html
    assert "There are 2 tasks" in html
    assert "<li>Add more</li>" in html
    assert "pytest exercises -k lamps" in html
    assert "<summary>Show the starter code</summary>" in html
    assert "<summary>Show the worked solution</summary>" in html
    assert '<button type="button" data-do="open" disabled>Solve it here</button>' in html
    data = json.loads(re.search(r'class="ps-exercise-data">(.*?)</script>', html)[1])
    assert data["stem"] == STEM
    assert "def test_" in data["checker"]


@pytest.mark.usefixtures("course")
def test_live_code_is_readable_and_has_its_buttons() -> None:
    """A live fence is highlighted like any other, with its buttons below it."""
    html = convert("/// live\n```python\nprint('lamp')\n#> lamp\n```\n///\n")
    assert html.index('<div class="ps-live">') < html.index("highlight") < html.index("ps-live-bar")
    assert [word for word in ("Run", "Stop", "Edit", "Reset") if f">{word}</button>" in html] == [
        "Run",
        "Stop",
        "Edit",
        "Reset",
    ]


@pytest.mark.usefixtures("course")
def test_a_heading_is_named_by_its_own_words_alone() -> None:
    """The sign of the link is not part of a name, and a heading without one does not take in what follows it."""
    toc = {"toc": {"permalink": True}}
    page = '<h3 id="by-hand">Question 1</h3>\n\nSome text.\n\n## Recap of `it`\n'
    html = Markdown(extensions=["toc", "poolschool"], extension_configs=toc).convert(page)
    assert '<h3 id="by-hand">Question 1</h3>' in html
    assert re.search(r'<h2 id="[^"]+" aria-label="Recap of it">', html)


@pytest.mark.usefixtures("course")
def test_code_has_no_element_without_a_colour() -> None:
    """Names and operators of a program are plain text: fewer elements, and nothing of the text is lost."""
    html = convert("```python\ntotal = price * 2  # euros\n```\n")
    assert "total = price * <span" in html
    assert '<span class="c1"># euros</span>' in html


@pytest.mark.usefixtures("course")
def test_a_proof_shows_the_test() -> None:
    """The proof block shows the source of the test, highlighted."""
    html = convert(INDEX)
    assert '<span class="nf">test_sum</span>' in html


@pytest.mark.usefixtures("course")
def test_the_map_leads_to_every_lesson() -> None:
    """A stop has the lesson's title, address and minutes, and what the script needs to fill it."""
    html = convert(INDEX)
    assert f'<a href="{STEM}/">Lamps</a>' in html
    assert "10 min + 5 min exercise" in html
    assert "lamps.sum" in html


@pytest.mark.usefixtures("course")
def test_code_and_tables_take_the_focus() -> None:
    """What scrolls sideways can be scrolled with the keyboard."""
    html = convert("| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```\n")
    assert '<div class="ps-wide" role="group" aria-label="Table" tabindex="0"><table>' in html
    assert '<pre tabindex="0">' in html


def test_a_fault_anywhere_stops_every_page(course: Path) -> None:
    """Converting a page that is right fails while another one is wrong: no half-right site is built."""
    change(course, f"docs/{STEM}.md", "/// quiz | lamps", "/// quizz | lamps")
    with pytest.raises(CourseFault, match=r"l01_lamps\.md:30: There is no block 'quizz'"):
        convert(INDEX)


def test_a_mended_page_is_read_again(course: Path) -> None:
    """A long-lived builder sees that a fault was mended."""
    change(course, f"docs/{STEM}.md", "/// quiz | lamps", "/// quizz | lamps")
    with pytest.raises(CourseFault):
        convert(INDEX)
    change(course, f"docs/{STEM}.md", "/// quizz | lamps", "/// quiz | lamps")
    assert "ps-map" in convert(INDEX)

"""The labs' drawings on the page: they follow the scheme, can be told apart in forced colours, and their notebook downloads."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from poolschool.course.labs import load_labs
from poolschool.course.lessons import find_root

LABS = load_labs(find_root(Path(__file__).parent))
# Every text of a drawing, as it is painted: the colour, and whether it is wide enough to be read.
TEXTS = """[...document.querySelectorAll('.ps-lab-figure text')].map(text => [getComputedStyle(text).fill, text.textContent])"""
GROUND = "getComputedStyle(document.body).backgroundColor"
STROKES = """[...new Set([...document.querySelectorAll('.ps-lab-figure path')]
    .map(path => getComputedStyle(path).stroke).filter(stroke => stroke !== 'none'))]"""
# What sticks out of its drawing to the left or right, by more than a pixel.
OUTSIDE = """[...document.querySelectorAll('.ps-lab-figure svg')].flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
    const [inner, outer] = [text.getBoundingClientRect(), svg.getBoundingClientRect()];
    return inner.left < outer.left - 1 || inner.right > outer.right + 1;
}).map(text => text.textContent))"""
SMALLEST = """Math.min(...[...document.querySelectorAll('.ps-lab-figure text')].map(text => text.getBoundingClientRect().height))"""


def luminance(colour: str) -> float:
    """Give the relative luminance of a computed colour (WCAG 2.2)."""
    parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two computed colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_drawings_can_be_read_in_both_schemes(open_page: Callable, lab) -> None:
    """On the page's own ground every text of a drawing has 4.5:1, every line 3:1 but the grid's, in light and in dark."""
    for scheme in ("light", "dark"):
        page = open_page(lab.url, width=360, scheme=scheme).page
        ground = page.evaluate(GROUND)
        texts = page.evaluate(TEXTS)
        assert len(texts) > 3
        assert [text for colour, text in texts if contrast(colour, ground) < 4.5] == []
        faint = [stroke for stroke in page.evaluate(STROKES) if contrast(stroke, ground) < 3]
        assert len(faint) <= 2  # the grid, and the rim between marks, which is the ground itself
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(SMALLEST) >= 9


def test_forced_colours_reach_the_drawings(open_page: Callable) -> None:
    """Where the system chooses the colours, drawings take them."""
    page = open_page(LABS[1].url).page
    before = set(page.evaluate(STROKES))
    page.emulate_media(forced_colors="active")
    after = set(page.evaluate(STROKES))
    assert before != after
    ground = page.evaluate(GROUND)
    assert [colour for colour, _ in page.evaluate(TEXTS) if contrast(colour, ground) < 4.5] == []


def test_print_is_dark_on_light(open_page: Callable) -> None:
    """A page that is shown dark is printed with dark drawings."""
    page = open_page(LABS[1].url, scheme="dark").page
    page.emulate_media(media="print")
    assert all(contrast(colour, "rgb(255, 255, 255)") >= 4.5 for colour, _ in page.evaluate(TEXTS))


def test_the_notebook_can_be_downloaded(open_page: Callable) -> None:
    """The link below the title gives the notebook itself, with its outputs."""
    page = open_page(LABS[0].url).page
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the notebook").click()
    assert download.value.suggested_filename == LABS[0].notebook.name
    assert json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["nbformat"] == 4


def test_the_answers_stay_folded(open_page: Callable) -> None:
    """The sixth lab's answers are there, without a script, when they are asked for."""
    page = open_page(LABS[5].url, scripts=False).page
    answers = page.locator("article details:not(.ps-onpage)")
    assert not answers.locator("li").first.is_visible()
    answers.locator("summary").click()
    assert answers.locator("li").count() == 6
    assert answers.locator("li").first.is_visible()

"""The headline's chart: readable by eyes and by screen readers, in the page and alone."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import markdown
import pytest

from poolschool.measure.bench_chart import chart
from poolschool.measure.bench_result import Headline, headline, round_result

ASSETS = Path(__file__).parents[3] / "docs" / "assets"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def found() -> Headline:
    """Make up a measurement with round figures."""
    slow = round_result(pooled=False, times=[40] * 100, errors=0, seconds=1, connections=100, cpu=0.2)
    fast = round_result(pooled=True, times=[10] * 400, errors=0, seconds=1, connections=10, cpu=0.2)
    return headline([slow, fast], users=4, seconds=1, pool_size=10, postgresql="18.4")


def drawn(svg: str) -> ElementTree.Element:
    """Parse a drawing."""
    return ElementTree.fromstring(svg)


def test_it_says_in_words_what_it_shows(found: Headline) -> None:
    """Title and description hold the ratio and every figure, and are what a screen reader is pointed to."""
    svg = drawn(chart(found))
    named = {element.get("id"): element.text or "" for element in svg.iter() if element.get("id")}
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby", "").split() == list(named)
    title, description = named.values()
    assert title == "Same shoppers, 4.0 times the answers"
    assert description == (
        "Without a pool: 100 answers per second, p95 40 ms, 100 connections opened for 100 requests. "
        "With a pool of 10: 400 answers per second, p95 10 ms, 10 connections opened for 400 requests."
    )


def test_bars_are_to_scale(found: Headline) -> None:
    """In every pair the shorter bar has the length that its figure asks for, from zero."""
    widths = [float(bar.get("width", 0)) for bar in drawn(chart(found)).iter(f"{SVG}rect")]
    pairs = list(zip(widths[::2], widths[1::2], strict=True))
    assert [round(min(pair) / max(pair), 2) for pair in pairs] == [0.25, 0.25, 0.03]


def test_it_asks_nothing_of_anybody(found: Headline) -> None:
    """No script, no link, no font or picture from elsewhere; at most 10 kB."""
    svg = chart(found)
    assert {element.tag.removeprefix(SVG) for element in drawn(svg).iter()} == {
        "svg",
        "title",
        "desc",
        "style",
        "text",
        "rect",
    }
    assert not re.search(r"href|url\(|@import|https?://(?!www\.w3\.org/2000/svg)", svg)
    assert len(svg.encode()) <= 10_000


def test_markdown_takes_it_as_one_piece(found: Headline) -> None:
    """Included in a page it arrives unchanged, within one paragraph."""
    svg = chart(found).strip()
    page = markdown.markdown(f"Before.\n\n{svg}\n\nAfter.", extensions=["attr_list", "tables", "pymdownx.superfences"])
    assert page == f"<p>Before.</p>\n<p>{svg}</p>\n<p>After.</p>"


def test_it_takes_the_colour_of_its_surroundings(found: Headline) -> None:
    """In a page only inherited colours and the page's variable are used; alone it follows the reader's light or dark."""
    svg = chart(found)
    (style,) = (element.text or "" for element in drawn(svg).iter(f"{SVG}style"))
    assert set(re.findall(r"([^{}]+)\{[^{}]+\}", style)) == {"svg:root"}
    assert set(re.findall(r'(?:fill|stroke)[=:]"?([^";]+)', svg)) == {"currentColor", "none", "var(--ps-lane,#2b8fb3)"}


def test_the_chart_in_the_lesson_is_that_of_the_measurement() -> None:
    """docs/assets/headline.svg is what is drawn from docs/assets/headline.json; renew both with `poolschool bench`."""
    found = Headline.model_validate(json.loads((ASSETS / "headline.json").read_text(encoding="utf-8")))
    assert (ASSETS / "headline.svg").read_text(encoding="utf-8") == chart(found)
    assert found.without_pool.connections == found.without_pool.requests
    assert found.without_pool.errors == found.with_pool.errors == 0

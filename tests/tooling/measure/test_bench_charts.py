"""The bench's charts and sentences: readable by eyes and by screen readers, in the page and alone."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import markdown
import measured
import pytest

from poolschool.measure.bench import headline_chart, scenario_chart
from poolschool.measure.bench.headline_figures import Headline
from poolschool.measure.bench.headline_words import pieces, words

ASSETS = Path(__file__).parents[3] / "docs" / "assets"
SVG = "{http://www.w3.org/2000/svg}"
CHARTS = {
    "headline": headline_chart.chart(measured.headline()),
    "scenarios": scenario_chart.chart(measured.scenarios()),
}
EACH = pytest.mark.parametrize("svg", CHARTS.values(), ids=CHARTS)


def drawn(svg: str) -> ElementTree.Element:
    """Parse a drawing."""
    return ElementTree.fromstring(svg)


@EACH
def test_it_is_named_and_described(svg: str) -> None:
    """A screen reader is pointed to title and description."""
    picture = drawn(svg)
    named = {element.get("id"): element.text or "" for element in picture.iter() if element.get("id")}
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby", "").split() == list(named)


def texts(svg: str) -> list[str]:
    """Give title and description."""
    return [element.text or "" for element in drawn(svg).iter() if element.get("id")]


def test_the_headline_says_in_words_what_it_shows() -> None:
    """Title and description hold the ratio and every figure."""
    title, description = texts(CHARTS["headline"])
    assert title == "Same shoppers, p95 40 times shorter"
    assert description == (
        "Without a pool: p95 400 ms for shoppers who think, 100 answers per second at full speed, "
        "100 connections opened for 100 requests. "
        "With a pool of 10: p95 10 ms for shoppers who think, 400 answers per second at full speed, "
        "10 connections opened for 300 requests."
    )


def test_scenarios_say_in_words_what_they_show() -> None:
    """Each scenario is in the description, with its errors; what was not measured, too."""
    title, description = texts(CHARTS["scenarios"])
    assert title == "4 shoppers in 3 stores"
    assert description == (
        "pooled: p95 15 ms, 150 answers per second. "
        "undersized: p95 200 ms, 100 answers per second, 200 of 400 requests failed. pgbouncer: not measured."
    )


def test_bars_are_to_scale() -> None:
    """In every pair of the headline the shorter bar has the length that its figure asks for, from zero."""
    widths = [float(bar.get("width", 0)) for bar in drawn(CHARTS["headline"]).iter(f"{SVG}rect")]
    pairs = list(zip(widths[::2], widths[1::2], strict=True))
    assert [round(min(pair) / max(pair), 3) for pair in pairs] == [0.025, 0.25, 0.033]


def test_answer_times_are_to_a_logarithmic_scale() -> None:
    """Of the scenarios' bars those of p95 are as long as the logarithms, those of throughput as the figures."""
    widths = [float(bar.get("width", 0)) for bar in drawn(CHARTS["scenarios"]).iter(f"{SVG}rect")]
    assert [round(widths[0] / widths[1], 2), round(widths[3] / widths[2], 2)] == [0.51, 0.67]


@EACH
def test_it_asks_nothing_of_anybody(svg: str) -> None:
    """No script, no link, no font or picture from elsewhere; at most 10 kB."""
    tags = {element.tag.removeprefix(SVG) for element in drawn(svg).iter()}
    assert tags == {"svg", "title", "desc", "style", "text", "rect"}
    assert not re.search(r"href|url\(|@import|https?://(?!www\.w3\.org/2000/svg)", svg)
    assert len(svg.encode()) <= 10_000


@EACH
def test_markdown_takes_it_as_one_piece(svg: str) -> None:
    """Included in a page it arrives unchanged, within one paragraph."""
    extensions = ["attr_list", "tables", "pymdownx.superfences"]
    page = markdown.markdown(f"Before.\n\n{svg.strip()}\n\nAfter.", extensions=extensions)
    assert page == f"<p>Before.</p>\n<p>{svg.strip()}</p>\n<p>After.</p>"


@EACH
def test_it_takes_the_colour_of_its_surroundings(svg: str) -> None:
    """In a page only inherited colours and the page's variable are used; alone it follows the reader's light or dark."""
    (style,) = (element.text or "" for element in drawn(svg).iter(f"{SVG}style"))
    assert set(re.findall(r"([^{}]+)\{[^{}]+\}", style)) == {"svg:root"}
    assert set(re.findall(r'(?:fill|stroke)[=:]"?([^";]+)', svg)) == {"currentColor", "none", "var(--ps-lane,#2b8fb3)"}


def test_the_sentences_hold_the_figures() -> None:
    """Each piece stands between its marks, and says what was measured."""
    found = measured.headline()
    text = words(found)
    for name, piece in pieces(found).items():
        assert f"<!-- --8<-- [start:{name}] -->\n{piece}\n<!-- --8<-- [end:{name}] -->" in text
    assert "the p95 is 10 ms with a pool and 400 ms without: 40 times shorter." in pieces(found)["landing"]
    assert "400 answers per second with a pool and 100 without: 4.0 times as many." in pieces(found)["landing"]
    assert "with no errors in either" in pieces(found)["story"]


def test_pages_show_the_last_measurement() -> None:
    """headline.svg and .txt are what is made of headline.json; renew all three with `poolschool bench --output docs/assets`."""
    found = Headline.model_validate(json.loads((ASSETS / "headline.json").read_text(encoding="utf-8")))
    assert (ASSETS / "headline.svg").read_text(encoding="utf-8") == headline_chart.chart(found)
    assert (ASSETS / "headline.txt").read_text(encoding="utf-8") == words(found)
    for view in found.views:
        assert view.without_pool.connections == view.without_pool.requests
        assert view.without_pool.failed == view.with_pool.failed == 0
        assert max(one.connections for one in view.rounds_with_pool) <= found.most_connections

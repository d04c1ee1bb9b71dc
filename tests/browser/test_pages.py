"""Every page in a real browser: accessible, quiet, light, whole without scripts, no wider than a phone."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from axe import axe
from live_page import PATIENCE
from shifts import shifts

from poolschool.course.lessons import find_root

pytestmark = pytest.mark.page_by_page
DOCS = find_root(Path(__file__).parent) / "docs"
# The pages of errors are made alike: the index, the one with most of each part, and one without a text.
ERRORS = [f"reference/errors/{name}.md" for name in ("index", "queue_pool_limit", "wrong_rows")]
PAGES = [
    "",
    *sorted(
        f"{page.relative_to(DOCS).with_suffix('').as_posix()}/"
        for page in (*DOCS.glob("*/*.md"), *DOCS.glob("labs/*.ipynb"), *map(DOCS.joinpath, ERRORS))
    ),
    "nowhere/",
]
PAGES = [path.replace("/index/", "/") for path in PAGES]
# By page, so that tests which only look at it share what is open.
EVERY_PAGE = pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "landing", scope="module")
REAL_PAGES = pytest.mark.parametrize("path", PAGES[:-1], ids=lambda path: path or "landing", scope="module")
# A page is opened once for each of these, in whichever test comes first.
PHONE = {"width": 360, "scheme": "light"}
PLAIN_PHONE = {"width": 360, "scripts": False, "watched": True}
DESKTOP = {"width": 1280, "scheme": "dark", "watched": True, "weighed": True}
BUDGET = 150_000  # bytes over the wire, compressed
# The text spacing that readers may set (WCAG 2.2, 1.4.12). It also stands for machines whose fonts are wider.
SPACED = "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important; }"
# [] or the width and what sticks out.
TOO_WIDE = """(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter(element => element.scrollWidth > element.clientWidth + 2
        && element.clientWidth > 0 && getComputedStyle(element).overflowX === 'visible');
    return [root.scrollWidth, ...wide.slice(-5).map(element => element.outerHTML.slice(0, 200))];
})()"""
# Blocks of code whose text is wider than what is seen of them.
CUT = """[...document.querySelectorAll('.md-content pre')].filter(pre => pre.checkVisibility() && pre.scrollWidth > pre.clientWidth + 1)
    .map(pre => [pre.innerText.slice(0, 80), pre.scrollWidth, pre.clientWidth])"""
NAMED = re.compile(
    r"""^\s*- '?(button|slider|spinbutton|textbox|combobox|checkbox|radio|heading)\b(?: "((?:[^"\\]|\\.)*)")?""",
    re.MULTILINE,
)
MOMENT = 500  # milliseconds
LONGEST = 200  # characters of a heading's name: a longer one has taken in what stands below it
WITHOUT_ROLE = "[...document.querySelectorAll('pre[aria-label]:not([role])')].map(pre => pre.outerHTML.slice(0, 100))"
OPEN_ALL = "document.querySelectorAll('details').forEach(details => { details.open = true; })"


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[int, str]]:
    """Keep what the site answers, by address: every page links to most of the others."""
    return {}


@REAL_PAGES
def test_nothing_shifts_while_a_page_loads(look_at: Callable, open_page: Callable, path: str) -> None:
    """The layout does not shift, though the scripts arrive after the first paint. Asked first: later tests unfold things."""
    shifted = shifts(look_at(**PHONE).page)
    # On a loaded machine one load in hundreds shifted by less than a thousandth; why is not known yet.
    for _ in range(2):
        if not shifted:
            break
        shifted = shifts(open_page(path, **PHONE).page)
    assert shifted == []


@REAL_PAGES
def test_a_page_is_quiet_and_asks_nobody_else(look_at: Callable) -> None:
    """No console error or warning, no failed request, and not one request to another site."""
    opened = look_at(**DESKTOP)
    assert opened.errors == []
    assert opened.foreign == []


@REAL_PAGES
def test_a_page_keeps_to_its_weight(look_at: Callable) -> None:
    """At most 150 kB go over the wire for a page with all its parts."""
    opened = look_at(**DESKTOP)
    assert 0 < opened.transferred <= BUDGET


@EVERY_PAGE
@pytest.mark.parametrize("seen_on", [PHONE, DESKTOP], ids=["light phone", "dark desktop"])
def test_axe_finds_nothing(look_at: Callable, seen_on: dict[str, object]) -> None:
    """axe-core has no finding, in light and dark, on a phone and on a desktop, with everything unfolded."""
    opened = look_at(**seen_on)
    opened.page.evaluate(OPEN_ALL)
    found = axe(opened.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("sown", "rule"),
    [
        ("<img>", "image-alt"),
        ("<p>Seen.</p>" * 9 + "<p style='color: #ddd'>Hardly seen.</p>", "color-contrast"),
        ("<p>Seen.</p>" * 9 + "<p style='background: #777'>Hardly seen.</p>", "color-contrast"),
        (
            "<p hidden style='color: #ddd'>Not seen.</p>" * 9 + "<p style='color: #ddd'>Hardly seen.</p>",
            "color-contrast",
        ),
        (
            "<p>Please look at <a href='/'>this</a> again.</p>" * 9
            + "<p>Please look at <a href='/' style='color: #555; text-decoration: none'>that</a> again.</p>",
            "link-in-text-block",
        ),
    ],
    ids=["no text", "faint text", "dark ground", "hidden before", "link like text"],
)
def test_axe_would_find_something(open_page: Callable, sown: str, rule: str) -> None:
    """What the other tests ask can be answered with no, also where many of one kind are right before."""
    page = open_page("nowhere/").page
    page.evaluate("sown => document.querySelector('article').insertAdjacentHTML('beforeend', sown)", sown)
    assert rule in {found["id"] for found in axe(page).response["violations"]}


@REAL_PAGES
@pytest.mark.parametrize("how", ["scripts", "no scripts", "spaced"])
def test_nothing_is_wider_than_a_phone(look_at: Callable, how: str) -> None:
    """At 360 pixels a page scrolls down and never sideways, with everything unfolded, and with wide fonts too."""
    page = look_at(**(PLAIN_PHONE if how == "no scripts" else PHONE)).page
    spacing = page.add_style_tag(content=SPACED) if how == "spaced" else None
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(100)  # milliseconds: until all that was opened is laid out and painted
    found = page.evaluate(TOO_WIDE)
    if spacing:
        spacing.evaluate("style => style.remove()")
    assert found == []


@REAL_PAGES
@pytest.mark.parametrize("seen_on", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_code_is_cut(look_at: Callable, seen_on: dict[str, object]) -> None:
    """No block of code hides the end of a line, on a phone and on a desktop."""
    page = look_at(**seen_on).page
    page.evaluate(OPEN_ALL)
    assert page.evaluate(CUT) == []


@REAL_PAGES
def test_a_page_is_whole_without_scripts(look_at: Callable) -> None:
    """Without JavaScript the title, the text and the way to every other page can be read and followed."""
    opened = look_at(**PLAIN_PHONE)
    article = opened.page.locator("article")
    assert article.locator("h1").is_visible()
    assert len(article.inner_text()) > 400
    sidebar = opened.page.locator(".md-sidebar--primary")
    assert sidebar.is_visible()
    assert sidebar.locator("a.md-nav__link").count() >= (6 if "instructors/" in opened.page.url else 8)
    assert sidebar.locator("summary:visible, a:visible").count() >= 6  # parts that are closed open without a script
    assert opened.foreign == []


@REAL_PAGES
def test_headings_skip_no_level(look_at: Callable) -> None:
    """One title, and each heading at most one level below the one before."""
    page = look_at(**DESKTOP).page
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => Number(h.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@REAL_PAGES
def test_names_tell_things_apart(look_at: Callable) -> None:
    """No two buttons are called the same, every control has a name, and a heading is called what it says."""
    page = look_at(**DESKTOP).page
    for _ in range(PATIENCE // MOMENT):  # scripts give cells and questions their numbers; on a busy machine, later
        page.evaluate(OPEN_ALL)
        found = NAMED.findall(page.locator("body").aria_snapshot())
        buttons = Counter(name for role, name in found if role == "button")
        alike = [name for name, times in buttons.items() if times > 1]
        if not alike:
            break
        page.wait_for_timeout(MOMENT)
    assert alike == []
    assert [role for role, name in found if role != "heading" and not name] == []
    headings = [name for role, name in found if role == "heading"]
    assert headings
    assert [name for name in headings if not name or name.endswith("¶") or len(name) > LONGEST] == []
    assert page.evaluate(WITHOUT_ROLE) == []


@REAL_PAGES
def test_every_link_within_the_site_leads_somewhere(look_at: Callable, answers: dict[str, tuple[int, str]]) -> None:
    """Links from any depth answer 200, and the place they name is on the page."""
    page = look_at(**DESKTOP).page
    links = set(page.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)"))
    for link in sorted(link for link in links if link.startswith(page.url.split("/", 3)[0] + "//127.0.0.1")):
        address, _, anchor = link.partition("#")
        if address not in answers:
            answer = page.request.get(address)
            answers[address] = answer.status, answer.text()
        status, text = answers[address]
        assert status == 200, link
        if anchor:
            assert f'id="{anchor}"' in text, link

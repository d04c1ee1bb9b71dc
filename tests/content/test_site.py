"""MkDocs and Zensical build the same mkdocs.yml strictly, with every block and question; faults stop both."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from built_site import built_site
from once import once_for_all_workers

from poolschool.course.exercises import read_exercise
from poolschool.course.labs import Lab, load_labs
from poolschool.course.lessons import find_root, load_course
from poolschool.quiz.reader import load_quiz
from poolschool.site.notebooks import write_pages

ROOT = find_root(Path(__file__).parent)
COURSE = load_course(ROOT)
LABS = load_labs(ROOT)
BUILDERS = {"mkdocs": ["mkdocs", "build", "--strict", "--quiet"], "zensical": ["zensical", "build", "--strict"]}
BOTH = pytest.mark.parametrize("builder", BUILDERS)


def copy_course(to: Path) -> Path:
    """Copy what the builders read."""
    for tree in ("docs", "exercises", "solutions", "quizzes", "src/poolschool/site/theme"):
        shutil.copytree(ROOT / tree, to / tree, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("mkdocs.yml", "src/poolschool/site/notebook_hook.py"):
        shutil.copy(ROOT / file, to / file)
    return to


def build(course: Path, builder: str) -> subprocess.CompletedProcess[str]:
    """Run a builder in a copy of the course."""
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "POOLSCHOOL_ROOT": str(course), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", *BUILDERS[builder]]
    return subprocess.run(
        command, cwd=course, env=environment, capture_output=True, encoding="utf-8", timeout=100, check=False
    )


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a function that builds the whole course with a builder, once for all workers; it gives the site's folder."""

    def make(folder: Path) -> None:
        course = copy_course(folder)
        write_pages(course)
        done = build(course, "zensical")
        assert done.returncode == 0, done.stdout + done.stderr

    def built(builder: str) -> Path:
        if builder == "mkdocs":
            return built_site(tmp_path_factory)
        return once_for_all_workers(tmp_path_factory, "zensical", make) / "site"

    return cache(built)


@pytest.fixture(scope="module", params=BUILDERS)
def site(request: pytest.FixtureRequest, sites: Callable[[str], Path]) -> Path:
    """Build the whole course; give the site's folder."""
    return sites(request.param)


def test_every_lesson_has_its_blocks_and_questions(site: Path) -> None:
    """Each lesson's page holds its toy, its tasks and every question of its quiz."""
    for lesson in COURSE.lessons:
        html = (site / lesson.url / "index.html").read_text(encoding="utf-8")
        assert html.count('class="ps-pool"') == 1, lesson.topic
        for question in load_quiz(lesson.quiz, lesson.topic).questions:
            assert f'data-uid="{question.uid}"' in html
        if lesson.has_exercise:
            tasks = len(read_exercise(lesson.checker).tasks)
            card = html[html.index('class="ps-exercise"') :].split("</ol>")[0]
            assert card.count("<li>") == tasks
        assert "\n///" not in html
        assert "&lt;section" not in html


def test_the_landing_page_leads_to_every_lesson(site: Path) -> None:
    """The map and the things to touch stand on the landing page."""
    html = (site / "index.html").read_text(encoding="utf-8")
    assert 'data-pool="phone_booths"' in html
    assert re.findall(r'class="ps-stop".*?href="([^"]+)"', html) == [lesson.url for lesson in COURSE.lessons]


def test_every_page_tells_its_title_and_description(site: Path) -> None:
    """Search engines and cards get the title and the sentence of the page itself."""
    for lesson in COURSE.lessons:
        html = (site / lesson.url / "index.html").read_text(encoding="utf-8")
        for name in ('name="description"', 'property="og:description"', 'name="twitter:description"'):
            assert re.search(rf'<meta {name} content="[^"]{{40,}}">', html), (lesson.topic, name)
        assert html.count("<title>") == 1
        assert html.count('name="description"') == 1


def test_no_page_names_another_site_for_its_parts(site: Path) -> None:
    """Styles, scripts, pictures and fonts of every page are the site's own."""
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        parts = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(https?:[^"]+)"', html)
        assert parts == [], page


class Outline(HTMLParser):
    """What of a page's article is compared: headings with their anchors, the texts of figures, links, and all words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.figures: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._drawn = False
        article = html[html.index("<article") : html.index("</article>")]
        self.feed(article.replace("&para;", "").replace("¶", ""))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(f"{tag} {given.get('id')}")
        elif tag == "svg":
            self.figures.append(str(given.get("aria-label")))
            self._drawn = True
        elif tag == "a" and given.get("href") and not str(given["href"]).endswith(".ipynb"):
            self.links.append(str(given.get("href")))

    def handle_endtag(self, tag: str) -> None:
        self._drawn = self._drawn and tag != "svg"

    def handle_data(self, data: str) -> None:
        if not self._drawn:
            self.words += data.split()


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_a_lab_is_the_same_page_in_both(sites: Callable[[str], Path], lab: Lab) -> None:
    """Headings, figures, links and text of a lab are the same, whichever builder made the page, and its notebook can be downloaded."""
    pages = {builder: sites(builder) / lab.url / "index.html" for builder in BUILDERS}
    outlines = {builder: Outline(page.read_text(encoding="utf-8")) for builder, page in pages.items()}
    one, other = outlines.values()
    assert one.headings == other.headings
    assert one.figures == other.figures
    assert one.links == other.links
    assert one.words == other.words
    assert len(one.headings) >= 4
    assert all(len(figure) > 60 for figure in one.figures)
    assert len(one.words) > 300
    for page in pages.values():
        html = page.read_text(encoding="utf-8")
        (download,) = re.findall(r'<a [^>]*href="[^"]+\.ipynb"[^>]*>', html)
        assert " download" in download
        (address,) = re.findall(r'href="([^"]+)"', download)
        assert (page.parent / address).read_bytes() == lab.notebook.read_bytes()
        assert "jp-" not in html
        assert "Copied!" not in html
        assert "No description has been provided" not in html
        assert len(gzip.compress(html.encode())) < 60_000


@BOTH
def test_the_landing_page_leads_to_every_lab(sites: Callable[[str], Path], builder: str) -> None:
    """The map has a lane of labs, and their own page has each with its question."""
    landing = (sites(builder) / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'class="ps-lab"><a href="([^"]+)"', landing) == [lab.url for lab in LABS]
    labs = (sites(builder) / "labs/index.html").read_text(encoding="utf-8")
    for lab in LABS:
        assert lab.question in unescape(labs)
        assert f'href="../{lab.url}"' in labs


def test_the_search_finds_a_lab_by_its_words_only(sites: Callable[[str], Path]) -> None:
    """The index holds a lab's sentences, and neither the texts of its drawings nor a word of the notebook's frame."""
    index = json.loads((sites("mkdocs") / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    for lab in LABS:
        text = " ".join(one["text"] for one in index if one["location"].startswith(lab.url))
        assert "What this does not show" in " ".join(
            one["title"] for one in index if one["location"].startswith(lab.url)
        )
        assert len(text) > 1000
        assert "Copied!" not in text
        assert "<svg" not in text
        assert "<text" not in text


@pytest.mark.parametrize("builder", ["mkdocs"])
def test_a_lab_that_ended_with_an_error_stops_the_build(tmp_path: Path, builder: str) -> None:
    """A notebook saved with a failing cell is no page: the error names notebook, cell and way out."""
    course = copy_course(tmp_path)
    path = course / "docs/labs" / LABS[0].notebook.name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "error", "ename": "KeyError", "evalue": "'lamp'", "traceback": []}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = build(course, builder)
    assert done.returncode != 0
    assert re.search(rf"{path.name}: Cell \d+ ended with KeyError: 'lamp'\. Fix the cell", done.stdout + done.stderr)


@BOTH
@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("docs/p1_why/l01_why_pooling.md", "/// quiz | why_pooling", "/// quizz | why_pooling", "There is no block 'quizz'. Did you mean 'quiz'?"),
        ("quizzes/p1_why/l01_why_pooling.toml", "[[question]]", "[[question]]\nworth = 2", "worth"),
    ],
    ids=["page", "quiz file"],
)  # fmt: skip
def test_a_fault_stops_the_build(tmp_path: Path, builder: str, name: str, old: str, new: str, told: str) -> None:
    """A fault ends both builders with an error that names file, line and way out."""
    course = copy_course(tmp_path)
    text = (course / name).read_text(encoding="utf-8")
    (course / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = build(course, builder)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert re.search(rf"{name}:\d+: .*{re.escape(told)}", said), said

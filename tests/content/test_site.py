"""MkDocs and Zensical build the same mkdocs.yml strictly, with every block and question; faults stop both."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import find_root, load_course
from poolschool.quiz.reader import load_quiz

ROOT = find_root(Path(__file__).parent)
COURSE = load_course(ROOT)
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


@pytest.fixture(scope="module", params=BUILDERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the whole course; give the site's folder."""
    course = copy_course(tmp_path_factory.mktemp(request.param))
    done = build(course, request.param)
    assert done.returncode == 0, done.stdout + done.stderr
    return course / "site"


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

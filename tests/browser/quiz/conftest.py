"""The sample quiz in a page with Material's own styles, served to a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import material
import pytest
from playwright.sync_api import Browser, Page
from quiz_page import QUIZ, SAMPLE
from served_folder import serve_folder

from poolschool.course.beliefs import load_beliefs
from poolschool.course.proofs import read_proofs
from poolschool.site.quiz import quiz_html

ROOT = Path(__file__).parents[3]
STYLES = Path(material.__file__).parent / "templates/assets/stylesheets"
HTML = """<!doctype html>
<html lang="en" class="no-js"><head><meta charset="utf-8"><title>Lamps</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="main.css"><link rel="stylesheet" href="palette.css">
<link rel="stylesheet" href="assets/quiz/quiz.css"><script src="js.js"></script></head>
<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="indigo" data-md-color-accent="indigo">
<div class="md-container"><main class="md-main"><div class="md-main__inner md-grid"><div class="md-content">
<article class="md-content__inner md-typeset"><h1>Lamps</h1><p id="borrowing">Borrow.</p><h2>Quiz</h2>
{quiz}
</article></div></div></main></div><script type="module" src="assets/quiz/quiz.js"></script></body></html>
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample quiz in a page with Material's own styles; give its address."""
    folder = tmp_path_factory.mktemp("site")
    html = quiz_html(
        QUIZ,
        proofs=read_proofs(SAMPLE / "quizzes/p1_why/l01_lamps_proof.py"),
        beliefs=load_beliefs(SAMPLE),
    )
    (folder / "index.html").write_text(HTML.format(quiz=html), encoding="utf-8")
    edited = html.replace(QUIZ.questions[0].content_hash, "0123456789ab")
    (folder / "edited.html").write_text(HTML.format(quiz=edited), encoding="utf-8")
    (folder / "js.js").write_text('document.documentElement.className = "js"', encoding="utf-8")
    shutil.copytree(ROOT / "docs/assets", folder / "assets")
    for sheet in ("main", "palette"):
        shutil.copy(next(STYLES.glob(f"{sheet}.*.css")), folder / f"{sheet}.css")
    with serve_folder(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """Open the quiz in a fresh profile; whatever the console complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(site)
    yield opened
    context.close()
    assert complaints == []

"""Papers for tests of the exports: the whole course, and texts meant to break formats; and how HTML is read back."""

import html
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank, Item, Paper
from poolschool.quiz.parts import source, unit
from poolschool.quiz.questions import Output, Question, Quiz
from poolschool.quiz.text import plain
from poolschool.teaching.exports.export import render
from poolschool.teaching.exports.question_html import Export

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
BANK = Bank(COURSE)
PAGES = {lesson.topic: f"https://pools.example/{lesson.url}" for lesson in COURSE.lessons}
EVERYTHING = BANK.names([*COURSE.topics, *(f"{topic}.generated" for topic in COURSE.topics)])

EVIL = "~ = # { } : \\ ]]> & < > \" ' % * é 数 🏊 -> =~ ::x:: [html] </pre><script>alert(1)</script>"
CODE = 'def f(x={"a": 1}):\n    """~=#{}:\\\\"""\n\n    # a comment, then a blank line\n    return x  # <b>&amp;</b> %50% * \n'


def whole_course(seed: int = 5, versions: int = 3) -> Paper:
    """Put every question of the course on a paper, of generated ones some versions."""
    return BANK.paper(
        EVERYTHING, id="course", title="Pool School", seed=seed, points=2.5, versions=versions, pages=PAGES
    )


def nasty() -> Paper:
    """Make a paper whose texts hold the signs of every format."""
    common = {
        "solution": [EVIL, "2"],
        "answer": EVIL,
        "check": EVIL,
        "mistakes": [EVIL],
        "prompt": f"{EVIL}\n\nTwo {EVIL}",
    }
    option = [{"text": f"{number} {EVIL}", "why": f"{number} {EVIL}", "belief": "gc_will_close"} for number in range(3)]
    right = {"text": f"right {EVIL}", "why": EVIL, "right": True}
    known = {"why": EVIL, "belief": "gc_will_close"}
    number = {"type": "number", "value": -1.5, "tolerance": 0.25, "unit": EVIL, "wrong": [{"value": 3, **known}]}
    output = {"type": "output", "program": CODE}
    steps = [{"text": f"{n} {EVIL}", "why": EVIL} for n in range(4)]
    questions = [
        {"id": "one", "type": "choice", "option": [*option, right], "code": CODE},
        {"id": "several", "type": "choose_all", "option": [right, *option]},
        {"id": "count", **number},
        {"id": "many", "type": "number", "value": 1234567.25, "wrong": [{"value": 1234567, **known}]},
        {"id": "lines", **output, "prints": f"{EVIL}\n\n  * |", "wrong": [{"prints": "x", **known}]},
        {"id": "line", **output, "prints": "*", "wrong": [{"prints": "a|b", **known}]},
        {
            "id": "blanks",
            **output,
            "prints": "> <\n-5 0\n\n  A  a",
            "wrong": [{"prints": "> <\n-50\n\n  A  a", **known}],
        },
        {"id": "capitals", **output, "prints": "True", "wrong": [{"prints": "true", **known}]},
        {"id": "steps", "type": "order", "step": steps},
    ]
    quiz = Quiz.model_validate(
        {"topic": "leaks", "title": EVIL, "question": [question | common for question in questions]}
    )
    lesson = COURSE.lesson("leaks")
    items = tuple(Item(question.name, (question,), 1.0, lesson) for question in quiz.questions)
    return Paper("nasty", f"A/B {EVIL}", 3, items, BANK.beliefs, PAGES)


WHOLE = whole_course()
PAPERS = {"course": WHOLE, "nasty": nasty()}


@cache
def exported(name: str, format: str) -> Export:  # noqa: A002 - what it is
    """Write one of PAPERS in a format, once for all tests of a process."""
    return render(format, PAPERS[name])


def asked(paper: Paper) -> list[tuple[Item, Question]]:
    """Give every version on a paper with its item."""
    return [(item, question) for item in paper.items for question in item.versions]


class Text(HTMLParser):
    """Collects the text of HTML and the names of its elements."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.elements: set[str] = set()
        self.feed(source)

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element's name and its dangerous attributes."""
        self.elements |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


def squeezed(text: str) -> str:
    """Leave out all blanks: formats may wrap lines."""
    return re.sub(r"\s+", "", text)


def seen(source: str) -> str:
    """Give what a reader sees of HTML, without blanks; nothing in it may run."""
    text = Text(source)
    assert not text.elements & {"script", "iframe", "object", "style", "b"}
    assert not [name for name in text.elements if name.startswith("on")]
    return squeezed("".join(text.pieces))


def holds(source: str, *texts: str) -> None:
    """Assert that a piece of HTML says each of these Markdown texts."""
    everything = seen(source)
    for text in texts:
        assert squeezed(plain(text)) in everything, text


def holds_code(source: str, code: str) -> None:
    """Assert that code stands in a `<pre>`, each sign, blank and line of it."""
    blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", source, re.DOTALL)
    assert code.strip("\n") in [html.unescape(re.sub(r"<[^>]+>", "", block)).strip("\n") for block in blocks]


def holds_stem(html_source: str, question: Question) -> None:
    """Assert that a stem is whole."""
    for paragraph in question.prompt.split("\n\n"):
        holds(html_source, paragraph)
    if source(question):
        holds_code(html_source, source(question))
    assert squeezed(unit(question)) in seen(html_source)


def holds_solution(html_source: str, question: Question) -> None:
    """Assert that a worked solution is whole."""
    holds(html_source, *question.solution, question.answer, question.check, *question.mistakes)
    if isinstance(question, Output):
        holds_code(html_source, question.prints)


def holds_reason(html_source: str, why: str, belief: str) -> None:
    """Assert that feedback says why, what is so, and where the lesson shows it."""
    holds(html_source, why)
    if belief:
        entry = BANK.beliefs[belief]
        holds(html_source, entry.truth)
        assert f'href="{PAGES[entry.lesson]}#{entry.anchor}"' in html_source

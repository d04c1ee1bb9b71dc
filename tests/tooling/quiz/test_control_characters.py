"""No control character of an author's reaches a page, a terminal or an LMS: it is refused where texts are read."""

import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.lessons import find_root, load_course
from poolschool.course.source_text import control_character
from poolschool.quiz.paper import Bank, Paper
from poolschool.quiz.reader import load_quiz
from poolschool.teaching.assignments.assign import assign
from poolschool.teaching.assignments.assignment import read_assignment

SAMPLE = Path(__file__).parents[1] / "sample_course/quizzes/p1_why/l01_lamps.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")
# One place for each key of a quiz file that holds a text: the end of its first value.
KEYS = (
    "title",
    "prompt",
    "code",
    "answer",
    "check",
    "solution",
    "mistakes",
    "no_proof",
    "text",
    "why",
    "unit",
    "program",
)


def sound_xml(text: str) -> bool:
    """Tell whether an XML file with this text is read, and gives the same text."""
    element = ElementTree.Element("text")
    element.text = text
    try:
        return ElementTree.fromstring(ElementTree.tostring(element)).text == text
    except (ElementTree.ParseError, UnicodeEncodeError):
        return False


def test_what_is_forbidden_is_what_xml_refuses_and_terminals_obey() -> None:
    """Over all of Unicode's first plane, a text is let through only if XML keeps it and it is no control character."""
    for number in range(0x10000):
        sign = chr(number)
        if not control_character(f"a{sign}b"):
            assert sign in "\t\n" or unicodedata.category(sign) not in ("Cc", "Cs")
            assert number > 0x2100 or sound_xml(f"a{sign}b"), f"U+{number:04X}"
    assert not any(control_character(sign) for sign in ("é", "数", "🏊", "\u200d", "\u00a0", "−", "\t", "\n"))
    assert not any(sound_xml(f"a{sign}b") for sign in ("\x00", "\x1b", "\x0b", "\ud800", "\ufffe", "\uffff"))


@pytest.mark.parametrize("escape", ["\\u0000", "\\u009B"])
def test_a_quiz_with_a_control_character_is_refused(tmp_path: Path, escape: str) -> None:
    """In each text of a quiz the character is named, with the line on which the text begins."""
    path = tmp_path / "quizzes/p1_why/l01_lamps.toml"
    path.parent.mkdir(parents=True)
    tried = 0
    for match in re.finditer(r'^(\w+) = (\[?)"(?!"")([^"\n]+)"', TEXT, re.MULTILINE):
        if match[1] not in KEYS:
            continue
        changed = f"{TEXT[: match.start(3)]}x{escape}{TEXT[match.start(3) :]}"
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(CourseFault) as caught:
            load_quiz(path, "lamps")
        line = TEXT[: match.start()].count("\n") + 1
        said = f"quizzes/p1_why/l01_lamps.toml:{line}: A control character (U+{escape[2:]}) stands in this text. Remove it."
        assert said in str(caught.value).splitlines()
        tried += 1
    assert tried > 40


def test_an_assignment_with_a_control_character_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a title on the command line nor one in the file gets as far as a package."""
    monkeypatch.chdir(tmp_path)
    wish = dict.fromkeys(("title", "id", "feedback", "variants", "order", "seed"))
    with pytest.raises(UserMistake, match=r"title: A control character \(U\+0001\) stands in this text\."):
        assign(("leaks",), wish | {"title": "A\x01B"}, "", 1.0, "", None, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    file = tmp_path / "assignment.toml"
    file.write_text('id = "x"\ntitle = "A\\u0001B"\nseed = 1\n[[question]]\nid = "leaks.the_cure"\n', encoding="utf-8")
    with pytest.raises(CourseFault, match=r"assignment.toml:2: A control character \(U\+0001\) stands in this text\."):
        read_assignment(file, Bank(load_course(find_root(Path(__file__)))))


@pytest.mark.parametrize("paper", [{"title": "A\x1bB"}, {"title": "A", "pages": {"x": "https://a.example/\x00"}}])
def test_a_paper_with_a_control_character_is_refused(paper: dict) -> None:
    """`export` has no assignment: its title and the site's address are looked at by the paper itself."""
    with pytest.raises(UserMistake, match="A control character"):
        Paper("x", seed=1, items=(), **paper)

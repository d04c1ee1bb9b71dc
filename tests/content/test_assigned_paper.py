"""The page and `poolschool collect` make the same paper from the same link, and agree on what a result file says."""

import base64
import json
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from class_of_students import BANK, assignment

from poolschool.measure.javascript import find_node
from poolschool.quiz.generated import version_for
from poolschool.teaching.assignments.assignment import Assignment
from poolschool.teaching.assignments.handed_in import read_result

ROOT = Path(__file__).parents[2]
NASTY = (
    "Ada",
    " ada ",
    "ÄDA@Example.org",
    "o'neill",
    '"><script>',
    "a" * 200,
    "李雷",
    "🙂",
    "İstanbul",
    "ΣΑΣ",
    "1e3",
    "null",
    "\\u0041",
    "a\tb",
)
SCRIPT = ROOT / "tests" / "content" / "assigned_papers.mjs"


def asked_of_page(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Have the page's script read links and make papers."""
    lines = "\n".join(json.dumps(one, ensure_ascii=True) for one in asked)
    done = subprocess.run(
        [find_node(), str(SCRIPT)], input=lines, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def drawn(number: int) -> Assignment:
    """Make an assignment of some questions, in any of the ways that there are."""
    draw = random.Random(number)  # noqa: S311 - not for secrets
    names = draw.sample([*BANK.written, *BANK.generated], draw.randint(1, 25))
    due = datetime(2026, 12, 1, 23, 59, tzinfo=UTC) + timedelta(hours=draw.randint(0, 1000))
    return assignment(
        BANK,
        tuple(names),
        title=draw.choice(NASTY).strip(),
        seed=draw.choice((0, 1, 0xFFFFFFFF, draw.randrange(2**32))),
        variants=draw.choice(("shared", "student")),
        order=draw.choice(("written", "shuffled")),
        due=draw.choice((None, due)),
    )


def fragment(made: Assignment) -> str:
    """Give what stands behind the # of an assignment's link."""
    return made.link("https://pools.example").partition("#")[2]


def test_the_page_makes_the_same_papers() -> None:
    """Order, versions, seeds and digests are the same for 200 assignments and students with odd names."""
    made = [drawn(number) for number in range(200)]
    inside = {"assignment": "x", "answers": []}
    told = asked_of_page([{"fragment": fragment(one), "students": NASTY, "inside": inside} for one in made])
    for one, page in zip(made, told, strict=True):
        assert page["digest"] == one.digest
        for student, theirs in zip(NASTY, page["papers"], strict=True):
            ours = one.paper(BANK, student)
            assert theirs["seed"] == ours.seed, student
            assert [question["name"] for question in theirs["questions"]] == [item.name for item in ours.items]
            for question, item in zip(theirs["questions"], ours.items, strict=True):
                assert question["points"] == item.points
                assert question["hash"] == BANK.hash(item.name)
                if item.name in BANK.generated:
                    assert question["version"] == item.question.version == version_for(ours.seed, item.name)


def test_a_result_of_the_page_is_read() -> None:
    """Whatever was typed, the file's check fits, and what is read is what was typed."""
    made = drawn(3)
    texts = [*NASTY, "\u2028", "\x00", "a\nb", "\\", "1.50", "é vs é", "\ud83d", "\x7f\x80"]
    inside = [
        {
            "assignment": made.id, "digest": made.digest, "student": text[:200] or "x", "name": text, "began": "",
            "handed_in": "2026-12-01T10:00:00.000Z", "seconds": 5, "times_handed_in": 1,
            "answers": [
                {"question": "leaks.the_cure", "version": None, "hash": "x", "answer": text},
                {"question": "leaks.x", "version": 199, "hash": "", "answer": [2, 0, 1]},
                {"question": "leaks.y", "version": None, "hash": "", "answer": None},
                {"question": "leaks.z", "version": 0, "hash": "", "answer": 3},
            ],
        }
        for text in texts
    ]  # fmt: skip
    told = asked_of_page([{"fragment": fragment(made), "students": [], "inside": one} for one in inside])
    for content, page in zip(inside, told, strict=True):
        typed = json.loads(json.dumps(content).replace("\\ud83d", "\\ufffd"))  # half a character is no text
        if content["name"] != "\ud83d":
            typed = content
        assert read_result(page["result"].encode()).model_dump() == typed


def packed(text: str | bytes) -> str:
    """Pack a payload as a link does."""
    return base64.urlsafe_b64encode(text.encode() if isinstance(text, str) else text).decode().rstrip("=")


def changed(**changes: Any) -> str:
    """Give the link of an assignment of which something was changed."""
    return packed(json.dumps(json.loads(drawn(1).payload) | changes))


REFUSED = {
    "cut off": (lambda: fragment(drawn(1))[:-9], "damaged"),
    "no base64": (lambda: "%%%", "damaged"),
    "no text": (lambda: packed(b"\xff\xfe"), "damaged"),
    "another version": (lambda: changed(v=2), "another version"),
    "nothing": (lambda: packed("null"), "another version"),
    "no questions": (lambda: changed(questions=[]), "no assignment"),
    "a path for a question": (lambda: changed(questions=[["../../x", 1, ""]]), "no assignment"),
    "no points": (lambda: changed(questions=[["leaks.the_cure", 0, ""]]), "no assignment"),
    "an unknown order": (lambda: changed(order="any"), "no assignment"),
    "feedback when it likes": (lambda: changed(feedback="soon"), "no assignment"),
    "a date that is none": (lambda: changed(due="tomorrow"), "no assignment"),
    "an id that is none": (lambda: changed(id=7), "no assignment"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_damaged_link_is_told(case: str) -> None:
    """A link that was cut, changed or made for another version is refused in a sentence."""
    make, says = REFUSED[case]
    (told,) = asked_of_page([{"fragment": make(), "students": [], "inside": {}}])
    assert says in told["refused"]

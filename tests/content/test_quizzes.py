"""The answer key is right and complete: programs print what they say, every answer has a proof, every belief a place."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from poolschool.course.beliefs import load_beliefs
from poolschool.course.lessons import Lesson, load_course
from poolschool.course.proofs import read_proofs
from poolschool.quiz.questions import Output, Question, Quiz
from poolschool.quiz.reader import load_quiz

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
BELIEFS = load_beliefs(ROOT)
QUIZZES: dict[Lesson, Quiz] = {
    lesson: load_quiz(lesson.quiz, lesson.topic, beliefs=BELIEFS) for lesson in COURSE.lessons
}
EACH_QUIZ = pytest.mark.parametrize(("lesson", "quiz"), QUIZZES.items(), ids=COURSE.topics)

# Questions that nothing can prove. A new one is a decision: raise the number, and give the reason in the quiz file.
WITHOUT_PROOF = 0

# The five questions of the lesson that this course grew out of, each with what its four options say.
SOURCE_QUESTIONS = {
    "purpose": ("encrypt", "reuses open database connections", "tables", "caches"),
    "keep_ten": ("pool_size=10", "max_connections=10", "connection_limit=10", "max_pool=10"),
    "file_of_five": ("opens a new connection", "Only one connection", "Up to 5 connections are reused", "crashes"),
    "never_closed": (
        "closes by itself",
        "database refuses",
        "closes the connection after some time",
        "new requests hang",
    ),
    "short_requests": (
        "pool_size=20, max_overflow=10",
        "pool_size=1, max_overflow=50",
        "pool_size=5, max_overflow=0",
        "pool_size=0, max_overflow=0",
    ),
}


@EACH_QUIZ
def test_a_quiz_has_its_size_and_its_mix(lesson: Lesson, quiz: Quiz) -> None:
    """A quiz asks five to eight questions of at least three types, one of them to be worked out."""
    types = {question.type for question in quiz.questions}
    assert 5 <= len(quiz.questions) <= 8
    assert len(types) >= 3
    assert types & {"number", "output"}


@EACH_QUIZ
def test_every_answer_has_a_proof(lesson: Lesson, quiz: Quiz) -> None:
    """Each question has a test of its id in the proof file or says why not; no proof is left without a question."""
    proofs = set(read_proofs(lesson.proof))
    asked = {question.id for question in quiz.questions}
    excused = {question.id for question in quiz.questions if question.no_proof}
    assert proofs == asked - excused


def test_questions_without_a_proof_are_counted() -> None:
    """The number of questions without a proof is the one that was decided on."""
    assert sum(bool(question.no_proof) for quiz in QUIZZES.values() for question in quiz.questions) == WITHOUT_PROOF


@pytest.mark.parametrize(
    "question",
    [question for quiz in QUIZZES.values() for question in quiz.questions if isinstance(question, Output)],
    ids=lambda question: question.uid,
)
def test_a_program_prints_what_the_key_says(question: Question, tmp_path: Path) -> None:
    """The program of an output question, run as it stands, prints exactly what counts as right."""
    assert isinstance(question, Output)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", question.program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.strip().splitlines() == question.prints.strip().splitlines()


def test_code_fits_beside_its_answers() -> None:
    """Code and programs of questions are at most 68 columns wide: nothing decisive hides behind a scroll bar."""
    wide = {
        f"{question.uid}: {line}"
        for quiz in QUIZZES.values()
        for question in quiz.questions
        for line in f"{question.code}\n{getattr(question, 'program', '')}".splitlines()
        if len(line) > 68
    }
    assert wide == set()


def test_the_five_questions_of_the_source_are_kept() -> None:
    """Each of the source's questions is asked with all four of its options."""
    data = tomllib.loads((ROOT / "quizzes/p1_why/l01_why_pooling.toml").read_text(encoding="utf-8"))
    asked = {question["id"]: [option["text"] for option in question.get("option", [])] for question in data["question"]}
    for name, options in SOURCE_QUESTIONS.items():
        assert len(asked[name]) == len(options)
        for option in options:
            assert sum(option in text for text in asked[name]) == 1, (name, option)


@pytest.mark.parametrize("belief", BELIEFS.values(), ids=BELIEFS)
def test_a_belief_is_put_to_the_test_somewhere(belief: object) -> None:
    """Each belief names a lesson that exists, and an anchor on its page."""
    lesson = COURSE.lesson(belief.lesson)  # type: ignore[attr-defined]
    assert re.search(rf"\{{[^}}]*#{belief.anchor}[^}}]*\}}", lesson.page.read_text(encoding="utf-8"))  # type: ignore[attr-defined]


def test_no_belief_is_left_unused() -> None:
    """Each belief is behind a wrong option or a checker's message."""
    named = {
        belief
        for folder, ending in (("quizzes", "*.toml"), ("quizzes", "*_generated.py"), ("exercises", "*_test.py"))
        for path in (ROOT / folder).rglob(ending)
        for belief in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert set(BELIEFS) <= named

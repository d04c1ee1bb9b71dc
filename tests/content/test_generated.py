"""The generated questions: sound in every version, proved, varied, and the same for ever."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from poolschool.course.beliefs import load_beliefs
from poolschool.course.lessons import Lesson, load_course
from poolschool.course.proofs import read_proofs
from poolschool.quiz.generated import VERSIONS, Generated, all_generated, generated_questions
from poolschool.quiz.questions import Choice, ChooseAll, Number, Order, Output, Question
from poolschool.quiz.text import refused_links

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
BELIEFS = load_beliefs(ROOT)
GENERATED = list(all_generated(COURSE))
EACH = pytest.mark.parametrize("made", GENERATED, ids=[made.name for made in GENERATED])
EACH_LESSON = pytest.mark.parametrize("lesson", COURSE.lessons, ids=COURSE.topics)

# Papers that were handed out depend on these. If you meant the change, write the new value down: papers of assignments
# that were made before it will say that the question has changed.
FINGERPRINTS = {
    "why_pooling.last_answer": "ab37421af844",
    "engine_and_pool.cap": "0b8d3f30e4b7",
    "engine_and_pool.counters": "e754250ceb20",
    "leaks.still_lent": "15d0e5646d1c",
}


def versions(made: Generated) -> list[Question]:
    """Make all versions of a question."""
    return [made.version(number) for number in range(VERSIONS)]


def known_wrong(question: Question) -> list[tuple[str, str, str]]:
    """List a question's wrong answers, each with its reason and belief."""
    match question:
        case Choice() | ChooseAll():
            return [(option.text, option.why, option.belief) for option in question.options if not option.right]
        case Number():
            return [(f"{wrong.value:g}", wrong.why, wrong.belief) for wrong in question.wrong]
        case Output():
            return [(wrong.prints, wrong.why, wrong.belief) for wrong in question.wrong]
        case Order():
            return []


def texts(question: Question) -> list[str]:
    """List everything that is read to a student before and after the answer."""
    told = [question.prompt, question.answer, question.check, *question.solution, *question.mistakes]
    if isinstance(question, Choice | ChooseAll):
        told += [text for option in question.options for text in (option.text, option.why)]
    elif isinstance(question, Order):
        told += [text for step in question.steps for text in (step.text, step.why)]
    return told + [why for _, why, _ in known_wrong(question)]


def test_there_are_enough_of_every_kind() -> None:
    """At least twelve questions generate versions, in every lesson and of every type."""
    assert len(GENERATED) >= 12
    assert {made.topic for made in GENERATED} == set(COURSE.topics)
    types = {made.version(0).type for made in GENERATED}
    assert types == {"choice", "choose_all", "number", "output", "order"}


@EACH_LESSON
def test_each_has_a_proof(lesson: Lesson) -> None:
    """Each generated question has a test of its name that asks for all versions, and no proof is left without a question."""
    proofs = read_proofs(lesson.generated.with_name(f"{lesson.module}_generated_proof.py"))
    assert set(proofs) == set(generated_questions(lesson))
    assert not set(proofs) & set(read_proofs(lesson.proof)), "an id is taken by a written question"
    assert all(re.search(r"def test_\w+\(versions(, postgres_url)?\):", source) for source in proofs.values())


@EACH
def test_all_versions_are_sound_and_differ(made: Generated) -> None:
    """Every version is a question that the model accepts; at least thirty of 200 ask something different."""
    assert len({question.content_hash for question in versions(made)}) >= 30


@EACH
def test_wrong_answers_have_names_and_reasons(made: Generated) -> None:
    """Each version knows two wrong answers or more, none of them right, each with a belief that the course explains."""
    for question in versions(made):
        wrong = known_wrong(question)
        if not isinstance(question, Order):
            assert len(wrong) >= 2, question.uid
        assert len({answer for answer, _, _ in wrong}) == len(wrong), question.uid
        assert {belief for _, _, belief in wrong} <= set(BELIEFS), question.uid


@EACH
def test_a_reason_speaks_of_this_version(made: Generated) -> None:
    """Numbers in a reason are those of the version: no reason is the same for all and full of numbers at once."""
    reasons = [{why for _, why, _ in known_wrong(question) if re.search(r"\d", why)} for question in versions(made)]
    always = set.intersection(*reasons) if reasons else set()
    assert not always, always


@EACH
def test_texts_are_plain(made: Generated) -> None:
    """Texts hold inline code and nothing else of Markdown, since a small script renders them; nothing is left unfilled."""
    for question in versions(made)[:40]:
        for text in texts(question):
            bare = re.sub(r"`[^`\n]+`", "", text)
            assert "`" not in bare, text
            assert not re.search(r"\*\*|__|\]\(|^\s*[-*#>] |\{|\}|<\w", bare, re.MULTILINE), text
            assert not list(refused_links(text))


@EACH
def test_no_length_and_no_count_gives_the_answer_away(made: Generated) -> None:
    """Always choosing the longest option is right in less than half of the versions; how many are right differs."""
    longest = [
        max(question.options, key=lambda option: len(option.text)).right
        for question in versions(made)
        if isinstance(question, Choice)
    ]
    assert sum(longest) <= len(longest) / 2
    counts = {
        sum(option.right for option in question.options)
        for question in versions(made)
        if isinstance(question, ChooseAll)
    }
    assert len(counts) != 1


def test_papers_that_were_handed_out_stay_what_they_are() -> None:
    """A few questions' fingerprints over all versions are written down here, made in a process of its own."""
    program = (
        "from poolschool.course.lessons import load_course; from poolschool.quiz.generated import all_generated; "
        "print({made.name: made.fingerprint for made in all_generated(load_course())})"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    made = {made.name: made.fingerprint for made in GENERATED}
    assert done.stdout.strip() == str(made)
    assert {name: made[name] for name in FINGERPRINTS} == FINGERPRINTS

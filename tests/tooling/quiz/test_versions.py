"""Generated questions: the same number makes the same question, and a function that makes a bad one is named."""

import shutil
from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault
from poolschool.course.lessons import Lesson, load_course
from poolschool.quiz.generated import VERSIONS, Generated, generated_questions, version_for
from poolschool.quiz.questions import Number
from poolschool.quiz.shuffle import Draw

SAMPLE = Path(__file__).parents[1] / "sample_course"
SOUND = '''\
"""Questions with many versions."""


def lamps(draw):
    """How many lamps are left of some after some were lent."""
    all_of_them, lent = draw.whole(5, 20), draw.whole(0, 5)
    return {
        "type": "number",
        "prompt": f"Of {all_of_them} lamps {lent} are lent. How many are left?",
        "value": all_of_them - lent,
        "solution": ["Count them.", f"{all_of_them} − {lent}."],
        "answer": f"{all_of_them - lent}",
        "check": "Add them up.",
        "mistakes": ["Adding."],
        "wrong": [
            {"value": all_of_them + lent, "why": "Lent ones are gone.", "belief": "minus_is_plus"},
            {"value": all_of_them, "why": "Some are lent.", "belief": "minus_is_plus"},
        ],
        "given": {"lent": lent},
    }


def _helper(draw):
    return draw
'''


def lesson(folder: Path, source: str) -> Lesson:
    """Give the sample lesson with a file of generated questions."""
    root = shutil.copytree(SAMPLE, folder / "course")
    found = load_course(root).lessons[0]
    found.generated.write_text(source, encoding="utf-8")
    return found


def only(folder: Path, source: str = SOUND) -> Generated:
    """Give the one generated question of such a lesson."""
    (made,) = generated_questions(lesson(folder, source)).values()
    return made


def test_every_public_function_is_a_question(tmp_path: Path) -> None:
    """A public function generates a question under its own name; what begins with _ and what is imported does not."""
    found = generated_questions(lesson(tmp_path, f"from shutil import copy\n{SOUND}"))
    assert list(found) == ["lamps"]
    assert found["lamps"].about == "How many lamps are left of some after some were lent."


def test_a_lesson_may_have_none(tmp_path: Path) -> None:
    """Without a file there are no generated questions, and no fault."""
    assert generated_questions(load_course(SAMPLE).lessons[0]) == {}


def test_a_version_is_a_question_with_an_id_of_its_own(tmp_path: Path) -> None:
    """Version 17 of `lamps` leaves the repository as lamps.lamps.17, holds what it was made of, and is the same twice."""
    made = only(tmp_path)
    question = made.version(17)
    assert isinstance(question, Number)
    assert (question.uid, question.name, question.version) == ("lamps.lamps.17", "lamps.lamps", 17)
    assert question.value == float(question.prompt.split()[1]) - made.given(17)["lent"]
    assert made.version(17).content_hash == question.content_hash
    assert len({made.version(number).content_hash for number in range(VERSIONS)}) > 50


def test_a_mistake_that_leads_to_the_right_number_is_left_out(tmp_path: Path) -> None:
    """With nothing lent, adding and forgetting give the right number: neither is offered as wrong."""
    made = only(tmp_path)
    offered = {made.given(number)["lent"]: len(made.version(number).wrong) for number in range(VERSIONS)}
    assert offered[0] == 0
    assert {count for lent, count in offered.items() if lent} == {2}


def test_a_question_has_no_other_versions(tmp_path: Path) -> None:
    """What has not been proved cannot be asked for: there is no version 200 and none below 0."""
    for number in (-1, VERSIONS):
        with pytest.raises(ValueError, match="versions 0 to 199"):
            only(tmp_path / str(number)).version(number)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"answer"', '"answr"', "lamps, version 3: `answer` is missing."),
        ("draw.whole(5, 20)", "draw.hole(5, 20)", "lamps, version 3: AttributeError"),
        ('"type": "number"', '"type": "nummer"', "There is no question of type 'nummer'."),
    ],
)
def test_a_bad_question_is_named_with_its_function(tmp_path: Path, old: str, new: str, says: str) -> None:
    """The fault names the file, the function's line, the version and what is wrong."""
    with pytest.raises(CourseFault) as caught:
        only(tmp_path, SOUND.replace(old, new)).version(3)
    assert str(caught.value).startswith("quizzes/p1_why/l01_lamps_generated.py:4: lamps, version 3: ")
    assert says in str(caught.value)


def test_a_file_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    """A syntax error is an author's fault with its line, not a traceback."""
    with pytest.raises(CourseFault, match=r"l01_lamps_generated\.py:1: The file cannot be imported: SyntaxError"):
        generated_questions(lesson(tmp_path, "def lamps(:\n"))


def test_the_fingerprint_tells_a_change_in_any_version(tmp_path: Path) -> None:
    """What is asked in one version of 200 changes the fingerprint; a better explanation does not."""
    before = only(tmp_path / "a").fingerprint
    assert only(tmp_path / "b", SOUND.replace("Count them.", "Count them well.")).fingerprint == before
    rare = SOUND.replace('"value": all_of_them - lent,', '"value": all_of_them - lent + (all_of_them == 20),')
    assert only(tmp_path / "c", rare).fingerprint != before


def test_draws_are_the_same_for_ever() -> None:
    """These draws were written down once; students' papers depend on them."""
    draw = Draw(7, "lamps.lamps")
    assert [draw.whole(1, 6) for _ in range(10)] == [2, 5, 1, 3, 3, 5, 4, 5, 5, 2]
    assert Draw(7, "lamps.lamps").some_of("abcdefgh", 4) == ["b", "g", "a", "e"]
    assert [version_for(seed, "lamps.lamps") for seed in (0, 1, 4711)] == [87, 100, 162]


def test_draws_are_fair() -> None:
    """Six thousand throws of a die show each face a thousand times, give or take 15 in 100."""
    draw = Draw(1, "die")
    throws = [draw.whole(1, 6) for _ in range(6000)]
    assert all(850 < throws.count(face) < 1150 for face in range(1, 7))

"""The course is read from where files lie; what is wrong with them is said all at once."""

from pathlib import Path

import pytest

from poolschool.course.faults import CourseFault, UserMistake
from poolschool.course.lessons import load_course

PAGE = """---
title: Lamps
description: About lamps.
minutes: {reading: 12, exercise: 8}
objectives: [Switch one on.]
---
# Lamps
"""


def write(root: Path, name: str, text: str) -> None:
    """Put a page under docs/."""
    path = root / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_page_is_a_lesson(tmp_path: Path) -> None:
    """A page's place gives part, number and topic; its front matter gives the rest."""
    write(tmp_path, "p1_why/l02_lamps.md", PAGE)
    (lesson,) = load_course(tmp_path).lessons
    assert (lesson.part, lesson.number, lesson.topic, lesson.minutes) == ("p1_why", 2, "lamps", 20)
    assert (lesson.reading_minutes, lesson.exercise_minutes) == (12, 8)
    assert lesson.checker == tmp_path / "exercises/p1_why/l02_lamps_test.py"
    assert lesson.has_exercise


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """A page without front matter, one with a gap and a topic used twice are told in one go, with their places."""
    write(tmp_path, "p1_why/l01_lamps.md", PAGE)
    write(tmp_path, "p1_why/l02_chairs.md", "# Chairs\n")
    write(tmp_path, "p1_why/l03_tables.md", PAGE.replace("minutes: {reading: 12, exercise: 8}\n", ""))
    write(tmp_path, "p2_how/l04_lamps.md", PAGE)
    with pytest.raises(CourseFault) as caught:
        load_course(tmp_path)
    assert [str(fault).split(". ")[0] for fault in caught.value.faults] == [
        "docs/p1_why/l02_chairs.md:1: The page has no front matter",
        "docs/p1_why/l03_tables.md:1: The front matter lacks `minutes` ({reading: 20, exercise: 15})",
        "docs/p2_how/l04_lamps.md: The topic 'lamps' is taken by p1_why/l01_lamps",
    ]


def test_an_unknown_topic_names_its_neighbours(tmp_path: Path) -> None:
    """Asking for `lamp` suggests `lamps`."""
    write(tmp_path, "p1_why/l01_lamps.md", PAGE)
    with pytest.raises(UserMistake, match=r"There is no lesson 'lamp'\. Did you mean: lamps\?"):
        load_course(tmp_path).lesson("lamp")


@pytest.mark.parametrize(
    "minutes",
    [
        "20", "{}", "[12, 8]", "{reading: 12}", "{reading: 12, exercise: 8, quiz: 3}", "{reading: 0, exercise: 8}",
        "{reading: 12, exercise: -1}", "{reading: yes, exercise: 8}", "{reading: 1.5, exercise: 8}", "{reading: '12', exercise: 8}",
        "{reading: 12, exercise: 99999999999999999999}",
    ],
)  # fmt: skip
def test_minutes_are_whole_and_apart(tmp_path: Path, minutes: str) -> None:
    """Minutes that are not those of reading and of the exercise, each whole and from 1 to 600, are a fault with its place."""
    write(tmp_path, "p1_why/l02_lamps.md", PAGE.replace("{reading: 12, exercise: 8}", minutes))
    with pytest.raises(CourseFault, match=r"docs/p1_why/l02_lamps\.md:4: .*`minutes`.*\{reading: 20, exercise: 15\}"):
        load_course(tmp_path)


def test_a_lesson_without_an_exercise_has_minutes_of_reading(tmp_path: Path) -> None:
    """`exercise: false` and minutes of reading alone go together; the exercise then takes none."""
    page = PAGE.replace("{reading: 12, exercise: 8}", "{reading: 12}\nexercise: false")
    write(tmp_path, "p1_why/l02_lamps.md", page)
    (lesson,) = load_course(tmp_path).lessons
    assert (lesson.minutes, lesson.reading_minutes, lesson.exercise_minutes) == (12, 12, 0)
    write(tmp_path, "p1_why/l02_lamps.md", page.replace("{reading: 12}", "{reading: 12, exercise: 8}"))
    with pytest.raises(CourseFault, match=r"`minutes` is not \{reading: 20\}"):
        load_course(tmp_path)

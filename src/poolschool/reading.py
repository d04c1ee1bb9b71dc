"""Where to read on about a belief: the page and anchor that put it to the test."""

from poolschool.course import Course
from poolschool.misconceptions import Misconception, load_misconceptions


def place(course: Course, misconception: Misconception) -> str:
    """Give the file and anchor, relative to the course's folder; empty if the lesson does not exist."""
    stem = next((lesson.stem for lesson in course.lessons if lesson.topic == misconception.lesson), None)
    return f"docs/{stem}.md#{misconception.anchor}" if stem else ""


def truths(course: Course) -> dict[str, tuple[str, str]]:
    """Give truth and place by id, as a report shows them."""
    known = load_misconceptions(course.root) if (course.root / "quizzes" / "misconceptions.toml").is_file() else {}
    return {name: (entry.truth, place(course, entry)) for name, entry in known.items()}

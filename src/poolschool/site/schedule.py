"""The schedule: lessons with their minutes, and a plan of sessions, from the lessons' own front matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from poolschool.course.lessons import PART_TITLES, Course, Lesson

SESSION = 90  # minutes of a usual session


@dataclass(frozen=True)
class Session:
    """The lessons of one session; `minutes` are those of their front matter together."""

    lessons: tuple[Lesson, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


def sessions(lessons: Sequence[Lesson], most: int = SESSION) -> list[Session]:
    """Split lessons into sessions of at most `most` minutes, in reading order and as few as possible; a longer one stands alone."""
    split: list[list[Lesson]] = []
    for lesson in lessons:
        if split and sum(one.minutes for one in split[-1]) + lesson.minutes <= most:
            split[-1].append(lesson)
        else:
            split.append([lesson])
    return [Session(tuple(some)) for some in split]


def schedule_html(course: Course, pages: Mapping[str, str], notes: Mapping[str, str]) -> str:
    """Render lessons with minutes of reading and exercise and a running total, and a plan of sessions; `pages` and `notes` are addresses by topic."""
    rows, total = [], 0
    for part, lessons in course.parts.items():
        for lesson in lessons:
            total += lesson.minutes
            rows.append(
                f"<tr><td>{escape(PART_TITLES.get(part, part))}</td>"
                f'<th scope="row"><a href="{pages[lesson.topic]}">{escape(lesson.title)}</a></th>'
                f"<td>{lesson.reading_minutes}</td><td>{lesson.exercise_minutes or ''}</td><td>{total}</td>"
                f'<td><a href="{notes[lesson.topic]}">Notes<span class="quiz-unseen"> on {escape(lesson.title)}</span></a></td></tr>'
            )
    plan = "".join(
        f"<li>{escape(', '.join(lesson.title for lesson in session.lessons))}: {session.minutes} minutes</li>"
        for session in sessions(course.lessons)
    )
    hours = f"{total // 60} h {total % 60} min" if total >= 60 else f"{total} min"
    return (
        "<table><thead><tr><th>Part</th><th>Lesson</th><th>Reading</th><th>Exercise</th><th>In all</th><th>To teach it</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
        f"<p>{len(course.lessons)} lessons, {total} minutes together ({hours}).</p>"
        f"<p>In sessions of at most {SESSION} minutes:</p><ol>{plan}</ol>"
    )

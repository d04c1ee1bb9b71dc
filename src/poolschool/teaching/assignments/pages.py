"""The pages of a collected assignment: scores by question, and what the answers tell of the class."""

import statistics
from collections.abc import Mapping, Sequence

from poolschool.course.beliefs import Belief
from poolschool.course.files import Cells, number_text
from poolschool.quiz.text import plain
from poolschool.teaching.assignments.assignment import Assignment
from poolschool.teaching.assignments.item_analysis import FEWEST, Question, belief_counts, belief_text, questions
from poolschool.teaching.assignments.scoring import Score
from poolschool.teaching.classroom.page import Cell, Link, Section, Table, page
from poolschool.teaching.classroom.students import Student


def grade_sections(
    asked: Assignment, scored: Sequence[tuple[Student, list[Score]]], changed: Sequence[str]
) -> list[Section]:
    """Give what stands below the grades: what to look at, and the points of each question."""
    sections = []
    if changed:
        words = f"These questions are not what they were when the assignment was made: {', '.join(changed)}."
        sections.append(Section("Changed since", [words, "Answers were scored by the questions as they are now."]))
    if asked.due:
        due = f"Due {asked.due:%Y-%m-%d %H:%M %z}. Times of handing in are those of the students' own clocks."
        sections.append(Section("When", [due]))
    names = [question.id for question in asked.questions]
    table: list[list[Cell]] = []
    for student, answers in scored:
        points = {one.item.name: one.points if one.answered else None for one in answers}
        table.append([student.name, *(points.get(name) for name in names)])
    words = "A dash means that the question was not answered." if table else "Nobody's answers count yet."
    sections.append(Section("Points by question", [words], [Table("Points by question", ["Student", *names], table)]))
    return sections


def analysis_page(
    asked: Assignment,
    papers: Sequence[Sequence[Score]],
    beliefs: Mapping[str, Belief],
    pages: Mapping[str, str],
    seconds: Sequence[int],
) -> str:
    """Render the item analysis: what to teach again, then question by question."""
    if not papers:
        return page(f"{asked.title}: what to teach again", ["Nobody's answers count yet."], [])
    words = [f"{len(papers)} papers. Each student counts once."]
    if any(seconds):
        words.append(
            f"Half of them took {number_text(statistics.median(seconds) / 60, 0)} minutes or less, by their own clocks."
        )
    found = questions(papers)
    return page(
        f"{asked.title}: what to teach again",
        words,
        [_again(papers, beliefs, pages), _overview(found), *(_one(question, beliefs) for question in found)],
    )


def _again(papers: Sequence[Sequence[Score]], beliefs: Mapping[str, Belief], pages: Mapping[str, str]) -> Section:
    rows: list[list[Cell]] = []
    for belief in belief_counts(papers):
        said, truth = belief_text(beliefs, belief.belief)
        entry = beliefs.get(belief.belief)
        place = entry.address({entry.lesson: entry.lesson}) if entry else ""
        address = entry.address(pages) if entry else ""
        where: Cell = Link(place, address) if address else place
        share = f"{belief.students} of {len(papers)}"
        rows.append([plain(said or belief.belief), share, plain(truth), where, ", ".join(belief.questions)])
    if not rows:
        return Section("What to teach again", ["No wrong answer showed a belief that the course knows."])
    header = ["They believe", "Students", "So it is", "Where the lesson shows it", "Shown in"]
    return Section("What to teach again", (), [Table("Beliefs, most common first", header, rows)])


def _overview(found: Sequence[Question]) -> Section:
    rows: list[list[Cell]] = [
        [question.name, question.type, _share(question.difficulty), _told(question), question.unanswered]
        for question in found
    ]
    words = [
        "Right: the share of all who handed in.",
        "Discrimination: how strongly a right answer goes with the points on the other questions, from −1 to 1.",
        "Below 0 those who know more answer wrongly: look at the question's wording and key.",
        f"Below {FEWEST} papers, or where all did the same, there is no such number.",
    ]
    header = ["Question", "Type", "Right", "Discrimination", "Unanswered"]
    return Section("Question by question", words, [Table("Questions", header, rows)])


def _one(question: Question, beliefs: Mapping[str, Belief]) -> Section:
    text = " ".join(plain(question.prompt).split())
    rows: list[list[Cell]] = []
    for chosen, belief, count in question.chosen:
        said, _ = belief_text(beliefs, belief)
        rows.append([plain(chosen) if chosen else "(differs by version)", count, plain(said)])
    words = [text if len(text) <= 300 else f"{text[:299]}…"]
    if not rows:
        return Section(question.name, [*words, "No wrong answers."])
    return Section(question.name, words, [Table("Wrong answers", ["Answer", "Students", "They believe"], rows)])


def analysis_lines(papers: Sequence[Sequence[Score]], beliefs: Mapping[str, Belief]) -> list[Cells]:
    """List questions and wrong answers for a spreadsheet."""
    lines: list[Cells] = [
        ["question", "type", "papers", "unanswered", "right", "discrimination", "answer", "belief", "students"]
    ]
    for question in questions(papers):
        head: list[str | float | None] = [question.name, question.type, question.students, question.unanswered]
        numbers: list[str | float | None] = [question.difficulty, question.discrimination]
        lines.append([*head, *numbers, "", "", ""])
        for chosen, belief, count in question.chosen:
            lines.append([*head, *numbers, chosen, belief_text(beliefs, belief)[0], count])
    return lines


def _share(part: float | None) -> str:
    return "–" if part is None else f"{part:.0%}"


def _told(question: Question) -> Cell:
    return number_text(question.discrimination) if question.discrimination is not None else "not enough answers"

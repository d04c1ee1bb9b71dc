"""CSV of the key: one line per question, for whoever marks by hand or in a spreadsheet."""

from poolschool.course.files import csv_text
from poolschool.quiz.paper import Paper
from poolschool.quiz.questions import Number, Output
from poolschool.quiz.text import plain
from poolschool.teaching.exports.question_html import Export, key_of, tags, with_letters

HEADER = (
    "number",
    "id",
    "version",
    "type",
    "points",
    "prompt",
    "key",
    "answer",
    "tolerance",
    "unit",
    "options",
    "tags",
)


def export_key(paper: Paper) -> Export:
    """Write key.csv; letters are those of the paper with the same seed."""
    rows: list[list[str | float | None]] = [list(HEADER)]
    for number, item in enumerate(paper.items, start=1):
        for question in item.versions:
            answer = question.prints if isinstance(question, Output) else plain(question.answer)
            tolerance, unit = (question.tolerance, question.unit) if isinstance(question, Number) else ("", "")
            rows.append(
                [
                    *(number, item.name, question.version, question.type, item.points, plain(question.prompt)),
                    *(key_of(question, paper.seed), answer),
                    *(tolerance, unit),
                    *(
                        " | ".join(plain(text) for text in with_letters(question, paper.seed)),
                        ", ".join(tags(item, question)),
                    ),
                ]
            )
    return Export({"key.csv": csv_text(rows).encode()})

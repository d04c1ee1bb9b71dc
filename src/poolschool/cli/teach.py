"""The instructors' half of the `poolschool` command: export, assign, collect, grade."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from poolschool.cli.options import given_text, http_address

TEACH = "Teach"
teach_app = typer.Typer()

Format = Literal["moodle", "qti", "gift", "print", "key", "gradescope", "classroom50"]
Wanted = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]…",
        help="leaks: a lesson; leaks.the_cure: a question; leaks.generated: the generated ones. All that is written by default.",
        show_default=False,
    ),
]
Points = Annotated[float, typer.Option(min=0.01, max=1000, help="Points of each question.")]
Site = Annotated[
    str,
    typer.Option(metavar="URL", callback=http_address, help="Where your students find the site.", show_default=False),
]
Topics = Annotated[list[str] | None, typer.Argument(metavar="[TOPIC]…", help="Lessons; all if none is named.")]
Roster = Annotated[
    Path | None,
    typer.Option(
        metavar="CSV", help="Who is in the class: a list of your own, Canvas's or Moodle's.", show_default=False
    ),
]
Seed = Annotated[
    int | None, typer.Option(min=0, max=0xFFFFFFFF, help="The same seed, the same papers.", show_default=False)
]


@teach_app.command(rich_help_panel=TEACH)
def export(
    format: Annotated[Format, typer.Argument(help="Where it goes.", show_default=False)],  # noqa: A002 - what it is
    wanted: Wanted = None,
    points: Points = 1.0,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Put the questions in the order of the seed.")] = False,
    seed: Seed = None,
    versions: Annotated[int, typer.Option(min=1, max=200, help="Versions of each generated question.")] = 10,
    title: Annotated[str, typer.Option(help="Title of the quiz.", show_default=False)] = "",
    site: Site = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path("export"),
) -> int:
    """Write quizzes for an LMS or paper, or an autograder for the exercises.

    Quizzes: moodle (Moodle XML), qti (Canvas and others), gift, print (a paper and its key), key (CSV).
    Exercises: gradescope, classroom50.
    """
    if format == "gradescope":
        from poolschool.teaching.autograder.gradescope_export import export_gradescope

        return export_gradescope(tuple(wanted or ()), output, points=_of_each_task(wanted, points), site=site)
    if format == "classroom50":
        from poolschool.teaching.autograder.classroom50_export import export_classroom50

        return export_classroom50(tuple(wanted or ()), output, points=_of_each_task(wanted, points), site=site)
    from poolschool.teaching.exports.export import export

    return export(
        format,
        tuple(wanted or ()),
        output,
        points=points,
        shuffle=shuffle,
        seed=seed or 0,
        versions=versions,
        title=title,
        site=site,
    )


@teach_app.command(rich_help_panel=TEACH)
def assign(
    wanted: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME…",
            help="leaks: a lesson; leaks.the_cure: a question; leaks.generated: the generated ones; or an assignment.toml.",
        ),
    ],
    title: Annotated[str | None, typer.Option(help="As students read it.", show_default=False)] = None,
    id: Annotated[str | None, typer.Option("--id", help="Its name in files: pools-week-3.", show_default=False)] = None,  # noqa: A002
    points: Points = 1.0,
    due: Annotated[
        str | None,
        typer.Option(
            metavar="2026-12-01T23:59",
            callback=given_text,
            help="When it is due; a date alone means the end of that day.",
            show_default=False,
        ),
    ] = None,
    feedback: Annotated[
        Literal["now", "after_due", "never"] | None,
        typer.Option(help="After handing in; never by default.", show_default=False),
    ] = None,
    variants: Annotated[
        Literal["shared", "student"] | None,
        typer.Option(help="One paper for all (the default), or one for each student.", show_default=False),
    ] = None,
    order: Annotated[
        Literal["written", "shuffled"] | None,
        typer.Option(help="Of the questions; written by default.", show_default=False),
    ] = None,
    seed: Seed = None,
    site: Site = "",
    roster: Roster = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write into.", show_default=False)
    ] = None,
) -> int:
    """Write an assignment down; give a link, packages for LMSs and a paper."""
    from poolschool.teaching.assignments.assign import assign

    wish = {"title": title, "id": id, "feedback": feedback, "variants": variants, "order": order, "seed": seed}
    return assign(tuple(wanted), wish, due or "", points, site, roster, output)


@teach_app.command(rich_help_panel=TEACH)
def collect(
    results: Annotated[list[Path], typer.Argument(help="Result files, folders or zips of them.")],
    assignment: Annotated[Path, typer.Option(metavar="TOML", help="What was asked.", show_default=False)],
    roster: Roster = None,
    keep: Annotated[
        Literal["latest", "first", "best"], typer.Option(help="Which one counts if a student handed in several.")
    ] = "latest",
    site: Site = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path("collected"),
) -> int:
    """Score what was handed in; write the grade book and say what to teach again."""
    from poolschool.teaching.assignments.collect import collect

    return collect(tuple(results), assignment, roster, output, keep=keep, site=site)


@teach_app.command(rich_help_panel=TEACH)
def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder with a folder or a zip for each student.")],
    topics: Topics = None,
    roster: Roster = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="So many at once; one per core by default.", show_default=False)
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write into; a second run goes on there.")
    ] = Path("graded"),
    site: Site = "",
) -> int:
    """Grade the exercises of a class, each submission in a process of its own."""
    from poolschool.teaching.classroom.grade import grade_class

    return grade_class(submissions, roster, output, tuple(topics or ()), workers, site=site)


def _of_each_task(topics: list[str] | None, points: float) -> dict[str, float]:
    """Give the points of each task by lesson."""
    from poolschool.course.lessons import load_course

    return {lesson.topic: points for lesson in load_course().with_exercise(topics or ())}

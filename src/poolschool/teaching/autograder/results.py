"""Render verdicts for the engines that instructors have: Gradescope, Classroom 50, Markdown, JUnit's words.

Pure: results in, data or text out. `truths` is poolschool.course.truths.truths; `points` gives the points of each task by topic,
one if it names none. Formats, as their makers document them:

    Gradescope    https://gradescope-autograders.readthedocs.io/en/latest/specs/
    Classroom 50  https://github.com/foundation50/classroom50/wiki/Advanced-Autograding
"""

from collections.abc import Mapping, Sequence
from typing import Any

from poolschool.grading.verdict import LessonResult
from poolschool.grading.words import NOT_YOURS, SIGNS, Truths, printable, words

RESULT_SCHEMA = "classroom50/result/v1"


def gradescope(
    results: Sequence[LessonResult],
    notes: Sequence[str],
    truths: Truths,
    *,
    points: Mapping[str, float],
    site: str,
    seconds: float,
) -> dict[str, Any]:
    """Make the content of Gradescope's results.json: one test for each task, what was handed in besides in `output`."""
    passed, total = sum(result.passed for result in results), sum(result.total for result in results)
    broken = [NOT_YOURS] if _unjudged(results) else []
    return {
        "output": printable("\n".join([f"{passed} of {total} tasks passed.", *broken, *notes])),
        "output_format": "text",
        "test_output_format": "text",
        "execution_time": round(seconds),
        "stdout_visibility": "hidden",
        "extra_data": {"tasks_passed": passed, "tasks": total},
        "tests": [
            {
                "name": printable(f"{result.title}: {verdict.title}"),
                "number": f"{place}.{verdict.task}",
                "score": _points(result, points) if verdict.status == "passed" else 0,
                "max_score": _points(result, points),
                "status": "passed" if verdict.status == "passed" else "failed",
                "output": words(result, verdict, truths, site),
                "tags": [result.topic, verdict.status, *([verdict.belief] if verdict.belief else [])],
                "visibility": "visible",
            }
            for place, result in enumerate(results, start=1)
            for verdict in result.verdicts
        ],
    }


def classroom50(
    results: Sequence[LessonResult],
    truths: Truths,
    identity: Mapping[str, str],
    *,
    points: Mapping[str, int],
    site: str,
) -> dict[str, Any]:
    """Make the content of Classroom 50's result.json; points are whole numbers, and `identity` holds its fields of text."""
    tests = [
        {
            "test-name": f"{result.topic} {verdict.task}: {verdict.title}",
            "passed": verdict.status == "passed",
            "score": _points(result, points) if verdict.status == "passed" else 0,
            "max-score": _points(result, points),
            # Fields of our own: the collector keeps what else a test says.
            "status": verdict.status,
            "output": words(result, verdict, truths, site),
        }
        for result in results
        for verdict in result.verdicts
    ]
    return {
        "schema": RESULT_SCHEMA,
        **identity,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def markdown(results: Sequence[LessonResult], notes: Sequence[str], truths: Truths, site: str = "") -> str:
    """Tell results as Markdown: a table of the tasks, then every open task in words."""
    passed, total = sum(result.passed for result in results), sum(result.total for result in results)
    lines = [f"## {passed} of {total} tasks passed", ""]
    lines += [f"- {_inline(note)}" for note in notes] + ([""] if notes else [])
    lines += ["| lesson | task | verdict |", "|---|---|---|"]
    lines += [
        f"| {_inline(result.title)} | {verdict.task}. {_inline(verdict.title)} | {SIGNS[verdict.status]} |"
        for result in results
        for verdict in result.verdicts
    ]
    for result in results:
        for verdict in result.verdicts:
            if verdict.status in ("failed", "error"):
                said = words(result, verdict, truths, site)
                fence = "`" * max(3, _longest_run(said) + 1)
                lines += ["", f"### {_inline(result.title)}, task {verdict.task}: {_inline(verdict.title)}", ""]
                lines += [f"{fence}text", said, fence]
    return "\n".join(lines) + "\n"


def _points(result: LessonResult, points: Mapping[str, Any]) -> Any:
    return points.get(result.topic, 1)


def _unjudged(results: Sequence[LessonResult]) -> bool:
    return any(verdict.status == "error" for result in results for verdict in result.verdicts)


def _inline(text: str) -> str:
    """Keep a text from being read as Markdown or HTML: a file's name, say, that a student chose."""
    flat = " ".join(printable(text).split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#!~&" else sign for sign in flat)


def _longest_run(text: str) -> int:
    longest = run = 0
    for sign in text:
        run = run + 1 if sign == "`" else 0
        longest = max(longest, run)
    return longest

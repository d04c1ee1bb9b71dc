"""What is said of a verdict, in the words that every reader gets: what you called, what you got, what was expected."""

import re
from collections.abc import Mapping

from poolschool.grading.verdict import LessonResult, Verdict

Truths = Mapping[str, tuple[str, str]]
# Control signs of ASCII and of Latin-1 (a terminal obeys both), halves of pairs, and signs that turn the direction of writing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SIGNS = {"passed": "passed", "failed": "open", "blocked": "waits", "error": "not judged"}
NOT_YOURS = "Something could not be judged, and that is not your mistake: please tell your instructor."


def words(result: LessonResult, verdict: Verdict, truths: Truths, site: str = "") -> str:
    """Say one task in plain text: what was called, returned and expected, the hint, and where to read on.

    `site` is the address under which the course's pages are found; without it their files are named.
    """
    return "\n".join(f"{label}: {text}" for label, text in explanation(result, verdict, truths, site).items())


def explanation(result: LessonResult, verdict: Verdict, truths: Truths, site: str = "") -> dict[str, str]:
    """Give what is to be said of a task by its label, as `words` puts it together."""
    if verdict.status == "error":
        parts = {"Checker error": f"Task {verdict.task} could not be judged. {NOT_YOURS}", "Because": verdict.got}
    elif verdict.status == "blocked":
        parts = {"Blocked": verdict.got}
    elif verdict.status == "passed":
        parts = {}
    else:
        truth, place = truths.get(verdict.belief, ("", ""))
        parts = {
            "You called": verdict.called,
            "Got": verdict.got,
            "At": f"{verdict.where}  {verdict.code.strip()}".rstrip(),
            "Expected": verdict.expected,
            "Hint": verdict.hint,
            "Why": truth,
            "Read more": address(place or f"docs/{result.stem}.md", site),
        }
    parts["Printed"] = verdict.output
    return {label: printable(text) for label, text in parts.items() if text}


def address(place: str, site: str) -> str:
    """Turn a page's file (`docs/STEM.md#anchor`) into its address on a site; without a site, leave it."""
    if not site:
        return place
    page, _, anchor = place.removeprefix("docs/").partition("#")
    return f"{site.rstrip('/')}/{page.removesuffix('.md')}/" + (f"#{anchor}" if anchor else "")


def printable(text: str) -> str:
    """Escape what a learner's code can print and JSON or XML in UTF-8 cannot hold, or what commands a terminal."""
    return _UNPRINTABLE.sub(lambda sign: ascii(sign[0])[1:-1], text)

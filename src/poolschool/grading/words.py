"""What is said of a verdict, in the words that every reader gets: what was called, what came back, what was expected."""

from collections.abc import Mapping

from poolschool.grading.verdict import LessonResult, Verdict

Truths = Mapping[str, tuple[str, str]]
SIGNS = {"passed": "passed", "failed": "open", "blocked": "waits", "error": "not judged"}
NOT_YOURS = "Something could not be judged, and that is not your mistake: please tell your instructor."


def words(result: LessonResult, verdict: Verdict, truths: Truths, site: str = "") -> str:
    """Say one task in plain text: what was called, came back and was expected, the hint, and where to read on.

    `site` is the address under which the course's pages are found; without it their files are named.
    """
    return "\n".join(f"{label}: {text}" for label, text in explanation(result, verdict, truths, site).items())


def explanation(result: LessonResult, verdict: Verdict, truths: Truths, site: str = "") -> dict[str, str]:
    """Give what is to be said of a task by its label, as `words` puts it together."""
    if verdict.status == "error":
        parts = {"not yours": f"Task {verdict.task} could not be judged. {NOT_YOURS}", "because": verdict.got}
    elif verdict.status == "blocked":
        parts = {"blocked": verdict.got}
    elif verdict.status == "passed":
        parts = {}
    else:
        truth, place = truths.get(verdict.belief, ("", ""))
        parts = {
            "called": verdict.called,
            "came back": verdict.got,
            "at": f"{verdict.where}  {verdict.code.strip()}".rstrip(),
            "expected": verdict.expected,
            "hint": verdict.hint,
            "so it is": truth,
            "read": address(place or f"docs/{result.stem}.md", site),
        }
    parts["printed"] = verdict.output
    return {label: printable(text) for label, text in parts.items() if text}


def address(place: str, site: str) -> str:
    """Turn a page's file (`docs/STEM.md#anchor`) into its address on a site; without a site, leave it."""
    if not site:
        return place
    page, _, anchor = place.removeprefix("docs/").partition("#")
    return f"{site.rstrip('/')}/{page.removesuffix('.md')}/" + (f"#{anchor}" if anchor else "")


def printable(text: str) -> str:
    """Escape what a learner's code can print and JSON or XML in UTF-8 cannot hold."""
    return "".join(
        sign
        if sign in "\n\t" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign != "\x7f")
        else ascii(sign)[1:-1]
        for sign in text
    )

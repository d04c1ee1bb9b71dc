"""What an instructor should look at in a submission: no proof of anything."""

import ast
from collections.abc import Sequence
from pathlib import Path

from poolschool.grading.verdict import LessonResult, Verdict
from poolschool.teaching.classroom.identity import text_of_name

MOST_NAMED = 5
# What an answer to no lesson needs, and what reaches the grading.
FAR_REACHING = {"_pytest", "pluggy", "poolschool", "pytest", "ctypes", "greenlet", "meta_path"}


def reached_out(results: Sequence[LessonResult]) -> list[str]:
    """Say which answers tried what is not allowed, themselves or through a library."""
    told = dict.fromkeys(
        f"{result.topic}: {_attempt(verdict)}" for result in results for verdict in result.verdicts if verdict.forbidden
    )
    return list(told)


def _attempt(verdict: Verdict) -> str:
    if verdict.forbidden in verdict.got:
        return verdict.got
    return f"a library was refused while task {verdict.task} was graded: {verdict.forbidden}"


def several_hand_ins(places: Sequence[Path]) -> list[str]:
    """Name the folders and zips if one student has several: files beside each other are how an LMS hands over one."""
    several = [place for place in places if place.is_dir() or place.suffix.lower() == ".zip"]
    if len(several) < 2:
        return []
    more = f" and {len(several) - MOST_NAMED} more" if len(several) > MOST_NAMED else ""
    names = ", ".join(text_of_name(place.name) for place in several[:MOST_NAMED])
    return [f"handed in several times: {names}{more}. Take away what is not to count, and grade again"]


def far_reaching(handed_in: Sequence[Path]) -> list[str]:
    """Name answers that mention what grading is made of: no proof of anything, and worth a look."""
    remarks = []
    for file in handed_in:
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        used: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                used.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
        if found := sorted(used & FAR_REACHING):
            remarks.append(f"{file.name} mentions {', '.join(found)}: look at it")
    return remarks

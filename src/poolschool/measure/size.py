"""`poolschool size`: the sizing calculator in the terminal, from the formulas of the page.

typed() ──names and text──> read() and answer() of docs/assets/sizing/sizing.js ──> show() in size_report.py, or JSON
"""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from poolschool.course.faults import UserMistake
from poolschool.course.lessons import find_pages
from poolschool.measure.javascript import Module
from poolschool.measure.size_report import show
from poolschool.site.figures.sizing import FIELDS

SETTINGS = {"pool_size": "5", "max_overflow": "10", "pool_timeout": "30"}  # SQLAlchemy's own
DEFAULTS = {field.name: field.default for field in FIELDS} | {"rate": "", "hold": "", "processes": "1"}
SAME = {"workers": "processes"}  # what else a field is called


def size(options: Mapping[str, str | None], words: Sequence[str], *, checks: bool, as_json: bool) -> int:
    """Print the size for a load and how it comes about, the check of settings, or both; all in the units of FIELDS.

    `options` are those of the command, None or the default if not given; `words` are pairs like pool_size=20.
    Exit code 0, or 1 if the load cannot be served or the settings do not hold. Raises UserMistake for what makes no sense.
    """
    given = typed(options, words, checks=checks)
    with Module(find_pages() / "docs" / "assets" / "sizing" / "sizing.js") as sizing:
        asked = sizing.call("read", DEFAULTS | given)
        if asked["faults"]:
            raise UserMistake("\n".join(f"{_shown(name, words)} {what}" for name, what in asked["faults"].items()))
        answer = sizing.call("answer", asked["wish"])
    if as_json:
        print(json.dumps(answer, indent=1))  # noqa: T201 - the command's output
    else:
        show(answer)
    check, advice = answer["check"], answer["advice"]
    return int(check["level"] == "wrong" if check else bool(advice["impossible"]))


def typed(options: Mapping[str, str | None], words: Sequence[str], *, checks: bool) -> dict[str, str]:
    """Give by name what was typed as an option or as a pair. Raises UserMistake for an unknown name and one given twice."""
    given = {name: value for name, value in options.items() if value not in (None, DEFAULTS[name])}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise UserMistake(f"'{word}' is not a setting. Write it as name=number, such as pool_size=20.")
        name = SAME.get(name, name)
        if name not in DEFAULTS:
            near = get_close_matches(name, (*DEFAULTS, *SAME), n=1)
            raise UserMistake(
                f"'{name}' cannot be checked. {f'Did you mean: {near[0]}' if near else 'There are: ' + ', '.join(DEFAULTS)}"
            )
        if name in given:
            raise UserMistake(f"'{name}' is given twice.")
        given[name] = value
    return (SETTINGS if checks and not given.keys() & SETTINGS.keys() else {}) | given


def _shown(name: str, words: Sequence[str]) -> str:
    """Return a field's name as it was typed."""
    pairs = [word.partition("=")[0] for word in words]
    as_pair = next((pair for pair in pairs if SAME.get(pair, pair) == name), None)
    return as_pair or (name if name in SETTINGS else f"--{name.replace('_', '-')}")

"""What a lesson says of itself in its front matter: the keys, and what each must be."""

from difflib import get_close_matches

from poolschool.course.front_matter import FrontMatter

MINUTES = "{reading: 20, exercise: 15}"
MINUTES_OF_READING = "{reading: 20}"
KEYS = {
    "title": "text",
    "description": "text",
    "minutes": MINUTES,
    "objectives": "list",
    "needs": "list",
    "out_of_scope": "list",
    "exercise": "true or false",
}
REQUIRED = ("title", "description", "minutes", "objectives")
GIVE = "Give title, description, minutes, objectives, needs and out_of_scope."


def check_lesson(matter: FrontMatter) -> None:
    """Add what is wrong with a lesson's values: all of it."""
    for key in matter.data.keys() - set(KEYS):
        if near := get_close_matches(key, KEYS, n=1, cutoff=0.75):
            matter.add(matter.line(key), f"The key `{key}` is unknown.", f"Did you mean `{near[0]}`?")
    for key, kind in KEYS.items():
        value = matter.data.get(key)
        if value is None:
            if key in REQUIRED:
                matter.add(1, f"The front matter lacks `{key}` ({kind}).", GIVE)
        elif kind == "text" and not _is_text(value):
            matter.add(matter.line(key), f"`{key}` is not a text, or it is empty.", "Write a sentence.")
        elif kind == "list" and not (isinstance(value, list) and all(map(_is_text, value))):
            matter.add(matter.line(key), f"`{key}` is not a list of texts.", "Write one per line, each after `- `.")
        elif key == "exercise" and not isinstance(value, bool):
            matter.add(matter.line(key), "`exercise` is neither true nor false.", "Leave it out, or write `false`.")
    if matter.data.get("objectives") == []:
        matter.add(matter.line("objectives"), "`objectives` is empty.", "Write what a reader can do afterwards.")
    has_exercise = matter.data.get("exercise", True) is not False
    if matter.data.get("minutes") is not None and not _are_minutes(matter.data["minutes"], has_exercise):
        wanted = MINUTES if has_exercise else MINUTES_OF_READING
        what = f"`minutes` is not {wanted}, in whole minutes from 1 to 600."
        matter.add(matter.line("minutes"), what, "Measure both, and write them so.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_minutes(data: object, has_exercise: bool) -> bool:
    wanted = {"reading", "exercise"} if has_exercise else {"reading"}
    # `True` is an int to Python; a lesson of more than ten hours is a slip of the finger.
    return (
        isinstance(data, dict)
        and set(data) == wanted
        and all(type(value) is int and 0 < value <= 600 for value in data.values())
    )

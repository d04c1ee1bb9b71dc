"""A tiny course with whole pages, for tests of the site: one lesson, `lamps`, and a landing page."""

from pathlib import Path

from fake_course import CHECKER, SOLUTION, STUB

STEM = "p1_why/l01_lamps"
PAGE = """---
title: Lamps
description: A lesson for tests.
minutes: {reading: 10, exercise: 5}
objectives: [Learn.]
---
# Lamps

Lamps give light.

/// pool | phone_booths
///

## The story

Minus takes away.
{ #minus }

## What goes wrong

Nothing.

## Exercise

/// exercise | lamps
///

## Quiz

/// quiz | lamps
///

## Recap

- Light.

## Sources

- The sun.
"""
INDEX = """---
title: Fake
description: A course for tests.
---
# Fake

All of it.

/// course-map
///

/// proof | lamps.sum
///
"""
QUIZ = """title = "Lamps"

[[question]]
id = "sum"
type = "number"
prompt = "What is `2 + 3`?"
value = 5
tolerance = 0
solution = ["Take two.", "Add three."]
answer = "5."
check = "Count."
mistakes = ["Taking away."]

[[question.wrong]]
value = -1
why = "That is minus."
belief = "minus_is_plus"
"""
PROOF = '''"""Proofs."""


def test_sum():
    """Two and three are five."""
    assert 2 + 3 == 5
'''
MISCONCEPTIONS = """[minus_is_plus]
belief = "Minus is plus."
truth = "Minus takes away."
lesson = "lamps"
anchor = "minus"
"""
CONFIG = """site_name: Fake
theme: {name: material, font: false}
markdown_extensions: [attr_list, poolschool]
"""


def make_page_course(root: Path) -> Path:
    """Write the course and give its folder."""
    files = {
        "mkdocs.yml": CONFIG,
        "docs/index.md": INDEX,
        f"docs/{STEM}.md": PAGE,
        f"exercises/{STEM}.py": STUB,
        f"exercises/{STEM}_test.py": CHECKER,
        f"solutions/{STEM}.py": SOLUTION,
        f"quizzes/{STEM}.toml": QUIZ,
        f"quizzes/{STEM}_proof.py": PROOF,
        "quizzes/beliefs.toml": MISCONCEPTIONS,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def change(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text in one file of the course; it has to be there."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

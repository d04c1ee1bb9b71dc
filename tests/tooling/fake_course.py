"""A tiny course of two lessons in a temporary folder, for tests of the tooling."""

import textwrap
from pathlib import Path

PAGE = """---
title: {title}
description: A lesson for tests.
minutes: {{reading: 10, exercise: 5}}
objectives: [Learn.]
---
# {title}
"""
CHECKER = '''"""Add two numbers."""
import l01_lamps as store
import pytest
from poolschool.checks import Wrong, call, expect


@pytest.mark.task(1, "Add", seconds=2, hint="Plus is a sign.")
def test_add():
    """add(2, 3) is 5."""
    expect(call(store.add, 2, 3), 5, called="add(2, 3)", hint="Plus, not minus.", belief="minus_is_plus")


@pytest.mark.task(2, "Add more", needs=(1,), seconds=2, hint="Once more.")
def test_add_more():
    """add(20, 3) is 23."""
    expect(call(store.add, 20, 3), 23, called="add(20, 3)", hint="Do not write the answer down.")
'''
STUB = '"""Add."""\n\n\ndef add(a, b):\n    """Return the sum."""\n    # TODO 1: add\n    # TODO 2: add more\n    return a - b\n'
SOLUTION = '"""Add."""\n\n\ndef add(a, b):\n    """Return the sum."""\n    return a + b\n'
MISCONCEPTIONS = """[minus_is_plus]
belief = "Minus is plus."
truth = "Minus takes away."
lesson = "lamps"
anchor = "minus"
"""


def make_course(root: Path) -> Path:
    """Write the course: `lamps` with two tasks, and `chairs`, the same under another name."""
    (root / "mkdocs.yml").write_text("site_name: Fake\n", encoding="utf-8")
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
    for number, topic in enumerate(("lamps", "chairs"), start=1):
        stem = f"p1_why/l{number:02}_{topic}"
        files = {
            f"docs/{stem}.md": PAGE.format(title=topic.capitalize()),
            f"exercises/{stem}.py": STUB,
            f"exercises/{stem}_test.py": CHECKER.replace("l01_lamps", f"l{number:02}_{topic}"),
            f"solutions/{stem}.py": SOLUTION,
            "quizzes/beliefs.toml": MISCONCEPTIONS,
        }
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
    return root


def answer(root: Path, code: str, topic: str = "lamps") -> Path:
    """Replace a lesson's stub by other code."""
    stub = next((root / "exercises").rglob(f"l*_{topic}.py"))
    stub.write_text(textwrap.dedent(code), encoding="utf-8")
    return stub

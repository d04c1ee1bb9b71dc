"""The reference pages say what the installed libraries say."""

import ast
import inspect
import re
from pathlib import Path

from sqlalchemy import Pool, QueuePool
from sqlalchemy.engine.create import _pool_translate_kwargs

DOCS = Path(__file__).parents[2] / "docs"


def test_settings_defaults_are_those_of_the_library() -> None:
    """Every default in the table of settings is the default in SQLAlchemy's own signature."""
    page = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    listed = {
        name: ast.literal_eval(value) for name, value in re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", page, re.MULTILINE)
    }
    signature = {**inspect.signature(Pool).parameters, **inspect.signature(QueuePool).parameters}
    signature["reset_on_return"] = inspect.signature(Pool).parameters["reset_on_return"]
    own_name = {keyword: name for name, keyword in _pool_translate_kwargs.items()}
    real = {name: signature[own_name.get(name, name)].default for name in listed}
    real["pool_reset_on_return"] = {True: "rollback"}.get(real["pool_reset_on_return"], real["pool_reset_on_return"])
    assert listed == real
    assert len(listed) == 7


def test_glossary_links_lead_somewhere() -> None:
    """Every link into the glossary names a term that it has."""
    terms = set(re.findall(r"\{ #([\w-]+) \}", (DOCS / "reference/glossary.md").read_text(encoding="utf-8")))
    for page in DOCS.rglob("*.md"):
        wanted = set(re.findall(r"glossary\.md#([\w-]+)", page.read_text(encoding="utf-8")))
        assert wanted <= terms, page.name

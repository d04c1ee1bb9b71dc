"""Findings as text and as JSON."""

import json
from dataclasses import asdict
from math import isfinite
from textwrap import fill
from typing import Any

from poolschool.measure.inspect.facts import Facts
from poolschool.measure.inspect.rules.finding import Finding

COLUMNS = 88


def as_text(facts: Facts, found: list[Finding], site: str) -> str:
    """Tell what was read and each finding: evidence, number, cure, lesson, figure."""
    return "\n\n".join([_read(facts), *(_one(number, finding, site) for number, finding in enumerate(found, 1))])


def _read(facts: Facts) -> str:
    imported = ":" in facts.target and "://" not in facts.target
    opened = " and ".join(one.where for one in facts.databases.values())
    lines = [
        f"{'Imported' if imported else 'Read'} {facts.target}; nothing was changed.",
        *(
            [
                f"{len(facts.endpoints)} endpoint{'' if len(facts.endpoints) == 1 else 's'}, {facts.threads} threads for `def`"
            ]
            if facts.is_app
            else []
        ),
        *(f"{engine.name}: {engine.settings}" for engine in facts.engines),
        f"Opened one connection to {opened} and closed it." if opened else "No connection was opened.",
    ]
    return "\n".join(lines)


def _one(number: int, finding: Finding, site: str) -> str:
    base = f"{site.rstrip('/')}/"
    lines = [
        _wrapped(f"{number}. ", finding.title),
        _wrapped("   Evidence   ", f"{finding.evidence}{' (a guess, from the source)' if finding.guess else ''}"),
        _wrapped("   Breaks at  ", finding.breaks),
        _wrapped("   Cure       ", finding.cure),
        f"   Lesson     {base}{finding.lesson}",
        f"   See it     {base}{finding.see}",
    ]
    return "\n".join(lines)


def _wrapped(label: str, words: str) -> str:
    return fill(
        words,
        COLUMNS,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_json(facts: Facts, found: list[Finding], notes: list[str], site: str) -> str:
    """Give facts, findings and notes as JSON; what has no limit is null."""
    base = f"{site.rstrip('/')}/"
    told = [asdict(one) | {"lesson": f"{base}{one.lesson}", "see": f"{base}{one.see}"} for one in found]
    engines = [asdict(one) | {"limit": one.limit} for one in facts.engines]
    data = {
        "target": facts.target,
        "engines": engines,
        "endpoints": len(facts.endpoints),
        "threads": facts.threads,
        "server": asdict(facts.server),
        "databases": [asdict(one) | {"room": one.room} for one in facts.databases.values()],
        "findings": told,
        "notes": notes,
    }
    return json.dumps(_finite(data), indent=1, ensure_ascii=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value

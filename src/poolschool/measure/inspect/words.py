"""Findings as text and as JSON."""

import json
from dataclasses import asdict
from math import isfinite
from typing import Any

from poolschool.measure.inspect.facts import Facts
from poolschool.measure.inspect.rules.finding import Finding


def as_text(facts: Facts, found: list[Finding], site: str) -> str:
    """Tell what was read and each finding: evidence, number, cure, lesson, figure."""
    return "\n\n".join([_read(facts), *(_one(number, finding, site) for number, finding in enumerate(found, 1))])


def _read(facts: Facts) -> str:
    imported = (
        f"Imported {facts.target}" if ":" in facts.target and "://" not in facts.target else f"Read {facts.target}"
    )
    parts = [imported]
    if facts.is_app:
        parts.append(f"read {len(facts.endpoints)} endpoints")
    parts += [f"{engine.name}: {engine.settings}" for engine in facts.engines]
    opened = "".join(f" Opened one connection to {where} and closed it." for where in facts.databases)
    return f"{'; '.join(parts)}. Nothing was changed.{opened or ' No connection was opened.'}"


def _one(number: int, finding: Finding, site: str) -> str:
    base = f"{site.rstrip('/')}/"
    lines = [
        f"{number}. {finding.title}",
        f"   Evidence   {finding.evidence}{' (a guess, from the source)' if finding.guess else ''}",
        f"   Breaks at  {finding.breaks}",
        f"   Cure       {finding.cure}",
        f"   Lesson     {base}{finding.lesson}",
        f"   See it     {base}{finding.see}",
    ]
    return "\n".join(lines)


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

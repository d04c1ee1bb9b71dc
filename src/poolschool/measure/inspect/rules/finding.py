"""What a rule finds."""

from collections.abc import Iterable
from dataclasses import dataclass

from poolschool.measure.inspect.facts import EndpointFacts, EngineFacts, Facts, Place


@dataclass(frozen=True)
class Finding:
    """One thing that will go wrong. Addresses are relative to the course's site."""

    rule: str
    title: str
    evidence: str
    breaks_at: float | None  # the number, if there is one
    breaks: str  # the same in words
    cure: str
    lesson: str
    see: str  # the simulator, or a figure
    guess: bool = False  # read from the source, or not told by a server


def listed(places: Iterable[Place | str]) -> str:
    """Name the first three places, and how many more there are."""
    unique = list(dict.fromkeys(str(one) for one in places))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    return f"{', '.join(unique[:3])}{more}"


def pool_of(facts: Facts, is_async: bool = False) -> EngineFacts | None:
    """Give the engine that endpoints of one kind use: the first with a pool of that kind; None if none was found."""
    return next((one for one in facts.engines if one.kind == "queue" and one.is_async == is_async), None)


def open_endpoints(facts: Facts) -> list[EndpointFacts]:
    """Give the endpoints that no limit lies in front of."""
    return [one for one in facts.endpoints if not one.admitted]

"""Each rule finds its fault in a small service, with the number; and nothing in the same service without it."""

import inspected
import pytest
from inspect_cases import CASES, Made, engine
from inspected import facts_of, found

from poolschool.measure.inspect.facts import ServerProcess
from poolschool.measure.inspect.rules.table import RULES, findings


@pytest.mark.parametrize(
    ("rule", "faulty", "sound", "number"), CASES, ids=[f"{case[0]}-{at}" for at, case in enumerate(CASES)]
)
def test_a_rule_finds_its_fault_and_not_the_cure(rule: str, faulty: Made, sound: Made, number: float | None) -> None:
    """The fault is found with its number, evidence and cure; beside it the rule is silent."""
    told = {one.rule: one for one in findings(faulty())}
    assert rule in told
    if number is not None:
        assert told[rule].breaks_at == number
        assert f"{number:g}" in told[rule].breaks + told[rule].evidence
    assert all((told[rule].evidence, told[rule].cure, told[rule].lesson, told[rule].see))
    assert rule not in {one.rule for one in findings(sound())}


def test_every_rule_has_a_case() -> None:
    """No rule is without a fault that it finds; those that need a newer FastAPI stand below."""
    assert {rule.__name__ for rule in RULES} - {"reopened_by_stream"} == {rule for rule, *_ in CASES}


# needs FastAPI 0.121
def test_a_stream_that_reopens_a_closed_session_is_found() -> None:
    """With scope="function" the session is closed before the stream reads, and takes a connection that nobody returns."""
    try:
        app = inspected.streams_while_open(scope="function")
    except TypeError:
        pytest.skip("this FastAPI knows no scope")
    told = found(app)
    assert "reopened_by_stream" in told
    assert "held_while_streaming" not in told


def test_a_limit_in_front_takes_the_cliff_away() -> None:
    """max_concurrency lets in only as many as there are connections: no finding; and scope="function" is no cure."""
    try:
        limited, early = inspected.tutorial(max_concurrency=15), inspected.tutorial(scope="function")
    except TypeError:
        pytest.skip("this FastAPI knows no max_concurrency")
    assert "cliff" not in found(limited)
    assert "cliff" in found(early)


def test_findings_come_in_the_order_of_the_table() -> None:
    """What gives wrong data comes before what fails, and that before what is slow."""
    facts = facts_of(
        inspected.tutorial(engine(pool_reset_on_return=None, pool_size=1, max_overflow=50)), server=ServerProcess(4)
    )
    assert [one.rule for one in findings(facts)] == ["not_reset", "over_budget", "cliff", "churn"]


def test_without_a_database_nothing_is_said_of_its_room() -> None:
    """Offline the budget is not judged, for its limit is not known."""
    assert found(engine(pool_size=500), database=None) == {}

"""`poolschool inspect` on the course itself, and on public services rebuilt small: what it finds, and that it is silent elsewhere."""

import ast
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import inspected
import pytest
from fastapi import APIRouter, Depends, FastAPI
from inspected import DATABASE, ONE, URL, facts_of, read_alone
from kept_answers import compose
from sqlalchemy import NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from poolschool.course.lessons import Lesson, load_course
from poolschool.database.running import running_url
from poolschool.measure.inspect.facts import Facts, ServerProcess
from poolschool.measure.inspect.rules.finding import Finding
from poolschool.measure.inspect.rules.table import findings
from poolschool.store.app import make_app
from poolschool.store.settings import Settings
from poolschool.store.sown_faults.catalogue import FAULTS

ROOT = Path(__file__).parents[2]
LESSONS = [lesson for lesson in load_course(ROOT).lessons if lesson.has_exercise]
PAGE = ROOT / "docs" / "reference" / "inspect.md"


# ---- the store ----

SOWN = {
    "connects_each_time": "no_pool",
    "larger_than_the_database": "over_budget",
    "leaks_on_error": "leaks",
    "holds_while_streaming": "held_while_streaming",
    "blocks_the_loop": "blocks_the_loop",
    "holds_while_paying": "slow_inside",
    "tutorial_dependency": "cliff",
}


def store(**settings: Any) -> dict[str, Finding]:
    """Give what is found in the store, by rule."""
    return {one.rule: one for one in findings(facts_of(make_app(Settings(database_url=URL, **settings))))}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sown_fault_is_found_first(fault: str) -> None:
    """Each of the store's six faults, and the cliff, is the first finding."""
    assert next(iter(store(fault=fault))) == SOWN[fault]


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_the_sound_store_is_silent(flavour: str) -> None:
    """Without a fault nothing is found, in either flavour."""
    assert store(flavour=flavour) == {}


# ---- worked solutions and kept right answers: no false alarm ----

# Right for its lesson's task, and yet a finding that is true: these lessons come before the one that cures it.
TRUE = {
    "why_pooling-cached_make_engine": {"blocks_the_loop"},  # an `async def` that queries with a sync engine
    "why_pooling-session_as_dependency": {"cliff"},  # the tutorial's dependency
    "sessions_and_dependencies-async_endpoints": {
        "blocks_the_loop"
    },  # sync sessions, never across an await, on the loop
    "sessions_and_dependencies-receipt_by_a_closure": {
        "blocks_the_loop"
    },  # an `async def` task that saves with a sync session
}


def _answers() -> Iterator[Any]:
    """List the worked solutions, and the kept right answers, as test parameters."""
    for lesson in LESSONS:
        yield pytest.param(lesson, None, id=f"{lesson.topic}-solution")
        for path in sorted((ROOT / "tests/content/right" / lesson.stem).glob("*.py")):
            yield pytest.param(lesson, path, id=f"{lesson.topic}-{path.stem}")


ANSWERS = list(_answers())


def _program(lesson: Lesson, kept: Path | None, folder: Path) -> Any:
    """Load an answer from a file of its own, so that its source can be read."""
    file = folder / f"answer_{lesson.topic}_{kept.stem if kept else 'solution'}.py"
    text = compose(kept, lesson.solution) if kept else lesson.solution.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)
    return module


async def _nothing(*_: object) -> int:
    return 0


def _things(module: Any) -> Iterator[Any]:
    """Make the applications and engines that an answer makes, with what its makers ask for."""
    for name in ("create_app", "make_engine", "make_engines", "engine_for"):
        maker = getattr(module, name, None)
        if maker is None:
            continue
        known: dict[str, Any] = {
            "database_url": URL, "engine": create_engine(URL, pool_size=5, max_overflow=0, pool_timeout=2),
            "tick": _nothing, "reviews": _nothing, "schema": "public", "target": 0.1, "pay": _nothing,
        }  # fmt: skip
        if hasattr(module, "Plan"):
            known["plan"] = module.Plan(max_connections=100, reserved=3, others=5, hosts=1, workers=4, surge=1)
        if hasattr(module, "Checkout"):
            known["trace"] = [module.Checkout(at / 10, 0.2) for at in range(20)]
            known["database"] = module.Database(room=40, processes=2, served={10: 300.0, 20: 500.0, 40: 510.0})
        programs = ("web", "nightly", "reports", "warehouse", "sale") if name == "engine_for" else (None,)
        for program in programs:
            given = known | {"program": program}
            asked = inspect.signature(maker).parameters.items()
            needed = [word for word, one in asked if one.default is one.empty and one.kind is not one.VAR_KEYWORD]
            made = maker(*(given[word] for word in needed))
            yield from made.values() if isinstance(made, dict) else [made]


@pytest.mark.parametrize(("lesson", "kept"), ANSWERS)
def test_a_right_answer_is_no_finding(lesson: Lesson, kept: Path | None, tmp_path: Path) -> None:
    """Worked solutions and kept right answers that have an engine or an application are silent, but for four that are named."""
    name = f"{lesson.topic}-{kept.stem if kept else 'solution'}"
    told: set[str] = set()
    for thing in _things(_program(lesson, kept, tmp_path)):
        told |= {one.rule for one in findings(facts_of(thing))}
    assert told == TRUE.get(name, set())


def test_the_exceptions_are_of_answers_that_are_there() -> None:
    """No exception outlives its answer, none is of a worked solution, and at least 50 kept answers and 12 solutions are looked at."""
    names = {parameter.id for parameter in ANSWERS}
    assert TRUE.keys() <= names
    assert not [name for name in TRUE if name.endswith("-solution")]
    with_engines = [
        parameter.id
        for parameter in ANSWERS
        if re.search(
            r"def (create_app|make_engines?|engine_for)\(", parameter.values[0].solution.read_text(encoding="utf-8")
        )
    ]
    solutions = [name for name in with_engines if str(name).endswith("-solution")]
    assert len(with_engines) - len(solutions) - len(TRUE) >= 50
    assert len(solutions) >= 12


# ---- the ten recordings of the alarm's checker ----

SEEN = {"leak": "leaks", "table_lock": "cliff"}  # what of an incident lies in settings or source
LOOKS_SOUND = {
    "slow_query",
    "database_gone",
    "pool_too_small",
    "always_full",
    "overflow_used",
    "slow_but_few",
    "short_burst",
    "cold_start",
}


def _recordings() -> set[str]:
    checker = ast.parse((ROOT / "exercises/p4_scale/l16_watching_the_pool_test.py").read_text(encoding="utf-8"))
    tables = {
        node.targets[0].id: node.value
        for node in checker.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    keys = [key for name in ("HEALTHY", "INCIDENTS") for key in tables[name].keys]  # type: ignore[attr-defined]
    return {key.value for key in keys}


def test_of_ten_recordings_two_can_be_foretold() -> None:
    """The leak stands in the source, and what makes a short lock an outage, too; the others have nothing that settings show."""
    assert _recordings() == SEEN.keys() | LOOKS_SOUND
    foretold = {"leak": inspected.plain_close(), "table_lock": inspected.tutorial()}
    for name, rule in SEEN.items():
        assert rule in inspected.found(foretold[name])
    for settings in ({}, {"pool_size": 5, "max_overflow": 0}, {"pool_size": 15, "max_overflow": 0}):
        app, _, app.state.engine = inspected.service(create_engine(URL, **settings))
        assert findings(facts_of(app)) == []


def test_the_page_says_of_each_recording_whether_it_can_be_foretold() -> None:
    """The page's table has the ten, and says of two that they are seen."""
    rows = re.findall(r"^\| `(\w+)` \| (yes|no)\b", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, seen in rows if seen == "yes"} == SEEN.keys()
    assert {name for name, _ in rows} == _recordings()


# ---- public services, their configuration rebuilt small ----


def full_stack_template() -> Facts:
    """fastapi/full-stack-fastapi-template: backend/app/core/db.py, app/api/deps.py, app/api/routes/items.py, Dockerfile.

    An engine of defaults, `def` endpoints with a session dependency and a response model, `fastapi run --workers 4`.
    """
    app, routes, engine = FastAPI(), APIRouter(prefix="/items"), create_engine(URL)

    def session_of_request() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @routes.get("/", response_model=list[int])
    def items(session: Annotated[Session, Depends(session_of_request)]) -> Any:
        return session.scalars(ONE).all()

    @routes.post("/", response_model=int)
    def add(session: Annotated[Session, Depends(session_of_request)]) -> Any:
        item = object()
        session.add(item)
        session.commit()
        session.refresh(item)
        return 1

    app.include_router(routes)
    return facts_of(app, server=ServerProcess(4, source="Dockerfile: --workers 4"))


def bikeland() -> Facts:
    """OzodbekUSTECH/bikeland_api_v2 at 703b55d: database/db.py, database/unitofwork.py, api/routers/brands.py, Dockerfile.

    An async engine with NullPool behind a unit of work that is a class, and `gunicorn -w 2`.
    """
    app, sessions = FastAPI(), async_sessionmaker(create_async_engine(URL, poolclass=NullPool))

    class Work:
        def __init__(self) -> None:
            self.factory = sessions

        async def __aenter__(self) -> None:
            self.session = self.factory()

        async def __aexit__(self, *_: object) -> None:
            await self.session.close()

    @app.get("/brands")
    async def brands(work: Annotated[Work, Depends()]) -> int:
        async with work:
            return int(await work.session.scalar(ONE) or 0)

    return facts_of(app, server=ServerProcess(2, source="Dockerfile: -w 2"))


def translator_space() -> Facts:
    """some012/translator_space_backend: app/config/db/postgres/engine.py and session.py, app/deps/db.py.

    A pool of 10 + 0 with a ping, and one AsyncSession, made at the import, that a dependency gives to every request.
    """
    app = FastAPI()
    only = async_sessionmaker(create_async_engine(URL, pool_size=10, max_overflow=0, pool_pre_ping=True))()

    async def get_db():
        db = only
        try:
            yield db
        finally:
            await db.close()

    @app.get("/projects")
    async def projects(db: Annotated[AsyncSession, Depends(get_db)]) -> int:
        return int(await db.scalar(ONE) or 0)

    return facts_of(app)


def ecommerce() -> Facts:
    """orhanerday/ecommerce: src/database/core.py, src/modules/products/controller.py and service.py, start.sh; there on MySQL.

    A pool of 50 + 100 in each of nine gunicorn workers, and a `def` endpoint with a session dependency and a response model.
    """
    app, get_db, _ = inspected.service(create_engine(URL, pool_size=50, max_overflow=100, pool_pre_ping=True))

    def product_of(db: Session) -> int:
        return int(db.scalar(ONE) or 0)

    @app.get("/products/{product_id}", response_model=int)
    def product(db: Annotated[Session, Depends(get_db)]) -> Any:
        return product_of(db)

    return facts_of(app, server=ServerProcess(9, source="--workers 9"))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (full_stack_template, [("cliff", 55), ("over_budget_in_deploy", 98)]),
        (bikeland, [("no_pool", 98)]),
        (translator_space, [("shared_session", 2)]),
        (ecommerce, [("over_budget", 98), ("cliff", 190)]),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_public_service_rebuilt_small(service: Any, expected: list[tuple[str, float]]) -> None:
    """What the configuration of a public repository leads to, against a PostgreSQL as it is installed: 97 connections."""
    assert [(one.rule, one.breaks_at) for one in findings(service())] == expected


# ---- the page ----


def test_the_session_on_the_page_is_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page's shop, inspected against the course's PostgreSQL, says what the page shows; the corrected one says nothing."""
    from poolschool.measure.inspect.command import Asked
    from poolschool.measure.inspect.command import inspect as look

    page = PAGE.read_text(encoding="utf-8")
    shop, told, cured = (re.search(rf'^```{kind}\n(.*?)^```$', page, re.MULTILINE | re.DOTALL) for kind in
                         ('python title="shop.py"', 'text title="poolschool inspect shop:app --workers 4"', 'python title="shop.py, corrected"'))  # fmt: skip
    assert shop is not None
    assert told is not None
    assert cured is not None
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("POOLSCHOOL_DATABASE_URL", running_url())
    monkeypatch.setattr("poolschool.measure.inspect.command.read_database", read_alone)
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    for code, expected in ((shop[1], told[1]), (cured[1], "")):
        folder = tmp_path / ("corrected" if code == cured[1] else "tutorial")
        folder.mkdir()
        monkeypatch.chdir(folder)
        (folder / "shop.py").write_text(code, encoding="utf-8")
        try:
            assert look("shop:app", Asked(workers=4)) == bool(expected)
        finally:
            sys.modules.pop("shop", None)
        said = re.sub(r"127\.0\.0\.1:\d+/\w+", "db.example:5432/shop", capsys.readouterr().out, count=1)
        assert said == expected


def test_every_rule_is_on_the_page() -> None:
    """The page's list has each rule by its name, in the order of the table, and no other."""
    from poolschool.measure.inspect.rules.table import RULES

    assert re.findall(r"^\| `(\w+)` \| (?!yes|no)", PAGE.read_text(encoding="utf-8"), re.MULTILINE) == [
        rule.__name__ for rule in RULES
    ]


def test_a_limit_changes_the_number() -> None:
    """The same service against a smaller server breaks earlier: the number is computed, not written."""
    facts = full_stack_template()
    small = replace(facts, databases={where: replace(DATABASE, max_connections=50) for where in facts.databases})
    assert [(one.rule, one.breaks_at) for one in findings(small)] == [("over_budget", 48), ("cliff", 55)]

"""Whether the code that judges is still the code that was loaded: functions and classes, each compared with what it was.

    watch()            modules: the judge, what it stands on, the subject     before the learner's code, once
    watch_taken(…)     what a checker takes from others, and its test client  likewise; asked at each statement of the checker
    watch_names(…)     the checker's own names                                once it is imported; asked at each statement
    watch_objects(…)   the judge, pytest's items, fixtures and hooks          at the end of each task

Each gives a function that names the first change, or nothing. Data is left out on purpose: libraries keep counters, caches
and registries, and checkers set what they test.
"""

import builtins
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

# The judge, what it stands on, and the subject: a pool that was patched until it passed has not been understood.
# No more than that: each function looked at is a page of memory copied, in every worker.
GUARDED = (
    *("poolschool", "pytest", "pluggy", "builtins", "time", "threading", "gc", "json", "hashlib", "posix", "os", "sys"),
    *("dataclasses", "traceback", "contextlib", "functools", "inspect", "linecache", "importlib", "itertools", "math"),
    *(
        "_pytest.assertion",
        "_pytest.fixtures",
        "_pytest.main",
        "_pytest.monkeypatch",
        "_pytest.nodes",
        "_pytest.outcomes",
    ),
    *("_pytest.python", "_pytest.raises", "_pytest.runner", "_pytest.skipping", "_pytest.reports", "_pytest._code"),
    *("sqlalchemy.pool", "sqlalchemy.event", "sqlalchemy.engine.create", "sqlalchemy.engine.base"),
    *(
        "sqlite3.dbapi2",
        "psycopg.connection",
        "psycopg.pq",
        "fastapi.testclient",
        "fastapi.applications",
        "starlette.testclient",
        "httpx",
        "httpx2",
        "anyio.from_thread",
    ),
)
KINDS = (FunctionType, BuiltinFunctionType, type, property, classmethod, staticmethod)
DATA = frozenset({bool, int, float, str, bytes, tuple, list, dict, set, frozenset, type(None)})
CODE = (FunctionType, BuiltinFunctionType, type)

# What a checker's requests go through: few functions, looked at before each of its statements.
ANSWERING = (
    "starlette.testclient.",
    "httpx._client.",
    "httpx._models.",
    "httpx2._client.",
    "httpx2._models.",
    "poolschool.checks.",
    "poolschool.schedules.",
)

_PREFIXES = tuple(f"{name}." for name in GUARDED)
Get = Callable[[str, object], object]
Changed = Callable[[], str]


class Entry(NamedTuple):
    """One thing to compare: how to look it up, and what it was."""

    place: str
    get: Get
    key: str
    value: object


class Names(NamedTuple):
    """A namespace that may grow, but not by a name that hides another: `others` are those that could be hidden."""

    place: str
    names: Mapping[str, object]
    others: Callable[[str], bool]


def watch(but_for: frozenset[tuple[str, str]]) -> Changed:
    """Remember the guarded modules: every function and class in them but for some, and the parts of the classes."""
    entries: list[Entry] = []
    spaces: list[Names] = []
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or not f"{name}.".startswith(_PREFIXES):
            continue
        entries.append(Entry("sys.modules", sys.modules.get, name, module))
        spaces.append(Names(name, vars(module), vars(builtins).__contains__))
        for key, value in list(vars(module).items()):
            if isinstance(value, KINDS) and (name, key) not in but_for:
                entries.append(Entry(name, vars(module).get, key, value))
            if isinstance(value, type) and value.__module__ == name:
                entries += _parts(value)
                spaces.append(_inherited(value))
    return _changes(entries, spaces)


def watch_taken(taken: Mapping[str, object]) -> Changed:
    """Remember what a checker takes from others, before the learner's code runs, and what answers its requests.

    Of a class that is all that it inherits, of a module its functions and classes.
    """
    held = {id(value): value for value in taken.values()}
    classes = [value for value in held.values() if isinstance(value, type)]
    modules = {value.__name__: value for value in held.values() if isinstance(value, ModuleType)}
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(ANSWERING) and isinstance(module, ModuleType):
            modules[name] = module
            classes += [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == name]
    bases = {id(base): base for cls in classes for base in cls.__mro__ if base.__module__ != "builtins"}
    modules["builtins"] = builtins
    entries = [part for base in bases.values() for part in _parts(base)]
    entries += [
        Entry(name, vars(module).get, key, value)
        for name, module in modules.items()
        for key, value in vars(module).items()
        if isinstance(value, KINDS)
    ]
    # Code of functions cannot be replaced under the guard, and is compared at the end of each task.
    return _changes(entries, [_inherited(base) for base in bases.values()], innards=False)


def watch_names(module: ModuleType, expected: Mapping[str, object]) -> Changed:
    """Remember a checker's own functions, and that its other names stand for what they stood for before the learner's code ran."""
    name = module.__name__
    ours = {key: expected.get(key, value) for key, value in vars(module).items()}
    entries = [
        Entry(name, vars(module).get, key, value)
        for key, value in ours.items()
        if isinstance(value, (*KINDS, ModuleType)) or key in expected
    ]
    return _changes(entries, [Names(name, vars(module), vars(builtins).__contains__)])


def watch_objects(
    things: Iterable[tuple[str, Any]], changing: frozenset[str] = frozenset(), *, data: bool = True
) -> Changed:
    """Remember the classes and attributes of objects: without `data` only what can be called.

    Attributes named in `changing` may be set; no new one may hide what a class has and does something.
    """
    missing = object()
    remembered = [
        (
            name,
            thing,
            type(thing),
            vars(thing),
            {key: what for key, what in vars(thing).items() if key not in changing and (data or callable(what))},
            frozenset(vars(thing)) | changing,
        )
        for name, thing in things
    ]

    def changed(remembered: Any = remembered, acts: Callable[[object], bool] = _acts, missing: object = missing) -> str:
        for name, thing, cls, attributes, kept, known in remembered:
            if type(thing) is not cls or vars(thing) is not attributes:
                return f"{name}.__class__ was replaced"
            for key, what in kept.items():
                if attributes.get(key, missing) is not what:
                    return f"{name}.{key} was replaced"
            for key in attributes:
                if type(key) is not str:  # which would act when it is compared
                    return f"{name}.__dict__ was replaced"
                if key not in known and any(key in vars(base) for base in cls.__mro__) and acts(attributes.get(key)):
                    return f"{name}.{key} was replaced"
        return ""

    return changed


def watch_hooks(manager: Any, trusted: tuple[str, ...]) -> Changed:
    """Remember who is called by which hook of pytest's; nobody but code of `trusted` files may be."""
    hooks = {name: caller for name, caller in vars(manager.hook).items() if not name.startswith("_")}
    remembered = [(name, caller, _called(caller)) for name, caller in hooks.items()]
    code = [(name, each.function) for name, caller in hooks.items() for each in caller.get_hookimpls()]
    strange = [name for name, function in code if not _file(function).startswith(trusted)]

    def changed(
        called: Callable[[Any], Any] = _called,
        remembered: Any = remembered,
        hook: Any = manager.hook,
        strange: tuple[str, ...] = tuple(strange),
    ) -> str:
        if strange:
            return f"pytest's hook {strange[0]} was replaced"
        for name, caller, before in remembered:
            now = called(caller)
            same = len(now) == len(before) and all(a is b for a, b in zip(now, before, strict=True))
            if vars(hook).get(name) is not caller or not same:
                return f"pytest's hook {name} was replaced"
        return ""

    return changed


def _file(function: Any) -> str:
    """Return the file of a function's own code, "" for what is none."""
    function = getattr(function, "__func__", function)
    return str.__str__(function.__code__.co_filename) if isinstance(function, FunctionType) else ""


def _called(caller: Any) -> list[object]:
    return [part for each in caller.get_hookimpls() for part in (each, each.function, each.plugin)]


def _changes(entries: list[Entry], spaces: list[Names], *, innards: bool = True) -> Changed:
    """Remember by what to compare as well, so that replacing that changes nothing."""
    remembered = [(*entry, _innards(entry.value) if innards else ()) for entry in entries]
    grown = [(space, frozenset(space.names), len(space.names)) for space in spaces]

    def changed(
        remembered: Any = remembered,
        grown: Any = grown,
        look_into: Any = _innards,
        acts: Callable[[object], bool] = _acts,
        missing: object = object(),
    ) -> str:
        for place, get, key, value, before in remembered:
            if get(key, missing) is not value:
                return f"{place}.{key} was replaced"
            if before:
                now = look_into(value)
                for number, part in enumerate(before):
                    if len(now) != len(before) or now[number] is not part:
                        return f"{place}.{key} was replaced"
        for (place, names, others), known, count in grown:
            if len(names) != count:
                for key in list(names):
                    if type(key) is not str:
                        return f"{place}.__dict__ was replaced"
                    if key not in known and others(key) and acts(names.get(key)):
                        return f"{place}.{key} was replaced"
        return ""

    return changed


def _parts(cls: type) -> Iterator[Entry]:
    place = f"{cls.__module__}.{cls.__qualname__}"
    for part, what in list(vars(cls).items()):
        if isinstance(what, KINDS):
            yield Entry(place, vars(cls).get, part, what)


def _inherited(cls: type) -> Names:
    bases = cls.__mro__[1:-1]  # all that has dunders of object hides nothing that counts
    return Names(
        f"{cls.__module__}.{cls.__qualname__}", vars(cls), lambda key: any(key in vars(base) for base in bases)
    )


def _innards(value: object) -> tuple[object, ...]:
    if isinstance(value, FunctionType):
        held = tuple(part for cell in value.__closure__ or () if isinstance(part := _content(cell), CODE))
        return value.__code__, value.__defaults__, value.__kwdefaults__, *held
    if isinstance(value, property):
        return value.fget, value.fset
    return (value.__mro__,) if isinstance(value, type) else ()


def _acts(value: object, data: frozenset[type] = DATA) -> bool:
    """Say whether a value may do something where it stands, as functions, classes and descriptors do; it is not asked itself."""
    return type(value) not in data


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # nothing in it yet
        return None

"""Whether the code that judges is still the code that was loaded: functions and classes, each compared with what it was.

Data is left out on purpose: libraries keep counters, caches and registries, and checkers set what they test.
"""

import sys
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType

# The judge, what it stands on, and the subject: a pool that was patched until it passed has not been understood.
# No more than that: each function looked at is a page of memory copied, in every worker.
GUARDED = (
    *("poolschool", "pytest", "pluggy", "builtins", "time", "threading", "gc", "sqlalchemy.pool", "sqlalchemy.event"),
    *("_pytest.fixtures", "_pytest.main", "_pytest.monkeypatch", "_pytest.nodes", "_pytest.outcomes"),
    *("_pytest.python", "_pytest.raises", "_pytest.runner", "_pytest.skipping"),
)
_KINDS = (FunctionType, BuiltinFunctionType, type, property, classmethod, staticmethod)

_PREFIXES = tuple(f"{name}." for name in GUARDED)
Get = Callable[[str, object], object]
Entry = tuple[str, Get, str, object]


def watch() -> Callable[[], str]:
    """Remember the code as it is now; give a function that names the first change, or nothing."""
    return _changes([*_modules()])


def watch_module(module: ModuleType, of: ModuleType) -> Callable[[], str]:
    """Remember a checker's functions, and that what it took from the module `of` is what that module has."""
    ours = {key: vars(of).get(key, value) for key, value in vars(module).items()}
    name = module.__name__
    return _changes([(name, vars(module).get, key, value) for key, value in ours.items() if isinstance(value, _KINDS)])


def _changes(entries: list[Entry]) -> Callable[[], str]:
    """Remember by what to compare as well, so that replacing that changes nothing."""
    look_into, missing = _innards, object()
    remembered = [(name, get, key, value, look_into(value)) for name, get, key, value in entries]

    def changed() -> str:
        for name, get, key, value, innards in remembered:
            if get(key, missing) is not value or look_into(value) != innards:
                return f"{name}.{key} was replaced"
        return ""

    return changed


def _modules() -> Iterator[Entry]:
    """Give the guarded modules, every function and class in them, and the parts of the classes, with where to look them up."""
    for name, module in list(sys.modules.items()):
        if not isinstance(module, ModuleType) or not f"{name}.".startswith(_PREFIXES):
            continue
        yield "sys.modules", sys.modules.get, name, module
        for key, value in list(vars(module).items()):
            if isinstance(value, _KINDS):
                yield name, vars(module).get, key, value
            if isinstance(value, type) and value.__module__ == name:
                place = f"{name}.{value.__qualname__}"
                for part, what in list(vars(value).items()):
                    if isinstance(what, _KINDS):
                        yield place, vars(value).get, part, what


def _innards(value: object) -> tuple[object, ...]:
    if isinstance(value, FunctionType):
        return value.__code__, value.__defaults__, value.__kwdefaults__
    return (value.fget, value.fset) if isinstance(value, property) else ()

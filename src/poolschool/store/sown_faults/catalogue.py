"""The switches: which fault changes a setting, and which takes the place of an address."""

from collections.abc import Callable

from fastapi import APIRouter
from sqlalchemy import Engine

from poolschool.store.settings import Settings
from poolschool.store.sown_faults import (
    blocks_the_loop,
    holds_while_paying,
    holds_while_streaming,
    leaks_on_error,
    tutorial_dependency,
)

Routes = Callable[[Engine, Settings], APIRouter]

SETTINGS: dict[str, dict[str, object]] = {
    "connects_each_time": {"pooled": False},
    "larger_than_the_database": {"pool_size": 200, "max_overflow": 0, "flavour": "async"},
}
ROUTES: dict[str, Routes] = {
    "leaks_on_error": leaks_on_error.make_routes,
    "holds_while_streaming": holds_while_streaming.make_routes,
    "blocks_the_loop": blocks_the_loop.make_routes,
    "holds_while_paying": holds_while_paying.make_routes,
    "tutorial_dependency": tutorial_dependency.make_routes,
}
FAULTS = (*SETTINGS, *ROUTES)


def sow(settings: Settings) -> tuple[Settings, list[Routes]]:
    """Give the settings and the addresses that a fault makes of these settings; exit if there is no such fault."""
    if not settings.fault:
        return settings, []
    if settings.fault not in FAULTS:
        raise SystemExit(f"STORE_FAULT: there is no fault {settings.fault!r}. Choose from {', '.join(FAULTS)}.")
    changes = SETTINGS.get(settings.fault, {"flavour": "sync"})  # the wrong addresses are written for the sync engine
    routes = [ROUTES[settings.fault]] if settings.fault in ROUTES else []
    return settings.model_copy(update=changes), routes

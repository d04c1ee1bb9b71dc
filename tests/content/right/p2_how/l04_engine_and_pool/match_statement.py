"""A match statement, and a dictionary for each program."""

from sqlalchemy import QueuePool

_engines: dict[str, dict[str, Engine]] = {}


def _make(program: str, url: str) -> Engine:
    match program:
        case "web":
            return create_engine(url, poolclass=QueuePool, pool_size=10, max_overflow=5, pool_timeout=2)
        case "nightly":
            return create_engine(url, poolclass=NullPool)
        case "reports":
            return create_engine(url, pool_size=4, max_overflow=0, pool_timeout=10)
        case "warehouse":
            return create_engine(url, pool_recycle=3 * 60, pool_pre_ping=True, pool_use_lifo=True)
        case "sale":
            return create_engine(url, pool_size=8, max_overflow=0, pool_use_lifo=True, pool_pre_ping=True)
        case _:
            raise KeyError(program)


def engine_for(program: str, database_url: str) -> Engine:
    by_url = _engines.setdefault(program, {})
    try:
        return by_url[database_url]
    except KeyError:
        by_url[database_url] = _make(program, database_url)
        return by_url[database_url]

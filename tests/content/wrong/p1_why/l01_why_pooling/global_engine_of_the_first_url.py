# task 2: failed
# says: This is another store, on a database of its own:
"""Keeps one engine in a global, whatever database is asked for next."""

_engine: Engine | None = None


def get_engine(database_url: str) -> Engine:
    global _engine
    if _engine is None:
        _engine = make_engine(database_url)
    return _engine


# in create_app
engine = get_engine(database_url)

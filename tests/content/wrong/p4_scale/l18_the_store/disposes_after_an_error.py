# task 1: failed
# says: 500 Internal Server Error
"""Throws the pool away when a request has met the restart: that one has failed already."""

from sqlalchemy import event


def make_engine(database_url: str, **more: Any) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=1, **more)

    @event.listens_for(engine, "handle_error")
    def renew(context: Any) -> None:
        if context.is_disconnect:
            engine.dispose()

    return engine

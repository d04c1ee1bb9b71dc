"""A listener that asks at the checkout, in place of the ping; try and except in the worker."""

from typing import Any

from sqlalchemy import event, exc


def make_engine(database_url: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, pool_recycle=50)

    @event.listens_for(engine, "checkout")
    def ask(dbapi_connection: Any, record: Any, proxy: Any) -> None:
        try:
            with dbapi_connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            dbapi_connection.rollback()
        except Exception as problem:
            raise exc.DisconnectionError from problem

    return engine


# in Worker


def run(self, job: Callable[[Session], T]) -> T:
    try:
        result = job(self.session)
        self.session.commit()
    except BaseException:
        self.session.rollback()
        raise
    return result

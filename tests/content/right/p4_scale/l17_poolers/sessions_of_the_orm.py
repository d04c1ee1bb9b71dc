"""Sessions in place of connections, and the driver is told when it connects."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0)

    @event.listens_for(engine, "do_connect")
    def never_prepare(dialect, record, args, given) -> None:
        given["prepare_threshold"] = None

    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT set_config('search_path', %(schema)s, true)", {"schema": schema})

    return engine


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with Session(engine) as session, session.begin():
        free = session.scalar(select(func.pg_try_advisory_xact_lock(till)))
        return job(session.connection()) if free else None


def buy(engine: Engine, product: str, pay: Callable[[int], str]) -> str:
    with Session(engine) as session:
        price = session.execute(text("SELECT price FROM products WHERE name = :p"), {"p": product}).scalar_one()
        session.rollback()
        receipt = pay(price)
        session.execute(text("INSERT INTO receipts VALUES (:p, :r)"), {"p": product, "r": receipt})
        session.commit()
    return receipt


from sqlalchemy import func, select
from sqlalchemy.orm import Session

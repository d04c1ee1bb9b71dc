# task 1: failed
# says: With AUTOCOMMIT there is none
"""No transaction, so nothing is left; and nothing is set, either."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(
        database_url,
        isolation_level="AUTOCOMMIT",
        pool_size=5,
        max_overflow=0,
        connect_args={"prepare_threshold": None},
    )

    @event.listens_for(engine, "begin")
    def settle(connection):
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')

    return engine

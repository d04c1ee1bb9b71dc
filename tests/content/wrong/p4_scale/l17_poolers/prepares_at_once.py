# task 2: failed
# says: 0 is at once
"""Reads 0 as never."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": 0})

    @event.listens_for(engine, "begin")
    def settle(connection):
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')

    return engine

# task 1: failed
# says: listens on every engine
"""The class, in place of the engine: other engines of the process change their schema."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": None})

    @event.listens_for(Engine, "begin")
    def settle(connection):
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')

    return engine

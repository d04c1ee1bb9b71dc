# task 2: failed
# says: That is what is left, and no price
"""Nothing was wrong with the driver's own settings before."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0)

    @event.listens_for(engine, "begin")
    def choose_schema(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")

    return engine

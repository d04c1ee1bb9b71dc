# task 1: failed
# says: after another client had set its own search_path
"""Set at the checkout, reset at the checkin: in between there are several transactions."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": None})

    @event.listens_for(engine, "checkout")
    def arrive(dbapi_connection, record, proxy):
        dbapi_connection.execute(f'SET search_path TO "{schema}"')
        dbapi_connection.commit()

    @event.listens_for(engine, "checkin")
    def leave(dbapi_connection, record):
        dbapi_connection.execute("RESET search_path")
        dbapi_connection.commit()

    return engine

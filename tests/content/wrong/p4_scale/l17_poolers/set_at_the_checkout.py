# task 1: failed
# says: in the second transaction of the same connection
"""At each checkout, for the first transaction after it."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": None})

    @event.listens_for(engine, "checkout")
    def choose_schema(raw, *_) -> None:
        raw.execute(f"SET LOCAL search_path TO {schema}")

    return engine

# task 1: failed
# says: others are given that session
"""Once for each connection, as without a pooler."""


def make_engine(database_url: str, schema: str) -> Engine:
    engine = create_engine(database_url, pool_size=5, max_overflow=0, connect_args={"prepare_threshold": None})

    @event.listens_for(engine, "connect")
    def choose_schema(raw, _) -> None:
        raw.execute(f"SET search_path TO {schema}")
        raw.commit()

    return engine
